"""An archive is restored to a moment, and a standby takes over, by the commands that docs/scale.md shows."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

import pytest
from support.outlets import make_outlet
from support.postgres_servers import Server, free_port, programs, server
from support.scale_page import blocks
from support.stored import NOON, keep, leased, titles
from support.waiting import until

psycopg = pytest.importorskip("psycopg", reason="needs the extra postgresql")

from balkan_crawler.errors import StoreServerReadOnlyError, StoreUnreachableError  # noqa: E402
from balkan_crawler.storage import open_store  # noqa: E402

pytestmark = pytest.mark.slow


@pytest.fixture
def primary():
    """A server that archives its journal by the settings of the page, with an archive of one article."""
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    port = free_port()
    with server(port=port, more="listen_addresses=127.0.0.1") as running:
        (running.folder / "wal").mkdir()
        shutil.chown(running.folder / "wal", running.user)
        [settings] = blocks("Back-up and restoring to a moment", "ini")
        with (running.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(placed(settings, running, running.folder))
        running.stop("fast")
        running.start()
        running.run("CREATE DATABASE archive")
        with open_store(running.url("archive")) as store:
            store.register([make_outlet()], NOON)
            keep(store, leased(store), 1)
        yield running


def placed(text, running, target):
    """Put the folders of a test in the place of those that the page names."""
    return (
        text.replace("/var/backups/archive/wal", str(running.folder / "wal"))
        .replace("/var/backups/archive/base", str(running.folder / "base"))
        .replace("/var/lib/postgresql/15/main", str(target / "data"))
        .replace("db1.example", str(running.folder))
        .replace("user=replicator", f"user={running.user} port={running.port}")
    )


def run_shown(heading, running, target, place=0):
    """Run the commands of a block of the page, as the server's user and with its programs."""
    for line in placed(blocks(heading, "console")[place], running, target).splitlines():
        if line.startswith("sudo -u postgres "):
            environment = os.environ | {
                "PATH": f"{running.programs}:{os.environ['PATH']}",
                "PGHOST": str(running.folder),
                "PGPORT": str(running.port),
                "PGUSER": running.user,
            }
            as_user = {"user": running.user} if os.geteuid() == 0 else {}
            words = shlex.split(line.removeprefix("sudo -u postgres "))
            done = subprocess.run(
                words, env=environment, cwd="/", capture_output=True, text=True, check=False, **as_user
            )
            assert done.returncode == 0, (line, done.stderr)


@contextmanager
def another(running: Server, name: str):
    """A folder for a second server beside one, which is stopped at the end."""
    made = replace(running, folder=running.folder / name, port=free_port())
    made.folder.mkdir()
    shutil.chown(made.folder, running.user)
    try:
        yield made
    finally:
        with suppress(subprocess.CalledProcessError):
            made.stop()


def test_what_was_forgotten_by_mistake_is_there_in_a_server_restored_to_the_moment_before(primary):
    heading = "Back-up and restoring to a moment"
    run_shown(heading, primary, primary.folder)
    with open_store(primary.url("archive")) as store:
        held = store.lease(["danas"], "elsewhere:1:2", NOON.replace(day=24), 60)[0]
        keep(store, held, 2)
        [(moment,)] = primary.run("SELECT now()::text")
        for number in (1, 2):
            store.forget(f"https://danas-proba.rs/vest/{number}", NOON)
        assert titles(store) == []
    primary.run("SELECT pg_switch_wal()")
    until(lambda: primary.run("SELECT last_archived_wal >= '000000010000000000000003' FROM pg_stat_archiver")[0][0])
    with another(primary, "restored") as restored:
        run_shown(heading, primary, restored.folder, place=1)
        settings = placed(blocks(heading, "text")[0], primary, restored.folder)
        with (restored.folder / "data" / "postgresql.auto.conf").open("a") as file:
            file.write(settings.replace("2026-11-30 14:05:00+01", moment))
        restored.start()
        until(lambda: restored.run("SELECT pg_is_in_recovery()") == [(False,)])
        with open_store(restored.url("archive")) as store:
            assert titles(store) == ["Cesta 1", "Cesta 2"]
            held = store.lease(["danas"], "elsewhere:1:3", NOON.replace(day=25), 60)[0]
            keep(store, held, 3)
            assert len(titles(store)) == 3


def test_a_standby_is_read_and_takes_over_when_it_is_promoted(primary):
    with ExitStack() as ends, another(primary, "standby") as standby:
        run_shown("A standby that takes over", primary, standby.folder)
        standby.start()
        both = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}/archive"
        store = ends.enter_context(open_store(f"postgresql://{primary.user}@{both}"))
        held = store.lease(["danas"], "elsewhere:1:2", NOON.replace(day=24), 60)[0]
        keep(store, held, 2)
        reading = ends.enter_context(open_store(standby.url("archive"), read_only=True))
        until(lambda: titles(reading) == ["Cesta 1", "Cesta 2"])
        with pytest.raises(StoreServerReadOnlyError, match="it is a standby"):
            open_store(standby.url("archive"))
        primary.stop("immediate")
        with pytest.raises(StoreUnreachableError):
            keep(store, held, 3)
        with pytest.raises(StoreUnreachableError, match=f"{standby.port}: session is read-only"):
            keep(store, held, 3)
        standby.call("pg_ctl", "promote", "-w", "-D", str(standby.folder / "data"))
        until(lambda: standby.run("SELECT pg_is_in_recovery()") == [(False,)])
        keep(store, held, 3)
        assert titles(store) == titles(reading) == ["Cesta 1", "Cesta 2", "Cesta 3"]
