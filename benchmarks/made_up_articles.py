"""Articles of a made-up press: outlets of twelve countries and languages, words as frequent as those of a language are.

The n-th word is 1/n as often as the first, half of them stand in forms with endings. An eighth of the articles are
copies of another outlet's, a third speak of one of the day's events, whose names they share across languages, and a
twentieth were edited. The same number and seed make the same articles, whichever batch they are made in. Pure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import tomli

from balkan_crawler.model import DatePrecision, Outlet
from balkan_crawler.model.moments import appeared, day_of
from balkan_crawler.preparation import FoldedText, Searched, searched
from balkan_crawler.storage.columns import stamp
from balkan_crawler.text import body_hash

Cells: TypeAlias = dict[str, Any]

BATCH: Final = 2000
"""Articles that are made together: copies have their original in the same batch."""
A_DAY: Final = 1400
"""Articles of all outlets a day."""
STEMS, TAGS, NAMES, EVENTS = 30_000, 6_000, 4_000, 40
WORDS: Final = 80
"""Words of an article's body, on the average."""
LATIN: Final = "abvgdđežzijklmnoprstćufhcčšxyqwëçăâîșțöüışğ"
CYRILLIC: Final = "абвгдђежзијклмнопрстћуфхцчшxyqwëçăâîșțöüışğ"
TO_CYRILLIC: Final = str.maketrans(LATIN + LATIN.upper(), CYRILLIC + CYRILLIC.upper())
ONE_TEXT: Final = {"hr": "sr", "bs": "sr", "cnr": "sr"}
"""Languages that take over each other's texts, by the one that stands for them."""
BY_HOUR: Final = (2, 1, 1, 1, 2, 4, 8, 12, 15, 16, 16, 16, 16, 15, 15, 14, 13, 12, 11, 10, 9, 7, 5, 3)
TABLE: Final = tomli.loads(Path(__file__).with_suffix(".toml").with_stem("made_up_archive").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Language:
    """The words of a language with their chances, and what else its outlets write."""

    key: str
    forms: np.ndarray[Any, Any]
    chances: np.ndarray[Any, Any]
    endings: int
    tags: list[str]
    table: dict[str, Any]

    def words(self, count: int, chance: np.random.Generator) -> list[str]:
        """Draw words with their endings."""
        stems = np.searchsorted(self.chances, chance.random(count))
        endings = np.maximum(0, chance.integers(1 - self.endings, self.endings, count))
        found: list[str] = self.forms[stems * self.endings + endings].tolist()
        return found


@dataclass(frozen=True, slots=True)
class MadeUpOutlet:
    """An outlet, the script of its articles, and the names of those who write there."""

    outlet: Outlet
    language: str
    script: str
    authors: tuple[str, ...]
    zone: ZoneInfo


@dataclass(slots=True)
class MadeUpArticle:
    """An article's row, what is indexed of it, its teasers' rows, and the row of its earlier state, if it has one."""

    cells: Cells
    searched: Searched = ()
    teasers: list[tuple[object, ...]] = field(default_factory=list)
    version: tuple[object, ...] | None = None


@dataclass(frozen=True)
class Press:
    """All that articles of a press are made of; ``until`` is when the last one appears."""

    count: int
    until: datetime
    seed: int
    outlets: tuple[MadeUpOutlet, ...]
    languages: dict[str, Language]
    names: list[str]
    outlet_of: np.ndarray[Any, Any]
    """The place of each article's outlet, by its number less one."""
    numbers_of: list[np.ndarray[Any, Any]]
    """The numbers of each outlet's articles, in order."""
    seconds: np.ndarray[Any, Any]
    """When each article was first seen, in seconds since 1970."""

    def url_of(self, number: int) -> str:
        """Give the address of an article."""
        return f"{self.outlets[self.outlet_of[number - 1]].outlet.homepage}vesti/{number}"


def press(count: int, until: datetime, seed: int = 1) -> Press:
    """Make the press that publishes so many articles up to ``until``."""
    chance = np.random.default_rng(seed)
    languages = {key: _language(key, table, chance) for key, table in TABLE["languages"].items()}
    names = [_word(chance, "aioenrstvkdm", 4, 8).capitalize() for _ in range(NAMES)]
    outlets = tuple(_outlets(languages, chance))
    sizes = 1 / (np.arange(len(outlets)) + 12.0)
    chance.shuffle(sizes)
    outlet_of = chance.choice(len(outlets), count, p=sizes / sizes.sum()).astype(np.int32)
    return Press(
        count=count,
        until=until,
        seed=seed,
        outlets=outlets,
        languages=languages,
        names=names,
        outlet_of=outlet_of,
        numbers_of=[np.flatnonzero(outlet_of == place) + 1 for place in range(len(outlets))],
        seconds=_times(count, until),
    )


def _times(count: int, until: datetime) -> np.ndarray[Any, Any]:
    """Spread articles over days and hours, fewer at night and at weekends; in order."""
    hours = 24 * max(7, count // A_DAY)
    begin = until - timedelta(hours=hours)
    moments = [begin + timedelta(hours=number) for number in range(hours)]
    shares = np.cumsum([BY_HOUR[at.hour] * (0.7 if at.weekday() > 4 else 1) for at in moments])
    wanted = (np.arange(count) + 0.5) / count * shares[-1]
    place = np.searchsorted(shares, wanted)
    before = np.concatenate([[0], shares])[place]
    moments_of: np.ndarray[Any, Any] = begin.timestamp() + 3600 * (place + (wanted - before) / (shares[place] - before))
    return moments_of


def _word(chance: np.random.Generator, letters: str, least: int, most: int) -> str:
    shares = 1 / (np.arange(len(letters)) + 4.0)
    drawn = chance.choice(len(letters), int(chance.integers(least, most + 1)), p=shares / shares.sum())
    return "".join(letters[number] for number in drawn)


def _language(key: str, table: dict[str, Any], chance: np.random.Generator) -> Language:
    same = ONE_TEXT.get(key, key)
    own = np.random.default_rng([len(TABLE), *map(ord, same)])  # the words are those of every press
    letters, endings = TABLE["languages"][same]["letters"], table["endings"]
    shares = np.cumsum(1 / (np.arange(len(letters)) + 4.0))
    lengths = own.choice((3, 4, 5, 5, 6, 7, 8), STEMS)
    drawn = np.searchsorted(shares, own.random(int(lengths.sum())) * shares[-1])
    ends = np.cumsum(lengths)
    text = "".join(letters[number] for number in drawn)
    stems = [text[begin:end] for begin, end in pairwise([0, *ends])]
    forms = np.array([stem + ending for stem in stems for ending in endings], dtype=object)
    chances = np.cumsum(1 / (np.arange(STEMS) + 3.0))
    tags = [" ".join(stems[200 + number : 200 + number + 1 + number % 3]).capitalize() for number in range(TAGS)]
    return Language(key, forms, chances / chances[-1], len(endings), tags, table)


def _outlets(languages: dict[str, Language], chance: np.random.Generator) -> list[MadeUpOutlet]:
    made: list[MadeUpOutlet] = []
    for country, language, script, count, zone in TABLE["outlets"]["kinds"]:
        table = languages[language].table
        for _ in range(count):
            key = f"{country.lower()}_{len(made):03}"
            name = _word(chance, table["letters"], 4, 8).capitalize()
            people = {f"{chance.choice(table['first_names'])} {chance.choice(table['last_names'])}" for _ in range(14)}
            outlet = Outlet(
                key=key,
                name=_written(f"{name} {len(made)}", script, language),
                country=country,
                languages=(f"{language}-{script}" if language == "sr" else language,),
                timezone=zone,
                homepage=f"https://{key.replace('_', '-')}-proba.{country.lower().replace('xk', 'com')}/",
                agency=len(made) % 90 == 7,
                paywall=len(made) % 25 == 3,
            )
            authors = tuple(_written(person, script, language) for person in sorted(people))
            made.append(MadeUpOutlet(outlet, language, script, authors, ZoneInfo(zone)))
    return made


def _written(text: str, script: str, language: str) -> str:
    """Write a text of Latin letters in an outlet's script."""
    is_cyrillic = script == "Cyrl" and language in ("sr", "mk", "bg")
    return text.translate(TO_CYRILLIC) if is_cyrillic else text


def batch(of: Press, first: int) -> list[MadeUpArticle]:
    """Make the articles of a batch, the first of which has the number ``first``."""
    numbers = range(first, min(first + BATCH, of.count + 1))
    chance = np.random.default_rng([of.seed, first])
    texts = _texts(of, numbers, chance)
    made = [_article(of, number, text, chance) for number, text in zip(numbers, texts, strict=True)]
    _copy(of, made, chance)
    titles = {article.cells["url"]: article.cells["title"] for article in made}
    for article in made:
        _teasers(of, article, titles, chance)
        if article.cells["id"] % 20 == 0:
            _edit(article, chance)
        _prepare(article)
    return made


def _texts(of: Press, numbers: range, chance: np.random.Generator) -> list[tuple[list[str], list[str]]]:
    """Draw the words of headline and body of each article."""
    heads = chance.integers(5, 12, len(numbers))
    bodies = np.clip(chance.lognormal(np.log(WORDS) - 0.125, 0.5, len(numbers)), 12, 900).astype(int)
    bodies[chance.random(len(numbers)) < 0.01] = 0
    drawn: dict[str, list[str]] = {}
    languages = [of.outlets[of.outlet_of[number - 1]].language for number in numbers]
    for key in sorted(set(languages)):
        mine = np.array([language == key for language in languages])
        drawn[key] = of.languages[key].words(int((heads + bodies)[mine].sum()), chance)
    places = dict.fromkeys(drawn, 0)
    texts = []
    for key, head, body in zip(languages, heads, bodies, strict=True):
        begin = places[key]
        places[key] = begin + head + body
        texts.append((drawn[key][begin : begin + head], drawn[key][begin + head : begin + head + body]))
    return texts


def _article(of: Press, number: int, text: tuple[list[str], list[str]], chance: np.random.Generator) -> MadeUpArticle:
    at = of.outlets[of.outlet_of[number - 1]]
    language, key = of.languages[at.language], at.outlet.key
    first_seen = datetime.fromtimestamp(int(of.seconds[number - 1]), UTC)
    published, precision = _published(first_seen, at, chance)
    head, body = text
    if chance.random() < 0.35 and len(body) > 20:
        _tell_event(of, first_seen.date(), head, body, chance)
    drawn = chance.random(8)
    tags = {language.tags[int(TAGS ** chance.random()) - 1] for _ in range(int(drawn[0] * 6))}
    title = " ".join(head)
    sections = language.table["sections"]
    agencies = language.table["agencies"]
    url = of.url_of(number)
    cells: Cells = {
        "id": number,
        "url": url,
        "identity": url.removeprefix("https://"),
        "date": day_of(published, first_seen, at.outlet.timezone).isoformat(),
        "outlet": key,
        "title": title[:1].upper() + title[1:],
        "body": _paragraphs(body),
        "lead": None,
        "authors": [str(chance.choice(at.authors))] if drawn[1] < 0.7 else [],
        "agencies": [agencies[int(drawn[2] * len(agencies))]] if drawn[3] < 0.15 else [],
        "published": None if published is None else stamp(published),
        "date_source": "first-seen" if published is None else "json-ld",
        "date_precision": precision,
        "language": at.language if drawn[4] > 0.01 else None,
        "script": at.script,
        "section": sections[int(len(sections) * drawn[5] ** 2)] if drawn[6] < 0.9 else None,
        "tags": sorted(tags),
        "access": "locked" if at.outlet.paywall and drawn[7] < 0.4 else "unknown" if drawn[7] > 0.97 else "free",
        "kind": "video" if drawn[0] > 0.985 else "story",
        "words": len(body),
        "appeared": stamp(appeared(published, precision, first_seen)),
        "charset": "utf-8",
        "replacement_share": 0.0,
        "cluster": None,
        "first_seen": stamp(first_seen),
        "last_seen": stamp(first_seen + timedelta(hours=30)),
        "edited": None,
        "crawl": None,
    }
    if drawn[6] < 0.4:
        cells["lead"] = cells["body"].partition("\n")[0][:200]
    if at.language == "sr" and at.script == "Cyrl":
        _transliterate(cells)
    return MadeUpArticle(cells)


def _published(
    first_seen: datetime, at: MadeUpOutlet, chance: np.random.Generator
) -> tuple[datetime | None, DatePrecision | None]:
    kind = chance.random()
    published = first_seen - timedelta(minutes=int(chance.integers(1, 90)))
    if kind < 0.03:
        return None, None
    if kind < 0.1:
        return published.astimezone(at.zone).replace(hour=0, minute=0, second=0), DatePrecision.DAY
    return published, DatePrecision.SECOND if kind < 0.3 else DatePrecision.MINUTE


def _tell_event(of: Press, day: date, head: list[str], body: list[str], chance: np.random.Generator) -> None:
    """Let an article speak of one of the events of two days, by two names and a number."""
    event = day.toordinal() // 2 * EVENTS + int(EVENTS ** chance.random()) - 1
    names = [of.names[event * 7 % NAMES], of.names[event * 11 % NAMES]]
    head[1:2] = names
    for place in (1, 9):
        body[place : place + 2] = names
    body[15] = str(event % 997 + 3)


def _paragraphs(words: list[str]) -> str:
    sentences = [" ".join(words[place : place + 13]) for place in range(0, len(words), 13)]
    ended = [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in sentences]
    return "\n".join(" ".join(ended[place : place + 3]) for place in range(0, len(ended), 3))


def _transliterate(cells: Cells) -> None:
    for name in ("title", "body", "lead", "section"):
        cells[name] = cells[name] and cells[name].translate(TO_CYRILLIC)
    cells["tags"] = [tag.translate(TO_CYRILLIC) for tag in cells["tags"]]


def _copy(of: Press, made: list[MadeUpArticle], chance: np.random.Generator) -> None:
    """Make an eighth of the articles copies of one before; a group of copies has the number of its original."""
    originals: dict[str, list[MadeUpArticle]] = {}
    for article in made:
        cells = article.cells
        language = of.outlets[of.outlet_of[cells["id"] - 1]].language
        known = originals.setdefault(ONE_TEXT.get(language, language), [])
        if known and chance.random() < 0.125:
            original = known[int(chance.integers(max(0, len(known) - 60), len(known)))].cells
            if original["outlet"] != cells["outlet"] and original["body"]:
                cells["body"], cells["words"] = original["body"], original["words"]
                if chance.random() < 0.5:
                    cells["title"] = original["title"]
                if cells["script"] == "Cyrl" and original["script"] == "Latn":
                    cells["title"], cells["body"] = (cells[name].translate(TO_CYRILLIC) for name in ("title", "body"))
                cells["cluster"] = original["cluster"] = original["cluster"] or original["id"]
                continue
        known.append(article)


def _teasers(of: Press, article: MadeUpArticle, titles: dict[str, str], chance: np.random.Generator) -> None:
    cells = article.cells
    mine = of.numbers_of[of.outlet_of[cells["id"] - 1]]
    before = int(np.searchsorted(mine, cells["id"]))
    ago = chance.integers(1, 40, chance.integers(0, 5))
    for position, number in enumerate(np.unique(mine[before - ago[ago <= before]])):
        url = of.url_of(int(number))
        title = titles.get(url, cells["title"])
        where = "text" if position == 0 else "after"
        article.teasers.append((cells["url"], cells["date"], position, url, title, where, url.removeprefix("https://")))


def _edit(article: MadeUpArticle, chance: np.random.Generator) -> None:
    """Give an article an earlier state: with another headline, or without its last paragraph."""
    cells = article.cells
    edited = datetime.fromisoformat(cells["first_seen"]) + timedelta(minutes=int(chance.integers(20, 400)))
    title, body, changed = cells["title"], cells["body"], "title"
    if chance.random() < 0.5 or "\n" not in body:
        title = f"{title.rpartition(' ')[0]} {title.split()[0].lower()}"
    else:
        body, changed = body.rpartition("\n")[0], "body"
    cells["edited"] = stamp(edited)
    state = FoldedText.of(title, cells["lead"], body).state_hash()
    article.version = (cells["url"], cells["date"], cells["first_seen"], cells["edited"], title, cells["lead"], body)
    article.version += (json.dumps([changed]), 1 if changed == "title" else 20, changed == "title", state)


def _prepare(article: MadeUpArticle) -> None:
    """Work out what a store does: lists as cells, hashes, and what is indexed."""
    cells = article.cells
    for name in ("authors", "agencies", "tags"):
        cells[name] = json.dumps(cells[name], ensure_ascii=False)
    folded = FoldedText.of(cells["title"], cells["lead"], cells["body"])
    cells["body_hash"] = body_hash(cells["title"], cells["body"], clean=True)
    cells["state_hash"] = folded.state_hash()
    article.searched = searched(cells, folded)
