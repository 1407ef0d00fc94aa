"""A digest reads as a mail of at most 76 columns; where there is nothing, a sentence says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from balkan_crawler.digest import CountryCount, Digest, SilentOutlet, headline, in_words, one_line
from balkan_crawler.storage import ChangedHeadline, CopiedStory

SUNDAY = date(2026, 11, 29)
WHOLE = Digest(
    first=SUNDAY,
    last=SUNDAY,
    articles=1412,
    usual=1396,
    outlets=38,
    countries=(
        CountryCount(country="RS", articles=1204, usual=1180),
        CountryCount(country="AL", articles=208, usual=None),
        CountryCount(country="MK", articles=0, usual=16),
    ),
    new=("kosovo_sot",),
    silent=(
        SilentOutlet(outlet="danas", latest_day=date(2026, 11, 27), articles_a_day=40.2),
        SilentOutlet(outlet="vesnik", latest_day=date(2026, 11, 2), articles_a_day=0.2),
    ),
    silent_before=12,
    copied=(
        CopiedStory(
            outlets=7,
            articles=9,
            first_outlet="tanjug",
            title="Нови мост преко Дунава отворен у понедељак, а стари ће бити обновљен најдаље до краја зиме",
            url="https://a.example/1",
        ),
    ),
    headlines=(
        ChangedHeadline(outlet="klix", url="https://a.example/2", changes=3, before="Most otvoren", after="Most pao"),
    ),
    hand=("failed: 7 outlets: no whole answer in 30 seconds",),
    began=date(2026, 8, 1),
    last_run=SUNDAY,
)
TEXT = """\
Sunday, 29 November 2026: 1,412 articles of 38 outlets; 1,396 are usual.

By country (what is usual): RS 1,204 (1,180), AL 208, MK 0 (16).

New: kosovo_sot.
Fell silent: danas (since 27 November, before 40 a day), vesnik (since 2
November, before one in 5 days).
12 other outlets have been silent for longer.

Most copied:
  7 outlets, tanjug first: Нови мост преко Дунава отворен у понедељак, а
    стари ће бити обновљен најдаље до краја зиме

Headlines that changed most:
  klix (3 times): Most otvoren → Most pao

Needs a hand:
  failed: 7 outlets: no whole answer in 30 seconds"""


def test_a_day_is_a_dozen_lines():
    assert in_words(WHOLE) == TEXT


def test_a_week_has_a_line_a_country():
    week = replace(WHOLE, first=SUNDAY - timedelta(days=6))
    text = in_words(week)
    assert text.startswith("The week of 23 to 29 November 2026: 1,412 articles of 38 outlets; 1,396 are\nusual.\n\n")
    assert "  RS  1,204   usually 1,180\n  AL    208\n  MK      0   usually 16\n" in text
    assert headline(replace(week, first=date(2026, 10, 30), last=date(2026, 11, 5))).startswith(
        "The week of 30 October to 5 November 2026: "
    )
    assert headline(replace(week, first=date(2026, 12, 28), last=date(2027, 1, 3))).startswith(
        "The week of 28 December 2026 to 3 January 2027: "
    )


NOTHING = replace(WHOLE, articles=0, usual=None, outlets=0, countries=(), new=(), silent=(), silent_before=0)
NOTHING = replace(NOTHING, copied=(), headlines=(), hand=())


@pytest.mark.parametrize(
    ("digest", "text"),
    [
        (
            replace(NOTHING, began=None, last_run=None),
            "Sunday, 29 November 2026: the archive is empty; `balkan-crawler crawl` fetches its\nfirst articles.",
        ),
        (
            replace(NOTHING, last_run=date(2026, 11, 20)),
            "Sunday, 29 November 2026: nothing was crawled since 20 November 2026.",
        ),
        (replace(NOTHING, last_run=None), "Sunday, 29 November 2026: nothing was crawled yet."),
        (NOTHING, "Sunday, 29 November 2026: no article.\n\nNothing needs a hand."),
        (
            replace(NOTHING, usual=396),
            "Sunday, 29 November 2026: no article, where 396 are usual.\n\nNothing needs a hand.",
        ),
        (
            replace(NOTHING, articles=1, outlets=1, began=SUNDAY),
            "Sunday, 29 November 2026: 1 article of 1 outlet. The archive began on this\n"
            "day, so nothing is usual yet.\n\nNothing needs a hand.",
        ),
        (
            replace(NOTHING, articles=2, outlets=1, began=SUNDAY - timedelta(days=2)),
            "Sunday, 29 November 2026: 2 articles of 1 outlet. What is usual shows when\nmore days are known.\n\n"
            "Nothing needs a hand.",
        ),
        (
            replace(NOTHING, articles=2, outlets=1, usual=9, is_over=False),
            "Sunday, 29 November 2026: 2 articles of 1 outlet so far.\n\nNothing needs a hand.",
        ),
    ],
)
def test_where_there_is_nothing_a_sentence_says_so(digest, text):
    assert in_words(digest).split() == text.split()
    assert max(map(len, in_words(digest).splitlines())) <= 76


def test_a_line_for_a_log():
    assert one_line(WHOLE) == (
        "Sunday, 29 November 2026: 1,412 articles of 38 outlets; 1,396 are usual; 1 new; 2 outlets fell silent; "
        "1 thing to look after"
    )
    assert one_line(NOTHING) == "Sunday, 29 November 2026: no article"


def test_of_much_the_first_are_named_and_the_rest_is_counted():
    many = replace(
        WHOLE,
        new=tuple(f"outlet_{number}" for number in range(30)),
        hand=tuple(f"outlet_{number}: broken" for number in range(30)),
        countries=tuple(CountryCount(country=f"C{number}", articles=1234, usual=1234) for number in range(13)),
    )
    text = in_words(many)
    assert "outlet_7 and 22 more." in " ".join(text.split())
    assert text.endswith("\n  and 22 more; `balkan-crawler stats` shows all")
    assert max(map(len, text.splitlines())) <= 76
