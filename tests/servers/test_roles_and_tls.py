"""The roles and the encryption that docs/scale.md has an operator set up do what it says, and no more."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from support.certificates import issue, private_key
from support.outlets import make_outlet
from support.scale_page import blocks, statements
from support.stored import NOON, keep, leased, titles, visit
from support.waiting import until

psycopg = pytest.importorskip("psycopg", reason="needs the extra postgresql")

from balkan_crawler.errors import StoreReadOnlyError, StoreRefusedError  # noqa: E402  # behind the check above
from balkan_crawler.model import Candidate, Discovery, Hints, SourceState  # noqa: E402
from balkan_crawler.storage import CrawlReport, Delivery, open_store  # noqa: E402

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def roles(postgres):
    """Set up the roles and the database as the page says; gives the URL of a role."""
    for statement in statements("Roles and rights"):
        database = "archive_of_roles" if "SCHEMA" in statement or " ON _" in statement else "postgres"
        if " ON _" in statement:
            open_store(postgres.url("archive_of_roles", "archive_owner")).close()
        postgres.run(statement.replace("DATABASE archive", "DATABASE archive_of_roles"), database)
    return lambda name: postgres.url("archive_of_roles", f"archive_{name}")


def refused(url, statement):
    """Say whether a role may not run a statement."""
    with psycopg.connect(url, autocommit=True) as db:
        try:
            db.execute(statement)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction):
            return True
    return False


def test_the_crawler_can_do_all_that_a_crawl_does_and_nothing_to_the_tables(roles):
    with open_store(roles("crawler")) as store:
        store.register([make_outlet(), make_outlet("nova")], NOON)
        held = leased(store)
        store.record_source(held, SourceState(url="https://danas-proba.rs/feed", outlet="danas"))
        offered = [
            Candidate(url=f"https://danas-proba.rs/vest/{number}", outlet="danas", found_by=Discovery.FEED,
                      found_in="https://danas-proba.rs/feed", hints=Hints())
            for number in range(4)
        ]  # fmt: skip
        assert store.offer(held, offered, NOON).new == 4
        assert len(store.take(held, NOON, 2)) == 2
        crawl = store.start_crawl(CrawlReport(outlet="danas", started=NOON), "0.1")
        keep(store, held, 0, 1)
        answers = store.deliver([Delivery(lease=held, visit=visit(number), now=NOON) for number in (2, 3)])
        assert not [each for each in answers if isinstance(each, Exception)]
        store.note(held, "danas", {"long-link": 1}, NOON)
        store.keep_knowledge(held, "danas", b"some", NOON)
        store.finish_crawl(crawl, CrawlReport(outlet="danas", started=NOON))
        store.forget("https://danas-proba.rs/vest/3", NOON)
        store.prune(NOON.date() - timedelta(days=1), NOON)
        store.release(store.renew(held, NOON, 60), NOON, NOON)
        assert titles(store) == ["Cesta 0", "Cesta 1", "Cesta 2"]
        assert next(store.search("cesta"))["outlet"] == "danas"
    for statement in ("CREATE TABLE mine (a text)", "DROP VIEW latest", "TRUNCATE articles", "DELETE FROM _migrations"):
        assert refused(roles("crawler"), statement), statement


def test_the_reader_can_read_everything_and_change_nothing(roles):
    with open_store(roles("owner")) as store:
        store.register([make_outlet()], NOON)
    with open_store(roles("reader"), read_only=True) as store:
        assert "danas" in store.outlets() and store.statistics().outlets
        list(store.search("cesta"))
        with pytest.raises((StoreReadOnlyError, StoreRefusedError)):
            store.register([make_outlet()], NOON)
    with psycopg.connect(roles("reader")) as db:
        assert db.execute("SELECT count(*) FROM latest").fetchone()
    for statement in ("SET default_transaction_read_only = off; DELETE FROM articles", "CREATE TABLE mine (a text)"):
        assert refused(roles("reader"), statement), statement


def test_a_table_that_the_owner_adds_later_can_be_used_by_both(roles):
    with psycopg.connect(roles("owner"), autocommit=True) as db:
        db.execute("CREATE TABLE later (a text)")
    assert not refused(roles("crawler"), "INSERT INTO later VALUES ('x')")
    assert not refused(roles("reader"), "SELECT * FROM later")
    with psycopg.connect(roles("owner"), autocommit=True) as db:
        db.execute("DROP TABLE later")


def test_the_questions_that_watch_a_server_are_answered_to_the_reader(roles):
    asked = statements("What to watch")
    assert len(asked) >= 4
    with psycopg.connect(roles("reader"), autocommit=True) as db:
        assert all(db.execute(each).description for each in asked)


def test_a_dump_is_restored_into_an_empty_database(roles, postgres):
    dumped = postgres.folder / "archive.dump"
    postgres.call("pg_dump", "--format=custom", "--file", str(dumped), "--dbname", roles("owner"))
    postgres.run("CREATE DATABASE restored_archive OWNER archive_owner TEMPLATE template0")
    postgres.call("pg_restore", "--exit-on-error", "--dbname", postgres.url("restored_archive"), str(dumped))
    with open_store(roles("owner"), read_only=True) as store, open_store(postgres.url("restored_archive")) as restored:
        assert titles(restored) == titles(store)
        keep(restored, restored.lease(["danas"], "elsewhere:9:9", NOON.replace(year=2027), 60)[0], 77)
        assert next(restored.search("cesta"))["outlet"] == "danas" and "Cesta 77" in titles(restored)


def test_nobody_else_comes_in(roles, postgres):
    postgres.run("CREATE ROLE passer_by LOGIN")
    with pytest.raises(StoreRefusedError, match="permission denied for database"):
        open_store(postgres.url("archive_of_roles", "passer_by"))


def test_a_server_is_known_by_its_certificate_and_name_and_lets_nobody_in_without_encryption(postgres, tmp_path):
    authority = issue("Authority of the archive", is_authority=True)
    shown = issue("localhost", authority, hosts=["localhost"])
    data = postgres.folder / "data"
    for name, content in (("server.crt", shown.pem), ("server.key", private_key(shown))):
        (data / name).write_bytes(content)
        (data / name).chmod(0o600)
        shutil.chown(data / name, postgres.user)
    (tmp_path / "authority.crt").write_bytes(authority.pem)
    (tmp_path / "stranger.crt").write_bytes(issue("Another authority", is_authority=True).pem)
    postgres.run("CREATE ROLE far LOGIN SUPERUSER")
    rules = data / "pg_hba.conf"
    shown_rules, *_ = blocks("Encryption and passwords", "text")
    assert "hostssl" in shown_rules and "scram-sha-256" in shown_rules
    rules.write_text(f"hostssl all far all trust\nhost all far all reject\n{rules.read_text()}")
    for statement in statements("Encryption and passwords"):
        postgres.run(statement)

    def url(host, mode, authority="authority"):
        return (
            f"postgresql://far@{host}:{postgres.port}/archive"
            f"?sslmode={mode}&sslrootcert={tmp_path}/{authority}.crt&connect_timeout=20"
        )

    def is_in():
        try:
            with open_store(url("localhost", "verify-full"), read_only=True) as store:
                return store.outlets() is not None
        except StoreRefusedError:  # it has not read its settings yet
            return False

    until(is_in)
    with pytest.raises(StoreRefusedError, match="does not match host name"):
        open_store(url("127.0.0.1", "verify-full"), read_only=True)
    with pytest.raises(StoreRefusedError, match="certificate verify failed"):
        open_store(url("localhost", "verify-full", "stranger"), read_only=True)
    with pytest.raises(StoreRefusedError, match="certificate file"):
        open_store(url("localhost", "verify-full", "nowhere"), read_only=True)
    with pytest.raises(StoreRefusedError, match=r"pg_hba.conf rejects"):
        open_store(url("127.0.0.1", "disable"), read_only=True)
