"""What is too long, or no text that a server takes, is stored or refused over both engines alike."""

from __future__ import annotations

import random
import string
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.outlets import make_outlet

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.storage import Delivery, Filter

pytest.importorskip("psycopg", reason="needs the extra postgresql")

pytestmark = pytest.mark.slow

BASE = "https://danas-proba.rs/vest/"
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
_CHANCE = random.Random(1)


def letters(count):
    """Letters that no engine packs into less room."""
    return "".join(_CHANCE.choices(string.ascii_letters + string.digits, k=count))


MANY_WORDS = " ".join(letters(9) for _ in range(120_000))
LONG_SECTION = letters(9000)
ODD = {
    "a URL as long as they get": {"url": BASE + letters(2050)},
    "a URL longer than the key of an index": {"url": BASE + letters(3000)},
    "a URL in Cyrillic that is too long percent-encoded": {"url": BASE + "ж" * 1200},
    "other URLs that are longer": {"aliases": (f"{BASE}a?utm_source={letters(4000)}", f"{BASE}b\0?{letters(3000)}")},
    "another URL with NUL": {"asked": f"{BASE}c\0d"},
    "NUL": {"title": "T\0t", "body": "B\0b", "authors": ("A\0n",), "tags": ("t\0",), "section": "s\0", "lead": "\0"},
    "halves of surrogate pairs": {"title": "T\ud800", "body": "\udc00b", "tags": ("t\ud800",), "section": "s\ud800"},
    "labels as long as texts": {"tags": (letters(5000), "most"), "authors": ("ж" * 3000,), "section": LONG_SECTION},
    "a language as long as a text": {"language": letters(9000)},
    "a word as long as a text": {"title": letters(3000), "body": letters(100_000)},
    "more words than an index takes": {"body": MANY_WORDS},
    "times at the ends of the calendar": {"published": LAST, "modified": FIRST},
    "times at its other ends": {"published": FIRST, "modified": LAST},
}


@pytest.fixture(scope="module")
def scenes(both_stores, make_scene):
    """The same outlet in both stores."""
    made = [make_scene(store) for store in both_stores.values()]
    for scene in made:
        scene.register(make_outlet())
        scene.lease("danas")
    return made


def answer(ask, *values):
    """What a store answers, be it an error."""
    try:
        return ask(*values)
    except InvalidUrlError as error:
        return str(error)


@pytest.mark.parametrize("odd", ODD)
def test_an_article_with_something_odd_is_the_same_over_both(scenes, odd):
    fields = {"url": BASE + letters(8), "title": "Naslov", "body": "Tekst o mostu."} | ODD[odd]
    answers = []
    for scene in scenes:
        visit = replace(scene.visit(**fields), reason="bad\0 \ud800", etag="\0e\ud800")
        [stored] = scene.store.deliver([Delivery(lease=scene.leases["danas"], visit=visit, now=scene.now)])
        assert not isinstance(stored, Exception) or isinstance(stored, InvalidUrlError)
        answers.append(str(stored))
    assert answers[0] == answers[1]
    sqlite, postgres = ([dict(row) for row in scene.store.rows()] for scene in scenes)
    assert sqlite == postgres


@pytest.mark.parametrize(
    "ask",
    [
        lambda scene: scene.store.offer(scene.leases["danas"], [scene.candidate(BASE + "x" * 3000)], scene.now),
        lambda scene: scene.store.offer(
            scene.leases["danas"], [scene.candidate(BASE + "h\0", title="a\0\ud800", published=LAST)], scene.now
        ),
        lambda scene: scene.store.count(Filter(query="b\0b")),
        lambda scene: scene.store.count(Filter(query="qž" * 1500)),
        lambda scene: scene.store.count(Filter(query=f"{'qž' * 1500}* OR title:{'qž' * 1500}")),
        lambda scene: scene.store.count(Filter(sections=("a\0", "\ud800"), tags=("\0", "\ud800"), outlets=("\0",))),
        lambda scene: scene.store.count(Filter(sections=(LONG_SECTION.upper(),))),
        lambda scene: sorted(map(str, scene.store.facet_columns().sections.names)),
        lambda scene: scene.store.count(Filter(since=FIRST.date(), until=LAST.date())),
        lambda scene: scene.store.known_urls([BASE + "\0", BASE + "\ud800"]),
        lambda scene: scene.store.plan(BASE + "\0\ud800"),
        lambda scene: scene.store.knowledge("\0"),
        lambda scene: scene.store.record_source(
            scene.leases["danas"], replace(scene.store.source_state(BASE + "x" * 5000, "danas"), due=LAST)
        ),
        lambda scene: scene.store.record_source(
            scene.leases["danas"], replace(scene.store.source_state(BASE + "feed\0", "danas"), etag="a\0\ud800")
        ),
    ],
)
def test_an_odd_question_has_the_same_answer_over_both(scenes, ask):
    one, other = (answer(ask, scene) for scene in scenes)
    assert one == other
