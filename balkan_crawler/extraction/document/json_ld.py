"""What a page states of itself in JSON-LD and microdata, read with patience for how publishers write it.

JSON-LD: https://www.w3.org/TR/json-ld11/; its vocabulary: https://schema.org/NewsArticle. Real pages hold comments,
trailing commas, line breaks in strings, several objects one after another, and objects that are cut.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from typing import Any, Final, TypeAlias

JsonObject: TypeAlias = dict[str, Any]

ARTICLE_TYPES: Final = (
    "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "reviewnewsarticle",
    "backgroundnewsarticle", "asknewsarticle", "advertisercontentarticle", "satiricalarticle", "liveblogposting",
    "article", "blogposting", "techarticle", "scholarlyarticle", "report", "socialmediaposting",
    "discussionforumposting", "review", "recipe",
)  # fmt: skip
"""schema.org types of a story, the more certain first."""
_ARTICLES: Final = frozenset(ARTICLE_TYPES)
_TO_OTHERS: Final = frozenset(
    {"relatedlink", "mentions", "citation", "itemlistelement", "isbasedon", "haspart", "ispartof", "comment"}
)
"""Properties that point from a story to others, whose objects are not the page's own."""

# Bounds against hostile input, far above what real pages have.

_LONGEST: Final = 2_000_000
"""Characters of a script that are read."""
_MOST: Final = 2_000
"""Objects taken from a page."""
_DEEPEST: Final = 60
"""Levels of nesting that are looked at."""

# How `choose_article` weighs an object: its type counts up to 1, so that each of these decides between equals.

_SAME: Final = 2.0
"""It has the page's address or headline, more than any type; or, counted against it, is named as a related one."""
_DATED: Final = 0.5
"""It says when it was published."""
_TOLD: Final = 0.3
"""It holds the text."""
_ALIKE: Final = 0.34
"""Two headlines of one story share at least so many of their words."""
_LEAST_SCORE: Final = 0.5
"""An object with no more is another story's."""
_WRAPPING: Final = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*+;?\s*+$"
)
# Possessive, and content with an open end, so that time grows with length only.
_STRING_OR_COMMENT: Final = re.compile(
    r'("(?:[^"\\]|\\.)*+"?)|/\*.*?(?:\*/|\Z)|(?<![:\w/])//[^\n"]{0,1000}+$', re.DOTALL | re.MULTILINE
)
_STRING_OR_COMMA: Final = re.compile(r'("(?:[^"\\]|\\.)*+"?)|,(?=\s*+[}\]])', re.DOTALL)
_BAD_ESCAPE: Final = re.compile(r'\\(\\|["/bfnrt]|u[0-9a-fA-F]{4})|\\')
_PAIR: Final = re.compile(
    r'"([A-Za-z@]{1,60}+)"\s*+:\s*+("(?:[^"\\]|\\.)*+"?|true|false|null|-?\d+(?:\.\d+)?)', re.DOTALL
)
_QUOTE: Final = re.compile(r'(?<!\\)"')
_BEHIND_STRING: Final = re.compile(r'\s*+(?:[}\]:]|\Z|,\s*+(?:["\[{}\]]|-?\d|true|false|null))')
"""What follows the end of a string."""
_MARKUP: Final = re.compile(r"<[^<>]*>")
_DECODER: Final = json.JSONDecoder(strict=False)


def read_json_ld(scripts: Iterable[str]) -> tuple[JsonObject, ...]:
    """Give every object in the texts of JSON-LD scripts, nested ones after those that hold them; never raises.

    What stands in arrays, in ``@graph`` and in properties counts; what was cut gives its whole parts. An object that
    another one names as related (``mentions``, an item of a list) has the key ``"@place"`` with that property's name.
    """
    found: list[JsonObject] = []
    for script in scripts:
        for value in _values(script[:_LONGEST]):
            found += _objects(value, _MOST - len(found))
    return tuple(found)


def types_of(item: JsonObject) -> frozenset[str]:
    """Give the lower-case schema.org types of an object, without the vocabulary's address."""
    stated = item.get("@type")
    return (
        _types(stated)
        if isinstance(stated, str)
        else _types(*(name for name in stated if isinstance(name, str)))
        if isinstance(stated, list)
        else frozenset()
    )


@lru_cache(maxsize=1024)
def _types(*names: str) -> frozenset[str]:
    return frozenset(name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for name in names)


def text_of(value: object) -> str | None:
    """Give the plain text of a property: entities and markup resolved, white space folded; lists give their first."""
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), None)
    if isinstance(value, dict):
        return next(
            (text for key in ("@value", "name", "headline", "url", "@id") if (text := text_of(value.get(key)))), None
        )
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value)
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    return " ".join(text.split()) or None


def _values(script: str) -> Iterator[Any]:
    """Give the JSON values of a script: as it stands, then mended, then what can be saved of it."""
    script = script.strip().lstrip("\ufeff")
    try:
        yield _DECODER.decode(script)
    except (ValueError, RecursionError):
        mended = _mend(script)
        whole, rest = _glued(mended)
        yield from whole
        if rest:
            quoted, left = _glued(_with_quotes_escaped(rest))
            yield from quoted
            if left:
                yield from _saved(rest if not quoted else left)


def _with_quotes_escaped(text: str) -> str:
    """Escape the quotes within strings: those behind which no string of JSON can end."""
    parts: list[str] = []
    is_open, place = False, 0
    for match in _QUOTE.finditer(text):
        if not is_open:
            is_open = True
        elif _BEHIND_STRING.match(text, match.end()):
            is_open = False
        else:
            parts += text[place : match.start()], '\\"'
            place = match.end()
    return "".join((*parts, text[place:]))


def _mend(script: str) -> str:
    """Take away what JSON does not know: wrappings, comments, trailing commas, HTML escapes, wrong backslashes."""
    script = _WRAPPING.sub("", _WRAPPING.sub("", script)).strip()
    if '"' not in script and "&quot;" in script:
        script = html.unescape(script)
    script = _STRING_OR_COMMENT.sub(lambda match: match.group(1) or "", script)
    script = _BAD_ESCAPE.sub(lambda match: match.group() if match.group(1) else r"\\", script)
    return _STRING_OR_COMMA.sub(lambda match: match.group(1) or "", script)


def _glued(text: str) -> tuple[list[Any], str]:
    """Give the values written one after another, and the text from the first place that does not parse."""
    values: list[Any] = []
    place = 0
    while place < len(text):
        if text[place] in " \t\r\n,;":
            place += 1
            continue
        try:
            value, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            return values, text[place:]
        values.append(value)
    return values, ""


def _saved(text: str) -> Iterator[JsonObject]:
    """Give one object of the first value of each plain pair of a text that does not parse, up to a second ``@type``.

    A cut or broken object most often begins with the story's own type, headline and dates.
    """
    pairs: JsonObject = {}
    for match in _PAIR.finditer(text):
        key, written = match.groups()
        try:
            value = _DECODER.decode(written)
        except ValueError:
            continue
        if key == "name":  # of an author, a publisher or an image: nobody knows whose
            continue
        if key == "@type" and _ARTICLES & types_of({"@type": value}) and not _ARTICLES & types_of(pairs):
            pairs["@type"] = value
        else:
            pairs.setdefault(key, value)
    if pairs:
        yield pairs


def _objects(value: Any, most: int) -> list[JsonObject]:
    """Give all objects in a value, breadth first and without recursion."""
    found: list[JsonObject] = []
    level: list[tuple[Any, str | None]] = [(value, None)]
    for _ in range(_DEEPEST):
        below: list[tuple[Any, str | None]] = []
        for item, place in level:
            if isinstance(item, list):
                below += [(part, place) for part in item[:_MOST]]
            elif isinstance(item, dict):
                if len(found) >= most:
                    return found
                found.append(item if place is None else {**item, "@place": place})
                for key, part in item.items():
                    if isinstance(part, (dict, list)):
                        other = key.lower() if key.lower() in _TO_OTHERS else place
                        below.append((part, other))
        if not below:
            break
        level = below
    return found


def choose_article(objects: Sequence[JsonObject], address: str, headings: Sequence[str]) -> JsonObject | None:
    """Choose the object that describes the page's own story, or ``None``.

    ``address`` is the page's URL; ``headings`` are the texts the page shows as its title. Of several stories the one
    with this address or this headline wins over a surer type, and objects that stand as related ones come last.
    """
    best, best_score = None, 0.0
    shown = {_plain(heading) for heading in headings if heading}
    path = _path(address)
    for item in objects:
        kinds = types_of(item) & _ARTICLES
        if not kinds:
            continue
        headline = _plain(text_of(item.get("headline")) or text_of(item.get("name")) or "")
        addresses = [_path(text) for key in ("url", "mainEntityOfPage", "@id") if (text := text_of(item.get(key)))]
        score = 1.0 - min(ARTICLE_TYPES.index(kind) for kind in kinds) / 100
        score += _SAME * bool(path and path in addresses) + _SAME * bool(headline and headline in shown)
        score -= _SAME * _is_of_another(headline, shown, addresses, path)
        score += _DATED * bool(item.get("datePublished")) + _TOLD * bool(item.get("articleBody"))
        score -= _SAME * ("@place" in item)
        if score > best_score:
            best, best_score = item, score
    return best if best_score > _LEAST_SCORE else None


def _is_of_another(headline: str, shown: Set[str], addresses: Sequence[str], path: str) -> bool:
    """Say whether an object has another address than the page, and a headline of other words."""
    stated = [address for address in addresses if address]
    if not (path and stated and headline and shown) or path in stated:
        return False
    own = set(headline.split())
    return all(len(own & set(text.split())) < _ALIKE * len(own) for text in shown)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def _path(address: str) -> str:
    """Give the part of an address that tells stories apart: without scheme, host, query, fragment and last slash."""
    return re.sub(r"^(?:https?:)?//[^/]*|[?#].*$", "", address.strip()).rstrip("/")
