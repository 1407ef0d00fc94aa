"""What is seen at a glance: the newest articles, outlets, languages, one outlet's portrait, how crawls went."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from balkan_crawler.model import Place, SourceState, Teaser
from balkan_crawler.storage import CrawlReport, OutletPortrait

MONDAY = date(2026, 11, 23)
URL = "https://danas-proba.rs/vest/"


def at(day, hour=8):
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour)


def own(number):
    return " ".join(f"reč{number}broj{place}" for place in range(60))


@pytest.fixture
def outlets(scene, make_outlet):
    scene.register(make_outlet("beta", country="HR"), make_outlet("novosti", closed=date(2026, 1, 1)))
    return scene


def portrait(scene, key="danas", days=90):
    return scene.store.portrait(key, MONDAY - timedelta(days=days - 1), MONDAY)


def test_the_newest_articles_come_first_and_none_of_a_later_day(outlets):
    outlets.keep(f"{URL}1", "Prva", own(1), published=at(MONDAY, 7))
    outlets.keep("https://beta-proba.rs/2", "Druga", own(2), key="beta", published=at(MONDAY, 9))
    outlets.keep(f"{URL}3", "Treća", own(3), published=at(MONDAY - timedelta(days=1), 23))
    outlets.keep(f"{URL}4", "Sutrašnja", own(4), published=at(MONDAY + timedelta(days=1), 12))
    lines = outlets.store.newest(MONDAY, 3)
    assert [(line.title, line.outlet, line.number) for line in lines][:2] == [
        ("Druga", "beta", 2),
        ("Prva", "danas", 1),
    ]
    assert lines[0].at == at(MONDAY, 9)
    assert len(outlets.store.newest(MONDAY, 2)) == 2


def test_each_outlet_is_told_with_its_latest_article(outlets):
    outlets.keep(f"{URL}1", "Prva", own(1), published=at(MONDAY - timedelta(days=1)))
    outlets.keep(f"{URL}2", "Druga", own(2), published=at(MONDAY - timedelta(days=9)))
    outlets.keep(f"{URL}4", "Sutrašnja", own(4), published=at(MONDAY + timedelta(days=1), 12))
    beta, danas, novosti = outlets.store.outlet_lines(MONDAY)
    assert (danas.latest_day, danas.latest) == (MONDAY - timedelta(days=1), at(MONDAY - timedelta(days=1)))
    assert (beta.latest_day, beta.country, beta.is_closed) == (None, "HR", False)
    assert novosti.is_closed


def test_languages_are_counted_with_their_scripts(outlets):
    outlets.keep(f"{URL}1", "Prva", own(1), language="sr", script="Latn", published=at(MONDAY))
    outlets.keep(f"{URL}2", "Druga", own(2), language="sr", script="Latn", published=at(MONDAY))
    outlets.keep(f"{URL}3", "Трећа", own(3), language="sr", script="Cyrl", published=at(MONDAY))
    outlets.keep(f"{URL}4", "Stara", own(4), language="sr", script="Latn", published=at(MONDAY - timedelta(days=1)))
    counts = outlets.store.language_counts(MONDAY, MONDAY)
    assert [(count.language, count.script, count.articles) for count in counts] == [
        ("sr", "Latn", 2),
        ("sr", "Cyrl", 1),
    ]


def test_a_portrait_tells_which_fields_the_articles_have(outlets):
    full = {"lead": "Uvod.", "authors": ("Ana Anić",), "section": "Društvo", "tags": ("most",), "image": f"{URL}i.jpg"}
    outlets.keep(f"{URL}1", "Prva", own(1), published=at(MONDAY), **full)
    outlets.keep(f"{URL}2", "Druga", own(2), published=at(MONDAY))
    outlets.keep(f"{URL}3", "Treća", "", published=None)
    fields = portrait(outlets).fields
    assert (fields.articles, fields.since) == (3, MONDAY)
    assert fields.having == {"body": 2, "date": 2, "author": 1, "section": 1, "tags": 1, "image": 1, "lead": 1}


def test_a_portrait_tells_who_was_first_with_a_shared_text(outlets):
    yesterday = MONDAY - timedelta(days=1)
    outlets.keep(f"{URL}1", "Prva", own(1), published=at(yesterday), agencies=("Beta",))
    outlets.keep("https://beta-proba.rs/1", "Prepis", own(1), key="beta", published=at(MONDAY))
    outlets.keep("https://beta-proba.rs/2", "Tuđa", own(2), key="beta", published=at(yesterday))
    outlets.keep(f"{URL}2", "Naš prepis", own(2), published=at(MONDAY), agencies=("Beta", "Tanjug"))
    outlets.keep(f"{URL}3", "Svoja", own(3), published=at(MONDAY))
    sharing = portrait(outlets).sharing
    assert (sharing.articles, sharing.copies, sharing.copied, sharing.with_agency) == (3, 1, 1, 2)
    assert sharing.copied_from == sharing.copied_by == (("beta", 1),)
    assert sharing.agencies == (("Beta", 2), ("Tanjug", 1))


def test_a_text_that_an_outlet_has_twice_is_its_own_copy(outlets):
    outlets.keep(f"{URL}1", "Prva", own(1), published=at(MONDAY, 7))
    outlets.keep(f"{URL}2", "Opet", own(1), published=at(MONDAY, 9))
    sharing = portrait(outlets).sharing
    assert (sharing.copies, sharing.copied, sharing.copied_from, sharing.copied_by) == (1, 0, (("danas", 1),), ())


def test_a_portrait_tells_what_other_articles_promote(outlets):
    def offers(*names):
        return tuple(
            Teaser(url=URL + name, title=name, position=place, place=Place.AFTER) for place, name in enumerate(names)
        )

    outlets.keep(f"{URL}1", "Prva", own(1), published=at(MONDAY))
    outlets.keep(f"{URL}2", "Druga", own(2), published=at(MONDAY), teasers=offers("1", "3"))
    outlets.keep(f"{URL}3", "Treća", own(3), published=at(MONDAY), teasers=offers("1"))
    promoted = portrait(outlets).promoted
    assert [(each.article.title, each.times) for each in promoted] == [("Prva", 2), ("Treća", 1)]


def test_a_portrait_has_days_hours_edits_redesigns_and_first_visits(outlets):
    outlets.keep(f"{URL}1", "Prva", own(1), published=at(MONDAY, 8))
    outlets.store.note(outlets.leases["danas"], "danas", {"redesigned": 1}, outlets.now)
    outlets.later(hours=2)
    outlets.keep(f"{URL}1", "Prva, dopunjena", own(1) + " i još nešto", published=at(MONDAY, 8))
    found = portrait(outlets)
    assert [(day.day, day.articles, day.hours[9]) for day in found.days] == [(MONDAY, 1, 1)]
    assert [(line.title, line.at) for line in found.edited] == [("Prva, dopunjena", outlets.now)]
    assert found.redesigns == (MONDAY,)
    assert found.outcomes == {"article": 1}
    assert [line.title for line in found.newest] == ["Prva, dopunjena"]


def test_the_portrait_of_an_outlet_without_articles_is_empty(outlets):
    assert portrait(outlets, "beta") == portrait(outlets, "no-such") == OutletPortrait()


def test_articles_outside_of_the_days_are_in_no_count(outlets):
    outlets.keep(f"{URL}1", "Prva", own(1), published=at(MONDAY - timedelta(days=9)))
    found = portrait(outlets, days=7)
    assert (found.days, found.fields.articles, found.sharing.articles) == ((), 0, 0)
    assert [line.title for line in found.newest] == ["Prva"]


def crawl(scene, key, state, hours, **counts):
    report = CrawlReport(outlet=key, started=scene.now + timedelta(hours=hours))
    number = scene.store.start_crawl(report, "1.0")
    scene.store.finish_crawl(number, replace(report, ended=report.started, state=state, **counts))


def test_the_last_crawls_are_told_of_each_outlet_and_of_one(outlets):
    crawl(outlets, "danas", "done", 0, new=3)
    crawl(outlets, "beta", "failed", 1, reason="no answer")
    crawl(outlets, "danas", "done", 2, new=1, failed=2)
    found = [(run.outlet, run.state, run.new) for run in outlets.store.latest_crawls()]
    assert found == [("beta", "failed", 0), ("danas", "done", 1)]
    assert [run.new for run in outlets.store.last_crawls("danas", 5)] == [1, 3]
    assert len(outlets.store.last_crawls("danas", 1)) == 1


def test_outcomes_and_fetches_are_counted_by_day(outlets):
    outlets.keep(f"{URL}1", "Prva", own(1), published=at(MONDAY))
    outlets.store.record_source(
        outlets.leases["danas"], SourceState(url="https://danas-proba.rs/feed", outlet="danas", polled=outlets.now)
    )
    assert outlets.store.outcomes(MONDAY, MONDAY) == {"article": 1}
    assert outlets.store.outcomes(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1)) == {}
    assert outlets.store.fetches(MONDAY, MONDAY)[MONDAY]["poll"] == 1
