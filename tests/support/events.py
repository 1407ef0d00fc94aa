"""Made-up events told by outlets of several languages, in an archive among other news of the same days."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any

from balkan_crawler.model import Article, DateSource, Outlet, UrlState, Visit
from balkan_crawler.storage import Delivery, Stored, open_store
from balkan_crawler.text import script_of

DATA = Path(__file__).resolve().parents[1] / "data" / "stories"
FIRST_DAY = datetime(2026, 11, 16, tzinfo=UTC)
SYLLABLES = (
    "ba be bo da de do ga go ka ke ko la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to va ve vo".split()
)
LANGUAGES = (*("sr-Latn", "sr-Cyrl", "hr", "bs", "cnr", "mk", "bg", "sq", "el", "ro", "tr", "hu", "sl", "en"),)
_CYRILLIC = str.maketrans("abdeglkmnoprstv", "абдеглкмнопрств")
_GREEK = {"b": "μπ", "d": "ντ", "g": "γκ"} | dict(zip("aelkmnoprstv", "αελκμνοπρστβ", strict=True))


@dataclass(frozen=True, slots=True)
class Told:
    """One article: the event that it is of (none for other news), its language, time and text."""

    event: str
    language: str
    when: datetime
    title: str
    body: str

    @property
    def url(self) -> str:
        """Give its address."""
        return f"https://{outlet_of(self.language)}-proba.rs/{sha1((self.title + self.body).encode()).hexdigest()[:16]}"


def outlet_of(language: str) -> str:
    """Name the outlet of a language."""
    return f"list_{language.lower().replace('-', '_')}"


@cache
def events(part: str) -> tuple[Told, ...]:
    """Read the events of a part, ``tuning`` or ``aside``."""
    raw = tomllib.loads((DATA / f"{part}.toml").read_text(encoding="utf-8"))
    return tuple(
        Told(f"{part}:{event['name']}", language, FIRST_DAY + timedelta(hours=hours), title, text)
        for event in raw["events"]
        for language, hours, title, text in event["articles"]
    )


def everyday(count: int, days: int = 5, seed: int = 1, between: int = 4, people_named: int = 3000) -> Iterator[Told]:
    """Make other news: of everybody's politicians and towns, and of people whom one article or a few name.

    There are ``between`` words before each name.
    """
    raw: dict[str, Any] = tomllib.loads((DATA / "everyday.toml").read_text(encoding="utf-8"))
    chance = random.Random(seed)
    people = ["".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4)))) for _ in range(people_named)]
    frequent = [1 / (place + 2) for place in range(len(raw["names"]))]
    order = list(range(len(raw["names"])))
    for number in range(count):
        place = chance.randrange(len(raw["languages"]))
        language = raw["languages"][place]
        named = [raw["names"][each][place] for each in chance.choices(order, frequent, k=chance.choice((2, 3, 4, 6)))]
        named += [_written(chance.choice(people), language) for _ in range(chance.choice((2, 3, 4, 5, 6)))]
        chance.shuffle(named)
        words = raw["words"][language].split()
        text = " ".join(part for name in named for part in (*chance.choices(words, k=between), name))
        when = FIRST_DAY + timedelta(hours=chance.uniform(0, 24 * days))
        amount = round(13 * 400 ** chance.random())
        title = f"{words[0].capitalize()} {' '.join(named[:2])} {chance.choice(words)}"
        yield Told("", language, when, title, f"{words[0].capitalize()} {text} {amount} {words[-1]} {number}.")


def _written(name: str, language: str) -> str:
    if language == "el":
        return "".join(_GREEK[letter] for letter in name).capitalize()
    return (name.translate(_CYRILLIC) if language in {"sr-Cyrl", "mk", "bg"} else name).capitalize()


def fill(path: Path, told: Sequence[Told]) -> dict[int, str]:
    """Store articles in the order of their time; gives the event of each by number, of those that are of one."""
    outlets = [
        Outlet(
            key=outlet_of(language),
            name=f"List {language}",
            country={"hr": "HR", "mk": "MK", "bg": "BG", "sq": "AL", "el": "GR", "ro": "RO"}.get(language, "RS"),
            languages=(language,),
            timezone="Europe/Belgrade",
            homepage=f"https://{outlet_of(language)}-proba.rs/",
        )
        for language in LANGUAGES
    ]
    ordered = sorted(told, key=lambda each: each.when)
    now = FIRST_DAY + timedelta(days=7)
    with open_store(path) as store:
        store.register(outlets, now)
        held = store.lease([outlet.key for outlet in outlets], "elsewhere:1:1", now, 6000)
        leases = {key: lease for lease in held for key in lease.outlets}
        for begin in range(0, len(ordered), 200):
            visits = map(_visit, ordered[begin : begin + 200])
            stored = store.deliver([Delivery(lease=leases[visit.outlet], visit=visit, now=now) for visit in visits])
            assert all(isinstance(each, Stored) for each in stored), stored
        by_url = {each.url: each.event for each in told if each.event}
        return {
            number: by_url[str(row["url"])]
            for number in range(1, len(ordered) + 1)
            if (row := store.article(number)) is not None and row["url"] in by_url
        }


def _visit(told: Told) -> Visit:
    article = Article(
        url=told.url,
        title=told.title,
        body=told.body,
        published=told.when,
        date_source=DateSource.JSON_LD,
        language=told.language,
        script=script_of(told.body),
    )
    outlet = outlet_of(told.language)
    return Visit(url=told.url, outlet=outlet, state=UrlState.DONE, outcome="article", status=200, article=article)
