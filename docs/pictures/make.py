"""Takes the pictures of the desk that the documentation shows, from the demo's archive, with the system's Chromium.

    python docs/pictures/make.py                         # runs the demo first, which takes a minute
    python docs/pictures/make.py --archive demo.db       # pictures of another archive, all pages or those named
    python docs/pictures/make.py --archive demo.db front search

Needs the extra `test`. Each picture is of the first 1200 x 720 points of a page; ``--into`` names another folder.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

COMMAND = (sys.executable, "-c", "from balkan_crawler.cli import main; main()")
MOST_COPIED = "SELECT min(id) FROM articles WHERE cluster IS NOT NULL GROUP BY cluster ORDER BY count(*) DESC LIMIT 1"
EDITED = "SELECT articles.id FROM articles JOIN versions USING (url, date) ORDER BY length(articles.body) DESC LIMIT 1"
BUSIEST = "SELECT outlet FROM articles GROUP BY outlet ORDER BY count(*) DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: a page's address, and how it is looked at. ``scrolled_to`` selects what is scrolled to."""

    target: str
    dark: bool = False
    width: int = 1200
    scrolled_to: str | None = None


def pictures(path: Path) -> dict[str, Picture]:
    """Give the pictures by name, for articles that the archive has."""
    with closing(sqlite3.connect(path)) as db:
        (copied,) = db.execute(MOST_COPIED).fetchone()
        (edited,) = db.execute(EDITED).fetchone() or (copied,)
        (outlet,) = db.execute(BUSIEST).fetchone()
    return {
        "front": Picture("/"),
        "front-dark": Picture("/", dark=True),
        "front-phone": Picture("/", width=360),
        "search": Picture("/search?q=most"),
        "article": Picture(f"/article/{copied}"),
        "article-copies": Picture(f"/article/{copied}", scrolled_to="#copies"),
        "article-edited": Picture(f"/article/{edited}", scrolled_to="#states"),
        "story": Picture(f"/story/{copied}"),
        "outlets": Picture("/outlets"),
        "outlet": Picture(f"/outlet/{outlet}"),
        "compare": Picture("/compare?w=most&w=vlada&w=policija"),
        "operations": Picture("/operations"),
        "sql": Picture("/sql?q=SELECT outlet, count(*), round(avg(words)) FROM articles GROUP BY outlet"),
        "searches": Picture("/searches?q=most&country=RS"),
        "settings": Picture("/settings"),
    }


@contextmanager
def serving(path: Path) -> Iterator[str]:
    """Serve an archive, and give the address without its last slash."""
    command = [*COMMAND, "desk", "--db", str(path), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://\S+:\d+", said)
        if found is None:
            raise SystemExit(said + process.stderr.read())
        try:
            yield found[0]
        finally:
            process.terminate()
            process.communicate()


def take(browser: Browser, address: str, picture: Picture, file: Path) -> None:
    """Take one picture."""
    with closing(
        browser.new_context(
            viewport={"width": picture.width, "height": 720},
            color_scheme="dark" if picture.dark else "light",
            timezone_id="Europe/Belgrade",
            locale="en-GB",
            reduced_motion="reduce",
        )
    ) as context:
        page = context.new_page()
        answer = page.goto(f"{address}{picture.target}")
        assert answer is not None and answer.status == 200, f"{picture.target} came with {answer and answer.status}"
        if picture.scrolled_to is not None and page.locator(picture.scrolled_to).count():
            page.locator(picture.scrolled_to).first.evaluate("each => each.scrollIntoView()")
        page.screenshot(path=file)


def main() -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which pictures; all where none is named")
    parser.add_argument("--archive", type=Path, help="what to show instead of a fresh demo")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="the folder of the pictures")
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("there is no Chromium (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.archive
        if path is None:
            subprocess.run([*COMMAND, "demo"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            path = Path(folder) / "demo.db"
        with serving(path) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, picture in pictures(path).items():
                if not arguments.names or name in arguments.names:
                    file = arguments.into / f"{name}.png"
                    take(browser, address, picture, file)
                    print(f"{file}: {file.stat().st_size / 1000:.0f} kB")
            browser.close()


if __name__ == "__main__":
    main()
