"""`balkan-crawler demo` from the command line to the file: every page of the miniature web against its truth."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from balkan_crawler.demo import OUTLET_KEYS, build_web
from balkan_crawler.demo.stories import newsrooms
from balkan_crawler.storage import Filter, open_store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(demo_run):
    with open_store(demo_run[0], read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(store):
    return list(store.rows(Filter()))


@pytest.fixture(scope="module")
def editions(rows):
    """Rebuild both truths of the crawled web: its addresses are in the rows, its moment follows from the dates.

    Titles tell which row belongs to which expected article.
    """
    origins = {str(row["outlet"]): "/".join(str(row["url"]).split("/")[:3]) for row in rows}
    assert set(origins) == set(OUTLET_KEYS)
    story = newsrooms()[0].stories[0]
    row = next(row for row in rows if row["title"] == story.title)
    now = datetime.fromisoformat(str(row["published"])).astimezone(UTC) + timedelta(hours=story.hours_ago)
    return build_web(now, origins, edition=1), build_web(now, origins, edition=2)


@pytest.fixture(scope="module")
def truth(editions):
    """The web as it stood at the end."""
    return editions[1]


def test_every_article_is_stored_once_and_nothing_else(rows, truth):
    assert Counter(row["url"] for row in rows) == Counter(article.url for article in truth.articles)


def test_every_field_of_every_article_is_the_truth(rows, truth, subtests):
    by_url = {row["url"]: row for row in rows}
    for article in truth.articles:
        row = by_url[article.url]
        with subtests.test(url=article.url):
            assert row["title"] == article.title
            assert row["body"] == article.body
            assert row["lead"] == article.lead
            assert row["language"].split("-")[0] == article.language
            assert row["script"] == article.script
            assert row["section"] == article.section
            assert row["date"] == article.published.date().isoformat()


def test_every_teaser_is_stored_with_its_place_as_it_was_when_its_page_was_last_fetched(store, editions, subtests):
    for before, after in zip(editions[0].expected, editions[1].expected, strict=True):
        article = after.extraction.article
        if article is None:
            continue
        assert before.extraction.article is not None
        page = before if before.extraction.article.body == article.body else after
        with subtests.test(url=article.url):
            stored = store.teasers(article.url, article.published.date())
            fields = ("url", "title", "excerpt", "heading", "place")
            wanted = [tuple(getattr(teaser, name) for name in fields) for teaser in page.extraction.teasers]
            assert [tuple(row[name] for name in fields) for row in stored] == wanted


def test_every_article_names_the_run_that_found_it(store, rows):
    assert all(isinstance(row["crawl"], int) for row in rows)


def test_the_edited_article_keeps_its_key_and_has_one_version(store, rows):
    versions = [
        (row, version)
        for row in rows
        for version in store.versions(str(row["url"]), date.fromisoformat(str(row["date"])))
    ]
    ((row, version),) = versions
    assert (version["title"], row["title"]) == (
        "Prizren footbridge closes for six weeks of repairs",
        "Prizren footbridge closes for eight weeks of repairs",
    )


def test_syndicated_copies_are_two_clusters_one_of_them_across_scripts(rows):
    clusters = {}
    for row in rows:
        if row["cluster"] is not None:
            clusters.setdefault(row["cluster"], []).append((row["outlet"], row["script"]))
    assert sorted(sorted(members) for members in clusters.values()) == [
        [("dunavski_glasnik", "Cyrl"), ("moravski_portal", "Latn")],
        [("gazeta_e_bregut", "Latn"), ("sharr_courier", "Latn")],
    ]


def test_the_end_says_what_to_type_next(demo_run):
    printed = demo_run[1].stdout
    assert "balkan-crawler search" in printed
    assert all(key in printed for key in OUTLET_KEYS)
