"""`balkan-crawler stats` counts what is there."""

from __future__ import annotations

import json


def test_json_counts_the_archive(archive, run):
    found = json.loads(run("stats", "--json").stdout)
    assert found["totals"]["articles"] == 4
    assert (found["totals"]["first_day"], found["totals"]["last_day"]) == ("2026-11-14", "2026-11-23")
    assert (found["totals"]["versions"], found["totals"]["teasers"], found["totals"]["edits"]) == (1, 4, 1)
    assert found["countries"] == {"RS": 3, "AL": 1}
    assert found["outcomes"] == {"article": 5, "soft-404": 1}


def test_json_has_each_outlets_health(archive, run):
    outlets = {row["outlet"]: row for row in json.loads(run("stats", "--json").stdout)["outlets"]}
    danas = outlets["danas"]
    assert (danas["articles"], danas["articles_a_day"], danas["edits"], danas["odd"]) == (2, 0.7, 1, 1)
    assert (danas["with_body"], danas["with_date"], danas["state"]) == (1.0, 1.0, "done")
    assert (outlets["lajme"]["state"], outlets["lajme"]["reason"]) == ("failed", "HTTP [503]")


def test_fetches_are_told_by_what_they_were_for_and_found(archive, run):
    found = json.loads(run("stats", "--json").stdout)
    assert found["fetches"] == {
        "polls": 0,
        "pages": 4,
        "revisits": 1,
        "revisits_with_an_edit": 1,
        "added": 0.25,
        "planned": 0,
        "by_purpose": {"planned": {"fetched": 1, "found": 1}},
    }
    assert found["oddities"] == {}
    line = "fetches: polls 0, pages 4, revisits 1 (25.0% more), 1 with an edit, 0 planned; by reason (with an edit): "
    assert line + "planned 1 (1)\n" in run("stats").stdout
    assert "odd inputs: none\n" in run("stats").stdout


def test_one_outlet_alone(archive, run):
    found = json.loads(run("stats", "--outlet", "lajme", "--json").stdout)
    assert [row["outlet"] for row in found["outlets"]] == ["lajme"]
    assert (found["totals"]["articles"], found["countries"]) == (1, {"AL": 1})
    result = run("stats", "--outlet", "lajmet")
    assert (result.exit_code, "Did you mean lajme?" in result.stderr) == (2, True)


def test_the_table_shows_every_outlet_uncut(archive, run):
    result = run("stats")
    assert result.exit_code == 0
    assert "articles 4, outlets 3" in result.stdout
    assert "failed 2026-11-23T12:00 HTTP [503]" in result.stdout


def test_an_archive_without_articles_is_shown(tmp_path, run):
    from balkan_crawler.storage import open_store

    open_store(tmp_path / "empty.db").close()
    assert "articles 0" in run("stats", "--db", tmp_path / "empty.db").stdout
