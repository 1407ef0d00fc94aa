"""How long searches take over PostgreSQL in a large archive: first pages of every kind, counts, facets, overviews.

    PYTHONPATH=tests python benchmarks/postgres_search.py --articles 1000000       # ten minutes on two idle cores
    PYTHONPATH=tests python benchmarks/postgres_search.py --url postgresql:///million
    PYTHONPATH=tests python benchmarks/postgres_search.py --url postgresql:///million --only relevance

The archive is that of ``postgres_million.py``. A first page is its 20 articles with the number of all, as the command
``search`` asks for them. Given are the time by the clock and that of the CPU, the server's with the client's. With
``--url`` the archive is made in an empty database, or used as it is there.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import psutil
from made_up_articles import TO_CYRILLIC, Language, press
from postgres_million import UNTIL, fill
from support.postgres_servers import server

from balkan_crawler.storage import Filter, Order, Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS: Final = {"frequent": (0, 50), "usual": (500, 2_000), "rare": (10_000, 30_000)}
ASKED_MILLISECONDS: Final = 150
SETTINGS: Final = "shared_buffers=1GB maintenance_work_mem=1GB max_wal_size=8GB synchronous_commit=off"
_DAY: Final = UNTIL.date()
_FILTERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "country": {"countries": ("RS", "HR")},
    "rare country": {"countries": ("XK",)},
    "language": {"languages": ("el",)},
    "section": {"sections": ("Sport",)},
    "unknown section": {"sections": ("Vremeplov",)},
    "access": {"access": ("locked",)},
    "agency": {"agencies": ("Tanjug",)},
    "a day long ago": {"since": date(2025, 6, 1), "until": date(2025, 6, 1)},
    "a year": {"since": _DAY - timedelta(days=500), "until": _DAY - timedelta(days=135)},
    "copies once": {"unique": True},
}
_Asked: TypeAlias = Callable[[Store], object]


def cpu_seconds(process: int) -> float:
    """Give the CPU time of a process to the microsecond where the system tells it."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        times = psutil.Process(process).cpu_times()  # type: ignore[no-untyped-call]
        return float(times.user + times.system)


@contextmanager
def measured(store: Store) -> Iterator[list[float]]:
    """Give the milliseconds of a block: by the clock, and of the CPU of client and server with its helpers."""
    found: list[float] = []
    backends = [each.info.backend_pid for each in store._idle]  # type: ignore[attr-defined]
    parent = psutil.Process(backends[0]).parent()  # type: ignore[no-untyped-call]

    def cpu() -> float:
        ended = parent.cpu_times() if parent else None  # processes that helped, in hundredths of a second
        helped = float(ended.children_user + ended.children_system) if ended else 0.0
        return time.process_time() + helped + sum(map(cpu_seconds, backends))

    clock, used = time.perf_counter(), cpu()
    yield found
    found += [(time.perf_counter() - clock) * 1000, (cpu() - used) * 1000]


def show(name: str, times: list[list[float]]) -> None:
    """Print the times of a kind of question."""
    clock, cpu = (sorted(each) for each in zip(*times, strict=True))
    at = int(len(clock) * 0.95)
    print(
        f"{name:44} {statistics.median(clock):7.1f} ms, p95 {clock[at]:7.1f}"
        f"   CPU {statistics.median(cpu):7.1f} ms, p95 {cpu[at]:7.1f}",
        flush=True,
    )


def filters(languages: Mapping[str, Language], chance: random.Random) -> dict[str, Filter]:
    """Give one search of each kind, at random."""
    of = chance.choice(list(languages.values()))

    def word(kind: str) -> str:
        return str(of.forms[chance.randrange(*KINDS[kind]) * of.endings])

    asked: dict[str, Filter] = {}
    for order in Order:
        for kind in KINDS:
            of = chance.choice(list(languages.values()))
            asked[f"{kind}, by {order}"] = Filter(query=word(kind), order=order)
            asked[f"{kind}, two words, by {order}"] = Filter(query=f"{word(kind)} {word(kind)}", order=order)
            asked[f"{kind}, in quotes, by {order}"] = Filter(query=f'"{word(kind)}"', order=order)
            asked[f"{kind}, in titles, by {order}"] = Filter(query=f"title:{word(kind)}", order=order)
            asked[f"{kind}, beginning, by {order}"] = Filter(query=f"{word(kind)[:4]}*", order=order)
        asked[f"frequent without usual, by {order}"] = Filter(query=f"{word('frequent')} -{word('usual')}", order=order)
        asked[f"phrase of two frequent, by {order}"] = Filter(
            query=f'"{word("frequent")} {word("frequent")}"', order=order
        )
        asked[f"phrase of frequent and usual, by {order}"] = Filter(
            query=f'"{word("frequent")} {word("usual")}"', order=order
        )
        of = languages["sr"]
        asked[f"frequent in Cyrillic, by {order}"] = Filter(query=word("frequent").translate(TO_CYRILLIC), order=order)
        for name, narrow in _FILTERS.items():
            asked[f"frequent, {name}, by {order}"] = Filter(query=word("frequent"), order=order, **narrow)
    for name, narrow in _FILTERS.items():
        asked[f"usual, {name}"] = Filter(query=word("usual"), **narrow)
        asked[f"no word, {name}"] = Filter(**narrow)
    of = chance.choice(list(languages.values()))
    near = " ".join(word("usual" if place else "frequent") for place in range(3))
    asked["three words NEAR each other"] = Filter(query=f"NEAR({near}, 10)")
    frequent = " ".join(word("frequent") for _ in range(3))
    asked["three frequent words NEAR each other"] = Filter(query=f"NEAR({frequent}, 10)")
    asked["no word"] = Filter()
    return asked


def overviews(store: Store, chance: random.Random) -> dict[str, _Asked]:
    """Give what else is asked of the whole archive."""
    outlet = chance.choice(sorted(store.outlets()))
    week = _DAY - timedelta(days=6)
    return {
        "newest": lambda store: store.newest(_DAY, 20),
        "outlets": lambda store: store.outlet_lines(_DAY),
        "languages of a week": lambda store: store.language_counts(week, _DAY),
        "portrait of an outlet, 30 days": lambda store: store.portrait(outlet, _DAY - timedelta(days=29), _DAY),
        "stories of a week": lambda store: store.copied_stories(week, _DAY, 10),
        "headlines of a week": lambda store: store.changed_headlines(week, _DAY),
        "counts of 30 days": lambda store: store.daily_counts(_DAY - timedelta(days=29), _DAY),
        "statistics": lambda store: store.statistics(),
        "suggestions": lambda store: store.suggest(Filter(query="kraljevotz beograd")),
        "facets: state": lambda store: store.archive_state(),
        "facets: columns": lambda store: store.facet_columns(),
        "facets: columns of two days": lambda store: store.facet_columns(
            [_DAY.isoformat(), (_DAY - timedelta(days=1)).isoformat()]
        ),
        "facets: copies": lambda store: store.copies(),
        "facets: keys of labels": lambda store: store.label_keys(),
        "facets: numbers": lambda store: store.article_numbers(),
    }


def questions(languages: Mapping[str, Language], chance: random.Random, store: Store) -> dict[str, _Asked]:
    """Give one question of each kind, at random."""
    asked: dict[str, _Asked] = {}
    for kind, each in filters(languages, chance).items():
        asked[kind] = _page(each)
        if each.query is not None and kind.startswith(tuple(KINDS)) and "," not in kind[: kind.rfind(", by")]:
            asked[f"facets: matches, {kind}"] = _matches(each)
    return asked | overviews(store, chance)


def _page(wanted: Filter) -> _Asked:
    return lambda store: (list(store.rows(replace(wanted, limit=20))), store.count(wanted))


def _matches(wanted: Filter) -> _Asked:
    return lambda store: store.text_matches(wanted)


def main() -> None:
    """Make the archive where there is none, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--made", type=int, default=50_000, help="articles with a text of their own")
    parser.add_argument("--url", help="a database of a server that runs here; one is started otherwise")
    parser.add_argument("--each", type=int, default=15, help="questions of each kind")
    parser.add_argument("--only", default="", help="kinds with these words in their name")
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.url is not None:
        run(arguments.url, arguments)
        return
    with server(SETTINGS) as running:
        running.run("CREATE DATABASE million")
        run(running.url("million"), arguments)


def run(url: str, arguments: argparse.Namespace) -> None:
    """Fill a database where it is empty, and ask."""
    chance = random.Random(arguments.seed)
    with closing(open_store(url)) as store:
        is_filled = store.latest_article() > 0
    if not is_filled:
        begun = time.perf_counter()
        fill(url, arguments.articles, min(arguments.made, arguments.articles))
        print(f"filled in {time.perf_counter() - begun:,.0f} s", flush=True)
    languages = press(1000, UNTIL).languages
    with closing(open_store(url)) as store:
        times: dict[str, list[list[float]]] = {}
        for turn in range(arguments.each):
            for kind, ask in questions(languages, chance, store).items():
                if arguments.only not in kind or (turn > 2 and not kind.startswith(tuple(KINDS))):
                    continue
                with measured(store) as took:
                    ask(store)
                times.setdefault(kind, []).append(took)
        for kind, found in times.items():
            show(kind, found)
        of_words = [took for kind, found in times.items() if ", by " in kind and ":" not in kind for took in found]
        if of_words:
            show(f"all first pages (asked: {ASKED_MILLISECONDS} ms)", of_words)
        print(json.dumps({"articles": store.count(Filter())}))


if __name__ == "__main__":
    main()
