"""Both stores give the same answers to the same searches: drawn queries of every form, over the same articles."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from support.drawn_searches import drawn, text
from support.outlets import make_outlet

from balkan_crawler.errors import QueryError
from balkan_crawler.storage import Filter, Order

QUERIES = 200
LANGUAGES = ("sr", "sq", "el", "bg", "ro", None)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def stores(both_stores, make_scene):
    """Both stores, with the same articles of drawn words."""
    for store in both_stores.values():
        chance = random.Random(5)
        scene = make_scene(store)
        outlets = [
            make_outlet(),
            make_outlet("zeri", country="AL", languages=("sq",)),
            make_outlet("nea", country="GR"),
        ]
        scene.register(*outlets)
        for number in range(120):
            outlet = chance.choice(outlets)
            scene.keep(
                f"https://{outlet.key}-proba.rs/vest/{number}",
                text(chance, 1, 6),
                "\n".join(text(chance, 3, 14) for _ in range(chance.randint(0, 4))),
                key=outlet.key,
                lead=text(chance, 0, 8) or None,
                authors=tuple(text(chance, 1, 2) for _ in range(chance.randint(0, 2))),
                tags=tuple(text(chance, 1, 2) for _ in range(chance.randint(0, 3))),
                section=chance.choice([None, text(chance, 1, 2)]),
                language=chance.choice(LANGUAGES),
                published=chance.choice([None, NOW - timedelta(hours=chance.randint(0, 200))]),
            )
            if chance.random() < 0.2:
                scene.later(minutes=5)
                scene.keep(
                    f"https://{outlet.key}-proba.rs/vest/{number}",
                    text(chance, 1, 6),
                    text(chance, 3, 14),
                    key=outlet.key,
                )
    return both_stores


def answer(store, wanted):
    """What a store answers, be it that the query is not understood."""
    try:
        return [row["url"] for row in store.rows(wanted)], store.count(wanted), store.suggest(wanted)
    except QueryError as error:
        return str(error)


@pytest.mark.slow
def test_many_words_near_each_other_are_found_in_the_same_articles(stores):
    chance = random.Random(19)
    found = 0
    for _ in range(60):
        near = " ".join(chance.choice((word, f'"{word}"')) for word in text(chance, 3, 5).split())
        wanted = Filter(query=f"NEAR({near}, {chance.randint(0, 25)})")
        answers = [answer(store, wanted) for store in stores.values()]
        found += bool(answers[0][1])
        assert answers[0] == answers[1], wanted
    assert found > 10


@pytest.mark.slow
def test_queries_find_the_same_articles_in_the_same_order(stores):
    chance = random.Random(18)
    found = 0
    for _ in range(QUERIES):
        wanted = Filter(
            query=drawn(chance),
            outlets=chance.choice([(), (), (), ("danas",), ("danas", "zeri")]),
            languages=chance.choice([(), (), (), ("sr",), ("sq", "el")]),
            unique=chance.random() < 0.2,
            limit=chance.choice([None, None, 3]),
        )
        answers = [answer(store, wanted) for store in stores.values()]
        found += bool(answers[0][1])
        assert answers[0] == answers[1], wanted
    assert found > QUERIES / 3


def test_filters_without_a_query_let_the_same_articles_through(stores):
    sections = sorted({row["section"] for row in stores["sqlite"].rows() if row["section"]})
    wanted = [Filter(sections=(section.upper(),), limit=limit) for section in sections for limit in (None, 3)]
    wanted += [Filter(sections=("none of them",)), Filter(languages=("sr", "el")), Filter(access=("unknown",), limit=5)]
    wanted += [Filter(unique=True), Filter(unique=True, languages=("sq",)), Filter(unique=True, after=60)]
    wanted += [Filter(unique=True, query="most"), Filter(unique=True, query="most OR vlada", limit=2)]
    for each in wanted:
        one, other = ((store.numbers(each).tolist(), store.count(each)) for store in stores.values())
        assert one == other, each
        assert each.limit or len(one[0]) == one[1], each
    assert sections


def test_rows_are_the_same_to_the_last_value(stores):
    sqlite, postgres = ([dict(row) for row in store.rows()] for store in stores.values())
    assert [list(row.items()) for row in sqlite] == [list(row.items()) for row in postgres]
    assert [[type(value) for value in row.values()] for row in sqlite] == [
        [type(value) for value in row.values()] for row in postgres
    ]


def test_statistics_and_pasts_are_the_same(stores):
    sqlite, postgres = stores.values()
    assert sqlite.statistics() == postgres.statistics()
    assert sqlite.pasts(NOW.date() - timedelta(days=9), NOW.date()) == postgres.pasts(
        NOW.date() - timedelta(days=9), NOW.date()
    )
    assert sqlite.copied_stories(NOW.date() - timedelta(days=9), NOW.date(), 5) == postgres.copied_stories(
        NOW.date() - timedelta(days=9), NOW.date(), 5
    )
    assert sqlite.changed_headlines(NOW.date(), NOW.date()) == postgres.changed_headlines(NOW.date(), NOW.date())


def decoded(coded):
    return [None if code < 0 else coded.names[code] for code in coded.codes]


def test_facets_are_the_same(stores):
    sqlite, postgres = (store.facet_columns() for store in stores.values())
    assert sqlite.numbers.tolist() == postgres.numbers.tolist()
    assert sqlite.days == postgres.days
    for name in ("outlets", "languages", "sections", "access"):
        assert decoded(getattr(sqlite, name)) == decoded(getattr(postgres, name)), name
    day = [sqlite.days[0][0]]
    one, other = (store.facet_columns(day) for store in stores.values())
    assert one.numbers.tolist() == other.numbers.tolist()
    for kind in sqlite.labels:
        assert sqlite.labels[kind].places.tolist() == postgres.labels[kind].places.tolist()
    one, other = (store.copies() for store in stores.values())
    assert one.numbers.tolist() == other.numbers.tolist()
    one, other = (store.archive_state().articles for store in stores.values())
    assert one == other > 0


@pytest.mark.parametrize("order", ["date", "relevance"])
def test_numbers_of_a_filter_are_the_same(stores, order):
    wanted = Filter(query="most OR vlada", order=Order(order), tags=("Niš",))
    one, other = (sorted(store.numbers(wanted).tolist()) for store in stores.values())
    assert one == other
    one, other = (store.text_matches(wanted).numbers.tolist() for store in stores.values())
    assert one == other


def test_what_is_seen_at_a_glance_is_the_same(stores):
    first, last = NOW.date() - timedelta(days=9), NOW.date()
    for answer_of in (
        lambda store: store.newest(last, 20),
        lambda store: store.outlet_lines(last),
        lambda store: store.language_counts(first, last),
        lambda store: [store.portrait(key, first, last) for key in ("danas", "zeri", "nea")],
        lambda store: store.outcomes(first, last),
        lambda store: store.fetches(first, last),
        lambda store: [store.neighbours(number) for number in range(1, 30)],
        lambda store: store.latest_article(),
    ):
        one, other = map(answer_of, stores.values())
        assert one == other
