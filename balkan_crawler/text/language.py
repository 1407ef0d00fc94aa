"""Which language a text is in, with the outlet's own languages as what is expected.

Letters decide among scripts and among Cyrillic languages; frequent words, kept in ``languages.toml``, decide the rest;
only where they tell too little is py3langid asked, whose model takes a second and 100 MB to load. Serbian, Croatian,
Bosnian and Montenegrin are told as one first; which of them it is follows the outlet unless the text clearly says
otherwise (ekavian or ijekavian, ``tisuća`` or ``hiljada``, names of months).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from balkan_crawler.data import read_table
from balkan_crawler.text.folding import fold, words
from balkan_crawler.text.scripts import script_of

_FAMILY: Final = ("sr", "hr", "bs", "cnr")
_EAST: Final = ("bg", "ru", "uk")
_CYRILLIC: Final = ("hbs", "mk", *_EAST)
_READ: Final = 4_000  # characters are enough, and keep the cost of a long article flat
_SURE_WORDS: Final = 3.0  # weight of known words below which a text says too little
_SURE_SHARE: Final = 0.10  # and their least share of all words
_SURE_LEAD: Final = 1.25  # how many times the second language's weight
_CONTRADICTION: Final = 3  # markers more than the expected language has, to give it up
_SHORTEST_STEM: Final = 5  # shorter ones ("ko", "pre") are whole words, since too much begins with them
_IJEKAVIAN_MOST: Final = 2  # ijekavian speech alone contradicts no one: Serbian is written so too


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Give the tables of ``languages.toml``, folded: weights of words by language, stems by language, letters."""

    weights: Mapping[str, Mapping[str, float]]
    stems: Mapping[str, frozenset[str]]
    lengths: tuple[int, ...]
    letters: Mapping[str, frozenset[str]]


@cache
def _evidence() -> _Evidence:
    """Load the tables; a word that n languages list weighs 1/n for each."""
    table = read_table(__name__, "languages.toml")
    listed = {language: frozenset(words(entry)) for language, entry in table["words"].items()}
    shares = Counter(word for entries in listed.values() for word in entries)
    weights: dict[str, dict[str, float]] = {}
    for language, entries in listed.items():
        for word in entries:
            weights.setdefault(word, {})[language] = 1 / shares[word]
    stems: dict[str, set[str]] = {}
    for name, entry in (table["markers"] | table["family"]).items():
        for stem in words(entry):
            stems.setdefault(stem, set()).add(name)
    return _Evidence(
        weights=weights,
        stems={stem: frozenset(names) for stem, names in stems.items()},
        lengths=tuple(sorted({len(stem) for stem in stems}, reverse=True)),
        letters={name: frozenset(letters) for name, letters in table["letters"].items()},
    )


@cache
def function_words() -> frozenset[str]:
    """Give the short words, of four letters at most, that every text of some language is full of; folded."""
    return frozenset(word for word in _evidence().weights if len(word) <= _SHORTEST_STEM - 1)


def family_of(tag: str) -> str:
    """Give the language of a tag, without script or country; those that differ in few words are one (``hbs``)."""
    language = tag.split("-")[0].lower()
    return "hbs" if language in _FAMILY else language


def identify_language(text: str, languages: Sequence[str] = (), script: str | None = None) -> str | None:
    """Tell the primary BCP 47 tag of a text's language (``sr``, ``mk``, ``sq``, ``en``, ...).

    ``languages`` are the outlet's tags, most likely first: they decide between near relatives and where the text says
    too little, never against clear evidence. ``script`` (ISO 15924) saves finding it. ``None`` for a text without
    letters, and for one that says nothing where no language is expected.
    """
    text = text[:_READ]
    script = script or script_of(text)
    if script is None:
        return None
    if script == "Grek":
        return "el"
    expected = tuple(dict.fromkeys(tag.split("-")[0].lower() for tag in languages))
    found = words(text)
    scores = _scores(found, _cyrillic_candidates(text) if script == "Cyrl" else None)
    best, sure = _best(scores, len(found), expected)
    if not sure:
        best = _ask_expected(scores, expected, script) or _ask_model(text, script) or best
    return _within_family(found, expected, script) if best == "hbs" or best in _FAMILY else best


def _cyrillic_candidates(text: str) -> tuple[str, ...]:
    """Narrow Cyrillic languages by the letters that only some of them have."""
    letters = Counter(text.lower())
    counts = {name: sum(letters[letter] for letter in own) for name, own in _evidence().letters.items()}
    south, east = counts["south"] + counts["hbs"] + counts["mk"], counts["east"]
    if south > east:
        if counts["hbs"] == counts["mk"]:
            return ("hbs", "mk")
        return ("hbs",) if counts["hbs"] > counts["mk"] else ("mk",)
    if east > south:
        if counts["ru"] == counts["uk"] == 0:
            return ("bg",)
        return ("ru",) if counts["ru"] >= counts["uk"] else ("uk",)
    return _CYRILLIC


def _scores(found: Sequence[str], candidates: tuple[str, ...] | None) -> Counter[str]:
    """Add up the weights of known words by language; Cyrillic languages only where they are candidates."""
    weights = _evidence().weights
    scores: Counter[str] = Counter()
    for word, count in Counter(found).items():
        for language, weight in weights.get(word, {}).items():
            if language in candidates if candidates else language not in {"mk", *_EAST}:
                scores[language] += weight * count  # type: ignore[assignment]
    if candidates and len(candidates) == 1:
        scores[candidates[0]] += max(1, len(found))
    return scores


def _best(scores: Counter[str], total: int, expected: tuple[str, ...]) -> tuple[str | None, bool]:
    """Give the language with most weight, and whether that is sure; expected languages need less of a lead."""
    if not scores:
        return None, False
    (first, weight), *others = scores.most_common(2)
    second = others[0][1] if others else 0.0
    own = first in expected or (first == "hbs" and any(tag in _FAMILY for tag in expected))
    enough = weight >= (1.0 if own else _SURE_WORDS) and weight >= _SURE_SHARE * total
    return first, enough and weight > (1.0 if own else _SURE_LEAD) * second


def _ask_expected(scores: Counter[str], expected: tuple[str, ...], script: str) -> str | None:
    """Give the expected language that the words fit best, or the first one that is written in this script."""
    fitting = [tag for tag in expected if (tag in {"mk", "bg", "ru", "uk", *_FAMILY}) or script == "Latn"]
    if script == "Latn":
        fitting = [tag for tag in fitting if tag not in {"mk", *_EAST, "el"}]
    else:
        fitting = [tag for tag in fitting if tag not in {"hr", "sl"}]
    return max(fitting, key=lambda tag: scores["hbs" if tag in _FAMILY else tag], default=None)


def _within_family(found: Sequence[str], expected: tuple[str, ...], script: str) -> str:
    """Choose among Serbian, Croatian, Bosnian and Montenegrin by marker words; the expected one unless contradicted."""
    evidence = _evidence()
    hits: Counter[str] = Counter()
    for word in found:
        for length in evidence.lengths:
            if length < min(_SHORTEST_STEM, len(word)):
                continue
            if names := evidence.stems.get(word[:length]):
                hits.update(names)
                break
    points = Counter({tag: hits[tag] for tag in _FAMILY})
    points["sr"] += hits["ekavian"]
    for tag in ("hr", "bs", "cnr"):
        points[tag] += min(hits["ijekavian"], _IJEKAVIAN_MOST) - hits["ekavian"]
    if script == "Cyrl":
        points["hr"] = min(points["hr"], 0) - _CONTRADICTION
    best = max(_FAMILY, key=lambda tag: points[tag])
    own = [tag for tag in expected if tag in _FAMILY]
    if not own:
        return best
    prior = max(own, key=lambda tag: points[tag])
    return best if points[best] >= points[prior] + _CONTRADICTION and points[best] >= 2 * points[prior] else prior


@cache
def _model() -> Any:
    """Load py3langid's model once in a process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=0.2)  # type: ignore[no-untyped-call]


def _ask_model(text: str, script: str) -> str | None:
    """Ask py3langid; ``None`` when it is not sure either."""
    language = str(_model().classify(text[:1000].encode("utf-8", "replace"))[0])
    return None if language in {"und", "zxx"} or not fold(text).strip() or not script else language
