"""Repairs are told by `repairs`, `history --outlet`, `outlets show` and a dry run; the first takes them back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import tomli

from balkan_crawler.model import FoundSource, Repair, RepairKind, Search, SourceState
from balkan_crawler.storage import open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOME = "https://danas-proba.rs/"
OLD, NEW, ELSEWHERE = f"{HOME}feed", f"{HOME}rss", "https://kazino.rs/rss"
TABLE = f"""
[danas]
homepage = "{HOME}"
feeds = ["{OLD}"]
sitemaps = []
sections = []
"""


class Archive:
    """An archive of which the outlet ``danas`` has one feed."""

    def __init__(self, path, run):
        self.path, self._run = path, run
        (path.parent / "own.toml").write_text(TABLE, "utf-8")

    def run(self, *words):
        return self._run(*words, "--outlets", self.path.parent / "own.toml")

    def write(self, what):
        with open_store(self.path) as store:
            [lease] = store.lease(["danas"], "elsewhere:1:1", NOON, 60)
            number = what(store, lease)
            store.release(lease, NOON, NOON)
        return number

    def step(self, kind, *new, reads="feed", old=(OLD,)):
        found = tuple(FoundSource(kind=reads, url=url) for url in new)
        repair = Repair(outlet="danas", at=NOON, kind=kind, evidence="seen for days", old=old, new=found)
        return self.write(lambda store, lease: store.note_repair(lease, repair))


@pytest.fixture
def mended(archive, run):
    return Archive(archive, run)


def test_a_repair_is_listed_with_its_evidence_and_how_to_undo_it(mended, terminal):
    number = mended.step(RepairKind.FEED_MOVED, NEW)
    told = mended.run("repairs").stdout
    assert f"{number}  danas: source moved (in force), 2026-11-23" in told
    assert f"{OLD} -> {NEW}" in told
    assert "seen for days" in told
    assert "balkan-crawler repairs --undo ID" in told


def test_in_a_pipe_each_step_is_a_line_of_cells(mended):
    mended.step(RepairKind.FEED_MOVED, NEW)
    mended.step(RepairKind.LEARNED_ANEW, old=())
    names, *rows = [line.split("\t") for line in mended.run("repairs", "danas").stdout.splitlines()]
    first, second = (dict(zip(names, row, strict=True)) for row in rows)
    assert (first["kind"], first["state"], first["old"], first["new"]) == ("feed-moved", "in force", OLD, NEW)
    assert (second["kind"], second["state"], second["new"]) == ("learned-anew", "", "")


def test_without_repairs_that_is_said_and_an_unknown_outlet_too(mended, terminal):
    assert mended.run("repairs").stdout == "Nothing was repaired.\n"
    assert mended.run("repairs", "dans").exit_code == 2


def test_an_undone_repair_says_so_from_then_on(mended, terminal):
    number = mended.step(RepairKind.FEED_MOVED, NEW)
    assert mended.run("repairs", "--undo", number).stdout.startswith(
        "Undone: danas is polled at https://danas-proba.rs/feed"
    )
    assert "source moved (undone 20" in mended.run("repairs").stdout
    again = mended.run("repairs", "--undo", number)
    assert (again.exit_code, "was undone before" in again.stdout) == (0, True)


@pytest.mark.parametrize("kind", [RepairKind.LEARNED_ANEW, RepairKind.SITE_MOVED, RepairKind.RESTORED])
def test_what_changed_no_source_cannot_be_undone(mended, kind):
    told = mended.run("repairs", "--undo", mended.step(kind, ELSEWHERE))
    assert (told.exit_code, "it changed no source" in told.stderr) == (2, True)


def test_a_number_that_no_repair_has_is_told(mended):
    number = mended.step(RepairKind.FEED_MOVED, NEW)
    for words in (["repairs", "--undo", number + 1], ["repairs", "vesti", "--undo", number]):
        told = mended.run(*words)
        assert (told.exit_code, "There is no repair" in told.stderr) == (2, True)
    assert mended.run("repairs", "--undo", number, "--json").exit_code == 2


def test_json_says_what_is_in_force_and_what_the_table_has_ended(mended):
    mended.step(RepairKind.FEED_MOVED, NEW)
    mended.step(RepairKind.FEED_MOVED, f"{HOME}c", old=(f"{HOME}b",))
    first, second = json.loads(mended.run("repairs", "--json").stdout)
    assert (first["state"], second["state"]) == ("in force", "ended")
    assert first["new"] == [{"kind": "feed", "url": NEW}]


def test_the_lines_for_an_outlets_file_make_a_repair_last(mended):
    mended.step(RepairKind.FEED_MOVED, NEW)
    told = mended.run("repairs", "--toml").stdout
    assert tomli.loads(told) == {"danas": {"feeds": [NEW]}}
    assert f"# 2026-11-23: {OLD} -> {NEW}: seen for days" in told
    (mended.path.parent / "own.toml").write_text(TABLE.replace(OLD, NEW), "utf-8")
    assert mended.run("repairs", "--toml").stdout.startswith("# Nothing")


def test_a_site_that_moved_is_a_comment_for_people_to_look_at(mended):
    mended.step(RepairKind.SITE_MOVED, ELSEWHERE, reads="homepage")
    told = mended.run("repairs", "--toml").stdout
    assert tomli.loads(told) == {"danas": {}}
    assert '# homepage = "https://kazino.rs/"' in told
    mended.step(RepairKind.SITE_MOVED, "https://novi.rs/naslovna", reads="homepage", old=(HOME,))
    assert '# homepage = "https://novi.rs/naslovna"' in mended.run("repairs", "--toml").stdout


def test_what_stands_in_is_no_line_of_a_table(mended):
    mended.step(RepairKind.FALLBACK, HOME, reads="section")
    assert mended.run("repairs", "--toml").stdout.startswith("# Nothing")


def test_the_history_of_an_outlet_has_its_steps_and_the_sources_that_fail(mended, terminal):
    mended.step(RepairKind.FALLBACK, HOME, reads="section")
    failing = SourceState(
        url=OLD,
        outlet="danas",
        failures=7,
        failing_since=NOON - timedelta(days=3),
        reason=f"{OLD} could not be read: gone",
    )
    search = Search(outlet="danas", at=NOON, tries=2, result="its home page names no other source")
    mended.write(lambda store, lease: (store.record_source(lease, failing), store.note_search(lease, search)))
    told = mended.run("history", "--outlet", "danas").stdout
    assert "2026-11-23  others stand in for its sources (in force, repair 1)" in told
    assert f"since 2026-11-20  fails (7 times): {OLD}" in told
    assert "another source was looked for: its home page names no other source" in " ".join(told.split())


def test_the_history_of_an_outlet_for_programs(mended):
    mended.step(RepairKind.FEED_MOVED, NEW)
    record = json.loads(mended.run("history", "--outlet", "danas", "--json").stdout)
    assert [step["kind"] for step in record["steps"]] == ["feed-moved"]
    assert (record["failing_sources"], record["last_search"]) == ([], None)
    names, row = [line.split("\t") for line in mended.run("history", "--outlet", "danas").stdout.splitlines()]
    assert dict(zip(names, row, strict=True))["change"] == f"{OLD} -> {NEW}"


def test_a_redesign_from_before_steps_were_written_down_is_in_the_history(mended):
    mended.write(lambda store, lease: store.note(lease, "danas", {"redesigned": 1}, NOON))
    [step] = json.loads(mended.run("history", "--outlet", "danas", "--json").stdout)["steps"]
    assert (step["kind"], step["at"][:10]) == ("learned-anew", "2026-11-23")


def test_an_outlet_to_which_nothing_happened_is_told(mended, terminal):
    assert mended.run("history", "--outlet", "danas").stdout.startswith("Nothing happened to danas")


@pytest.mark.parametrize("words", [[], [f"{HOME}most", "--outlet", "danas"], ["--outlet", "dans"]])
def test_a_history_is_that_of_one_url_or_one_outlet(mended, words):
    assert mended.run("history", *words).exit_code == 2


def test_show_names_what_is_polled_in_the_place_of_the_table(mended):
    mended.step(RepairKind.FEED_MOVED, NEW)
    assert f"source moved, 2026-11-23: {OLD} -> {NEW}" in mended.run("outlets", "show", "danas").stdout
    [step] = json.loads(mended.run("outlets", "show", "danas", "--json").stdout)["repairs"]
    assert step["kind"] == "feed-moved"


def test_a_dry_run_counts_what_is_polled(mended):
    mended.step(RepairKind.FALLBACK, HOME, reads="section")
    assert json.loads(mended.run("crawl", "danas", "--dry-run", "--json").stdout)["sources"] == 2
