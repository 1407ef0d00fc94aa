"""All kinds of moves, played side by side for some days, with a crawl a day."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.resolver import dnscache

from balkan_crawler import load_outlets, open_store
from balkan_crawler.discovery.sources import named_sources
from balkan_crawler.repair import repaired
from support.moves import MOVES, Day, Move, set_day, set_other, write_tables
from support.newsrooms import crawl
from support.reactor import Clock
from support.servers import Site, serve

KEYS = {f"outlet_{number:02d}": move for number, move in enumerate(MOVES)}


@dataclass(slots=True)
class Played:
    """What came of all moves: the folder of ``news.db`` and ``own.toml``, and what was asked and told each day."""

    folder: Path
    sites: dict[str, Site] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    told: list[dict[str, dict[str, object]]] = field(default_factory=list)

    def kinds(self, key: str) -> tuple[str, ...]:
        """Give the kinds of repair of an outlet, in their order."""
        with open_store(self.folder / "news.db", read_only=True) as store:
            return tuple(repair.kind.value for repair in store.repairs(key))

    def polled(self, key: str) -> frozenset[str]:
        """Give the paths of an outlet's own site that are polled in the end."""
        outlet = load_outlets(self.folder / "own.toml")[key]
        with open_store(self.folder / "news.db", read_only=True) as store:
            outlet = repaired(outlet, store.repairs(key))
        port = self.sites[key].origin.rpartition(":")[2]
        return frozenset(url.partition(f":{port}")[2] for _, url in named_sources(outlet))


def is_right(move: Move, kinds: tuple[str, ...], polled: frozenset[str]) -> bool:
    """Say whether a move ended as a careful person would have it."""
    return kinds == move.kinds and polled == frozenset(move.polled)


def play(folder: Path, days: int) -> Played:
    """Play all moves in a folder."""
    played, clock = Played(folder), Clock()
    with serve({}, *({} for _ in KEYS)) as (other, *others):
        played.sites = dict(zip(KEYS, others, strict=True))
        for key, move in KEYS.items():
            if move.host is not None:
                address = played.sites[key].origin.partition("://")[2].partition(":")[0]
                dnscache[move.host] = dnscache[f"www.{move.host}"] = address
        write_tables(folder, KEYS, played.sites)
        for number in range(days):
            _play_day(played, other, number, clock)
            clock.move(days=1)
    return played


def _play_day(played: Played, other: Site, number: int, clock: Clock) -> None:
    days = {key: Day(site, other, number, clock.now, KEYS[key].host) for key, site in played.sites.items()}
    set_other(other, list(days.values()))
    for key, day in days.items():
        set_day(KEYS[key], day)
    before = {key: len(site.requests) for key, site in played.sites.items()}
    done = crawl(played.folder, list(KEYS), "--json", clock=clock, settings={"DOWNLOAD_DELAY": 0})
    played.told.append(json.loads(done.stdout)["outlets"])
    played.asked.append({key: site.asked()[before[key] :] for key, site in played.sites.items()})
