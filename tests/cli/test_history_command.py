"""`balkan-crawler history` shows edits in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from balkan_crawler.model import Candidate, Discovery, Hints
from balkan_crawler.storage import open_store
from balkan_crawler.text.differences import Fate, changed_paragraphs, marked

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://danas-proba.rs/most"


def test_an_edit_is_shown_with_its_time_and_words(archive, run, terminal):
    result = run("history", URL)
    assert result.exit_code == 0
    assert "first seen 2026-11-23 12:00 UTC" in result.stdout
    assert "Edited, seen 2026-11-23 13:00 UTC: 3 words removed, 2 added" in result.stdout
    assert "title: [-Most preko Dunava-]{+Novi most+} otvoren" in result.stdout  # this terminal has no colours
    assert "vrpcu" not in result.stdout


def test_in_a_pipe_each_changed_paragraph_is_a_line_of_cells(archive, run):
    names, *rows = [line.split("\t") for line in run("history", URL).stdout.splitlines()]
    edits = [dict(zip(names, row, strict=True)) for row in rows]
    assert [(edit["part"], edit["change"]) for edit in edits] == [
        ("title", "[-Most preko Dunava-]{+Novi most+} otvoren"),
        ("body", "Most preko Dunava otvoren je u [-ponedeljak.-]{+utorak.+}"),
    ]
    assert {(edit["replaced"], edit["words_removed"]) for edit in edits} == {("2026-11-23T13:00:00+00:00", "3")}


@pytest.mark.parametrize("url", ["http://www.danas-proba.rs/most/?utm_source=x", "danas-proba.rs/most"])
def test_any_variant_of_the_url_will_do(archive, run, terminal, url):
    assert "Novi most otvoren" in run("history", url).stdout


def test_json_has_the_text_before_and_the_difference(archive, run):
    (article,) = json.loads(run("history", URL, "--json").stdout)
    (edit,) = article["edits"]
    assert (article["title"], edit["title"]) == ("Novi most otvoren", "Most preko Dunava otvoren")
    assert edit["changed"] == ["title", "body"]
    assert edit["diff"]["title"] == ["[-Most preko Dunava-]{+Novi most+} otvoren"]


def test_an_article_without_edits_and_an_unknown_url_are_told(archive, run, terminal):
    assert (
        "Visited once, last 2026-11-23 12:00 UTC; not to be visited again."
        in run("history", "https://vesti-proba.rs/vucic").stdout
    )
    assert "No edit was seen." in run("history", "https://vesti-proba.rs/vucic").stdout
    result = run("history", "https://vesti-proba.rs/nema")
    assert (result.exit_code, result.stdout) == (0, "The archive has no article at https://vesti-proba.rs/nema.\n")


def test_a_change_that_the_source_tells_of_is_named_as_the_reason_of_the_next_visit(archive, run, terminal):
    url, later = "https://vesti-proba.rs/vucic", NOON + timedelta(hours=3)
    told = Candidate(url=url, outlet="vesti", found_by=Discovery.FEED, found_in="feed", hints=Hints(modified=later))
    with open_store(archive) as store:
        [lease] = store.lease(["vesti"], "elsewhere:1:2", later, 60)
        store.offer(lease, [told], later)
    said = " ".join(run("history", url).stdout.split())
    assert "again 2026-11-23 15:00 UTC or later, since its source says that it has changed." in said


@pytest.mark.parametrize("url", ["most", "ftp://danas-proba.rs/", "http://[", ""])
def test_what_is_no_url_is_wrong_use(archive, run, url):
    result = run("history", url)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_paragraphs_that_came_or_went_are_shown_whole():
    assert [marked(runs) for runs in changed_paragraphs("a\nb\nc", "a\nc\nd e")] == ["[-b-]", "{+d e+}"]
    assert changed_paragraphs("a\nb", "a\nb") == ()


@settings(deadline=None)
@example("\na", "a\n")
@given(st.text("abć \n", max_size=60), st.text("abć \n", max_size=60))
def test_kept_and_removed_runs_are_the_old_text_kept_and_added_the_new(old, new):
    before, after = old.split("\n"), new.split("\n")
    for runs in changed_paragraphs(old, new):
        assert "".join(run.text for run in runs if run.fate is not Fate.ADDED) in [*before, ""]
        assert "".join(run.text for run in runs if run.fate is not Fate.REMOVED) in [*after, ""]
    assert (changed_paragraphs(old, new) == ()) == ([p for p in before if p] == [p for p in after if p])
