"""Many crawlers over one archive on a PostgreSQL server, with accidents: is anything lost, doubled, or hit at once?

    python benchmarks/crowd.py [--crawlers 32] [--sites 320] [--articles 8] [--kills 6] [--stalls 2] [--stops 1]

Starts a farm of sites, a server of its own (with fsync) and the crawlers, each with some of the sites, which it shares
with its neighbours. While they crawl, some are killed with their workers and replaced, some stand still for longer than
a lease lasts, one is cut from the network for as long (as root on Linux: it lives in a network namespace, whose line is
taken down), and the server is stopped at once, and started again. Then all are ended in good order. What the sites saw
comes from their own log, what was stored from the database. Asserts nothing about time; exit code 1 where anything is
not as it has to be.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import psycopg
from support.crowd_farm import Asked, Farm, farming, manners
from support.crowds import Crawler, Crowd, account
from support.postgres_servers import Server, server

from balkan_crawler.storage import open_store

SAFE: Final = "shared_buffers=128MB max_connections=400"
"""A server as it comes: what it said to have written is written."""
FARM: Final = "10.77"
"""The first bytes of the sites' addresses, where there are namespaces; this machine answers for all of them."""
LINE: Final = ("10.78.0.1", "10.78.0.2")
"""The two ends of the line to the crawler that is cut off."""
SHARED_WITH: Final = 3
"""So many crawlers have each site."""
STALL: Final = 1.3
"""Leases for which a crawler stands still, or is cut off."""
LOOK: Final = 0.5


@dataclass(slots=True)
class Play:
    """What is under way: the crowd, and what has to be undone at which time."""

    crowd: Crowd
    served: Server
    options: argparse.Namespace
    chance: random.Random
    undo: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    stalled: set[str] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)
    cut_off: Crawler | None = None

    def someone(self) -> Crawler:
        """Draw a crawler that is at work."""
        holders = {asked.crawler for asked in self.crowd.farm.requests()[-200:]}
        fit = [
            each
            for name, each in self.crowd.crawlers.items()
            if name in holders and name not in self.stalled and each is not self.cut_off
        ]
        return self.chance.choice(fit or [each for each in self.crowd.crawlers.values() if each is not self.cut_off])

    def kill(self) -> None:
        """Kill a crawler, and start another one in its place."""
        victim = self.someone()
        victim.kill()
        self.crowd.replace(victim)

    def stall(self) -> None:
        """Let one stand still, until its leases are over for long."""
        victim = self.someone()
        victim.stop()
        self.stalled.add(victim.name)
        self.undo.append((time.monotonic() + STALL * self.options.lease, victim.go_on))

    def cut(self) -> None:
        """Take the line of the crawler down that lives in a namespace of its own."""
        _ip("link", "set", _line(), "down")
        self.undo.append((time.monotonic() + STALL * self.options.lease, lambda: _ip("link", "set", _line(), "up")))

    def stop(self) -> None:
        """Stop the server at once, as a crash does, and start it again."""
        self.served.stop("immediate")
        self.undo.append((time.monotonic() + self.options.away, self.served.start))

    def go_on(self, *, everything: bool = False) -> None:
        """Undo what is to be undone by now."""
        now = time.monotonic()
        due = [entry for entry in self.undo if everything or entry[0] <= now]
        self.undo = [entry for entry in self.undo if entry not in due]
        for _, act in due:
            act()


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all that runs is ended
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        has_line = stack.enter_context(line()) if options.cuts else False
        settings = f"{SAFE} listen_addresses={LINE[0]} port=5432" if has_line else SAFE
        served = stack.enter_context(server(settings))
        if has_line:
            _let_in(served)
        first = f"{FARM}.0.1" if has_line else "127.0.20.1"
        sites, articles, delay = options.sites, options.articles, options.delay
        farm = Farm(folder=str(folder), first=first, sites=sites, articles=articles, delay=delay)
        farm = stack.enter_context(farming(farm))
        (folder / "outlets.toml").write_text(farm.tables(), "utf-8")
        served.run("CREATE DATABASE archive")
        url = served.url("archive")
        open_store(url).close()
        crowd = Crowd(farm, folder, url, options.lease)
        stack.callback(crowd.break_off)
        play = Play(crowd, served, options, random.Random(options.seed))
        is_right = perform(play, has_line)
        if options.keep:
            subprocess.run(["cp", "-r", str(folder), options.keep], check=True)
            subprocess.run(["cp", str(served.folder / "log"), f"{options.keep}/server.log"], check=True)
    raise SystemExit(0 if is_right else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--crawlers", type=int, default=32)
    parser.add_argument("--sites", type=int, default=320)
    parser.add_argument("--articles", type=int, default=8)
    parser.add_argument("--delay", type=float, default=1.0, help="seconds between two requests of a site")
    parser.add_argument("--lease", type=float, default=60.0, help="seconds")
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--stalls", type=int, default=2)
    parser.add_argument("--cuts", type=int, default=1)
    parser.add_argument("--stops", type=int, default=1, help="stops of the server")
    parser.add_argument("--away", type=float, default=8.0, help="seconds for which the server is away")
    parser.add_argument("--longest", type=float, default=1800.0, help="seconds after which it is given up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="a folder that logs are copied to")
    return parser.parse_args()


def perform(play: Play, has_line: bool) -> bool:
    """Crawl, with accidents; gives whether all is as it has to be."""
    options, crowd = play.options, play.crowd
    start = time.monotonic()
    for number in range(options.crawlers):
        is_last = number == options.crawlers - 1
        if is_last and has_line:
            url = f"postgresql://{play.served.user}@{LINE[0]}:5432/archive"
            play.cut_off = crowd.start(_keys(play, number), url, ("ip", "netns", "exec", _line()))
        else:
            crowd.start(_keys(play, number))
    accidents = ["kill"] * options.kills + ["stall"] * options.stalls + ["stop"] * options.stops
    accidents += ["cut"] * (options.cuts if has_line else 0)
    play.chance.shuffle(accidents)
    offered, planned = crowd.farm.urls(), len(accidents)
    stored = 0
    while time.monotonic() < start + options.longest:
        time.sleep(LOOK)
        play.go_on()
        stored = _stored(crowd.url, stored)
        while accidents and stored >= len(offered) * (1 + planned - len(accidents)) / (planned + 2):
            accident = accidents.pop()
            print(f"{time.monotonic() - start:6.0f} s {stored:>6} articles: {accident}", flush=True)
            play.told[accident] += 1
            getattr(play, accident)()
        for each in crowd.gone():
            print(
                f"{time.monotonic() - start:6.0f} s {each.name} ended: {each.said().strip().splitlines()[-1:]}",
                flush=True,
            )
            play.told["ended"] += 1
            crowd.replace(each)
        if (stored >= len(offered) and not accidents and not play.undo) or play.told["ended"] > options.crawlers:
            break
    play.go_on(everything=True)
    print(f"{time.monotonic() - start:6.0f} s {stored:>6} articles: all are ended", flush=True)
    _settle(crowd.url, 1.5 * options.lease)
    codes = crowd.end(60)
    return tell(play, offered, codes)


def _keys(play: Play, number: int) -> list[str]:
    """Choose the outlets of a crawler, which it shares with those that were started before and after it."""
    keys, crawlers = play.crowd.farm.keys(), play.options.crawlers
    first, some = number * len(keys) // crawlers, -(-len(keys) * min(SHARED_WITH, crawlers) // crawlers)
    return [keys[place % len(keys)] for place in range(first, first + some)]


def _stored(url: str, known: int) -> int:
    """Count the articles; while the server is away, it is as it was."""
    with contextlib.suppress(psycopg.Error), psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute("SELECT count(*) FROM articles").fetchone()
        return int(row[0]) if row else known
    return known


def _settle(url: str, seconds: float) -> None:
    """Wait until no lease is left of one that was killed: another one takes it over in the end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT count(*) FROM _sites WHERE holder IS NOT NULL").fetchone()
        if row == (0,):
            return
        time.sleep(LOOK)


def tell(play: Play, offered: set[str], codes: Sequence[int | None]) -> bool:
    """Print the numbers; gives whether they are right."""
    crowd, delay = play.crowd, play.options.delay
    requests = crowd.farm.requests()
    noise = crowd.farm.slowest()
    seen, found = manners(requests, delay), account(crowd.url, offered)
    handed = [gap for gap, one, other in seen.early if one.crawler != other.crawler and gap < delay - noise]
    fetched = Counter((asked.host, asked.path) for asked in requests if asked.path.startswith("/news/"))
    said = [each.said() for each in (*crowd.crawlers.values(), *crowd.ended)]
    tracebacks = sum("Traceback" in text for text in said)
    rows: list[tuple[str, object, object]] = [
        ("accidents", dict(play.told), ""),
        ("requests", len(requests), ""),
        ("pairs of requests of a site by two crawlers", seen.handovers, ""),
        ("requests of a site at once", len(seen.at_once), 0),
        ("the sites' own process stood still for up to", f"{noise:.3f} s", ""),
        ("shortest time between two crawlers", f"{seen.shortest_handover:.3f} s", f">= {delay:g}, less that"),
        ("shortest time of one crawler", f"{seen.shortest:.3f} s", "its own slot keeps it"),
        ("the same, sooner than nine tenths", sum(gap < delay * 0.9 for gap, *_ in seen.early), ""),
        ("articles offered, stored, done", (found.offered, found.articles, found.done), "the same"),
        ("articles lost", found.lost, 0),
        ("articles doubled", found.doubled, 0),
        ("articles that were stored more than once", found.visited_twice, 0),
        ("leases left", found.held_leases, 0),
        ("URLs left as taken", found.taken_urls, 0),
        ("article pages fetched more than once", sum(count > 1 for count in fetched.values()), ""),
        ("crawlers that ended by themselves", play.told["ended"], 0),
        ("exit codes at the end", dict(Counter(codes)), "{0: all}"),
        ("crawlers that said a traceback", tracebacks, 0),
    ]
    for name, number, asked in rows:
        print(f"{name:46} {number!s:40} {f'(asked: {asked})' if asked != '' else ''}", flush=True)
    for one, other in seen.at_once[:10]:
        _show("at once", one, other)
    return not seen.at_once and not handed and found.is_right and not tracebacks and set(codes) == {0}


def _show(what: str, one: Asked, other: Asked) -> None:
    print(
        f"  {what}: {one.host} {one.crawler} {one.path} {one.begin:.3f}-{one.end:.3f}, "
        f"{other.crawler} {other.path} {other.begin:.3f}-{other.end:.3f}"
    )


# The line to a namespace


def _line() -> str:
    return f"crowd{os.getpid()}"[:15]


@contextmanager
def line() -> Iterator[bool]:
    """Make a namespace with a line to it; gives whether that is allowed here."""
    name = _line()
    steps = (
        ("netns", "add", name),
        ("route", "add", "local", f"{FARM}.0.0/16", "dev", "lo"),
        ("link", "add", name, "type", "veth", "peer", "name", "up0", "netns", name),
        ("addr", "add", f"{LINE[0]}/30", "dev", name),
        ("link", "set", name, "up"),
        ("-n", name, "addr", "add", f"{LINE[1]}/30", "dev", "up0"),
        ("-n", name, "link", "set", "up0", "up"),
        ("-n", name, "link", "set", "lo", "up"),
        ("-n", name, "route", "add", "default", "via", LINE[0]),
    )
    try:
        for step in steps:
            _ip(*step)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no network namespaces here ({error}): nobody is cut off", flush=True)
        _take_down(name)
        yield False
        return
    try:
        yield True
    finally:
        _take_down(name)


def _take_down(name: str) -> None:
    route = ("route", "del", "local", f"{FARM}.0.0/16", "dev", "lo")
    for step in (("link", "del", name), ("netns", "del", name), route):
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            _ip(*step)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _let_in(served: Server) -> None:
    """Let the crawler in the namespace reach the server."""
    with (served.folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as file:
        file.write(f"host all all {LINE[1]}/32 trust\n")
    served.run("SELECT pg_reload_conf()")


if __name__ == "__main__":
    main()
