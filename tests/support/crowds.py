"""Crawlers in processes of their own that share one archive on a server: started, killed, stalled, and held to account.

They stay, as those of `balkan-crawler run` do: a site that one of them leaves behind is another one's.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import psutil

from support.crowd_farm import CONTACT, Farm

_ALONE: Final = ("setsid",) if shutil.which("setsid") else ()
"""A session of its own for each, by which Linux shares a busy machine."""
_CODE: Final = """
import json, sys
import balkan_crawler.settings as settings
changes = json.loads(sys.argv.pop(1))
held_rest = changes.pop("held_rest", None)
vars(settings).update(changes)
if held_rest is not None:
    from datetime import timedelta
    from balkan_crawler.spiders import staying
    staying.HELD_REST = timedelta(seconds=held_rest)
from balkan_crawler.cli import main
main()
"""


@dataclass(slots=True)
class Crawler:
    """One crawling process, with its workers."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    keys: Sequence[str]

    def processes(self) -> list[psutil.Process]:
        """Give the process and all that it has started."""
        main = psutil.Process(self.process.pid)  # type: ignore[no-untyped-call]
        return [main, *main.children(recursive=True)]  # type: ignore[no-untyped-call]

    def kill(self) -> None:
        """End it as a power cut would."""
        for each in self.processes():
            each.kill()  # type: ignore[no-untyped-call]
        self.process.wait()

    def stop(self) -> None:
        """Have it stand still, as a machine that sleeps would."""
        for each in self.processes():
            each.suspend()  # type: ignore[no-untyped-call]

    def go_on(self) -> None:
        """Wake it."""
        for each in self.processes():
            each.resume()  # type: ignore[no-untyped-call]

    def end(self) -> None:
        """Ask it to end in good order."""
        self.process.send_signal(signal.SIGTERM)

    def said(self) -> str:
        """Give all that it said, and logged."""
        files = (self.log, self.log.with_suffix(".err"))
        return "".join(file.read_text("utf-8", "replace") for file in files if file.exists())


@dataclass(slots=True)
class Crowd:
    """The crawlers of one archive. Each has some outlets, which it shares with its neighbours.

    Among the ``settings``, ``held_rest`` are the seconds for which a site is left to another crawler.
    """

    farm: Farm
    folder: Path
    url: str
    lease_seconds: float
    settings: Mapping[str, object] = field(default_factory=dict)
    crawlers: dict[str, Crawler] = field(default_factory=dict)
    ended: list[Crawler] = field(default_factory=list)
    _count: int = 0

    def start(self, keys: Sequence[str], url: str | None = None, before: Sequence[str] = ()) -> Crawler:
        """Start a crawler of outlets; ``before`` stands before its command."""
        self._count += 1
        name = f"crawler-{self._count}"
        log = self.folder / f"{name}.log"
        settings: dict[str, object] = {
            **self.settings,
            "BALKAN_STAYS": True,
            "DOWNLOAD_TIMEOUT": self.lease_seconds / 3,
        }
        settings |= {"BALKAN_LEASE_SECONDS": self.lease_seconds, "BALKAN_WORKERS": 1}
        words = [*_ALONE, *before, sys.executable, "-c", _CODE, json.dumps(settings)]
        words += ["crawl", *keys, "--db", url or self.url, "--outlets", str(self.folder / "outlets.toml")]
        words += ["--allow-private", "--quiet", "--contact", name + CONTACT, "--log-file", str(log), "--revisits", "0"]
        words += ["--shortest-poll", "0.5", "--longest-poll", "1"]
        with log.with_suffix(".err").open("wb") as told:
            process = subprocess.Popen(words, stdout=told, stderr=told, cwd=self.folder, env=_environment())
        self.crawlers[name] = crawler = Crawler(name, process, log, keys)
        return crawler

    def replace(self, crawler: Crawler) -> Crawler:
        """Start another one in the place of one that was killed."""
        self.ended.append(self.crawlers.pop(crawler.name))
        return self.start(crawler.keys)

    def gone(self) -> list[Crawler]:
        """Give the crawlers that have ended, which nobody had asked them to."""
        return [each for each in self.crawlers.values() if each.process.poll() is not None]

    def end(self, seconds: float) -> list[int | None]:
        """End all crawlers in good order; gives their exit codes, ``None`` for one that did not end in time."""
        for each in self.crawlers.values():
            each.end()
        until = monotonic() + seconds
        while any(each.process.poll() is None for each in self.crawlers.values()) and monotonic() < until:
            sleep(0.1)
        codes = [each.process.poll() for each in self.crawlers.values()]
        self.break_off()
        return codes

    def break_off(self) -> None:
        """Kill what is left."""
        for each in self.crawlers.values():
            if each.process.poll() is None:
                each.kill()


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    paths = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    return os.environ | {"PYTHONPATH": paths, "NO_COLOR": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an archive holds, beside what was offered: all but the first three have to be nothing."""

    offered: int
    articles: int
    done: int
    lost: int
    doubled: int
    visited_twice: int
    held_leases: int
    taken_urls: int

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost, doubled or left."""
        amounts = (self.lost, self.doubled, self.visited_twice, self.held_leases, self.taken_urls)
        return not any(amounts) and self.offered == self.articles == self.done


def account(url: str, offered: set[str]) -> Account:
    """Take stock of an archive whose crawlers have ended."""
    import psycopg

    with psycopg.connect(url) as connection:

        def numbers(statement: bytes) -> int:
            row = connection.execute(statement).fetchone()
            assert row is not None
            return int(row[0])

        stored = [link for (link,) in connection.execute(b"SELECT url FROM articles")]
        return Account(
            offered=len(offered),
            articles=len(stored),
            done=numbers(b"SELECT count(*) FROM _frontier WHERE state = 'done' AND outcome = 'article'"),
            lost=len(offered - set(stored)),
            doubled=len(stored) - len(set(stored)),
            visited_twice=numbers(b"SELECT count(*) FROM _frontier WHERE visits > 1"),
            held_leases=numbers(b"SELECT count(*) FROM _sites WHERE holder IS NOT NULL"),
            taken_urls=numbers(b"SELECT count(*) FROM _frontier WHERE state = 'leased'"),
        )
