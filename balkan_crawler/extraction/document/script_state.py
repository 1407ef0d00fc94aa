"""The article that stands only in the data which a page's scripts draw it from.

Next.js, Nuxt, SvelteKit, Remix and Apollo send a page's state as JSON, as the arrays of React's server payload, or as
literals of a script. What is looked for is the same in all of them: one string of markup with paragraphs, or a list of
nodes that call themselves paragraphs. An object that has the page's headline goes before any other.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from lxml.html import fromstring

from balkan_crawler.extraction.document.blocks import read_blocks
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Json: TypeAlias = "str | float | bool | list[Json] | dict[str, Json] | None"

SHORTEST: Final = 200
"""Characters of text that a story has at least."""
LONGEST: Final = 4_000_000
"""Characters of scripts that are read."""
MOST_VALUES: Final = 200_000
"""Values that are looked at."""
MOST_NESTED: Final = 60
"""Steps down into nested values; what lies deeper is left out."""
MOST_BEGINNINGS: Final = 500
"""Places of a script where a value may begin that are tried: each that is none costs as much as the script is long."""
MOST_MARKUP: Final = 200
"""Strings of markup that are looked at."""
_NODES: Final = frozenset(
    {"paragraph", "p", "heading", "h2", "h3", "h4", "blockquote", "quote", "list-item", "listitem", "li"}
)
"""What nodes of a text call themselves, in lower case (Slate, ProseMirror, Contentful, Editor.js, React)."""
_KINDS: Final = ("type", "nodeType", "tag", "tagName", "_type", "style")
_TEXTS: Final = ("text", "value", "content", "children", "html", "data", "contents")
_TITLES: Final = ("title", "headline", "name", "heading")
_LITERAL: Final = re.compile(
    r""""((?:[^"\\\n]|\\.){40,})"|'((?:[^'\\\n]|\\.){40,})'|`((?:[^`\\]|\\.){40,})`""", re.DOTALL
)
_PUSH: Final = re.compile(r"__next_f\.push\(\s*(?=\[)")
_ROW: Final = re.compile(r"(?:^|\n)[0-9a-f]+:(?:T([0-9a-f]+),|[A-Z]*(?=[\[{\"]))")
_ASSIGNED: Final = re.compile(r"=\s*(?=[\[{])|JSON\.parse\(\s*(?=\")")
_PARAGRAPHS: Final = re.compile(r"<(?:p|br|div|h[2-4])\b[^>]*>", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "", "b": "", "f": "", "v": "", "0": "", "\n": ""}
_DECODER: Final = json.JSONDecoder()


@dataclass(slots=True)
class _Found:
    """What the state holds: texts with whether their object has the page's headline, and paragraphs by their object."""

    texts: list[tuple[bool, str]] = field(default_factory=list)
    nodes: dict[str, list[str]] = field(default_factory=dict)
    told: dict[str, bool] = field(default_factory=dict)


def text_of_state(scripts: Iterable[str], titles: Sequence[str]) -> str:
    """Give the story's text out of the data in a page's scripts, a line a paragraph; empty where they hold none.

    ``titles`` are what the page states as its title. Never raises over what the scripts hold.
    """
    stated = [frozenset(words(title)) for title in titles if title]
    found = _Found()
    for value in _values(scripts):
        _search(value, stated, found)
    candidates = [*found.texts, *((found.told[key], "\n".join(lines)) for key, lines in found.nodes.items())]
    candidates = [(told, text) for told, text in candidates if len(text) >= SHORTEST]
    return max(candidates, key=lambda each: (each[0], len(each[1])), default=(False, ""))[1]


def _values(scripts: Iterable[str]) -> Iterator[Json]:
    """Give the values that scripts hold: whole documents, assigned ones, rows of a payload, literals."""
    left = LONGEST
    payload = []
    for script in scripts:
        text = script[:left].strip()
        left -= len(text)
        if text[:1] in ("{", "["):
            value = _decoded(text, 0)
            if value is not None:
                yield value
                continue
        pushed = [_decoded(text, match.end()) for match in islice(_PUSH.finditer(text), MOST_BEGINNINGS)]
        if pushed:
            payload += [each[1] for each in pushed if isinstance(each, list) and len(each) > 1]
            continue
        beginnings = islice(_ASSIGNED.finditer(text), MOST_BEGINNINGS)
        assigned = [value for match in beginnings if (value := _decoded(text, match.end())) is not None]
        yield from assigned
        if not any(isinstance(value, dict | list) and value for value in assigned):
            yield from (_unescaped(next(filter(None, match.groups()))) for match in _LITERAL.finditer(text))
    yield from _rows("".join(each for each in payload if isinstance(each, str)))


def _rows(payload: str) -> Iterator[Json]:
    """Give the rows of React's server payload: ``id:JSON``, or ``id:T`` with the length of a text in bytes."""
    for match in islice(_ROW.finditer(payload), MOST_BEGINNINGS):
        if match[1]:
            length = int(match[1], 16)
            yield payload[match.end() : match.end() + length].encode()[:length].decode("utf-8", "ignore")
        else:
            yield _decoded(payload, match.end())


def _decoded(text: str, start: int) -> Json:
    """Decode the JSON that begins at a place; ``None`` where there is none, or it is nested too deep."""
    try:
        value: Json = _DECODER.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None
    return value


def _unescaped(literal: str) -> str:
    """Resolve the escapes of a JavaScript string literal (ECMA-262, section 12.9.4)."""

    def letter(match: re.Match[str]) -> str:
        number = match[1] or match[2] or match[3]
        if number:
            code = int(number, 16)
            return chr(code) if code <= 0x10FFFF else ""
        return _LETTERS.get(match[4], match[4])

    text = _ESCAPED.sub(letter, literal)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _search(value: Json, stated: Sequence[frozenset[str]], found: _Found) -> None:
    """Walk a value and gather its texts."""
    left = MOST_VALUES
    waiting: list[tuple[Json, str, bool, int]] = [(value, "", False, 0)]
    while waiting and left:
        left -= 1
        each, path, is_told, depth = waiting.pop()
        if depth > MOST_NESTED:
            continue
        if isinstance(each, str):
            _take_string(each, path, is_told, found, waiting, depth)
        elif isinstance(each, dict | list):
            if _is_node(each):
                line = " ".join(_flat(each).split())
                if line:
                    found.nodes.setdefault(path, []).append(line)
                    found.told[path] = found.told.get(path, False) or is_told
                continue
            if isinstance(each, dict):
                is_told = is_told or _has_title(each, stated)
                inner = [(item, f"{path}/{key}", is_told, depth + 1) for key, item in each.items()]
            else:
                inner = [(item, f"{path}/*", is_told, depth + 1) for item in each]
            waiting += reversed(inner)


def _take_string(
    text: str, path: str, is_told: bool, found: _Found, waiting: list[tuple[Json, str, bool, int]], depth: int
) -> None:
    """Take a string of markup as a text; look into one that is JSON itself."""
    if len(text) < SHORTEST:
        return
    if text[0] in "{[" and (value := _decoded(text, 0)) is not None:
        waiting.append((value, path, is_told, depth + 1))
        return
    if "&lt;p" in text or "&lt;br" in text:
        text = html.unescape(text)
    if _PARAGRAPHS.search(text) and len(found.texts) < MOST_MARKUP:
        lines = [block.text for block in read_blocks(fromstring(f"<div>{text}</div>"))]
        found.texts.append((is_told, "\n".join(lines)))


def _is_node(value: list[Json] | dict[str, Json]) -> bool:
    """Say whether a value is a paragraph of a text: an object that says so, or an element of React's payload."""
    if isinstance(value, list):
        return len(value) > 3 and value[0] == "$" and isinstance(value[1], str) and value[1].lower() in _NODES
    kinds = (value.get(key) for key in _KINDS)
    return any(isinstance(kind, str) and kind.lower() in _NODES for kind in kinds)


def _flat(value: Json, depth: int = 0) -> str:
    """Give the text of a paragraph's node, the parts of its line joined."""
    if isinstance(value, str):
        if "<" not in value and "&" not in value:
            return value
        return "".join(fromstring(f"<div>{value}</div>").itertext())
    if depth > MOST_NESTED:
        return ""
    if isinstance(value, list):
        if len(value) > 3 and value[0] == "$":
            return _flat(value[3], depth + 1)
        return "".join(_flat(each, depth + 1) for each in value)
    if isinstance(value, dict):
        return "".join(_flat(value[key], depth + 1) for key in _TEXTS if key in value)
    return ""


def _has_title(value: dict[str, Json], stated: Sequence[frozenset[str]]) -> bool:
    """Say whether an object has the page's headline."""
    titles = [frozenset(words(title)) for key in _TITLES if isinstance(title := value.get(key), str)]
    return any(title and len(title & own) >= 0.8 * len(title) for title in titles for own in stated if len(title) > 1)
