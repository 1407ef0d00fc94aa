"""What the archive brought on some days: counts by outlet and day, stories that many had, headlines that changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from balkan_crawler.storage import ChangedHeadline, CrawlReport, DailyCounts

MONDAY = date(2026, 11, 23)
TEXT = (
    "Nova cesta između dva grada otvorena je u ponedeljak ujutro, a prvi vozači prošli su njome oko podneva.\n"
    "Ministar saobraćaja rekao je da su radovi trajali dve godine i da su koštali manje od plana.\n"
    "Meštani okolnih sela kažu da će im put do bolnice sada biti kraći za četrdeset minuta.\n"
    "Sledeće godine počinje gradnja mosta preko reke, za koji je novac već obezbeđen u budžetu."
)


def at(day, hour=8):
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour)


def own(number):
    return " ".join(f"reč{number}broj{place}" for place in range(60))


@pytest.fixture
def outlets(scene, make_outlet):
    scene.register(make_outlet("beta", country="HR"), make_outlet("novosti"))
    return scene


def test_articles_are_counted_by_outlet_and_day(outlets):
    crawl = outlets.store.start_crawl(CrawlReport(outlet="danas", started=outlets.now), "1.0")
    for number, days in enumerate((0, 0, 1, 3)):
        day = at(MONDAY - timedelta(days=days))
        outlets.keep(f"https://danas-proba.rs/vest/prica-{number}", f"Priča {number}", own(number), published=day)
    failed = CrawlReport(outlet="danas", started=outlets.now, ended=outlets.now, state="failed", reason="no answer")
    outlets.store.finish_crawl(crawl, failed)
    beta, danas, novosti = outlets.store.daily_counts(MONDAY - timedelta(days=2), MONDAY)
    assert danas == DailyCounts(
        outlet="danas",
        country="RS",
        first_seen=outlets.now,
        last_run=outlets.now,
        state="failed",
        reason="no answer",
        articles={MONDAY: 2, MONDAY - timedelta(days=1): 1},
    )
    assert (beta.outlet, beta.country, beta.last_run, beta.state, dict(beta.articles)) == ("beta", "HR", None, None, {})
    assert novosti.articles == {}


def test_the_stories_that_most_outlets_had_come_first(outlets):
    yesterday = MONDAY - timedelta(days=1)
    outlets.keep("https://danas-proba.rs/vest/cesta", "Cesta", TEXT, published=at(yesterday, 23))
    outlets.keep("https://beta-proba.rs/vest/cesta", "Otvorena cesta", TEXT, key="beta", published=at(MONDAY))
    outlets.keep("https://novosti-proba.rs/vest/cesta", "Nova cesta", TEXT, key="novosti", published=at(MONDAY))
    other = own(1)
    outlets.keep("https://beta-proba.rs/vest/most", "Most", other, key="beta", published=at(MONDAY, 7))
    outlets.keep("https://danas-proba.rs/vest/most", "Novi most", other, published=at(MONDAY, 9))
    outlets.keep("https://danas-proba.rs/vest/most-opet", "Most opet", other, published=at(MONDAY, 10))
    outlets.keep("https://danas-proba.rs/vest/sama", "Sama", own(2), published=at(MONDAY))

    def found(first, last, limit=5):
        stories = outlets.store.copied_stories(first, last, limit)
        return [(story.outlets, story.articles, story.first_outlet, story.title) for story in stories]

    both = [(3, 3, "danas", "Cesta"), (2, 3, "beta", "Most")]
    assert found(MONDAY, MONDAY) == found(yesterday, MONDAY) == both
    assert found(MONDAY, MONDAY, 1) == both[:1]
    assert found(yesterday, yesterday) == []


def test_headlines_are_given_as_they_were_before_and_after_these_days(outlets):
    url, body = "https://danas-proba.rs/vest/cesta", own(1)
    for title in ("Prvi naslov", "Drugi naslov", "Treći naslov", "Četvrti naslov"):
        outlets.keep(url, title, body, published=at(MONDAY))
        outlets.later(hours=9)
        outlets.keep(url, title, f"{body} kraj {title[0]}", published=at(MONDAY))
        outlets.later(hours=9)
    other = "https://danas-proba.rs/vest/most"
    outlets.keep(other, "Isti naslov", own(2), published=at(MONDAY))
    outlets.later(hours=1)
    outlets.keep(other, "Isti naslov", f"{own(2)} i još nešto", published=at(MONDAY))

    def found(first, last=None):
        return outlets.store.changed_headlines(first, last or first)

    def changed(changes, before, after):
        return [ChangedHeadline(outlet="danas", url=url, changes=changes, before=before, after=after, number=1)]

    assert found(MONDAY) == []
    assert found(MONDAY + timedelta(days=1)) == changed(1, "Prvi naslov", "Drugi naslov")
    assert found(MONDAY, MONDAY + timedelta(days=9)) == changed(3, "Prvi naslov", "Četvrti naslov")
    assert found(MONDAY - timedelta(days=9), MONDAY - timedelta(days=1)) == []


def test_an_empty_archive_has_nothing(scene):
    assert [days.articles for days in scene.store.daily_counts(MONDAY, MONDAY)] == [{}]
    assert scene.store.copied_stories(MONDAY, MONDAY, 5) == scene.store.changed_headlines(MONDAY, MONDAY) == []
