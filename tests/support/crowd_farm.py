"""A farm of sites that log when each request began and ended, and by whom it was made: what many crawlers did to them.

    python crowd_farm.py FOLDER

Any address of this machine is a site, so each is a politeness key of its own. A site has a feed and articles, made up
when they are asked for. A crawler is known by the contact in its User-Agent.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Final

CONTACT: Final = "@crawlers.example"
"""What follows a crawler's name in its contact."""
_TICK: Final = 0.02
_SYLLABLES: Final = "ba ke li mo nu ra sto vi za der gor has jun kel lam mir pon rek sav tor".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Farm:
    """Sites at consecutive addresses behind ``first``, which all have so many articles.

    ``delay`` are the seconds that each asks for between two requests, ``latency`` those until it answers, at most. An
    article has so many ``words``.
    """

    folder: str
    first: str = "127.0.20.1"
    port: int = 0
    sites: int
    articles: int
    delay: float
    latency: float = 0.2
    words: int = 220

    def host(self, number: int) -> str:
        """Give the address of a site."""
        packed = int.from_bytes(socket.inet_aton(self.first), "big") + number
        return socket.inet_ntoa(packed.to_bytes(4, "big"))

    def keys(self) -> list[str]:
        """Name the outlets, one a site."""
        return [f"site_{number}" for number in range(self.sites)]

    def urls(self) -> set[str]:
        """Give the addresses of all articles."""
        numbers = itertools.product(range(self.sites), range(self.articles))
        return {f"http://{self.host(site)}:{self.port}{_path(article)}" for site, article in numbers}

    def tables(self) -> str:
        """Write the outlets file."""
        return "\n".join(
            f"""[site_{number}]
name = "Site {number}"
country = "AL"
languages = ["en"]
timezone = "Europe/Tirane"
homepage = "http://{self.host(number)}:{self.port}/"
feeds = ["http://{self.host(number)}:{self.port}/feed.xml"]
delay = {self.delay}
delay_reason = "a site of our own"
"""
            for number in range(self.sites)
        )

    def slowest(self) -> float:
        """Give the seconds for which the sites' own process stood still at the worst, and noted nothing."""
        file = Path(self.folder, "slowest")
        return float(file.read_text("utf-8") or 0) if file.exists() else 0.0

    def requests(self) -> list[Asked]:
        """Read the log: what was asked so far."""
        lines = Path(self.folder, "requests.tsv").read_text("utf-8").splitlines()
        fields = (line.split("\t") for line in lines)
        return [Asked(float(begin), float(end), host, who, path) for begin, end, host, who, path in fields]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, in seconds of the monotonic clock; one whose client went away ended then."""

    begin: float
    end: float
    host: str
    crawler: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How well a log is in order.

    ``at_once`` are pairs of requests of one site that overlapped; ``early`` those that followed each other sooner than
    the delay allows, with the seconds between. ``handovers`` counts pairs of two crawlers.
    """

    at_once: Sequence[tuple[Asked, Asked]]
    early: Sequence[tuple[float, Asked, Asked]]
    handovers: int
    shortest: float
    shortest_handover: float


def manners(requests: Iterable[Asked], delay: float) -> Manners:
    """Judge a log; ``delay`` are the least seconds from the begin of a request to that of the next one of its site."""
    ordered = sorted(requests, key=lambda asked: (asked.host, asked.begin))
    pairs = [(one, other) for one, other in itertools.pairwise(ordered) if one.host == other.host]
    gaps = [(other.begin - one.begin, one, other) for one, other in pairs]
    handed = [gap for gap, one, other in gaps if one.crawler != other.crawler]
    return Manners(
        at_once=[(one, other) for one, other in pairs if other.begin < one.end],
        early=[gap for gap in gaps if gap[0] < delay],
        handovers=len(handed),
        shortest=min((gap for gap, *_ in gaps), default=0.0),
        shortest_handover=min(handed, default=0.0),
    )


@contextmanager
def farming(farm: Farm) -> Iterator[Farm]:
    """Run the sites in a process of their own; gives the farm with its port."""
    order = Path(farm.folder, "farm.json")
    order.write_text(json.dumps(asdict(farm)), "utf-8")
    process = subprocess.Popen([sys.executable, __file__, farm.folder])
    try:
        ready = Path(farm.folder, "port")
        while not ready.exists():
            assert process.poll() is None, "the farm did not start"
            sleep(0.05)
        yield replace(farm, port=int(ready.read_text("utf-8")))
    finally:
        process.terminate()
        process.wait()


# The sites


def _path(article: int) -> str:
    return f"/news/decision-of-the-town-number-{article}"


def _answer(farm: Farm, host: str, path: str) -> tuple[str, str]:
    """Give the kind and the text of a document; no kind where there is none."""
    number = path.rpartition("-")[2]
    if path == "/robots.txt":
        return "text/plain", "User-agent: *\nAllow: /\n"
    if path == "/feed.xml":
        origin = f"http://{host}:{farm.port}"
        items = "".join(
            f"<item><title>{_title(host, article)}</title><link>{origin}{_path(article)}</link></item>"
            for article in range(farm.articles)
        )
        head = f"<title>Town</title><link>{origin}/</link>"
        return "application/rss+xml", f"<rss version='2.0'><channel>{head}{items}</channel></rss>"
    if number.isdecimal() and path == _path(int(number)) and int(number) < farm.articles:
        return "text/html; charset=utf-8", _page(host, int(number), farm.words)
    return "", ""


def _title(host: str, article: int) -> str:
    return f"{' '.join(_words(f'{host} {article}', 5)).capitalize()} number {article}"


def _page(host: str, article: int, words: int) -> str:
    drawn = _words(f"text {host} {article}", words)
    lines = (" ".join(drawn[start : start + 22]).capitalize() for start in range(0, words, 22))
    text = "".join(f"<p>{line}.</p>" for line in lines)
    title, day = _title(host, article), f"2026-11-{1 + article % 22:02d}T10:00:00+01:00"
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title><meta property='og:title' content='{title}'>"
        f"<meta property='og:type' content='article'><meta property='article:published_time' content='{day}'></head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def _words(seed: str, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(count)]


class _Connection(asyncio.Protocol):
    """Answers one request after the other, each after a while."""

    def __init__(self, farm: Farm, log: int) -> None:
        self._farm, self._log = farm, log
        self._read, self._asked = b"", ("", "", 0.0)
        self._answering: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host = str(transport.get_extra_info("sockname")[0])

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, ends, self._read = self._read.partition(b"\r\n\r\n")
        if not ends:
            self._read = head
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        who = headers.get("user-agent", "").partition(CONTACT)[0].rpartition("+")[2]
        self._asked = (who, first.split(" ")[1], monotonic())
        wait = random.uniform(0, self._farm.latency)
        self._answering = asyncio.get_running_loop().call_later(wait, self._answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answering is not None:
            self._answering.cancel()
            self._note()

    def _answer(self) -> None:
        kind, text = _answer(self._farm, self._host, self._asked[1])
        body = text.encode()
        status = "200 OK" if kind else "404 Not Found"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind or 'text/plain'}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._note()
        self._transport.write(head.encode() + body)

    def _note(self) -> None:
        self._answering = None
        who, path, begin = self._asked
        os.write(self._log, f"{begin:.6f}\t{monotonic():.6f}\t{self._host}\t{who}\t{path}\n".encode())


async def _serve(known: Mapping[str, object]) -> None:
    farm = Farm(**known)  # type: ignore[arg-type]
    log = os.open(Path(farm.folder, "requests.tsv"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    listening = socket.create_server(("0.0.0.0", farm.port), backlog=1024)
    farm = replace(farm, port=listening.getsockname()[1])
    await asyncio.get_running_loop().create_server(lambda: _Connection(farm, log), sock=listening, backlog=1024)
    part = Path(farm.folder, "port.part")
    part.write_text(str(farm.port), "utf-8")
    part.rename(part.with_name("port"))
    slowest = 0.0
    while True:
        before = monotonic()
        await asyncio.sleep(_TICK)
        if monotonic() - before - _TICK > slowest:
            slowest = monotonic() - before - _TICK
            Path(farm.folder, "slowest").write_text(f"{slowest:.3f}", "utf-8")


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(Path(sys.argv[1], "farm.json").read_text("utf-8"))))
