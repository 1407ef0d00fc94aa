"""A crawl of a farm of real pages, killed with SIGKILL again and again: what is lost, doubled, or fetched again?

    python benchmarks/kills.py [--kills 50] [--children 0.5] [--minutes N] [--builder FILE] [--pages FOLDER]

Builds 20 sites, serves them on loopback, and starts the real command on one database until it has been killed so often:
in a quarter of the runs after a number of requests drawn at random, mostly while it still reads robots.txt and feeds,
else after a number of articles, while others are fetched, extracted and stored. Meanwhile its workers and their fork
server are killed too, at random moments, `--children` times a second in the mean. After each kill of a run the file is
checked, and what the next run asks for is compared with what was done before it, by the server's own log. In the end a
run that nobody disturbs finishes the work (its clock is two hours ahead, since a page whose worker died twice waits an
hour), and its database is compared with that of a crawl that was never killed. Some articles are unlike those of that
crawl: what is known of an outlet depends on the pages read before, and first pages that a killed run held are not read
again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil
from farm import CRAWL, PORT, PROJECT, SITES, serving, tables
from soak import LATER

PAGES_A_KILL = 24
"""Pages of the farm for each kill, and the most that are stored before it, so that there is work left for the last."""
COULD_NOT_RUN = 3
"""The exit code of a run that found no workers: it was killed too many of them at once."""
MOST_ENDED = 30
"""So many runs may end by themselves: pages whose workers were killed wait, and others are soon done."""
LONGEST_RUN = 300.0
"""Seconds after which a run that was to be killed is given up."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How often runs are killed, how often a second their children are, and when that ends (``perf_counter``)."""

    kills: int
    children: float
    end: float


@dataclass(slots=True)
class Score:
    """What went wrong, and over how many kills."""

    kills: int = 0
    unsound: int = 0
    lost: int = 0
    doubled: int = 0
    done_fetched_again: int = 0
    orphans: int = 0
    workers: int = 0
    fork_servers: int = 0
    gave_up: int = 0
    ended: int = 0
    stored: int = 0


def main() -> None:
    options = _options()
    chance = random.Random(options.seed)
    pages = -(-options.kills * PAGES_A_KILL // SITES)
    with tempfile.TemporaryDirectory() as folder:
        farm = Path(folder) / "farm"
        command = [sys.executable, options.builder, options.pages, farm, str(SITES), str(pages)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        truth = set(json.loads((farm / "truth.json").read_text("utf-8")))
        outlets = Path(folder) / "outlets.toml"
        outlets.write_text(tables("feeds"), "utf-8")
        with serving(farm) as log:
            killed, whole = Path(folder) / "killed.db", Path(folder) / "whole.db"
            start = time.perf_counter()
            limit = Limit(options.kills, options.children, start + 60 * options.minutes)
            score = kill_again_and_again(limit, chance, outlets, killed, log)
            finish(outlets, killed, log, score)
            print(f"{score.kills} kills and the run that finished: {time.perf_counter() - start:.0f} s", flush=True)
            start_crawl(outlets, whole).wait()
        tell(score, limit, truth, rows_of(killed), rows_of(whole))


def _options() -> argparse.Namespace:
    shared = PROJECT.parent / "shared"
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--children", type=float, default=0.0, help="kills of workers and fork servers a second")
    parser.add_argument("--minutes", type=float, default=1e6, help="kill no more after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--builder", type=Path, default=shared / "farm" / "build_farm.py")
    parser.add_argument("--pages", type=Path, default=shared / "pages")
    return parser.parse_args()


def start_crawl(outlets: Path, database: Path, code: str = CRAWL) -> subprocess.Popen[bytes]:
    """Start the crawl as a user would."""
    keys = [f"farm_{number}" for number in range(1, SITES + 1)]
    command: list[str | Path] = [sys.executable, "-c", code, "crawl", *keys, "--quiet", "--allow-private"]
    command += ["--outlets", outlets, "--db", database]
    paths = os.pathsep.join([str(PROJECT), str(PROJECT / "benchmarks")])
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def kill_again_and_again(limit: Limit, chance: random.Random, outlets: Path, database: Path, log: Path) -> Score:
    """Start the crawl until it was killed so often; runs that end before their time do not count."""
    score = Score()
    while score.kills < limit.kills and time.perf_counter() < limit.end:
        done, begin = done_urls(database), log.stat().st_size
        early = chance.random() < 0.25
        most = chance.randrange(3 * SITES) if early else chance.randint(1, PAGES_A_KILL)
        delay = chance.uniform(0, 0.1)
        process = start_crawl(outlets, database)
        deadline = time.monotonic() + LONGEST_RUN
        while process.poll() is None and time.monotonic() < deadline:
            reached = len(asked_since(log, begin)) if early else len(done_urls(database)) - len(done)
            if reached >= most:
                break
            time.sleep(0.02)
            if chance.random() < 0.02 * limit.children:
                kill_a_child(process, chance, score)
        time.sleep(delay)
        if process.poll() is not None:
            score.gave_up += process.poll() == COULD_NOT_RUN
            score.ended += process.poll() != COULD_NOT_RUN
            if score.ended > MOST_ENDED:
                print("runs end before they are killed: the farm is too small", flush=True)
                return score
            continue
        workers = psutil.Process(process.pid).children(recursive=True)  # type: ignore[no-untyped-call]
        process.kill()
        process.wait()
        score.kills += 1
        score.stored += len(done_urls(database)) - len(done)
        _, alive = psutil.wait_procs(workers, timeout=20)  # type: ignore[no-untyped-call]
        score.orphans += len(alive)
        check(database, score)
        compare(asked_since(log, begin), done, score)
    return score


def kill_a_child(process: subprocess.Popen[bytes], chance: random.Random, score: Score) -> None:
    """Kill a worker, or one time in four the fork server that starts them."""
    with contextlib.suppress(psutil.Error):
        children = psutil.Process(process.pid).children()  # type: ignore[no-untyped-call]
        servers = [child for child in children if "forkserver" in " ".join(child.cmdline())]
        workers = [worker for server in servers for worker in server.children()]
        if servers and chance.random() < 0.25:
            chance.choice(servers).kill()
            score.fork_servers += 1
        elif workers:
            chance.choice(workers).kill()
            score.workers += 1


def finish(outlets: Path, database: Path, log: Path, score: Score) -> None:
    """Let one run come to its end."""
    done, begin = done_urls(database), log.stat().st_size
    start_crawl(outlets, database, LATER + CRAWL).wait()
    check(database, score)
    compare(asked_since(log, begin), done, score)


def asked_since(log: Path, begin: int) -> list[str]:
    """Give the addresses that the server was asked for since its log had this size."""
    with log.open("rb") as file:
        file.seek(begin)
        lines = file.read().decode().splitlines()
    return [f"http://{host}:{PORT}/{path}" for host, _, path in (line.partition("/") for line in lines)]


def done_urls(database: Path) -> set[str]:
    """Give the pages that are done, so that no later run may ask for them."""
    if not database.exists():
        return set()
    with closing(sqlite3.connect(database)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'frontier'").fetchone():
            return set()
        return {url for (url,) in db.execute("SELECT url FROM _frontier WHERE visits > 0")}


def check(database: Path, score: Score) -> None:
    """Examine the file as it was left: sound, each done page with its article, none twice."""
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as db:
        faults = [row for row in db.execute("PRAGMA integrity_check") if row != ("ok",)]
        faults += db.execute("PRAGMA foreign_key_check").fetchall()
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles_fts'").fetchone():
            score.unsound += bool(faults)
            return
        try:
            db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            faults.append((str(error),))
        score.unsound += bool(faults)
        articles = [url for (url,) in db.execute("SELECT url FROM articles")]
        marked = {url for (url,) in db.execute("SELECT url FROM _frontier WHERE visits > 0 AND outcome = 'article'")}
    score.doubled += len(articles) - len(set(articles))
    score.lost += len(marked.symmetric_difference(articles))


def compare(asked: list[str], done: set[str], score: Score) -> None:
    """Count the pages of one run's requests that were done before it."""
    score.done_fetched_again += sum(url in done for url in asked)


def rows_of(database: Path) -> dict[str, tuple[object, ...]]:
    """Give what is stored, by address."""
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute("SELECT url, date, title, body_hash, published FROM articles").fetchall()
    return {row[0]: row[1:] for row in rows}


def tell(
    score: Score,
    limit: Limit,
    truth: set[str],
    killed: dict[str, tuple[object, ...]],
    whole: dict[str, tuple[object, ...]],
) -> None:
    """Print the numbers."""
    differing = sum(killed.get(url) != row for url, row in whole.items())
    print(f"kills of runs                                 {score.kills} (asked: {limit.kills})")
    print(f"kills of workers, of fork servers             {score.workers}, {score.fork_servers}")
    print(f"runs that gave up for want of workers         {score.gave_up}")
    print(f"runs that ended before they were killed       {score.ended}")
    print(f"articles stored between one kill and the next {score.stored / max(score.kills, 1):.1f} in the mean")
    print(f"files that were not sound                     {score.unsound} (asked: 0)")
    print(f"articles lost                                 {len(truth - killed.keys())} of {len(truth)} (asked: 0)")
    print(f"done pages without their article, or doubled  {score.lost + score.doubled} (asked: 0)")
    print(f"done pages fetched again                      {score.done_fetched_again} (asked: 0)")
    print(f"articles unlike those of an unkilled crawl    {differing} of {len(whole)}")
    print(f"worker processes left behind                  {score.orphans}")


if __name__ == "__main__":
    main()
