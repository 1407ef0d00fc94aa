"""Back-fills of the made-up press: outlets of many CMS families, each by what its site shows of its past."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from support import press_held, press_sites
from support.newsrooms import write_outlets
from support.reactor import command
from support.servers import serve

pytestmark = pytest.mark.slow

SITES = {
    press_sites.two_scripts: "WordPress's interface",
    press_sites.pangea: "sitemaps",
    press_sites.dates_in_paths: "sitemaps",
    press_sites.only_sections: "the numbered pages of",
    press_sites.joomla: "the numbered pages of",
    press_sites.hidden_feed: "the numbered pages of",
    press_sites.adria_media: "the numbered pages of",
    press_sites.consent_note: "the numbered pages of",
    press_sites.number_in_query: "the numbered pages of",
    press_held.feed_switched_off: "sitemaps",
}


@pytest.mark.parametrize(("build", "planned_from"), SITES.items(), ids=[build.__name__ for build in SITES])
def test_a_week_of_the_past_is_stored_whole(tmp_path, build, planned_from):
    now = datetime.now(UTC)
    with serve({}) as (site,):
        [press] = build(site, now)
        truth = press.truth
        first, last = (now - timedelta(days=18)).date(), (now - timedelta(days=11)).date()
        shown = {
            "feeds": [site.url(path) for path in truth.feeds],
            "country": truth.country,
            "timezone": truth.timezone,
        }
        write_outlets(tmp_path, {"ferry": site}, languages=list(truth.languages), **shown)
        done = command(tmp_path, "backfill", "ferry", "--json", "--from", str(first), "--to", str(last))
    assert done.returncode == 0, done.stderr + done.stdout
    said = json.loads(done.stdout)
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        stored = {url for (url,) in db.execute("SELECT url FROM articles")}
    asked = {site.url(story.path) for story in press.stories if first <= story.published.date() <= last}
    assert asked <= stored
    assert len(stored - asked) <= len(asked)
    assert stored <= {site.url(path) for path in press.articles}
    assert any(planned_from in source for source in said["planned_from"]), said
    assert (said["complete"], said["left"]) == (True, 0)
