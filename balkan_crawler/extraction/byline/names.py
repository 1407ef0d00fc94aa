"""The names in a byline's text: people, news agencies and organisations, told apart.

Bylines hold more than names: labels, offices, times, addresses and the site itself. What these are called stands in
``bylines.toml``, by function and language, the agencies in ``agencies.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from balkan_crawler.data import read_table
from balkan_crawler.extraction.headline.title import is_site_name, plain
from balkan_crawler.text import words

_ADDRESS = re.compile(r"\S+@\S+\.\S+|@\w+|(?:https?://|www\.)\S+|\S+\.(?:html?|php)\b")
_BETWEEN = re.compile(r"\s*[,;/|•·+()\[\]\n\t]\s*|\s+[-–—]+\s+|\s*&\s*|\s*—\s*")
_EDGES = " \t\n.,:;-–—|/*•·«»\"'“”„’‘()[]{}<>…"
#: Where the names of a picture end.
_PICTURE_ENDS = re.compile(r"[|•·\n]")
_COLON = re.compile(r"(?<!\d)\s?[:：]|[:：](?!\d)")
#: Where a small letter and a capital, a word and a figure, or a figure and a label may be glued together.
_GLUE = re.compile(r"[^\W\d_A-ZČĆŽŠĐ](?=[^\W\d_a-zčćžšđ])")
_WORD_AND_FIGURE = re.compile(r"([^\W\d_]+)\s+\d{1,2}\s?[^\W\d_]")
_FIGURE_AND_LABEL = re.compile(r"\d(?=[^\W\d_]{3,}\s?:)")
_WORD = re.compile(r"[^\W\d_][^\s|,;/()\[\]]*")
_GLUED_BY = re.compile(r"[Bb]y(?=[A-ZÀ-Ž])")
#: A date or time of day before a name.
_CLOCK = re.compile(r"^(?:[\s,|]*\d{1,4}\s?[.:/-]\s?\d{1,2}(?:\s?[.:/-]\s?\d{2,4})?\.?h?)+[\s,|-]+(?=[^\W\d_])")
#: Initials as a signature, and the last one of a name.
_INITIALS = re.compile(r"(?:[^\W\d_][jž]?\.[\s-]?){1,3}[^\W\d_][jž]?\.?")
_INITIAL_AND_NAME = re.compile(r"(?:[^\W\d_][jž]?\.){1,2}[^\W\d_]{3,}(?:-[^\W\d_]{3,})?")
_LAST_INITIAL = re.compile(r"(?:^|[\s.-])[^\W\d_][jž]?$|^[^\W\d_]\.\s?[^\W\d_]{2,3}$")
_TITLE_BEHIND = re.compile(r"\s*(?:기자|특파원|記者|特派員)$")
_EAST_ASIAN = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
#: Shortest and longest name in Chinese, Japanese or Korean letters, and in others.
_EAST_ASIAN_LENGTHS, _LENGTHS = (2, 12), (3, 60)
#: Letters that only Turkish and its neighbours have, and how their capitals are made small.
_TURKISH = re.compile("[İıĞğ]")
_TURKISH_SMALL = str.maketrans("Iİ", "ıi")
#: Longest byline that is read, in characters, the most people of one story, and the most words of a label.
LONGEST, _MOST, _LABEL = 300, 20, 4


@dataclass(frozen=True, slots=True)
class Names:
    """Names found in a text or a page, each once and in their order; agencies by their canonical names."""

    people: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    def __or__(self, other: Names) -> Names:
        """Both, without repeating what is equal but for case and punctuation."""
        return Names(
            _unique((*self.people, *other.people)),
            _unique((*self.agencies, *other.agencies)),
            _unique((*self.organisations, *other.organisations)),
        )


@lru_cache(maxsize=512)
def names_in(text: str, sites: tuple[str, ...] = (), stated: bool = False, language: str = "") -> Names:
    """Return the names in a byline's text.

    ``sites`` are the site's own names as `site_names` gives them. ``stated`` says that the text is known to be a name
    (JSON-LD, ``meta``): then one word is enough and nothing is taken for a label that could be part of a name.
    ``language`` (BCP 47) decides how capitals are made small. Editors and translators count where nobody else is
    named, whoever took the pictures never.
    """
    text = _unglued(_ADDRESS.sub(" ", text[:LONGEST].replace("\u200b", "").replace("\xa0", " ")))
    whole = _key(text)
    if whole in _agencies():
        return Names(agencies=(_agencies()[whole],))
    authors, editors = Names(), Names()
    for kind, segment in _segments(text):
        for role, part in _parts(segment, kind, stated):
            names = _name(part, sites, stated, language)
            if role == "author":
                authors = authors | names
            elif role == "editor":
                editors = editors | names
    found = authors if authors.people else authors | editors
    if found.organisations and len(found.people) > 1 and not any(" " in name for name in found.people):
        return Names((), found.agencies, found.organisations)  # "Portal, Skopje, North Macedonia": an address
    if any(" " in name for name in found.people):  # "Ana ANIĆ/ZAGREB": a place
        people = tuple(name for name in found.people if not (name.isupper() and name.isalpha() and f"/{name}" in text))
        found = Names(people, found.agencies, found.organisations)
    return Names(found.people[:_MOST], found.agencies, found.organisations)


def _name(part: str, sites: Sequence[str], stated: bool, language: str) -> Names:
    """The one name that a part of a byline is, or an agency behind a name."""
    key = _key(part)
    said = set(key.split())
    if not key or key in _words("nobody") or said <= _words("month"):
        return Names()
    if _INITIALS.fullmatch(part) and part.isupper():
        return Names(people=(part if part.endswith(".") else part + ".",))
    if key in _agencies():
        return Names(agencies=(_agencies()[key],))
    if key in _words("organisation") or is_site_name(part, sites, loose=True):
        return Names(organisations=(part,))
    if _words("role") & said or (stated and part.isupper() and " " not in part and len(part) < 6):
        return Names()
    if agency := _agency_behind(part):
        name, canonical = agency
        return _name(name, sites, stated, language) | Names(agencies=(canonical,))
    if _words("agency_word") & said and " " in key:
        return Names(agencies=(part,))
    if _words("organisation_word") & said:
        return Names(organisations=(part,))
    return Names(people=(_spelled(part, language),)) if _is_person(part, stated) else Names()


def _agency_behind(part: str) -> tuple[str, str] | None:
    """A name and the agency right behind it: ``Ana Anić TANJUG``, ``Ana Anic The Associated Press``."""
    tokens = part.split()
    for length in range(3, 0, -1):
        name, last = tokens[:-length], tokens[-length:]
        canonical = _agencies().get(_key(" ".join(last))) if len(name) > 1 else None
        if canonical and (length > 1 or (last[0].isupper() and len(last[0]) > 2 and not name[-1].isupper())):
            return " ".join(name), canonical
    return None


def _unglued(text: str) -> str:
    """A byline divided where elements ran together: ``AutorAna Anić``, ``Ana AnićNovinarka``, ``Ana Anićpre 2 h``."""
    behind, spans, before = _glued()
    if text.startswith(before):
        label = next(label for label in before if text.startswith(label))
        if text[len(label) : len(label) + 1].isupper():
            text = f"{label} {text[len(label) :]}"
    places = [match.end() for match in _GLUE.finditer(text) if text.startswith(behind, match.end())]
    for match in _WORD_AND_FIGURE.finditer(text):
        if match[1].endswith(spans) and match[1] not in spans:
            label = next(label for label in spans if match[1].endswith(label))
            places.append(match.end(1) - len(label))
    places += [match.end() for match in _FIGURE_AND_LABEL.finditer(text)]
    for place in sorted(places, reverse=True):
        text = f"{text[:place]}|{text[place:]}"
    return text


def _segments(text: str) -> Iterator[tuple[str, str]]:
    """A byline cut before its labels with a colon: what each names (`author`, `editor`, `picture`), and its text."""
    kind, start = "author", 0
    for colon in _COLON.finditer(text):
        label = _label_before(text, start, colon.start())
        if label:
            yield from _ended(kind, text[start : label[1]])
            kind, start = label[0], colon.end()
    yield from _ended(kind, text[start:])


def _ended(kind: str, text: str) -> Iterator[tuple[str, str]]:
    end = _PICTURE_ENDS.search(text) if kind == "picture" else None
    yield kind, text[: end.start()] if end else text
    if end:
        yield "author", text[end.end() :]


def _label_before(text: str, start: int, end: int) -> tuple[str, int] | None:
    """The kind of the label that ends here, and where it begins."""
    tokens = list(_WORD.finditer(text, start, end))[-_LABEL:]
    for token in tokens:
        kind = _labels().get(_key(text[token.start() : end]))
        if kind:
            return kind, token.start()
    return None


def _parts(text: str, kind: str, stated: bool) -> Iterator[tuple[str, str]]:
    """Parts of a segment that may each be a name, with what they are named as."""
    for piece in _BETWEEN.split(text):
        whole = _trimmed(_CLOCK.sub("", piece))
        role, part = _without_label(whole, kind, stated)
        if part[:1].isdigit():  # "2026 by Ana Anic"
            whole = part.lstrip("0123456789.:/- ")
            role, named = _without_label(whole, kind, stated)
            part = named if named != whole else part
        if part != whole:
            part = _from_capital(part)
        for name in _divided(_until_onward(part)):
            role, name = _without_label(_trimmed(name), role, stated)
            yield role, _without_ending(_without_honorifics(name))


def _trimmed(text: str) -> str:
    """A text without punctuation around it; the full stop of a last initial stays."""
    name = text.strip(_EDGES)
    behind = text.rstrip()[-1:] == "." and _LAST_INITIAL.search(name)
    return name + "." if behind else name


def _without_label(text: str, kind: str, stated: bool) -> tuple[str, str]:
    """A text without the labels that it begins with, and what they say that it names."""
    for _ in range(3):
        glued = _GLUED_BY.match(text)
        tokens = text.split(maxsplit=_LABEL)
        if glued:
            text = text[glued.end() :]
            continue
        for length in range(min(_LABEL, len(tokens) - 1), 0, -1):
            label = _key(" ".join(tokens[:length]))
            if label in _labels() and not (stated and label in _words("part_of_names")):
                kind, text = _labels()[label], _trimmed(" ".join(text.split()[length:]))
                break
        else:
            break
    return kind, text


def _from_capital(text: str) -> str:
    """What a label names without the office before it: ``our correspondent Ana Anić``."""
    tokens = text.split()
    first = next((place for place, token in enumerate(tokens) if not token[0].islower()), 0)
    is_particle = any(_key(token) in _words("particle") for token in tokens[:first])
    return text if is_particle or len(tokens) - first < 2 else " ".join(tokens[first:])


def _until_onward(text: str) -> str:
    """The text before its first figure and before a word like *updated*."""
    text = re.split(r"\d", text, maxsplit=1)[0]
    tokens = text.split()
    for place in range(len(tokens)):
        for length in (1, 2, 3):
            if _key(" ".join(tokens[place : place + length])) in _words("onward"):
                return _trimmed(" ".join(tokens[:place]))
    return _trimmed(text)


def _without_honorifics(text: str) -> str:
    """A name without what a person is called before it (``Prof. dr``) and the degrees behind it (``MA``)."""
    tokens = text.split()
    while tokens and _key(tokens[0]) in _words("honorific"):
        tokens = tokens[1:]
    while len(tokens) > 2 and _key(tokens[-1]) in _words("degree") and tokens[-1].isupper() and not tokens[0].isupper():
        tokens.pop()
    return " ".join(tokens)


def _without_ending(text: str) -> str:
    """A name without a title, a place or an employer behind it, and without a small word that led to what was cut."""
    tokens = _TITLE_BEHIND.sub("", text).split()
    for place, token in enumerate(tokens):
        leads_on = token.islower() and _key(token) in _words("behind") - _words("particle")
        if leads_on and place >= 2 and not tokens[place - 1].islower():
            tokens = tokens[:place]
            break
    while len(tokens) > 2 and tokens[-1].islower() and _key(tokens[-1]) in _words("particle") | _words("behind"):
        tokens.pop()
    return " ".join(tokens)


def _divided(text: str) -> list[str]:
    """A text divided at *and*; at short words for it only between names with capitals."""
    found: list[str] = []
    for piece in _joiner_pattern("joiner").split(text):
        halves = _joiner_pattern("short_joiner").split(piece)
        least = 2 if len(halves) == 2 else 1
        if len(halves) > 1 and all(_capitals(half) >= least or _key(half) in _agencies() for half in halves):
            found += halves
        else:
            found.append(piece)
    return found


def _capitals(text: str) -> int:
    return sum(word[:1].isupper() for word in text.split())


def _is_person(text: str, stated: bool) -> bool:
    tokens = text.split()
    shortest, longest = _EAST_ASIAN_LENGTHS if _EAST_ASIAN.search(text) else _LENGTHS
    is_whole = stated or len(tokens) > 1 or bool(_INITIAL_AND_NAME.fullmatch(text))
    if not is_whole or len(tokens) > 6 or not shortest <= len(text) <= longest:
        return False
    if any(character.isdigit() or character in "_=<>{}?!%#*:@" for character in text):
        return False
    proper = [token for token in tokens if _key(token) not in _words("particle")]
    if not proper or (len(tokens) == 1 and "." in text.strip(".") and not _INITIAL_AND_NAME.fullmatch(text)):
        return False
    return all(token[0].isupper() or not token[0].islower() for token in proper) and any(c.isalpha() for c in text)


def _spelled(name: str, language: str) -> str:
    """A name with its words in capitals made small but for their first letters; short ones stay among others."""
    tokens = name.split()
    is_capital = all(token.isupper() or not any(c.isalpha() for c in token) for token in tokens)
    is_turkish = language[:2] in {"tr", "az"} or bool(_TURKISH.search(name))
    if len(tokens) < 2:
        return name
    shortest = 3 if is_capital else 4
    return " ".join(
        "-".join(_capitalised(part, is_turkish) for part in token.split("-"))
        if len(token) >= shortest and token.isupper() and not _INITIALS.fullmatch(token)
        else token
        for token in tokens
    )


def _capitalised(word: str, is_turkish: bool) -> str:
    rest = word[1:].translate(_TURKISH_SMALL) if is_turkish else word[1:]
    return word[:1] + rest.lower()


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(plain(name), name)
    return tuple(found.values())


@lru_cache(maxsize=2048)
def _key(text: str) -> str:
    """A text as words are compared here: folded, one space apart."""
    return " ".join(words(text))


@lru_cache(maxsize=1)
def _bylines() -> Mapping[str, list[str]]:
    data = read_table(__name__, "bylines.toml")
    return {function: [word for entries in table.values() for word in entries] for function, table in data.items()}


@lru_cache(maxsize=32)
def _words(function: str) -> frozenset[str]:
    return frozenset(_key(word) for word in _bylines()[function])


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, str]:
    """What each label names; one that is an author's in some language is an author's."""
    return {label: kind for kind in ("picture", "editor", "author") for label in _words(kind)}


@lru_cache(maxsize=1)
def _agencies() -> Mapping[str, str]:
    data = read_table(__name__, "agencies.toml")["agencies"]
    return {_key(spelling): name for name, spellings in data.items() for spelling in (name, *spellings)}


def signed_together(text: str, people: Sequence[str]) -> bool:
    """Tell whether a byline has an *and* between the last two of these names and nothing else."""
    key, before, last = _key(text), _key(people[-2]), _key(people[-1])
    joiners = (*_bylines()["joiner"], *_bylines()["short_joiner"])
    return any(f"{before} {_key(word)} {last}" in key for word in joiners)


def may_name_agency(text: str) -> bool:
    """Tell cheaply whether a text has a word of an agency's name."""
    return not _agency_vocabulary().isdisjoint(words(text))


def is_author_label(text: str) -> bool:
    """Tell whether a text is nothing but a label before an author's name (``Written by``)."""
    return _labels().get(_key(text)) == "author"


def goes_on(text: str, names: Names) -> bool:
    """Tell whether a text is one of these names alone and goes on with a word such as *updated*."""
    before_figure = re.split(r"\d", text, maxsplit=1)[0]
    is_cut = _until_onward(before_figure) != _trimmed(before_figure)
    return is_cut and len(names.people) == 1 and text.startswith(names.people[0])


def is_place(text: str) -> bool:
    """Tell whether a text is a place whose name could be a person's."""
    return _key(text) in _words("place")


def is_joiner(text: str) -> bool:
    """Tell whether a text stands between names: *and*, a comma."""
    return _key(text) in _words("joiner") | _words("short_joiner") or text in {",", "&", "/"}


@lru_cache(maxsize=1)
def _agency_vocabulary() -> frozenset[str]:
    return frozenset(word for spelling in _agencies() for word in spelling.split()) | _words("agency_word")


def _alternatives(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True))


@lru_cache(maxsize=1)
def _glued() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Words as they are glued to names: with a capital behind them, before a span of time, and before a name."""
    words_of = _bylines()
    offices = [word for word in words_of["role"] if len(word) > 5]
    behind = (*words_of["onward"], *words_of["picture"], *offices)
    before = (*words_of["author"], *words_of["editor"])
    return (
        tuple({word[:1].upper() + word[1:] for word in behind if len(word) > 3}),
        tuple(sorted({word for word in words_of["onward"] if len(word) > 1}, key=len, reverse=True)),
        tuple(sorted({word[:1].upper() + word[1:] for word in before if len(word) > 3}, key=len, reverse=True)),
    )


@lru_cache(maxsize=2)
def _joiner_pattern(function: str) -> re.Pattern[str]:
    flags = "(?i:" if function == "joiner" else "(?:"
    return re.compile(rf"\s+{flags}{_alternatives(_bylines()[function])})\s+")
