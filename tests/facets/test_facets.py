"""Columns in memory give the same articles in the same order, and the same counts, as the archive itself."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from support.outlets import make_outlet

from balkan_crawler.facets import keeping
from balkan_crawler.facets.keeping import load, refreshed
from balkan_crawler.facets.results import found, matches_of
from balkan_crawler.model import Article, DatePrecision, DateSource, UrlState, Visit
from balkan_crawler.storage import Filter, Order, open_store
from balkan_crawler.storage.archive import statements
from balkan_crawler.storage.filters import FACETS, FIELDS, Facet
from balkan_crawler.text import folded_name

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OUTLETS = {"danas": "RS", "beta": "RS", "zora": "HR", "drita": "AL"}
SECTIONS = ("Politika", "ПОЛИТИКА", "Sport", None)
TAGS = ("Vučić", "Вучић", "most", "Đoković", "poplava")
AUTHORS = ("Ana Anić", "АНА АНИЋ", "Marko Probić")
WORDS = "most reka grad poplava vlada put izbori voda škola cena".split()
QUERIES = (None, '"most"', '"reka" "grad"', '"most" -"voda"', '"put" OR "cena"', '"grad" outlet:danas', '"nema"')


class Press:
    """A store that random articles are written to."""

    def __init__(self, store, chance):
        self.store, self.chance, self.now, self.count = store, chance, NOON, 0
        store.register([make_outlet(key, country=country) for key, country in OUTLETS.items()], NOON)
        self.urls = []

    def visit(self, url, body=None):
        chance = self.chance
        key = url.split("//")[1].split("-")[0]
        published = NOON - timedelta(days=chance.randrange(9), minutes=chance.randrange(5) * 7)
        kind = chance.random()
        article = Article(
            url=url,
            title=" ".join(chance.choices(WORDS, k=4)).capitalize(),
            body=body or " ".join(chance.choices(WORDS, k=chance.choice((0, 12, 60)))),
            published=None if kind < 0.1 else published,
            date_source=None if kind < 0.1 else DateSource.JSON_LD,
            date_precision=DatePrecision.DAY if kind < 0.2 else DatePrecision.MINUTE,
            language=chance.choice(("sr", "hr", "sq", None)),
            section=chance.choice(SECTIONS),
            tags=tuple(chance.sample(TAGS, chance.randrange(4))),
            authors=tuple(chance.sample(AUTHORS, chance.randrange(3))),
            agencies=("Tanjug",) if chance.random() < 0.2 else (),
            access=chance.choice(("free", "locked", "unknown")),
        )
        return Visit(url=url, outlet=key, state=UrlState.DONE, outcome="article", status=200, article=article)

    def write(self, visits):
        self.now += timedelta(minutes=7)
        by_outlet = {}
        for visit in visits:
            by_outlet.setdefault(visit.outlet, []).append(visit)
        for key, own in by_outlet.items():
            [lease] = self.store.lease([key], "elsewhere:1:1", self.now, 60)
            self.store.commit(lease, own, self.now)
            self.store.release(lease, self.now, self.now)

    def add(self, count):
        long = [" ".join(self.chance.choices(WORDS, k=150)) for _ in range(3)]
        visits = []
        for _ in range(count):
            self.count += 1
            url = f"https://{self.chance.choice(list(OUTLETS))}-proba.rs/vest-{self.count}"
            self.urls.append(url)
            visits.append(self.visit(url, self.chance.choice(long) if self.chance.random() < 0.3 else None))
        self.write(visits)

    def edit(self, count):
        self.write([self.visit(url) for url in self.chance.sample(self.urls, count)])

    def forget(self, count):
        for url in self.chance.sample(self.urls, count):
            self.store.forget(url, self.now)
            self.urls.remove(url)

    def wanted(self):
        chance = self.chance
        of = {
            "outlets": tuple(OUTLETS),
            "countries": ("RS", "HR", "XX"),
            "languages": ("sr", "sq", "hr"),
            "sections": ("politika", "Sport", "Nema"),
            "tags": ("vucic", "Most", "nema"),
            "authors": ("ana anic", "Marko Probić"),
            "agencies": ("TANJUG",),
            "access": ("free", "locked"),
        }
        chosen = {
            name: tuple(chance.sample(values, chance.randrange(1, len(values) + 1)))
            for name, values in of.items()
            if chance.random() < 0.25
        }
        since = NOON.date() - timedelta(days=chance.randrange(10)) if chance.random() < 0.3 else None
        until = NOON.date() - timedelta(days=chance.randrange(5)) if chance.random() < 0.3 else None
        query = chance.choice(QUERIES)
        order = chance.choice(list(Order)) if query else Order.DATE
        return Filter(query=query, since=since, until=until, unique=chance.random() < 0.5, order=order, **chosen)


@pytest.fixture
def press(tmp_path):
    with open_store(tmp_path / "archive.db") as store:
        yield Press(store, random.Random(7))


def all_values(store, facet):
    """Give each value that articles have of a facet, under the key that makes spellings one."""
    column = {"section": "section", "country": "country", "outlet": "outlet", "language": "language"}.get(
        facet, FIELDS[facet]
    )
    values = {}
    for row in store.rows():
        cell = row[column]
        for value in cell if isinstance(cell, list) else [cell] if cell is not None else []:
            is_folded = facet in (Facet.SECTION, Facet.TAG, Facet.AUTHOR, Facet.AGENCY)
            values.setdefault(folded_name(value) if is_folded else value, value)
    return values


def check(press, columns, wanted):
    """Compare what the columns say of a filter with what the archive says."""
    store = press.store
    seen = found(columns, wanted, matches_of(store, columns, wanted))
    asked = [row["url"] for row in store.rows(wanted)]
    assert [row["url"] for row in store.rows_of(seen.all_numbers()).values()] == asked
    assert [row["url"] for row in store.rows_of(seen.numbers(3, 5)).values()] == asked[3:8]
    assert len(seen) == store.count(wanted)
    without_days = Counter(row["date"] for row in store.rows(replace(wanted, since=None, until=None)))
    assert dict(seen.days()) == without_days
    for facet in FACETS:
        values = all_values(store, facet)
        counts = {key: store.count(replace(wanted, **{FIELDS[facet]: (value,)})) for key, value in values.items()}
        expected = sorted((count for count in counts.values() if count), reverse=True)
        given = seen.counts(facet, most=1000)
        assert [count.articles for count in given] == expected, facet
        assert seen.values(facet) == len(expected)
        assert [count.articles for count in seen.counts(facet, most=2)] == expected[:2]
        assert [each.articles for each in seen.counts_of(facet, [*values.values(), "nobody"])] == [*counts.values(), 0]
        names = store.label_names([label for count in given for label in count.labels])
        for count in given:
            name = count.name or next(names[label] for label in count.labels if label in names)
            is_folded = facet in (Facet.SECTION, Facet.TAG, Facet.AUTHOR, Facet.AGENCY)
            assert counts[folded_name(name) if is_folded else name] == count.articles


def test_columns_say_what_the_archive_says_of_any_filter(press):
    press.add(120)
    columns = load(press.store)
    for _ in range(60):
        check(press, columns, press.wanted())


@pytest.mark.parametrize("most_days", [1000, 0])
def test_refreshed_columns_say_what_the_archive_says_after_any_changes(press, monkeypatch, most_days):
    monkeypatch.setattr(keeping, "MOST_DAYS", most_days)
    columns = None
    for step in range(14):
        press.chance.choice((press.add, press.edit if step > 1 else press.add))(press.chance.choice((1, 9)))
        if step % 3 == 2:
            press.forget(2)
        if step == 8:
            press.store.prune(date(2026, 11, 16), press.now)
            known = {row["url"] for row in press.store.rows()}
            press.urls = [url for url in press.urls if url in known]
        columns = refreshed(press.store, columns)
        for _ in range(5):
            check(press, columns, press.wanted())
    assert refreshed(press.store, columns) is columns


def test_an_outlet_that_is_new_is_counted_after_a_refresh(press):
    press.add(5)
    columns = load(press.store)
    press.store.register([make_outlet("sever", country="MK")], NOON)
    press.write([press.visit("https://sever-proba.rs/vest")])
    columns = refreshed(press.store, columns)
    everything = found(columns, Filter(), matches_of(press.store, columns, Filter()))
    assert [each.articles for each in everything.counts_of(Facet.COUNTRY, ["MK"])] == [1]
    check(press, columns, Filter(countries=("MK",)))


def test_an_archive_without_articles_has_no_counts(press):
    columns = load(press.store)
    nothing = found(columns, Filter(), matches_of(press.store, columns, Filter()))
    assert (len(nothing), nothing.days(), nothing.numbers(0, 20)) == (0, [], [])
    assert all(nothing.counts(facet) == [] for facet in FACETS)
    press.add(3)
    check(press, refreshed(press.store, columns), Filter())


def test_numbers_that_lie_far_apart_take_no_more_room(press):
    press.add(4)
    with press.store._writing() as db:
        db.execute("UPDATE articles SET id = 2000000000 WHERE id = 2")
    columns = load(press.store)
    assert len(columns.place_of) < 100_000
    check(press, columns, Filter())


def test_an_article_that_left_its_group_of_copies_counts_by_itself(press):
    press.add(60)
    columns = load(press.store)
    [one] = [row["url"] for row in press.store.rows() if row["cluster"]][:1]
    with press.store._writing() as db:
        db.execute("UPDATE articles SET cluster = NULL, title = title || '!' WHERE url = ?", (one,))
    check(press, refreshed(press.store, columns), Filter(unique=True))


def test_a_number_that_another_article_took_over_is_of_that_one_alone(press):
    press.add(8)
    columns = load(press.store)
    [former] = press.store.rows_of([int(columns.numbers.max())]).values()
    press.store.forget(str(former["url"]), press.now)
    moved = datetime.fromisoformat(f"{former['date']}T12:00:00+00:00") - timedelta(days=30)
    visit = press.visit("https://danas-proba.rs/nova")
    press.write([replace(visit, article=replace(visit.article, published=moved))])
    columns = refreshed(press.store, columns)
    assert len(columns) == 8 and len(set(columns.numbers.tolist())) == 8
    check(press, columns, Filter())


def test_of_very_many_the_latest_are_ranked_as_the_archive_does(press, monkeypatch):
    monkeypatch.setattr(statements, "MOST_RANKED", 7)
    press.add(60)
    columns = load(press.store)
    for unique in (False, True):
        wanted = Filter(query='"most"', order=Order.RELEVANCE, unique=unique)
        seen = found(columns, wanted, matches_of(press.store, columns, wanted))
        asked = [row["url"] for row in press.store.rows(wanted)]
        assert [row["url"] for row in press.store.rows_of(seen.all_numbers()).values()] == asked
        assert seen.listed == len(asked) < len(seen) == press.store.count(wanted)
