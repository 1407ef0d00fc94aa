"""Whatever is wrong with a server or the URL of one is said in one line, and nothing that was committed is lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from support.newsrooms import COMMAND
from support.outlets import make_outlet
from support.postgres_protocol import answering, greeting, refusal
from support.stored import NOON, keep, leased, titles
from support.waiting import until

psycopg = pytest.importorskip("psycopg", reason="needs the extra postgresql")

from balkan_crawler.errors import (  # noqa: E402  # behind the check above
    LocationError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreRefusedError,
    StoreServerChangedError,
    StoreServerReadOnlyError,
    StoreServerTooOldError,
    StoreStrangerError,
    StoreTooNewError,
    StoreUnreachableError,
    StoreUrlError,
)
from balkan_crawler.storage import open_store  # noqa: E402
from balkan_crawler.storage.postgresql import schema  # noqa: E402

pytestmark = pytest.mark.slow
SECRET = "geheim"


def told(kind, url, read_only=False):
    """Open a store, and give the one line that says why that cannot be."""
    with pytest.raises((LocationError, StoreError)) as caught:
        open_store(url, read_only=read_only).close()
    assert type(caught.value) is kind, repr(caught.value)
    said = str(caught.value)
    assert "\n" not in said and SECRET not in said + repr(caught.value)
    assert caught.value.exit_code == (2 if kind in (StoreUrlError, LocationError) else 3)
    return said


def named(url):
    """Give the name of a URL's database."""
    return re.search("///(.*?)[?]", url)[1]


# What a URL says


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{SECRET}@{SECRET}@127.0.0.1/news",
        f"postgresql://me:one/{SECRET}@127.0.0.1/news",
        f"postgresql://me:{SECRET}",
        f"postgresql://me:{SECRET}%zz@127.0.0.1/news",
        f"postgresql://me:{SECRET}@[::1/news",
        f"postgresql://me@127.0.0.1:port/news?password={SECRET}",
        f"postgresql://me:{SECRET}@127.0.0.1/news\udcff",
    ],
)
def test_a_url_that_is_none_is_told_without_what_may_be_a_password(url):
    assert "misspelt" in told(LocationError, url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"postgresql://me@127.0.0.1/news?pasword={SECRET}", 'no option "pasword"'),
        (f"postgresql://me:{SECRET}@two..dots/news", "no host can have that name"),
        ("postgresql://127.0.0.1/news?connect_timeout=soon", "connect_timeout"),
        ("postgresql://127.0.0.1,127.0.0.2/news?port=1,2,3", "3 port numbers to 2 hosts"),
    ],
)
def test_what_libpq_does_not_understand_is_told(url, why):
    assert why in told(StoreUrlError, url)


def test_an_option_with_a_value_that_none_has_is_a_refusal():
    assert "sslmode" in told(StoreRefusedError, "postgresql://127.0.0.1/news?sslmode=sometimes")
    assert "nowhere" in told(StoreRefusedError, "postgresql:///news?service=nowhere")


# What answers there


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (greeting("13.4"), StoreServerTooOldError, "its version is 13.4; PostgreSQL 14 or newer"),
        (refusal("57P03", "the database system is starting up"), StoreUnreachableError, "is starting up"),
        (refusal("57P03", "the database system is not yet accepting connections"), StoreUnreachableError, "not yet"),
        (refusal("53300", "sorry, too many clients already"), StoreUnreachableError, "too many clients"),
        (refusal("08P01", "server login has been failing, try again later"), StoreUnreachableError, "try again"),
        (refusal("28000", 'no pg_hba.conf entry for host "::1"'), StoreRefusedError, "pg_hba.conf"),
        (refusal("08P01", "no such database: news"), StoreRefusedError, "no such database"),
        (refusal("08P01", "unsupported startup parameter: options"), StoreRefusedError, "startup parameter"),
        (b"HTTP/1.1 400 Bad Request\r\nServer: any\r\n\r\n<html>" + bytes(9000), StoreUnreachableError, ""),
        (b"", StoreUnreachableError, "closed the connection"),
        (None, StoreUnreachableError, "timeout"),
    ],
    ids=[
        "old",
        "starting",
        "recovering",
        "crowded",
        "pooler-waits",
        "hba",
        "pooler-database",
        "options",
        "web",
        "",
        "silent",
    ],
)
def test_what_answers_in_the_place_of_a_server_is_told(answer, kind, why):
    with answering(answer) as port:
        said = told(kind, f"postgresql://me:{SECRET}@127.0.0.1:{port}/news?connect_timeout=2")
    assert why in said and f"postgresql://me@127.0.0.1:{port}/news" in said


def test_hosts_that_are_not_there_are_told_each_with_its_reason():
    assert "no-such-host.invalid" in told(StoreUnreachableError, f"postgresql://me:{SECRET}@no-such-host.invalid/news")
    with answering(b"") as port:
        said = told(StoreUnreachableError, f"postgresql://me:{SECRET}@127.0.0.1:{port},[::1]:9/news")
    assert "/nowhere/.s.PGSQL.5432: No such file" in told(StoreUnreachableError, "postgresql:///news?host=/nowhere")
    assert f"127.0.0.1:{port}: server closed" in said and "::1:9: " in said and "Multiple" not in said


def test_a_host_that_refuses_beside_one_that_is_down_may_be_there_later():
    with answering(refusal("28P01", 'password authentication failed for user "me"')) as port:
        told(StoreUnreachableError, f"postgresql://me:{SECRET}@127.0.0.1:{port},127.0.0.1:9/news")


@pytest.mark.skipif(psycopg.pq.version() < 170_000, reason="needs libpq 17 or newer")
@pytest.mark.parametrize(
    ("code", "severity", "said", "kind"),
    [
        ("28P01", "FATAL", "Passwort-Authentifizierung für Benutzer »me« fehlgeschlagen", StoreRefusedError),
        ("28000", "FATAL", "rolle »me« existiert nicht", StoreRefusedError),
        ("3D000", "ВАЖНО", 'база данных "news" не существует', StoreRefusedError),
        ("42501", "FATAL", "permiso denegado a la base de datos «news»", StoreRefusedError),
        ("55000", "FATAL", "Datenbank »news« akzeptiert gegenwärtig keine Verbindungen", StoreRefusedError),
        ("57P03", "FATAL", "das Datenbanksystem startet", StoreUnreachableError),
        ("53300", "KOBNO", "žao mi je, previše klijenata", StoreUnreachableError),
    ],
)
def test_a_server_that_speaks_another_language_is_understood(code, severity, said, kind):
    with answering(refusal(code, said, severity)) as port:
        answer = told(kind, f"postgresql://me:{SECRET}@127.0.0.1:{port}/news?connect_timeout=5")
        assert f": {said}; " in answer and severity not in answer
        both = f"postgresql://me:{SECRET}@127.0.0.1:{port},127.0.0.1:{port}/news?connect_timeout=5"
        assert said in told(kind, both)
        told(StoreUnreachableError, f"{both.replace('/news', ',127.0.0.1:9/news')}")


# Who may come in


def test_a_password_is_taken_from_url_or_file_and_a_wrong_one_is_never_told(postgres, tmp_path, monkeypatch):
    postgres.run(f"CREATE ROLE locked LOGIN PASSWORD '{SECRET} @/:%?#'")
    rules = postgres.folder / "data" / "pg_hba.conf"
    rules.write_text(f"host all locked all scram-sha-256\n{rules.read_text()}")
    postgres.run("SELECT pg_reload_conf()")
    place = f"127.0.0.1:{postgres.port}/archive"
    assert "password authentication failed" in told(StoreRefusedError, f"postgresql://locked:{SECRET}@{place}")
    assert "no password supplied" in told(StoreRefusedError, f"postgresql://locked@{place}")
    encoded = quote(f"{SECRET} @/:%?#", safe="")
    told(StoreRefusedError, f"postgresql://locked:{encoded}@{place}", read_only=True)  # it is in, and may read nothing
    postgres.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO locked", "archive")
    open_store(f"postgresql://locked:{encoded}@{place}", read_only=True).close()
    (tmp_path / "pgpass").write_text(f"*:*:*:locked:{SECRET} @/\\:%?#\n")
    (tmp_path / "pgpass").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    open_store(f"postgresql://locked@{place}", read_only=True).close()
    service = f"[news]\nhost=127.0.0.1\nport={postgres.port}\ndbname=archive\nuser=locked\n"
    (tmp_path / "services").write_text(service)
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    open_store("postgresql:///?service=news", read_only=True).close()


def test_an_address_of_the_sixth_version_is_taken(postgres):
    try:
        open_store(f"postgresql://{postgres.user}@[::1]:{postgres.port}/archive", read_only=True).close()
    except StoreUnreachableError:
        pytest.skip("there is no such loopback here")


def test_a_role_with_all_its_connections_taken_comes_in_later(postgres, url):
    postgres.run("CREATE ROLE lonely LOGIN SUPERUSER")
    postgres.run("ALTER ROLE lonely NOSUPERUSER CONNECTION LIMIT 0")
    assert "too many connections" in told(StoreUnreachableError, url.replace(f"user={postgres.user}", "user=lonely"))


def test_a_role_that_may_make_no_tables_is_told_who_has_to(postgres, tmp_path):
    empty = postgres.database_for(tmp_path / "empty")
    postgres.run("CREATE ROLE guest LOGIN")
    postgres.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", named(empty))  # as it is from version 15 on
    said = told(StoreRefusedError, empty.replace(f"user={postgres.user}", "user=guest"))
    assert "open it once as their owner" in said and "permission denied for schema public" in said


# What the database is


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN2"])
def test_another_encoding_is_refused(postgres, encoding):
    postgres.run(
        f"CREATE DATABASE {encoding.lower()} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    assert f"its encoding is {encoding}" in told(StoreRefusedError, postgres.url(encoding.lower()))


@pytest.mark.parametrize(
    "made",
    [
        "CREATE TABLE _migrations (number integer)",
        "CREATE TABLE _migrations (name text); INSERT INTO _migrations VALUES ('0001_bookmarks')",
        "CREATE TABLE bookmarks (url text) PARTITION BY HASH (url)",
    ],
)
def test_tables_of_another_program_are_left_alone(postgres, tmp_path, made):
    other = postgres.database_for(tmp_path)
    with psycopg.connect(other, autocommit=True) as db:
        db.execute(made)
        count = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        before = db.execute(count).fetchone()
        told(StoreStrangerError, other)
        assert db.execute(count).fetchone() == before
    postgres.drop(tmp_path)


def test_tables_that_an_extension_brought_are_nobodys(postgres, tmp_path):
    other = postgres.database_for(tmp_path)
    with psycopg.connect(other, autocommit=True) as db:
        db.execute("CREATE TABLE spatial_ref_sys (srid integer)")
        db.execute("ALTER EXTENSION plpgsql ADD TABLE spatial_ref_sys")
    with open_store(other) as store:
        assert titles(store) == []
    postgres.drop(tmp_path)


def test_a_server_that_takes_no_writes_is_told_on_opening_and_can_be_read(postgres, url):
    with open_store(url) as store:
        keep(store, leased(store), 1)
        postgres.run(f"ALTER DATABASE {named(url)} SET default_transaction_read_only = on")
        assert "default_transaction_read_only is on" in told(StoreServerReadOnlyError, url)
        with open_store(url, read_only=True) as reading:
            assert titles(reading) == ["Cesta 1"]
            with pytest.raises(StoreReadOnlyError):
                reading.register([make_outlet("nova")], NOON)


def test_a_full_disk_costs_what_was_not_committed_and_later_all_goes_on(postgres, tmp_path):
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    disk = postgres.folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (disk / "data").mkdir()
        shutil.chown(disk / "data", postgres.user)
        postgres.run(f"CREATE TABLESPACE small LOCATION '{disk}/data'")
        postgres.run("CREATE DATABASE crowded TEMPLATE archive TABLESPACE small")
        with open_store(postgres.url("crowded")) as store:
            held = leased(store)
            kept = 0
            (disk / "other").write_bytes(bytes(shutil.disk_usage(disk).free - 1_500_000))
            with pytest.raises(StoreFullError) as caught:
                for kept in range(2000):
                    keep(store, held, kept)
            assert "No space left" in str(caught.value) and "\n" not in str(caught.value)
            assert len(titles(store)) == kept > 0
            (disk / "other").unlink()
            keep(store, held, kept)
            assert len(titles(store)) == kept + 1
    finally:
        (disk / "other").unlink(missing_ok=True)
        postgres.run("DROP DATABASE IF EXISTS crowded WITH (FORCE)")
        postgres.run("DROP TABLESPACE IF EXISTS small")
        subprocess.run(["umount", "-l", disk], check=True)


# What happens while it is open


def test_a_server_that_restarts_undoes_what_was_under_way_and_is_found_again(postgres, url):
    with open_store(url) as store, open_store(url) as reading:
        held = leased(store)
        keep(store, held, *range(1, 40))
        postgres.run("CHECKPOINT")  # these servers do not wait for the disk
        rows = reading.rows()
        next(rows)
        with pytest.raises(StoreUnreachableError), store._writing_articles() as under_way:
            under_way.db.execute("UPDATE articles SET title = 'Nova cesta'")
            postgres.stop("immediate")
            try:
                under_way.db.execute("UPDATE articles SET title = 'Druga cesta'")
            finally:
                down = told(StoreUnreachableError, url)
                postgres.start()
        assert "the server" in down
        with pytest.raises(StoreUnreachableError):
            list(rows)
        assert len(titles(reading)) == 39 and "Nova cesta" not in titles(reading)
        keep(store, held, 40)
        assert len(titles(store)) == 40


def test_connections_that_an_administrator_ends_are_made_anew(postgres, url):
    name = named(url)
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with open_store(url) as store:
        held = leased(store)
        processes = postgres.run(f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}'")
        postgres.run(end)
        until(lambda: not any(psutil.pid_exists(number) for (number,) in processes))  # then their lines have ended, too
        keep(store, held, 1)
        with pytest.raises(StoreUnreachableError, match="administrator"), store._writing() as db:
            postgres.run(end)
            db.execute("SELECT 1")
        postgres.run(f"ALTER DATABASE {name} SET idle_in_transaction_session_timeout = '20ms'")
    with open_store(url) as store:
        with pytest.raises(StoreUnreachableError, match="idle-in-transaction"), store._writing() as db:
            waited_out(postgres, name)
            db.execute("SELECT 1")
        keep(store, held, 2)
        assert titles(store) == ["Cesta 1", "Cesta 2"]


def waited_out(postgres, name):
    """Wait until the server has cut all connections of a database."""
    until(lambda: postgres.run(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'") == [(0,)])


# Two versions of the program


@pytest.fixture
def newer(tmp_path):
    """Give how to open a database by a version that has one more step: a process, with its output."""
    steps = tmp_path / "newer" / "steps"
    shutil.copytree(Path(schema.__file__).parent / "steps", steps)
    shutil.copy(Path(schema.__file__).parent / "functions.sql", steps.parent)
    (steps / "9999_future.sql").write_text("ALTER TABLE articles ADD COLUMN of_the_future text; DROP TABLE _notices;")
    code = f"""
import sys
from pathlib import Path
from balkan_crawler.errors import BalkanCrawlerError
from balkan_crawler.storage import open_store
from balkan_crawler.storage.postgresql import schema
schema.STEPS, schema._FOLDER = (*schema.STEPS, "9999_future"), Path({str(steps.parent)!r})
try:
    open_store(sys.argv[1], read_only=sys.argv[2] == "reading", busy_seconds=float(sys.argv[3])).close()
except BalkanCrawlerError as error:
    sys.exit(f"{{type(error).__name__}}: {{error}}")
"""

    begun = []

    def beside(url, how="writing", seconds=60.0):
        words = [sys.executable, "-c", code, url, how, str(seconds)]
        begun.append(subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        return begun[-1]

    def opened(url, how="writing", seconds=60.0):
        return beside(url, how, seconds).communicate(timeout=120)[0].strip()

    opened.beside = beside
    yield opened
    for process in begun:
        process.kill()
        process.communicate()


def test_an_upgrade_waits_for_what_is_written_and_the_older_crawler_then_ends_without_a_loss(url, newer, postgres):
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL"
    with open_store(url) as store, open_store(url) as second:
        held = leased(store)
        keep(store, held, 1)
        assert "StoreOutdatedError" in newer(url, "reading")
        with store._writing_articles() as transaction:
            transaction.db.execute("UPDATE articles SET lead = 'Prva.'")
            assert "StoreServerBusyError" in newer(url, seconds=0.05), "it gives up after its time, and changed nothing"
            upgrading = newer.beside(url)
            until(lambda: postgres.run(waiting) == [(1,)] or upgrading.poll() is not None)
            failures: list[Exception | None] = []
            late = threading.Thread(target=lambda: failures.append(attempt(second, held, 2)))
            late.start()  # it waits behind the upgrade, and sees it then
            until(lambda: postgres.run(waiting) == [(2,)])
            transaction.db.execute("UPDATE articles SET lead = 'Druga.'")
        late.join(60)
        assert upgrading.wait(60) == 0
        assert [type(each) for each in failures] == [StoreTooNewError]
        assert "9999_future" in str(failures[0]) and "\n" not in str(failures[0])
        assert isinstance(attempt(store, held, 3), StoreTooNewError)
        assert [row["lead"] for row in store.rows()] == ["Druga."], "it can still be read"
        with pytest.raises(StoreServerChangedError, match="_notices"):
            store.told()
    told(StoreTooNewError, url)
    told(StoreTooNewError, url, read_only=True)
    assert newer(url) == newer(url, "reading") == ""


def attempt(store, held, number):
    """Commit an article; gives the error, if there is one."""
    try:
        keep(store, held, number)
    except Exception as error:
        return error
    return None


def test_a_crawler_of_a_newer_version_that_may_not_upgrade_says_who_has_to(postgres, url, newer):
    postgres.run("CREATE ROLE mere_crawler LOGIN")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mere_crawler")
        db.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO mere_crawler")
    crawler = url.replace(f"user={postgres.user}", "user=mere_crawler")
    with open_store(crawler) as store:
        held = leased(store)
        assert "open it once as their owner" in newer(crawler)
        keep(store, held, 1)


def test_a_view_of_an_analyst_on_one_of_ours_is_named_where_it_is_in_the_way(url):
    with closing(psycopg.connect(url, autocommit=True)) as db:
        db.execute("CREATE VIEW mine AS SELECT * FROM latest")
        db.execute("COMMENT ON VIEW latest IS 'of an earlier version'")
    assert "view mine depends on view latest" in told(StoreRefusedError, url)


# What the command line makes of it


@pytest.mark.parametrize(
    ("words", "answer", "code", "why"),
    [
        (["stats"], refusal("57P03", "the database system is shutting down"), 3, "is shutting down"),
        (["crawl", "--contact", "me@example.org"], b"HTTP/1.1 400 Bad Request\r\n\r\n", 3, "cannot be reached"),
        (["search", "most"], refusal("28P01", 'password authentication failed for user "me"'), 3, "refuses: password"),
    ],
)
def test_a_command_says_it_in_one_line_and_ends_with_its_code(words, answer, code, why, tmp_path):
    with answering(answer) as port:
        settings = {"BALKAN_DB": f"postgresql://me:{SECRET}@127.0.0.1:{port}/news"}
        done = subprocess.run(
            [*COMMAND, *words], cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True, timeout=120
        )
    assert (done.returncode, done.stdout) == (code, "")
    [line] = done.stderr.splitlines()
    assert why in line and SECRET not in line
