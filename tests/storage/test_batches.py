"""Visits that are written together come to the same as each of them by itself."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from support.outlets import make_outlet

from balkan_crawler.model import Article, DateSource, Place, Teaser, UrlState, Visit
from balkan_crawler.storage import Filter, open_store
from balkan_crawler.storage.contract import Delivery

from .conftest import NOON

KEYS = ("danas", "politika", "zeri")
WORDS = "nova cesta otvorena kod Niša vlada skupština reka most grad voz škola bolnica more planina selo".split()
PLACES = 6
"""So few addresses an outlet that most are met again, as another's alias or at another day."""
NUMBERS = ("id", "cluster", "crawl")


def address(chance, key, folder="v"):
    return f"https://{key}-proba.rs/{folder}/{chance.randrange(PLACES)}"


def text(chance, words):
    return " ".join(chance.choice(WORDS) for _ in range(words))


def draw(chance, bodies):
    """Draw a visit: no article, a new one, an edit, a copy, another address or script of one that may be known."""
    key = chance.choice(KEYS)
    url = address(chance, key)
    if chance.random() < 0.12:
        return Visit(url=url, outlet=key, state=UrlState.GONE, outcome="http-404", status=404)
    published = NOON - timedelta(days=chance.randrange(3)) if chance.random() < 0.7 else None
    article = Article(
        url=url,
        title=chance.choice(("Prvi naslov", "Drugi naslov")),
        body=chance.choice(bodies) + (f" {text(chance, 3)}" if chance.random() < 0.4 else ""),
        published=published,
        date_source=DateSource.JSON_LD if published else None,
        lead=chance.choice((None, "Uvod")),
        tags=tuple(chance.sample(("Cesta", "Most"), chance.randrange(3))),
        language="sr",
        script=chance.choice(("Latn", "Latn", "Cyrl")),
    )
    teasers = tuple(
        Teaser(url=address(chance, key), title="Još jedna", place=Place.AFTER, position=position)
        for position in range(chance.randrange(3))
    )
    return Visit(
        url=url if chance.random() < 0.7 else address(chance, key),
        outlet=key,
        state=UrlState.DONE,
        outcome="article",
        status=200,
        article=article,
        teasers=teasers,
        aliases=tuple(address(chance, key, "amp") for _ in range(chance.randrange(2))),
        page_hash=chance.choice((None, "a", "b")),
    )


def write(store, batches, together):
    """Write batches, with the forgetting of an address behind each; give what became of each visit."""
    store.register([make_outlet(key) for key in KEYS], NOON)
    held = {key: store.lease([key], "elsewhere:1:1", NOON, 3600)[0] for key in KEYS}
    found = []
    for number, (visits, forgotten) in enumerate(batches):
        now = NOON + timedelta(minutes=number)
        deliveries = [Delivery(lease=held[visit.outlet], visit=visit, now=now) for visit in visits]
        if together:
            found += store._deliver_together(deliveries)  # `deliver` would try each by itself where this fails
        else:
            found += [answer for each in deliveries for answer in store.deliver([each])]
        store.forget(forgotten, now)
    return found


def key_of(row):
    return row["url"], date.fromisoformat(row["date"])


def without_numbers(answers):
    """Give answers without the numbers of groups of copies, which engines count in their own ways."""
    return [answer and replace(answer, cluster=answer.cluster and 0) for answer in answers]


def everything(store):
    """Give what a store tells of all it holds, but for its own numbers."""
    rows = list(store.rows(Filter()))
    keys = sorted(map(key_of, rows))
    urls = [f"https://{key}-proba.rs/{folder}/{n}" for key in KEYS for folder in ("v", "amp") for n in range(PLACES)]
    copies = {}
    for row in rows:
        copies.setdefault(row["cluster"], []).append(key_of(row))
    articles = {key_of(row): {name: value for name, value in row.items() if name not in NUMBERS} for row in rows}
    return {
        "copies": sorted(sorted(group) for cluster, group in copies.items() if cluster is not None),
        "articles": [articles[key] for key in keys],
        "teasers": [store.teasers(*key) for key in keys],
        "versions": [store.versions(*key) for key in keys],
        "addresses": [sorted(map(key_of, store.articles_at(url))) for url in urls],
        "plans": [store.plan(url) for url in urls],
        "unique": store.count(Filter(unique=True)),
        "found": [store.count(Filter(query=word)) for word in (*WORDS, "prvi", "uvod", "tag:cesta")],
        "statistics": store.statistics(),
    }


@pytest.mark.parametrize("seed", range(6))
def test_visits_written_together_come_to_the_same_as_each_by_itself(open_again, tmp_path, seed):
    chance = random.Random(seed)
    bodies = [text(chance, 60) for _ in range(8)]
    batches = [
        ([draw(chance, bodies) for _ in range(chance.randrange(2, 14))], address(chance, chance.choice(KEYS)))
        for _ in range(4)
    ]
    with open_store(tmp_path / "alone.db") as alone:
        store = open_again()
        answers, expected = write(store, batches, together=True), write(alone, batches, together=False)
        assert without_numbers(answers) == without_numbers(expected)
        assert everything(store) == everything(alone)
