"""The store works through PgBouncer in transaction mode, where each transaction may have another session."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from support.outlets import make_outlet
from support.postgres_servers import free_port
from support.scale_page import blocks
from support.stored import NOON, keep, leased, titles, visit
from support.waiting import until

psycopg = pytest.importorskip("psycopg", reason="needs the extra postgresql")

from balkan_crawler.errors import StoreLockedError, StoreReadOnlyError  # noqa: E402  # behind the check above
from balkan_crawler.storage import open_store  # noqa: E402

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pooler(postgres, tmp_path_factory):
    """Run PgBouncer with the settings of the page before the server; gives the URL of a database through it."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("needs PgBouncer (Debian: apt-get install pgbouncer)")
    port, folder = free_port(), postgres.folder
    [shown] = blocks("PgBouncer", "ini")
    others = f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\nlogfile = {folder}/pooler.log\n"
    left = [
        line for line in shown.splitlines() if not line.startswith(("listen_", "auth_", "archive", "[", "client_tls"))
    ]
    settings = folder / "pooler.ini"
    target = f"host={folder} port={postgres.port} user={postgres.user}"
    settings.write_text(
        f"[databases]\n* = {target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n{others}" + "\n".join(left) + "\n"
    )
    user = {"user": postgres.user} if os.geteuid() == 0 else {}
    process = subprocess.Popen([program, "-q", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)

    def url(database):
        return f"postgresql://{postgres.user}@127.0.0.1:{port}/{database}"

    def answers():
        assert process.poll() is None, (folder / "pooler.log").read_text()
        try:
            psycopg.connect(url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    until(answers)
    yield url
    process.terminate()
    process.wait(20)


@pytest.fixture
def through(pooler, postgres, tmp_path):
    """The URL, through the pooler, of an archive of the test's own."""
    yield pooler(postgres.database_for(tmp_path, "archive").partition("///")[2].partition("?")[0])
    postgres.drop(tmp_path)


def test_many_more_stores_than_sessions_write_and_read_at_once(through, postgres):
    keys = [f"list{number}" for number in range(12)]
    with open_store(through) as store:
        store.register([make_outlet(key) for key in keys], NOON)
    begin = threading.Barrier(len(keys))

    def crawl(key):
        with open_store(through) as own, open_store(through, read_only=True) as reading:
            held = leased(own, key)
            begin.wait(60)
            for number in range(8):  # more often than a statement is sent before psycopg would keep it
                own.renew(held, NOON, 3600)
                own.known_urls([f"https://{key}-proba.rs/vest/{number}"])
                list(reading.search("cesta"))
                own.commit(held, [visit(number, key)], NOON)
            own.release(held, NOON, NOON)

    with ThreadPoolExecutor(len(keys)) as crawlers:
        for done in [crawlers.submit(crawl, key) for key in keys]:
            done.result()
    with open_store(through, read_only=True) as store:
        assert len(titles(store)) == 8 * len(keys)
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = "
    assert postgres.run(f"{sessions}'{through.rpartition('/')[2]}'")[0][0] <= 4


def test_nothing_that_one_store_sets_is_met_by_another(through):
    with ExitStack() as opened:
        readers = [opened.enter_context(open_store(through, read_only=True)) for _ in range(4)]
        assert all(titles(reader) == [] for reader in readers)
        store = opened.enter_context(open_store(through, busy_seconds=0.05))
        held = leased(store)
        keep(store, held, 1)
        assert all(titles(reader) == ["Cesta 1"] for reader in readers)
        with pytest.raises(StoreReadOnlyError):
            readers[0].register([make_outlet("nova")], NOON)
        with open_store(through) as patient, patient._writing_articles(), pytest.raises(StoreLockedError):
            keep(store, held, 2)
        keep(store, held, 2)
        rows = readers[1].rows()
        assert len([next(rows)["first_seen"], *(row["first_seen"] for row in rows)]) == 2
