"""How quickly a whole archive is copied, each way between SQLite and PostgreSQL, and that every row is the same.

    python benchmarks/made_up_archive.py small.db --articles 20000
    python benchmarks/copying.py small.db --articles 1000000 --folder /var/tmp

The large archive is made of copies of the small one, by SQL: three minutes for a million articles. The PostgreSQL
server is one of its own. Beside the time by the clock stands that of the processors (ours, our workers', the server's),
of which a machine has as many seconds a second as it has processors: the clock says little on a busy one. The parts are
what the first process was at, while others worked.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from support.postgres_servers import Server, server

from balkan_crawler.location import Location
from balkan_crawler.storage.copying import opening
from balkan_crawler.storage.copying.process import Copied, Step
from balkan_crawler.storage.copying.tables import tables

_SHIFTED = {"articles": "id", "_article_changes": "article", "_article_labels": "article"}
_LINKS = {"articles": ("url", "identity"), "teasers": ("article_url",), "versions": ("url",),
          "_frontier": ("url", "identity")}  # fmt: skip
_FINGERPRINTS = "INSERT INTO _fingerprints SELECT id, randomblob(389) FROM articles"
_BANDS = """
    WITH RECURSIVE place(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM place WHERE number < 32 * :articles - 1)
    INSERT INTO _bands
    SELECT number * :step + (random() & 4294967295) % :step, number * 2654435761 % :articles + 1 FROM place
"""
"""32 bands of each article, at random but in the order of their key, in which they are soon written."""


def enlarge(small: Path, large: Path, articles: int) -> int:
    """Make an archive of copies of a small one, with fingerprints; gives how many articles it has."""
    with closing(sqlite3.connect(small)) as source, closing(sqlite3.connect(large)) as target:
        source.backup(target)
    with closing(sqlite3.connect(large, isolation_level=None)) as db:
        for statement in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            db.execute(f"PRAGMA {statement}").fetchall()
        back = db.execute(
            "SELECT name, type, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        ).fetchall()
        for name, kind, _ in back:
            db.execute(f"DROP {kind} {name}")
        (count, last) = db.execute("SELECT count(*), max(id) FROM articles").fetchone()
        db.execute("BEGIN")
        for number in range(1, articles // count):
            for table in tables():
                if table.name in _LINKS or table.name in _SHIFTED:
                    _copy(db, table.name, list(table.columns), number, number * last)
        db.execute(_FINGERPRINTS)
        made = count * (articles // count)
        db.execute(_BANDS, {"articles": made, "step": 2**32 // (32 * made)})
        for _, _, sql in back:
            db.execute(sql)
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL").fetchall()
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def _copy(db: sqlite3.Connection, table: str, columns: list[str], number: int, shift: int) -> None:
    links, shifted = _LINKS.get(table, ()), _SHIFTED.get(table)
    columns = [name for name in columns if (table, name) != ("_article_changes", "number")]
    taken = ", ".join(
        f"{name} || '?{number}'" if name in links else f"{name} + {shift}" if name == shifted else name
        for name in columns
    )
    where = f"WHERE {shifted} <= {shift // number}" if shifted else f"WHERE instr({links[0]}, '?') = 0"
    db.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} {where}")


def processors(of: Server | None) -> float:
    """Give the seconds of processors that this process, its children and the server took so far."""
    own = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    if of is None:
        return own
    tick = os.sysconf("SC_CLK_TCK")
    first = int((of.folder / "data" / "postmaster.pid").read_text().split()[0])
    seconds = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if first in (int(folder.name), int(fields[1])):
            seconds += sum(map(int, fields[11:15] if int(folder.name) == first else fields[11:13]))
    return own + seconds / tick


def measured(name: str, source: str, target: str, of: Server | None) -> Copied:
    """Copy once, and print how long each part took."""
    spent: defaultdict[str, float] = defaultdict(float)
    part, since = "beginning", time.monotonic()

    def tell(step: Step) -> None:
        nonlocal part, since
        spent[part] += time.monotonic() - since
        part, since = f"{step.work} {step.what}" if step.work == "index" else step.work, time.monotonic()

    began, busy = time.monotonic(), processors(of)
    made = opening.copy(
        Location.of(source), Location.of(target), datetime.now(UTC), live=False, replaces=False, tell=tell
    )
    tell(Step(work="end", what=""))
    seconds, busy = time.monotonic() - began, processors(of) - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rows = sum(table.rows for table in made.tables)
    pace, pace_of_one = made.articles / seconds, made.articles / busy
    print(f"{name}: {made.articles:,} articles, {rows:,} rows in {seconds:,.0f} s: {pace:,.0f} articles/s")
    print(
        f"    {busy:,.0f} s of processors: {pace_of_one:,.0f} articles a second of one, {busy / seconds:.2f} were busy"
    )
    print(f"    {memory:,} MiB at most in the first process")
    for name, took in sorted(spent.items(), key=lambda each: -each[1])[:6]:
        print(f"    {took:8.1f} s  {name}")
    return made


def main() -> None:
    """Copy there and back."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("small", type=Path)
    arguments.add_argument("--articles", type=int, default=200_000)
    arguments.add_argument("--folder", type=Path, help="where the archives are made; by default a temporary one")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name, server() as running:
        folder = Path(name)
        began = time.monotonic()
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:  # its memory is not the copying's
            apart.submit(enlarge, given.small, folder / "large.db", given.articles).result()
        print(f"made in {time.monotonic() - began:,.0f} s, load {os.getloadavg()[0]:.1f}")
        running.run("CREATE DATABASE copy")
        there = measured("SQLite to PostgreSQL", str(folder / "large.db"), running.url("copy"), running)
        back = measured("PostgreSQL to SQLite", running.url("copy"), str(folder / "back.db"), running)
        print("digests equal" if there.tables == back.tables else "DIGESTS DIFFER", f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
