"""A farm of made-up sites on loopback whose pages lie in files: built once, then served from memory or by nginx.

Hosts are 127.0.1.1, 127.0.1.2, ... Beside its pages each has robots.txt and two feeds: ``first.xml`` with the first
pages, ``all.xml`` with all of them. Pages of real templates come from a builder beside the project; where that is
missing, they are those of `soak.py`, which are smaller.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from farm import PORT, PROJECT
from soak import page_of, title_of

SHARED: Final = PROJECT.parent / "shared"
BUILDER: Final = SHARED / "farm" / "build_varied.py"
SAVED_PAGES: Final = SHARED / "pages"
_KINDS: Final = {".html": "text/html; charset=utf-8", ".xml": "application/xml", ".txt": "text/plain"}
_NGINX: Final = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 100000;
    types {{ text/html html; application/xml xml; text/plain txt; }}
    charset utf-8;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        {listen}
        root {farm}/$server_addr;
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Farm:
    """What was built: the folder, and the addresses of the pages by host, in the order of the feeds."""

    folder: Path
    pages: dict[str, list[str]]

    @property
    def urls(self) -> list[str]:
        """All pages, those of one site after another."""
        return [url for urls in self.pages.values() for url in urls]

    @property
    def bytes_a_page(self) -> float:
        """The size of a page in the mean."""
        sizes = [file.stat().st_size for file in self.folder.glob("*/news/*.html")]
        return sum(sizes) / len(sizes)


def build(folder: Path, sites: int, pages: int, first: int, seed: int) -> Farm:
    """Write the farm's files; the feed ``first.xml`` has so many pages of each site."""
    if BUILDER.exists() and SAVED_PAGES.exists():
        command: list[str | Path] = [sys.executable, BUILDER, SAVED_PAGES, folder, str(sites), str(pages), str(seed)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        truth = json.loads((folder / "truth.json").read_text("utf-8"))
        titles = {url: page["title"] for url, page in truth.items()}
    else:
        titles = _make_up(folder, sites, pages)
    by_host = defaultdict(list)
    for url in titles:
        by_host[url.split("/")[2].partition(":")[0]].append(url)
    for host, urls in by_host.items():
        (folder / host / "robots.txt").write_text("User-agent: *\nAllow: /\n", "utf-8")
        for name, listed in (("first.xml", urls[:first]), ("all.xml", urls)):
            (folder / host / name).write_text(_feed(host, {url: titles[url] for url in listed}), "utf-8")
    return Farm(folder, dict(by_host))


def _make_up(folder: Path, sites: int, pages: int) -> dict[str, str]:
    titles = {}
    for site in range(sites):
        host = f"127.0.1.{site + 1}"
        (folder / host / "news").mkdir(parents=True)
        for page in range(pages):
            number = site * pages + page
            (folder / host / "news" / f"{page}.html").write_bytes(page_of(number, None))
            titles[f"http://{host}:{PORT}/news/{page}.html"] = title_of(number)
    return titles


def _feed(host: str, titles: dict[str, str]) -> str:
    items = "".join(
        f"<item><title>{html.escape(title)}</title><link>{url}</link><guid>{url}</guid></item>"
        for url, title in titles.items()
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'


@contextmanager
def serving(farm: Farm) -> Iterator[str]:
    """Serve the farm from a process of its own until the end of the block; gives what serves it."""
    nginx, host = shutil.which("nginx"), next(iter(farm.pages))
    if asyncio.run(_answers(host)):
        raise SystemExit(f"somebody else listens on {host}:{PORT}")
    with tempfile.TemporaryDirectory() as folder:
        command: list[str | Path] = [sys.executable, __file__, farm.folder]
        if nginx:
            listen = "\n        ".join(f"listen {host}:{PORT};" for host in farm.pages)
            user = "user root;" if os.geteuid() == 0 else ""  # else it may not read the folder
            text = _NGINX.format(user=user, folder=folder, listen=listen, farm=farm.folder)
            (Path(folder) / "nginx.conf").write_text(text, "utf-8")
            command = [nginx, "-p", folder, "-c", f"{folder}/nginx.conf"]
        process = subprocess.Popen(command)
        try:
            while not asyncio.run(_answers(host)):
                if process.poll() is not None:
                    raise SystemExit("the farm's server did not start")
                time.sleep(0.05)
            yield "nginx" if nginx else "a server of our own"
        finally:
            process.terminate()
            process.wait()


async def _answers(host: str) -> bool:
    """Say whether somebody takes connections there."""
    try:
        _, writer = await asyncio.open_connection(host, PORT)
    except OSError:
        return False
    writer.close()
    return True


async def _serve(folder: Path) -> None:
    """Answer for all hosts, from memory."""
    files = [file for file in folder.glob("*/**/*") if file.is_file()]
    answers = {file.relative_to(folder).as_posix(): _answer("200 OK", file.read_bytes(), file.suffix) for file in files}
    missing = _answer("404 Not Found", b"", ".txt")

    class Connection(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.transport, self.waiting = transport, b""
            self.host = transport.get_extra_info("sockname")[0]

        def data_received(self, data: bytes) -> None:
            *heads, self.waiting = (self.waiting + data).split(b"\r\n\r\n")
            for head in heads:
                path = head.split(b" ", 2)[1].decode()
                self.transport.write(answers.get(self.host + path, missing))

    loop = asyncio.get_running_loop()
    for host in {name.partition("/")[0] for name in answers}:
        await loop.create_server(Connection, host, PORT, backlog=256)
    await asyncio.Event().wait()


def _answer(status: str, body: bytes, suffix: str) -> bytes:
    kind = _KINDS.get(suffix, "application/octet-stream")
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
