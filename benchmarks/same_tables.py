"""Do two trees of the project store the same? Compares all tables after the same made-up visits, by hash.

    python benchmarks/same_tables.py OTHER_TREE [--visits 4000] [--seed 1]

Both trees store the visits of one seed in processes of their own: new articles, copies of them at other outlets and in
the other script, edits, returns to earlier texts, redirects, other days of one URL, changed teasers, pages that are
none, failures and lost leases. OTHER_TREE (``git worktree add``) commits them one by one; this tree delivers them in
batches of 1, 10 and 32, prepared beforehand and not. Prints the tables that differ, and ends with 1 where one does.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from balkan_crawler.errors import LeaseLostError
from balkan_crawler.model import (
    Article,
    Candidate,
    Discovery,
    Hints,
    Lease,
    Outlet,
    Place,
    Teaser,
    UrlState,
    Visit,
)
from balkan_crawler.storage import open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OUTLETS = tuple(
    Outlet(
        key=f"proba_{number}",
        name=f"Proba {number}",
        country="RS",
        languages=("sr",),
        timezone=zone,
        homepage=f"https://proba-{number}.rs/",
    )
    for number, zone in enumerate(("Europe/Belgrade", "Europe/Athens", "Europe/London", "Europe/Skopje"))
)
LETTERS = "abcčćdđefghijklmnoprsštuvzžабвгдђежзлмњошћчџ"
VARIANTS = (1, 10, 32)
OF_THE_CODE = {"rules"}
"""Tables that say by which code they were written."""

Made = tuple[Visit, datetime, bool]
"""A visit, when it is stored, and whether under a lease that was lost."""


def visits(count: int, seed: int) -> Iterator[Made]:
    """Make visits up, each with another time."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(2, 9))) for _ in range(4000)]
    known: list[tuple[Visit, Article]] = []
    now = NOON
    for number in range(count):
        now += timedelta(seconds=chance.uniform(0, 600))
        outlet = chance.choice(OUTLETS)
        kind = chance.random()
        if kind < 0.06 or not known:
            visit = _failed(chance, outlet, number)
        elif kind < 0.5:
            visit = _again(chance, chance.choice(known[-200:]), words)
        elif kind < 0.65:
            visit = _copied(chance, outlet, chance.choice(known[-400:])[1], number, words)
        else:
            visit = None
        if visit is None or not known:
            visit = _new(chance, outlet, number, words, now)
        if visit.article is not None:
            known.append((visit, visit.article))
        yield replace(visit, fetched=now if chance.random() < 0.7 else None), now, chance.random() < 0.01


def _text(chance: random.Random, words: list[str], count: int) -> str:
    return " ".join(chance.choices(words, k=count)).capitalize() + chance.choice([".", "!", "", "…", " ."])


def _new(chance: random.Random, outlet: Outlet, number: int, words: list[str], now: datetime) -> Visit:
    url = f"{outlet.homepage}vesti/2026/11/{number}-{'-'.join(chance.choices(words, k=3))}"
    body = "\n".join(_text(chance, words, chance.randint(1, 60)) for _ in range(chance.randint(0, 8)))
    published = chance.choice([None, now, now - timedelta(hours=chance.uniform(0, 90))])
    article = Article(
        url=chance.choice([url, url, url, f"{url}/amp", f"{url}?utm_source=x", "ftp://x", f"{url}-kanon"]),
        title=_text(chance, words, 7) + chance.choice(["", " \u200b", "  x"]),
        lead=chance.choice([None, "", _text(chance, words, 15), "a  \n\n b"]),
        body=body,
        authors=tuple(chance.choices(words, k=chance.randint(0, 2))),
        tags=(*chance.choices(words, k=chance.randint(0, 4)), " "),
        published=published,
        modified=chance.choice([None, now]),
        language="sr",
        script=chance.choice(["Latn", "Cyrl", None]),
    )
    return Visit(
        url=url,
        outlet=outlet.key,
        state=UrlState.DONE,
        outcome="article",
        status=200,
        article=article,
        teasers=_teasers(chance, outlet, words),
        aliases=(*(f"{url}?p={each}" for each in range(chance.choice([0, 0, 1, 2]))), "no url"),
        next_visit=now + timedelta(hours=1),
        oddities=chance.choice([(), (), ("canonical-refused",)]),
        etag=chance.choice([None, '"a"']),
        page_hash=chance.choice([None, f"1:{number}"]),
    )


def _teasers(chance: random.Random, outlet: Outlet, words: list[str]) -> tuple[Teaser, ...]:
    return tuple(
        Teaser(
            url=chance.choice([f"{outlet.homepage}{place}/{chance.choice(words)}?b=1&a=2", "javascript:x"]),
            title=chance.choice([_text(chance, words, 6), " "]),
            excerpt=chance.choice([None, _text(chance, words, 12)]),
            heading=chance.choice([None, "Read  also"]),
            place=chance.choice(list(Place)),
            position=place,
        )
        for place in range(chance.choice([0, 3, 12]))
    )


def _again(chance: random.Random, known: tuple[Visit, Article], words: list[str]) -> Visit:
    """Visit a page again: the same, edited, moved, read otherwise, gone."""
    visit, article = known
    kind = chance.random()
    if kind < 0.1:
        return replace(visit, article=None, teasers=(), outcome=chance.choice(["http-404", "listing", "unchanged"]))
    if kind < 0.5:
        lines = article.body.split("\n")
        lines[chance.randrange(len(lines))] = _text(chance, words, 30)
        article = replace(article, body="\n".join(lines))
        page_hash = chance.choice([visit.page_hash, "1:other"])
        return replace(visit, article=article, page_hash=page_hash, teasers=chance.choice([(), visit.teasers]))
    if kind < 0.6:
        return replace(visit, article=replace(article, lead=_text(chance, words, 9)))
    if kind < 0.7:
        return replace(visit, article=replace(article, script="Grek"))
    if kind < 0.8:
        moved = replace(article, url=f"{article.url}-premesteno")
        return replace(visit, article=moved, aliases=(visit.url, article.url))
    if kind < 0.9 and article.published is not None:
        return replace(visit, article=replace(article, published=article.published - timedelta(days=1)))
    return visit


def _copied(chance: random.Random, outlet: Outlet, article: Article, number: int, words: list[str]) -> Visit:
    url = f"{outlet.homepage}preneto/{number}"
    lines = [*article.body.split("\n"), _text(chance, words, 8)][chance.choice([0, 0, 1]) :]
    copied = replace(article, url=url, body="\n".join(lines), title=_text(chance, words, 6))
    return Visit(url=url, outlet=outlet.key, state=UrlState.DONE, outcome="article", status=200, article=copied)


def _failed(chance: random.Random, outlet: Outlet, number: int) -> Visit:
    outcome = chance.choice(["timeout", "http-503", "http-404", "soft-404"])
    url = f"{outlet.homepage}nema/{number}"
    return Visit(url=url, outlet=outlet.key, state=UrlState.FAILED, outcome=outcome, reason="no  word", status=None)


def write(database: Path, count: int, seed: int, batch: int, is_prepared: bool) -> None:
    """Store the visits; a batch of 0 commits each by itself, as every tree can."""
    with open_store(database) as store:
        store.register(OUTLETS, NOON)
        keys = [outlet.key for outlet in OUTLETS]
        leases = {lease.outlets[0]: lease for lease in store.lease(keys, "same:1:1", NOON, 3600)}
        for key in keys:
            names = (f"https://proba-{key[-1]}.rs/vesti/2026/11/{number}-x" for number in range(50))
            hints = Hints(title="x", modified=NOON)
            found = [
                Candidate(url=url, outlet=key, found_by=Discovery.FEED, found_in="f", hints=hints) for url in names
            ]
            store.offer(leases[key], found, NOON)
        made = list(visits(count, seed))
        if batch:
            _deliver(store, leases, made, batch, is_prepared)
            return
        for visit, now, is_lost in made:
            with suppress(LeaseLostError):
                store.commit(_held(leases[visit.outlet], is_lost), [visit], now, 7)


def _held(lease: Lease, is_lost: bool) -> Lease:
    return replace(lease, token=lease.token - 1) if is_lost else lease


def _deliver(store: object, leases: dict[str, Lease], made: list[Made], batch: int, is_prepared: bool) -> None:
    from balkan_crawler.preparation import prepare  # here, since the other tree may not have it
    from balkan_crawler.storage import Delivery, SqliteStore

    assert isinstance(store, SqliteStore)
    waiting = []
    for visit, now, is_lost in made:
        if is_prepared and visit.article is not None:
            prepared = prepare(visit.article, visit.teasers)
            times = {name: getattr(visit.article, name) for name in ("published", "modified")}
            visit = replace(visit, article=replace(prepared.article, **times), prepared=prepared)
        waiting.append(Delivery(lease=_held(leases[visit.outlet], is_lost), visit=visit, now=now, crawl=7))
    for start in range(0, len(waiting), batch):
        for answer in store.deliver(waiting[start : start + batch]):
            if isinstance(answer, Exception) and not isinstance(answer, LeaseLostError):
                raise answer


def hashes(database: Path) -> dict[str, tuple[int, str]]:
    """Give the number of rows and a hash of each table, and of the words of the full-text index."""
    found = {}
    with closing(sqlite3.connect(database)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'articles_fts', 'instance')")
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in [*sorted(names), "words"]:
            if name not in OF_THE_CODE and not name.startswith(("articles_fts_", "sqlite_", "_sqlite")):
                rows = sorted(map(repr, db.execute(f"SELECT * FROM {name}")))
                found[name] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
        [[sound]] = db.execute("PRAGMA integrity_check").fetchall()
        found["integrity"] = 1, sound
        db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--visits", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    own = Path(__file__).resolve().parent.parent
    runs = [("other", options.other.resolve(), 0, 0), ("commit", own, 0, 0)]
    runs += [(f"batches of {batch}{', prepared' * ready}", own, batch, ready) for batch in VARIANTS for ready in (0, 1)]
    differ = False
    with tempfile.TemporaryDirectory() as folder:
        expected: dict[str, tuple[int, str]] = {}
        for number, (name, tree, batch, ready) in enumerate(runs):
            database = Path(folder) / f"{number}.db"
            words = [database, options.visits, options.seed, batch, ready]
            command = [sys.executable, __file__, "--write", *map(str, words)]
            subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(tree)})
            found = hashes(database)
            expected = expected or found
            wrong = [table for table in expected if found.get(table) != expected[table]]
            differ = differ or bool(wrong)
            print(f"{name:24} {'differs in ' + ', '.join(wrong) if wrong else 'the same'}", flush=True)
    print(", ".join(f"{name} {count}" for name, (count, _) in expected.items() if count))
    raise SystemExit(differ)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        file, count, seed, batch, is_prepared = sys.argv[2:]
        write(Path(file), int(count), int(seed), int(batch), is_prepared == "1")
    else:
        main()
