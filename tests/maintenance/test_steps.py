"""Maintenance: what is due is done, what fails stops nothing else, and a crawl has its turn."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from support.archives import (
    NOON,
    damage_index,
    damage_table,
    end_writer,
    fill,
    start_writer,
    titles,
    visit,
)
from support.mail_server import serve_mail

from balkan_crawler.cli import main
from balkan_crawler.configuration import Maintenance
from balkan_crawler.location import Location
from balkan_crawler.maintenance import Job, State, Step, back_up, maintain
from balkan_crawler.maintenance.due import due_from
from balkan_crawler.storage import open_store
from balkan_crawler.storage.overviews import StepRun
from balkan_crawler.storage.upkeep import Upkeep, check_soundness

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
GONE = ((1, "http-410", "2026-01"), (2, "forgotten", "2026-01"), (3, "http-404", "2026-12"))


def nothing(_):
    pass


def done(path, now=NOON, pause=nothing, **options):
    """Maintain, and give the results by step."""
    pages = options.pop("pages", None)
    flags = {name: options.pop(name) for name in ("everything", "vacuum", "dry_run") if name in options}
    job = Job(location=Location(file=path), rules=Maintenance(**options), pages=pages, pause=pause, **flags)
    return {result.step: result for result in maintain(job, now)}


def states(results):
    return {step.value: result.state.value for step, result in results.items()}


def query(path, statement):
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        return db.execute(statement).fetchall()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "backups"
    made.mkdir()
    return made


def test_by_default_nothing_is_deleted_and_no_backup_is_made(archive):
    fill(archive, [visit(1000, published=NOON - 2000 * DAY)])
    results = done(archive)
    assert states(results) == {
        "check": "done",
        "retention": "nothing",
        "vacuum": "nothing",
        "backup": "nothing",
        "journal": "done",
        "disk": "done",
    }
    assert len(titles(archive)) == 31


def test_called_every_hour_each_step_is_done_when_it_is_due(archive, folder):
    for hour, expected in ((0, "done"), (1, "not-due"), (20, "not-due"), (22, "done"), (23, "not-due")):
        results = done(archive, NOON + hour * HOUR, backup=folder)
        assert results[Step.BACKUP].state == expected, hour
        assert results[Step.DISK].state is State.DONE
    assert len(list(folder.iterdir())) == 2
    runs = {}
    ran = dict.fromkeys(Step, 0)
    for hour in range(24 * 15):
        for step in Step:
            if due_from(step, runs, NOON + hour * HOUR) <= NOON + hour * HOUR:
                runs[step] = StepRun(ran=NOON + hour * HOUR, state="done", said="")
                ran[step] += 1
    assert (ran[Step.CHECK], ran[Step.BACKUP], ran[Step.JOURNAL]) == (3, 17, 24 * 15)


def test_a_nightly_timer_that_is_early_finds_its_work_due(archive, folder):
    done(archive, NOON, backup=folder)
    assert done(archive, NOON + DAY - timedelta(minutes=20), backup=folder)[Step.BACKUP].state is State.DONE


def test_a_step_that_ran_by_a_clock_ahead_is_due():
    runs = {Step.BACKUP: StepRun(ran=NOON + 400 * DAY, state="done", said="")}
    assert due_from(Step.BACKUP, runs, NOON) == NOON


def test_a_backup_that_fails_is_told_again_and_stops_no_other_step(archive, tmp_path):
    missing = tmp_path / "usb-disk"
    results = done(archive, backup=missing)
    failed = results[Step.BACKUP]
    assert (failed.state, failed.needs_somebody, failed.key) == (State.FAILED, True, "maintenance:backup")
    assert "there is no such folder" in failed.text and failed.title == "No backup could be made"
    assert results[Step.JOURNAL].state is State.DONE and results[Step.DISK].state is State.DONE
    soon = done(archive, NOON + timedelta(minutes=10), backup=missing)[Step.BACKUP]
    assert (soon.state, soon.key) == (State.FAILED, failed.key), "it is not over for not being tried again yet"
    missing.mkdir()
    assert done(archive, NOON + HOUR, backup=missing)[Step.BACKUP].state is State.DONE


def test_rules_delete_what_is_older_and_a_dry_run_says_so_before(archive, tmp_path):
    old = NOON - 100 * DAY
    fill(archive, [visit(number, published=old) for number in range(100, 170)])
    fill(archive, [visit(3, body="Izmenjeno je sve u ovoj vesti, i naslov i tekst.")], NOON + HOUR)
    fill(archive, [visit(4, body="Izmenjeno je sve u ovoj vesti, i naslov i tekst.")], NOON + 40 * DAY)
    query(archive, "INSERT INTO _outcomes (outlet, day, outcome, pages) VALUES ('danas', '2026-01-01', 'article', 5)")
    for number, outcome, visited in (
        (1, "http-410", "2026-01"),
        (2, "forgotten", "2026-01"),
        (3, "http-404", "2026-12"),
    ):
        query(
            archive,
            f"""
            INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, first_seen,
                outcome, visited, visits)
            VALUES ('https://danas-proba.rs/gone-{number}', 'danas-proba.rs/gone-{number}', 'danas', 'gone', 'feed', '',
                '{{}}', '2026', '2026', '{outcome}', '{visited}-01T00:00:00+00:00', 9)
            """,
        )
    pages = tmp_path / "pages"
    (pages / "danas").mkdir(parents=True)
    names = ("danas-2026-06-01", "danas-2026-06-01-2", "danas-2026-12-31", "mine-2026-01-01")
    files = [f"{name}.warc.gz" for name in names]
    for name in files:
        (pages / "danas" / name).write_bytes(b"")
    rules = {
        "keep_articles_days": 60,
        "keep_versions_days": 30,
        "keep_pages_days": 90,
        "keep_counts_days": 90,
        "keep_gone_days": 90,
    }
    now = NOON + 45 * DAY
    before = archive.read_bytes()
    told = done(archive, now, dry_run=True, pages=pages, **rules)[Step.RETENTION].text
    assert told == (
        "would delete 70 articles, 1 earlier version, 2 files of kept pages, 1 daily count, 1 URL that is gone"
    )
    assert archive.read_bytes() == before and len(list((pages / "danas").iterdir())) == 4
    pauses = []
    told = done(archive, now, pauses.append, pages=pages, **rules)[Step.RETENTION].text
    assert told == "deleted 70 articles, 1 earlier version, 2 files of kept pages, 1 daily count, 1 URL that is gone"
    assert len(pauses) >= 4 and min(pauses) >= 0.1, "others have their turn after each portion"
    assert len(titles(archive)) == 30
    assert query(archive, "SELECT url FROM versions") == [("https://danas-proba.rs/vest-4",)]
    gone = {url for (url,) in query(archive, "SELECT url FROM _frontier WHERE url LIKE '%/gone-%'")}
    assert gone == {"https://danas-proba.rs/gone-2", "https://danas-proba.rs/gone-3"}
    assert sorted(path.name for path in (pages / "danas").iterdir()) == sorted(files[2:])
    again = done(archive, now + DAY, pages=pages, **rules)
    assert again[Step.RETENTION].text.startswith("deleted nothing") or "earlier version" in again[Step.RETENTION].text
    fill(archive, [visit(100, published=old)], now + DAY)  # what was deleted does not come back
    assert len(titles(archive)) == 30
    assert check_soundness(archive).is_sound


def test_room_is_given_back_where_it_pays_and_no_crawl_waits_for_long(archive, monkeypatch):
    fill(archive, [visit(number, published=NOON - 100 * DAY, body="reč " * 4000) for number in range(100, 160)])
    assert done(archive)[Step.VACUUM].state is State.NOTHING
    done(archive, everything=True, keep_articles_days=50)
    size = archive.stat().st_size
    assert done(archive, NOON + DAY)[Step.VACUUM].state is State.NOTHING  # too little to be worth it
    monkeypatch.setattr("balkan_crawler.maintenance.due.LEAST_FREE_BYTES", 1000)
    monkeypatch.setattr("balkan_crawler.maintenance.due.LONGEST_VACUUM", 0.0)
    told = done(archive, NOON + 2 * DAY)[Step.VACUUM]
    assert (told.state, told.needs_somebody) == (State.WAITS, False) and "maintain --vacuum" in told.text
    monkeypatch.setattr("balkan_crawler.maintenance.due.LONGEST_VACUUM", 20.0)
    monkeypatch.setattr("balkan_crawler.maintenance.due.SHORT_VACUUM", 0.0)
    with open_store(archive) as store:
        now = NOON + 3 * DAY
        [lease] = store.lease(["danas"], "elsewhere:3:3", now, 60)
        assert "when no crawl is at work" in done(archive, now)[Step.VACUUM].text
        store.release(lease, now, now)
    monkeypatch.setattr("balkan_crawler.maintenance.due.BROKEN_OFF", -1.0)
    monkeypatch.setattr("balkan_crawler.storage.file.room._STEPS", 10)
    assert "broken off" in done(archive, NOON + 4 * DAY)[Step.VACUUM].text
    monkeypatch.undo()
    monkeypatch.setattr("balkan_crawler.maintenance.due.LEAST_FREE_BYTES", 1000)
    assert done(archive, NOON + 5 * DAY)[Step.VACUUM].text.startswith("gave back ")
    assert archive.stat().st_size < size / 2
    assert len(titles(archive)) == 30 and check_soundness(archive).is_sound


def test_a_vacuum_that_finds_no_room_on_the_disk_is_not_begun(archive, monkeypatch):
    usage = shutil.disk_usage(archive)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=10_000))
    told = done(archive, vacuum=True)
    assert told[Step.VACUUM].state is State.WAITS and "have to be free" in told[Step.VACUUM].text
    assert told[Step.DISK].state is State.FINDING and told[Step.DISK].title == "The disk is filling"


def test_damage_is_told_and_nothing_is_deleted_nor_driven_out_until_it_is_mended(archive, folder):
    back_up(archive, folder, NOON - DAY)
    damage_index(archive, [visit(77)])
    rules = {"backup": folder, "keep_backups": 1, "keep_articles_days": 1}
    results = done(archive, NOON + 10 * DAY, **rules)
    assert results[Step.CHECK].state is State.FINDING and "maintain --repair" in results[Step.CHECK].text
    assert results[Step.RETENTION].state is State.WAITS
    assert len(titles(archive)) == 31 and len(list(folder.iterdir())) == 2
    run = CliRunner().invoke(main, ["maintain", "--repair", "--db", str(archive)])
    assert run.exit_code == 0 and "mended: " in run.output
    assert done(archive, NOON + 20 * DAY, **rules)[Step.RETENTION].state is State.DONE
    assert len(list(folder.iterdir())) == 1


def test_a_database_that_cannot_even_be_opened_is_a_finding(archive):
    damage_table(archive, "_sqlite_migrations")
    assert states(done(archive)) == {"check": "finding"}


def test_what_cannot_be_remembered_is_told(archive, monkeypatch):
    from balkan_crawler.errors import StoreFullError

    def full(*_):
        raise StoreFullError(str(archive))

    monkeypatch.setattr(Upkeep, "remember", full)
    assert all("could not be noted" in result.text and result.needs_somebody for result in done(archive).values())


def test_the_disk_is_foreseen_from_the_days_that_were_remembered(archive):
    for day in range(10):
        moment = NOON + day * DAY
        fill(archive, [visit(500 + day)], moment)
        query(
            archive,
            f"""
            INSERT INTO crawls (outlet, started, ended, state, new, version)
            VALUES ('danas', '{moment.isoformat()}', '{moment.isoformat()}', 'done', 120, '1')
            """,
        )
        told = done(archive, moment)[Step.DISK].text
    assert "120 articles a day" in told
    with Upkeep(archive, read_only=True) as upkeep:
        assert len(upkeep.sizes(date(2026, 11, 23))) == 10


def test_beside_a_writer_each_step_is_done_and_no_article_is_lost(archive, folder):
    fill(archive, [visit(number, published=NOON - 100 * DAY) for number in range(100, 160)])
    writer = start_writer(archive)
    results = done(
        archive,
        NOON + HOUR,
        pause=lambda _: writer.stdout.readline(),
        everything=True,
        backup=folder,
        keep_articles_days=50,
        keep_versions_days=1,
    )
    writer.stdout.readline()
    [last, *_] = [*reversed(end_writer(writer)), 1001]
    assert not [result for result in results.values() if result.needs_somebody]
    numbers = sorted(int(title.split()[-1]) for title in titles(archive))
    assert numbers[:30] == list(range(30))
    assert numbers[30:] == list(range(1001, 1001 + len(numbers) - 30)) and numbers[-1] >= last


def test_the_command_prints_a_line_a_step_and_ends_with_what_was_found(archive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(main, ["maintain", "--db", str(archive)])
    assert (run.exit_code, run.output.count("\n")) == (0, 6)
    assert run.output.startswith("check      the database is sound\n")
    (tmp_path / "balkan.toml").write_text('[maintenance]\nbackup = "none"\n')
    run = CliRunner().invoke(main, ["maintain", "--db", str(archive), "--json", "--all"])
    found = {each["step"]: each for each in json.loads(run.output)}
    assert run.exit_code == 1 and found["backup"]["state"] == "failed" and found["backup"]["needs_somebody"]
    assert CliRunner().invoke(main, ["maintain", "--db", "none.db"]).exit_code == 3
    assert CliRunner().invoke(main, ["maintain", "--db", str(archive), "--repair", "--all"]).exit_code == 2


def test_what_needs_somebody_is_sent_once_and_so_is_its_end(archive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with serve_mail() as server:
        (tmp_path / "balkan.toml").write_text(
            f'[maintenance]\nbackup = "backups"\n[notification.email]\nhost = "127.0.0.1"\nport = {server.port}\n'
            'tls = "none"\nfrom = "robot@example.org"\nto = ["you@example.org"]\n'
        )
        words = ["maintain", "--notify", "--all", "--db", str(archive)]
        assert [CliRunner().invoke(main, words).exit_code for _ in range(2)] == [1, 1]
        [mail] = server.mails
        assert "No backup could be made" in mail.get_content()
        (tmp_path / "backups").mkdir()
        assert CliRunner().invoke(main, words).exit_code == 0
        assert "No backup could be made" in server.mails[1].get_content()
