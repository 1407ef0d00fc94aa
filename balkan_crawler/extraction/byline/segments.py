"""The parts of a byline that may each be a name, and what they are named as.

A byline is set apart where elements ran together, cut before its labels, divided at punctuation and *and*, and freed of
labels, offices, titles, times and places. The numbers were set by hand and are checked by ``benchmarks/extraction.py``
(author set) and by tests/data/bylines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from balkan_crawler.extraction.byline.word_lists import (
    agencies,
    folded,
    folded_phrases,
    glued_words,
    is_word_of_date,
    joiner_pattern,
    labels,
)

_LABEL: Final = 4
"""Most words of a label."""

_MOST_LABELS: Final = 3
"""Most labels before one name."""

_LONGEST_ONWARD: Final = 3
"""Most words of a phrase by which a byline goes on to something else."""

_BETWEEN: Final = re.compile(r"\s*[,;/|•·+()\[\]\n\t]\s*|\s+[-–—]+\s+|\s*&\s*|\s*—\s*")
_EDGES: Final = " \t\n.,:;-–—|/*•·«»\"'“”„’‘()[]{}<>…"

_PICTURE_ENDS: Final = re.compile(r"[|•·\n]")
"""Where the names of a picture end."""

_COLON: Final = re.compile(r"(?<!\d)\s?[:：]|[:：](?!\d)")

_GLUE: Final = re.compile(r"[^\W\d_A-ZČĆŽŠĐ](?=[^\W\d_a-zčćžšđ])")
"""Where a small letter and a capital may be glued together; below, a word and a figure, and a figure and a label."""

_WORD_AND_FIGURE: Final = re.compile(r"([^\W\d_]+)\s+\d{1,2}\s?[^\W\d_]")
_FIGURE_AND_LABEL: Final = re.compile(r"\d(?=[^\W\d_]{3,}\s?:)")
_GLUED_BY: Final = re.compile(r"[Bb]y(?=[A-ZÀ-Ž])")

_FIGURES: Final = re.compile(r"\d[\d.:/-]*")
"""A run of figures, as dates have them."""

_WORDS_BEFORE_LABEL: Final = 4
"""Words between a date and the label behind it, and one more (``tarihinde``, ``г.``, ``ore``)."""

_SHORTEST_NAME: Final = 2
"""Words of the shortest name behind which a day of the week or a month is cut off."""

_WORD: Final = re.compile(r"[^\W\d_][^\s|,;/()\[\]]*")
_FIGURE: Final = re.compile(r"\d")

_CLOCK: Final = re.compile(r"^(?:[\s,|]*\d{1,4}\s?[.:/-]\s?\d{1,2}(?:\s?[.:/-]\s?\d{2,4})?\.?h?)+[\s,|-]+(?=[^\W\d_])")
"""A date or time of day before a name."""

_LAST_INITIAL: Final = re.compile(r"(?:^|[\s.-])[^\W\d_][jž]?$|^[^\W\d_]\.\s?[^\W\d_]{2,3}$")
"""The last initial of a name, whose full stop stays."""

_TITLE_BEHIND: Final = re.compile(r"\s*(?:기자|특파원|記者|特派員)$")


def parts_of(text: str, stated: bool) -> Iterator[tuple[str, str]]:
    """Give the parts of a byline (as `unglued` makes it) that may each be a name, each behind its role.

    Roles are ``author``, ``editor`` and ``picture``: what a name is named as. ``stated`` says that the text is known to
    be a name, so that nothing is taken for a label that could be part of one.
    """
    for role, segment in _segments(text):
        yield from _parts_of_segment(segment, role, stated)
        if not stated and (named := named_behind_date(segment)):
            yield from _parts_of_segment(named, role, stated)


def unglued(text: str) -> str:
    """Divide a byline where elements ran together: ``AutorAna Anić``, ``Ana AnićNovinarka``, ``Ana Anićpre 2 h``."""
    glued = glued_words()
    if text.startswith(glued.before):
        label = next(label for label in glued.before if text.startswith(label))
        if text[len(label) : len(label) + 1].isupper():
            text = f"{label} {text[len(label) :]}"
    places = [match.end() for match in _GLUE.finditer(text) if text.startswith(glued.behind, match.end())]
    for match in _WORD_AND_FIGURE.finditer(text):
        if match[1].endswith(glued.spans) and match[1] not in glued.spans:
            label = next(label for label in glued.spans if match[1].endswith(label))
            places.append(match.end(1) - len(label))
    places += [match.end() for match in _FIGURE_AND_LABEL.finditer(text)]
    for place in sorted(places, reverse=True):
        text = f"{text[:place]}|{text[place:]}"
    return text


def _segments(text: str) -> Iterator[tuple[str, str]]:
    """Cut a byline before its labels with a colon; give the role that each names, and the text behind it."""
    role, start = "author", 0
    for colon in _COLON.finditer(text):
        label = _label_before(text, start, colon.start())
        if label:
            yield from _ended(role, text[start : label[1]])
            role, start = label[0], colon.end()
    yield from _ended(role, text[start:])


def _ended(role: str, text: str) -> Iterator[tuple[str, str]]:
    """Give a segment with its role; what stands behind the end of a picture's names is an author's again."""
    end = _PICTURE_ENDS.search(text) if role == "picture" else None
    yield role, text[: end.start()] if end else text
    if end:
        yield "author", text[end.end() :]


def _label_before(text: str, start: int, end: int) -> tuple[str, int] | None:
    """Give the role of the label that ends here, and where it begins."""
    tokens = list(_WORD.finditer(text, start, end))[-_LABEL:]
    for token in tokens:
        kind = labels().get(folded(text[token.start() : end]))
        if kind:
            return kind, token.start()
    return None


def _parts_of_segment(text: str, kind: str, stated: bool) -> Iterator[tuple[str, str]]:
    """Give the parts of a segment that may each be a name, with what they are named as."""
    for piece in _BETWEEN.split(text):
        whole = trimmed(_CLOCK.sub("", piece))
        role, part = _without_label(whole, kind, stated)
        if part[:1].isdigit():  # "2026 by Ana Anic"
            whole = part.lstrip("0123456789.:/- ")
            role, named = _without_label(whole, kind, stated)
            part = named if named != whole else part
        if part != whole:
            part = _from_capital(part)
        for name in _divided(until_onward(part)):
            role, name = _without_label(trimmed(name), role, stated)
            yield role, _without_ending(_without_honorifics(name))


def trimmed(text: str) -> str:
    """Take the punctuation around a text off; the full stop of a last initial stays."""
    name = text.strip(_EDGES)
    behind = text.rstrip()[-1:] == "." and _LAST_INITIAL.search(name)
    return name + "." if behind else name


def _without_label(text: str, kind: str, stated: bool) -> tuple[str, str]:
    """Take the labels that a text begins with off; give the role that they name, and the rest."""
    for _ in range(_MOST_LABELS):
        glued = _GLUED_BY.match(text)
        tokens = text.split(maxsplit=_LABEL)
        if glued:
            text = text[glued.end() :]
            continue
        for length in range(min(_LABEL, len(tokens) - 1), 0, -1):
            label = folded(" ".join(tokens[:length]))
            if label in labels() and not (stated and label in folded_phrases("part_of_names")):
                kind, text = labels()[label], trimmed(" ".join(text.split()[length:]))
                break
        else:
            break
    return kind, text


def _from_capital(text: str) -> str:
    """Take the office before it off what a label names: ``our correspondent Ana Anić``."""
    tokens = text.split()
    first = next((place for place, token in enumerate(tokens) if not token[0].islower()), 0)
    is_particle = any(folded(token) in folded_phrases("particle") for token in tokens[:first])
    return text if is_particle or len(tokens) - first < 2 else " ".join(tokens[first:])


def until_onward(text: str) -> str:
    """Give the text before its first figure and before a word like *updated*, without a day or month behind a name."""
    text = _FIGURE.split(text, maxsplit=1)[0]
    tokens = text.split()
    while len(tokens) > _SHORTEST_NAME and is_word_of_date(tokens[-1]):
        tokens.pop()
        text = " ".join(tokens)
    for place in range(len(tokens)):
        for length in range(1, _LONGEST_ONWARD + 1):
            if folded(" ".join(tokens[place : place + length])) in folded_phrases("onward"):
                return trimmed(" ".join(tokens[:place]))
    return trimmed(text)


def named_behind_date(text: str) -> str | None:
    """Give what a line with a date names behind it: ``Published on 18 November 2026 by Ana Anic``, in any language.

    The label is one of those that a sentence of the kind has before its name (or behind it, as in Turkish).
    """
    figures = list(_FIGURES.finditer(text))
    words = [match for match in _WORD.finditer(text) if is_word_of_date(match.group().strip(_EDGES))]
    behind = max((match.end() for match in (*figures[-1:], *words[-1:])), default=None)
    if behind is None:
        return None
    tokens = text[behind:].split()
    for start in range(min(_WORDS_BEFORE_LABEL, len(tokens))):
        for length in range(_LABEL, 0, -1):
            label, name = tokens[start : start + length], tokens[start + length :]
            if len(label) == length and folded(" ".join(label)) in folded_phrases("behind_date"):
                return " ".join(name) if name and not name[0][0].islower() else None
    ends = [place for place, token in enumerate(tokens) if folded(token) in folded_phrases("before_end")]
    if ends and 2 <= len(name := [token for token in tokens[: ends[0]] if not token[0].islower()]) <= _LABEL:
        return " ".join(name)
    return None


def _without_honorifics(text: str) -> str:
    """Take off a name what a person is called before it (``Prof. dr``) and the degrees behind it (``MA``)."""
    tokens = text.split()
    while tokens and folded(tokens[0]) in folded_phrases("honorific"):
        tokens = tokens[1:]
    while len(tokens) > 2 and _is_degree(tokens[-1]) and not tokens[0].isupper():
        tokens.pop()
    return " ".join(tokens)


def _without_ending(text: str) -> str:
    """Take a title, a place or an employer behind a name off, and a small word that led to what was cut."""
    tokens = _TITLE_BEHIND.sub("", text).split()
    for place, token in enumerate(tokens):
        leads_on = token.islower() and folded(token) in _only_behind()
        if leads_on and place >= 2 and not tokens[place - 1].islower():
            tokens = tokens[:place]
            break
    while len(tokens) > 2 and tokens[-1].islower() and _is_small_word(tokens[-1]):
        tokens.pop()
    return " ".join(tokens)


def _is_degree(token: str) -> bool:
    return token.isupper() and folded(token) in folded_phrases("degree")


def _is_small_word(token: str) -> bool:
    return any(folded(token) in folded_phrases(function) for function in ("particle", "behind"))


@cache
def _only_behind() -> frozenset[str]:
    """Give the words behind a name that are no part of names."""
    return folded_phrases("behind") - folded_phrases("particle")


def _divided(text: str) -> list[str]:
    """Divide a text at *and*; at short words for it only between names with capitals."""
    found: list[str] = []
    for piece in joiner_pattern("joiner").split(text):
        halves = joiner_pattern("short_joiner").split(piece)
        least = 2 if len(halves) == 2 else 1
        if len(halves) > 1 and all(_capitals(half) >= least or folded(half) in agencies() for half in halves):
            found += halves
        else:
            found.append(piece)
    return found


def _capitals(text: str) -> int:
    return sum(word[:1].isupper() for word in text.split())
