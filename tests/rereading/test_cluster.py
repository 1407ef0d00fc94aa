"""`reextract --cluster` comes to the same as without one, whoever is killed in between, and goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from click.testing import CliRunner
from support.dask_clusters import dask_cluster, environment
from support.newsrooms import COMMAND
from support.postgres_servers import programs, server
from support.warcs import NOON, info, page, request, response

from balkan_crawler import load_outlets
from balkan_crawler.cli import main
from balkan_crawler.rereading.by_cluster import state_of
from balkan_crawler.rereading.rules import rules
from balkan_crawler.storage import RereadFile, open_store

pytestmark = pytest.mark.slow
pytest.importorskip("distributed")

DERIVED = ("articles_fts_data", "articles_fts_idx", "_sqlite_migrations", "_migrations")
"""Tables whose rows tell when and in which portions something was written, and not what."""
MOMENTS = {
    "_sites": ("due",),
    "articles": ("corrected",),
    "corrections": ("corrected",),
    "outlets": ("first_seen", "last_seen"),
}
"""Columns that say when this machine wrote a row."""
SMALL = ("a.warc.gz", "b.warc.gz", "c.warc.gz", "d.warc", "e.warc", "f.warc.gz")


def outlet(key):
    return (
        f'[{key}]\nname = "{key}"\ncountry = "AL"\nlanguages = ["en"]\ntimezone = "Europe/Tirane"\n'
        f'homepage = "https://{key}.example/"\nfeeds = ["https://{key}.example/feed.xml"]\n'
    )


def captures(key, first, count, *, standing=""):
    """Give kept pages of an outlet, each with its request."""
    for number in range(first, first + count):
        url, at = f"https://{key}.example/news/number-{number}", NOON + timedelta(minutes=number)
        content = page(number, key).replace(b"</p>", b"</p><p>" + standing.encode() + b"</p>", 1)
        yield request(url) + response(url, content, at=at)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Write files of pages, damaged ones among them, of outlets that no crawl has learned."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "own.toml").write_text("".join(map(outlet, ("ferry", "bridge"))))
    pages = folder / "pages"
    pages.mkdir()
    standing = "Every Friday at six the editors sum up the week on air."
    (pages / "a.warc.gz").write_bytes(info() + b"".join(captures("ferry", 0, 30, standing=standing)))
    again = b"".join(captures("ferry", 20, 15, standing=standing))  # ten of them captured twice
    (pages / "b.warc.gz").write_bytes(again[:-400])
    damaged = bytearray(b"".join([*captures("bridge", 100, 30), *captures("unknown", 0, 3)]))
    for position in range(3_000, len(damaged), 9_000):
        damaged[position] ^= 0xFF
    (pages / "c.warc.gz").write_bytes(damaged)
    (pages / "d.warc").write_bytes(b"")
    (pages / "e.warc").write_bytes(page())
    ahead = response("https://ferry.example/news/ahead", page(73), at=NOON.replace(year=2200))
    (pages / "f.warc.gz").write_bytes(b"".join([ahead, *captures("bridge", 120, 30)]))
    for place, name in enumerate(("g", "h", "i")):  # of two parts each
        (pages / f"{name}.warc.gz").write_bytes(b"".join(captures("bridge", 1_000 * (place + 1), 270)))
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with dask_cluster(tmp_path_factory.mktemp("dask"), workers=2) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "3s")


def words(folder, *more, db, names=()):
    named = [str(folder / "pages" / name) for name in names] or [str(folder / "pages")]
    return ["reextract", *named, "--db", str(db), "--outlets", str(folder / "own.toml"), *more]


def reextract(folder, *more, db, names=()):
    result = CliRunner().invoke(main, words(folder, *more, db=db, names=names), prog_name="balkan-crawler")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told(folder, *more, db, names=()):
    result = reextract(folder, "--json", *more, db=db, names=names)
    return result.exit_code, {**json.loads(result.stdout), "seconds": None}


def complaint(result):
    """Give the one line that says what is wrong."""
    [line] = [line for line in result.stderr.splitlines() if not line.startswith("reading ")]
    return line


@contextmanager
def under_way(folder, address, db, table, least):
    """Run the command until so much is written."""
    command = [*COMMAND, *words(folder, "--cluster", address, db=db)]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None and count(db, table) < least:
            pass
        try:
            yield process
        finally:
            process.kill()


def count(db, table):
    try:
        with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    except sqlite3.OperationalError:  # the file, or the table, is not there yet
        return 0


def everything(db):
    """Give all rows of all tables, but for the times at which this machine wrote them."""
    with closing(sqlite3.connect(db)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return rows_of(connection, tables)


def rows_of(connection, tables):
    found = {}
    for table in set(tables) - set(DERIVED):
        cursor = connection.execute(f"SELECT * FROM {table}")
        places = [place for place, column in enumerate(cursor.description) if column[0] not in MOMENTS.get(table, ())]
        found[table] = sorted(repr([row[place] for place in places]) for row in cursor)
    return found


def as_read_by_worse_rules(db):
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE articles SET body = body || ' Read also: beaches.', kind = 'video' WHERE id % 3 = 1")


@pytest.fixture(scope="module")
def alone(kept, tmp_path_factory):
    """Read the files without a cluster."""
    db = tmp_path_factory.mktemp("alone") / "news.db"
    return db, told(kept, "--workers", "2", db=db)


def test_it_comes_to_the_same_as_without_a_cluster_and_a_second_run_changes_nothing(kept, cluster, alone, tmp_path):
    db, worse, right = tmp_path / "news.db", tmp_path / "worse.db", tmp_path / "right.db"
    code, found = told(kept, "--cluster", cluster.address, db=db)
    assert (code, found) == alone[1]
    assert code == 1 and len(found["unreadable"]) == 2 and found["damaged"]
    assert (found["left_out"]["bad-time"], found["left_out"]["unknown-outlet"]) == (1, 3)
    before = everything(db)
    assert before == everything(alone[0])
    standing = [row for row in before["articles"] if "Every Friday at six" in row]
    assert not standing, "what the first pages of a file teach is known to whoever reads the others"
    as_read_by_worse_rules(db)
    for copy in (worse, right):
        shutil.copy(db, copy)
    _, corrected = told(kept, "--cluster", cluster.address, db=worse, names=SMALL)
    assert corrected == told(kept, "--workers", "1", db=right, names=SMALL)[1]
    assert corrected["readings"]["corrected"] > 20 and "new" not in corrected["readings"]
    after = everything(worse)
    assert after == everything(right) and after != everything(db)
    assert set(told(kept, "--cluster", cluster.address, db=worse, names=SMALL)[1]["readings"]) <= {"same", "later"}
    assert everything(worse) == after


def test_over_postgresql_it_comes_to_the_same(kept, cluster, tmp_path_factory):
    psycopg = pytest.importorskip("psycopg")
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    with server() as running:
        ours, theirs = (running.database_for(tmp_path_factory.mktemp(name)) for name in ("ours", "theirs"))
        by_cluster = told(kept, "--cluster", cluster.address, db=ours, names=SMALL)
        assert by_cluster == told(kept, "--workers", "1", db=theirs, names=SMALL)
        found = []
        for url in (ours, theirs):
            with psycopg.connect(url) as connection:
                tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
                found.append(rows_of(connection, [name for (name,) in tables]))
        assert found[0] == found[1] and len(found[0]["articles"]) > 60


def test_what_workers_were_at_that_are_killed_is_done_by_others(kept, cluster, alone, tmp_path):
    db = tmp_path / "news.db"
    with under_way(kept, cluster.address, db, "articles", 100) as process:
        for worker in cluster.workers:
            worker.kill()
        cluster.workers.clear()
        cluster.add_worker()
        cluster.add_worker()
        told_at_end, complaints = process.communicate(timeout=120)
    assert process.returncode == 1 and complaints.count("not read") == 2, complaints
    assert told_at_end.startswith("done: ")
    assert everything(db) == everything(alone[0])


def test_a_run_that_was_broken_off_goes_on_with_what_is_not_done(kept, cluster, alone, tmp_path):
    db = tmp_path / "news.db"
    with dask_cluster(tmp_path / "dask", workers=1) as other, under_way(kept, other.address, db, "articles", 60) as run:
        other.scheduler.kill()
        _, complaints = run.communicate(timeout=60)
    assert run.returncode == 3
    assert f"balkan-crawler: the scheduler at {other.address} is gone" in complaints
    assert "; what is stored stays; " in complaints
    with under_way(kept, cluster.address, db, "_rereadings WHERE is_done AND file LIKE '%/g.%'", 1) as run:
        run.kill()
    assert run.wait() == -signal.SIGKILL
    before = count(db, "articles")
    code, found = told(kept, "--cluster", cluster.address, db=db)
    assert code == 1 and found["done_before"] >= 4 and found["readings"]["new"] == count(db, "articles") - before
    assert everything(db) == everything(alone[0])


def test_a_file_is_done_only_as_it_was_and_by_the_same_rules(kept, cluster, tmp_path):
    by, file = rules(load_outlets(kept / "own.toml")), kept / "pages" / "a.warc.gz"
    for noted, state, done in ((by, state_of(file), 1), ("others", state_of(file), 0), (by, "another", 0)):
        db = tmp_path / f"{noted[-3:]}-{state[-3:]}.db"
        with open_store(db) as store:
            store.note_reread(noted, RereadFile(file=str(file), state=state, is_done=True))
        result = reextract(kept, "--cluster", cluster.address, db=db, names=SMALL[:2])
        assert result.stdout.count("1 file had been read by a run that was broken off") == done
        assert count(db, "articles") == (14 if done else 34)
        assert count(db, "_rereadings") == 0


@pytest.mark.parametrize(
    "address", ["nonsense", "http://127.0.0.1:8786", "tcp://127.0.0.1", "local:0", "tcp://me:secret@127.0.0.1:8786"]
)
def test_what_is_no_address_is_wrong_usage(kept, tmp_path, address):
    result = reextract(kept, "--cluster", address, db=tmp_path / "news.db")
    assert result.exit_code == 2 and complaint(result).endswith("or `local`, or `local:N`")
    assert "secret" not in result.output
    assert not list(tmp_path.iterdir())


def test_where_the_cluster_cannot_read_one_line_says_why(kept, tmp_path, monkeypatch):
    db = tmp_path / "news.db"
    monkeypatch.setattr("balkan_crawler.rereading.cluster._SECONDS_WITHOUT_WORKERS", 0.5)
    with dask_cluster(tmp_path / "dask") as cluster:

        def answer(**worker):
            if worker:
                cluster.add_worker(**worker)
                monkeypatch.setattr("balkan_crawler.rereading.cluster._SECONDS_WITHOUT_WORKERS", 60)
            result = reextract(kept, "--cluster", cluster.address, db=db)
            assert result.exit_code == 3
            for process in cluster.workers:
                process.kill()
                process.wait()
            return complaint(result)

        assert f"balkan-crawler: the cluster at {cluster.address} has no workers; start some with" in answer()
        line = answer(before="import sys; sys.modules['balkan_crawler'] = None; ")
        assert "it has no balkan-crawler, or one of another version; install the same" in line
        line = answer(before="import balkan_crawler.rereading.rules as r; r.code = lambda: 'other'; ")
        assert "here is 0." in line and "install the same balkan-crawler" in line
        if os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0:
            hidden = f'mount -t tmpfs none {kept}/pages && exec "$@"'
            line = answer(wrapped=("unshare", "-m", "sh", "-c", hidden, "sh"))
            assert f"does not see {kept}/pages/a.warc.gz; the folder must be shared" in line
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        assert f"no scheduler can be reached at {cluster.address}" in answer()
    assert count(db, "articles") == 0
