"""The blocks of a page as numbers: one row a block, for the classifier that tells body from the rest.

A block is judged by itself, by the company it keeps (blocks of the same shape, of the same parent, its neighbours) and
by how far other readings of the page agree: trafilatura's text, JSON-LD's ``articleBody``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from balkan_crawler.extraction.document.blocks import CONTAINERS, HEADING_TAGS, Block, Node, lowest_around, nodes_of
from balkan_crawler.extraction.document.phrases import FUNCTIONS, load_phrases
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

T = TypeVar("T")
Column: TypeAlias = NDArray[np.float32]
"""One number for each block of a page, in their order."""
SHINGLE: Final = 4
"""Words that readings are compared by, as in the measure of the body (``benchmarks/scoring.py``)."""
HEADLINE_WORDS: Final = 0.6
"""A first heading is the page's headline if it has this share of the words of the title that the page states."""
CORE_SHARE: Final = 0.8
"""The text's element is the lowest that holds this share of what trafilatura kept."""
LENT: Final = 0.8
"""What the class words of an element weigh, one step further down."""
MOST_BLOCKS: Final = 300
"""More blocks of a group or a page count as so many: next to no page that was learned from has more."""
MOST_CHARACTERS: Final = 30_000
"""The same for characters: a text that is longer still is not for that another kind of page."""
_SEARCHED: Final = 60
"""Words of a block that are looked at for phrases; of a longer one the beginning says what it is."""
_FAR: Final = 60.0
"""Blocks further away than this count as this far."""
_MOST_STEPS: Final = 20
"""Steps up to the text's element that are counted."""
_ENDS: Final = tuple(".!?…:;\"”»'’)“")
_TAGS: Final = ("p", "li", "div", "td", "span", "blockquote")


def _shingles(folded: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(folded[start:] for start in range(SHINGLE)), strict=False)


class Reference:
    """Another reading of the page, to be compared with blocks: its word shingles and its short lines."""

    __slots__ = ("lines", "shingles", "size")

    def __init__(self, text: str | None) -> None:
        lines = [words(line) for line in (text or "").split("\n")]
        folded = list(chain.from_iterable(lines))
        self.size = len(folded)
        self.shingles = set(_shingles(folded))
        self.lines = set(map(tuple, lines))

    def share(self, folded: Sequence[str]) -> float:
        """Give the share of a block's shingles that the reading has; a short block has to be a whole line there."""
        if not self.size or not folded:
            return 0.0
        if len(folded) < SHINGLE:
            return float(tuple(folded) in self.lines)
        shingles = _shingles(folded)
        return sum(map(self.shingles.__contains__, shingles)) / (len(folded) - SHINGLE + 1)

    def shares(self, blocks: Sequence[Sequence[str]]) -> list[float]:
        """Give the share of each block (see `share`)."""
        return [self.share(folded) for folded in blocks] if self.size else [0.0] * len(blocks)


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of one page with their folded words and functions, and the readings they are compared with.

    ``nodes`` are the elements that hold its blocks, the outer ones first. ``titles`` are the words of each title that
    the page states for itself, the one to be preferred first; ``title_order`` is the block of its headline.
    """

    blocks: Sequence[Block]
    nodes: Sequence[Node]
    words: Sequence[Sequence[str]]
    functions: Sequence[frozenset[str]]
    trafilatura: Reference
    json_ld: Reference
    titles: tuple[frozenset[str], ...]
    description: Reference
    title_order: int | None


def read_page(
    blocks: Sequence[Block],
    trafilatura: str | None,
    json_ld_body: str | None,
    titles: Sequence[str],
    description: str | None,
) -> Page:
    """Gather what the features of a page are made of; any of the readings may be missing."""
    folded = [words(block.text) for block in blocks]
    phrases = load_phrases()
    stated = stated_titles(titles)
    return Page(
        blocks=blocks,
        nodes=nodes_of(blocks),
        words=folded,
        functions=[phrases.functions_of(own[:_SEARCHED]) for own in folded],
        trafilatura=Reference(trafilatura),
        json_ld=Reference(json_ld_body),
        titles=stated,
        description=Reference(description),
        title_order=headline_order(blocks, folded, stated),
    )


def stated_titles(titles: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Give the words of each title, each set once."""
    return tuple(dict.fromkeys(found for title in titles if (found := frozenset(words(title)))))


def headline_order(
    blocks: Sequence[Block], folded: Sequence[Sequence[str]], titles: Sequence[frozenset[str]]
) -> int | None:
    """Give the block of the headline: the first ``h1`` with most words of the title, or else the first of all."""
    headed = [block.order for block in blocks if block.within("h1")]
    wanted = titles[0] if titles else frozenset()
    told = (
        order for order in headed if wanted and len(wanted.intersection(folded[order])) >= HEADLINE_WORDS * len(wanted)
    )
    return next(told, headed[0] if headed else None)


class _OnDemand(Sequence[T]):
    """What is worked out for each block when it is asked for, once."""

    def __init__(self, size: int, work: Callable[[int], T]) -> None:
        self._found: list[T | None] = [None] * size
        self._work = work

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, order: int) -> T: ...
    @overload
    def __getitem__(self, order: slice) -> Sequence[T]: ...
    def __getitem__(self, order: int | slice) -> T | Sequence[T]:
        if isinstance(order, slice):
            return [self[each] for each in range(*order.indices(len(self)))]
        found = self._found[order]
        if found is None:
            found = self._found[order] = self._work(order)
        return found


def read_page_on_demand(blocks: Sequence[Block], titles: Sequence[str]) -> Page:
    """Gather what rules ask of a page whose text is known by its places; words and functions come on demand."""
    phrases = load_phrases()
    folded = _OnDemand(len(blocks), lambda order: words(blocks[order].text))
    stated = stated_titles(titles)
    nothing = Reference(None)
    return Page(
        blocks=blocks,
        nodes=(),
        words=folded,
        functions=_OnDemand(len(blocks), lambda order: phrases.functions_of(folded[order][:_SEARCHED])),
        trafilatura=nothing,
        json_ld=nothing,
        titles=stated,
        description=nothing,
        title_order=headline_order(blocks, folded, stated),
    )


def _groups(keys: Sequence[object]) -> NDArray[np.intp]:
    """Give equal keys the same number, from 0 on."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.intp)


def _class_weights(page: Page, weights: Mapping[str, float]) -> dict[str, Column]:
    """Give the log-odds of class words: of the element itself, and lowest, highest and summed over its ancestors."""
    by_words: dict[tuple[str, ...], float] = {(): 0.0}
    found: dict[int, tuple[float, float, float, float]] = {}
    for node in page.nodes:
        weight = by_words.get(node.words)
        if weight is None:
            weight = by_words[node.words] = sum(weights.get(word, 0.0) for word in set(node.words))
        _, low, high, total = found[id(node.parent)] if node.parent is not None else (0.0, 0.0, 0.0, 0.0)
        found[id(node)] = weight, min(weight, low), max(weight, high), weight + LENT * total
    own = np.array([found[id(block.node)] for block in page.blocks], dtype=np.float32)
    parents = [found[id(block.node.ancestor(1))][0] for block in page.blocks]
    return {
        "class_own": own[:, 0],
        "class_parent": np.array(parents, dtype=np.float32),
        "class_low": own[:, 1],
        "class_high": own[:, 2],
        "class_sum": own[:, 3],
    }


_PER_WORD: Final = ("commas", "word_length")
_PER_CHARACTER: Final = ("digits", "upper")
_LOGARITHMIC: Final = ("chars", "words")
_QUOTES: Final = frozenset("\"“„«”'‘—–-")
_CUT: Final = ("...", "…", "]")


def _counts(page: Page) -> dict[str, Sequence[float]]:
    """Count of each block by itself; `_PER_WORD`, `_PER_CHARACTER` and `_LOGARITHMIC` say what becomes of it."""
    blocks = page.blocks
    texts = [block.text for block in blocks]
    nodes = [block.node for block in blocks]
    lengths = [len(text) for text in texts]
    return {
        "chars": lengths,
        "words": [len(own) for own in page.words],
        "link_density": [block.link_density for block in blocks],
        "links": [min(len(block.links), 20) for block in blocks],
        "strong": [block.strong_length / len(block.text) for block in blocks],
        "ends": [text.endswith(_ENDS) for text in texts],
        "stops": [min(text.count(". "), 12) for text in texts],
        "commas": [text.count(",") for text in texts],
        "digits": [sum(map(str.isdigit, text)) for text in texts],
        "upper": [sum(map(str.isupper, text)) for text in texts],
        "word_length": lengths,
        "quote": [text[0] in _QUOTES for text in texts],
        "colon": [text.endswith(":") for text in texts],
        "ellipsis": [text.endswith(_CUT) for text in texts],
        "copyright": ["©" in text for text in texts],
        "pipe": ["|" in text or " / " in text for text in texts],
        "depth": [min(node.depth, 40) for node in nodes],
        "hidden": [node.hidden for node in nodes],
        "heading": [node.tag in HEADING_TAGS for node in nodes],
        "trafilatura": page.trafilatura.shares(page.words),
        "json_ld": page.json_ld.shares(page.words),
        "description": page.description.shares(page.words),
        "title": _likenesses(page),
    }


def _likenesses(page: Page) -> Sequence[float]:
    """Give the share of the words of the title and each block that both have."""
    if not page.titles:
        return [0.0] * len(page.words)
    title = page.titles[0]
    return [len(title.intersection(own)) / len(title.union(own)) if own else 0.0 for own in page.words]


def _own_features(page: Page) -> dict[str, Column]:
    """Tell what a block says by itself."""
    columns = {name: np.array(counts, dtype=np.float32) for name, counts in _counts(page).items()}
    chars = columns["chars"]
    per_word: Column = np.maximum(columns["words"], 1)
    for name in _PER_WORD:
        columns[name] = columns[name] / per_word
    for name in _PER_CHARACTER:
        columns[name] = columns[name] / chars
    for name in _LOGARITHMIC:
        columns[name] = np.log1p(columns[name])
    return {**columns, **_kinds(page), **_places(page, chars)}


def _kinds(page: Page) -> dict[str, Column]:
    """Tell which element a block is, which ones it stands in, and what its phrases say; 1 for yes."""
    tags = [block.node.tag for block in page.blocks]
    inside = np.array([block.node.inside for block in page.blocks], dtype=np.int64)
    columns = {f"tag_{tag}": np.array([each == tag for each in tags], dtype=np.float32) for tag in _TAGS}
    for place, tag in enumerate(CONTAINERS):
        columns[f"in_{tag}"] = ((inside >> place) & 1).astype(np.float32)
    for function in FUNCTIONS:
        columns[f"says_{function}"] = np.array([function in own for own in page.functions], dtype=np.float32)
    return columns


def _places(page: Page, chars: Column) -> dict[str, Column]:
    """Tell where on the page a block stands, and how often its text does."""
    start = page.title_order if page.title_order is not None else 0
    texts = [tuple(own) for own in page.words]
    seen = Counter(texts)
    return {
        "after_title": np.clip(np.arange(len(texts), dtype=np.float32) - start, -_FAR, _FAR),
        "position": np.cumsum(chars) / max(float(chars.sum()), 1.0),
        "repeated": np.array([min(seen[own], 5) for own in texts], dtype=np.float32),
    }


def _company_features(page: Page, own: Mapping[str, Column]) -> dict[str, Column]:
    """Tell what a block's company says: the blocks of its signature, of its parent and of its grandparent."""
    chars = np.array([len(block.text) for block in page.blocks], dtype=np.float64)
    groups = {
        "signature": _groups([block.node.signature for block in page.blocks]),
        "node": _groups([id(block.node) for block in page.blocks]),
        "parent": _groups([id(block.node.ancestor(1)) for block in page.blocks]),
        "grandparent": _groups([id(block.node.ancestor(2)) for block in page.blocks]),
        "great": _groups([id(block.node.ancestor(4)) for block in page.blocks]),
    }
    columns: dict[str, Column] = {}
    page_kept = float((chars * own["trafilatura"]).sum()) or 1.0
    for name, group in groups.items():
        size = int(group.max()) + 1
        count = np.bincount(group, minlength=size)
        weight: NDArray[np.float64] = np.bincount(group, chars, minlength=size).astype(np.float64)
        kept = np.bincount(group, chars * own["trafilatura"], minlength=size)

        def weighted(
            column: Column, group: NDArray[np.intp] = group, size: int = size, weight: NDArray[np.float64] = weight
        ) -> Column:
            summed = np.bincount(group, chars * column, minlength=size) / np.maximum(weight, 1)
            return summed[group].astype(np.float32)

        columns[f"{name}_count"] = np.log1p(np.minimum(count, MOST_BLOCKS))[group].astype(np.float32)
        columns[f"{name}_chars"] = np.log1p(np.minimum(weight, MOST_CHARACTERS))[group].astype(np.float32)
        columns[f"{name}_mean"] = np.log1p(weight / np.maximum(count, 1))[group].astype(np.float32)
        columns[f"{name}_links"] = weighted(own["link_density"])
        columns[f"{name}_kept"] = weighted(own["trafilatura"])
        columns[f"{name}_kept_of_page"] = (kept / page_kept)[group].astype(np.float32)
        columns[f"{name}_ends"] = weighted(own["ends"])
        columns[f"{name}_json_ld"] = weighted(own["json_ld"])
    return columns


def _neighbour_features(page: Page, own: Mapping[str, Column]) -> dict[str, Column]:
    """Tell what stands up to three blocks before and behind."""
    columns: dict[str, Column] = {}
    signature = _groups([block.node.signature for block in page.blocks])
    for step in (-3, -2, -1, 1, 2, 3):
        for name in ("chars", "link_density", "trafilatura", "ends", "says_related", "heading"):
            columns[f"{name}_{step:+d}"] = _shifted(own[name], step, -1.0)
        same = _shifted(signature.astype(np.float32), step, -1.0) == signature
        columns[f"same_{step:+d}"] = same.astype(np.float32)
    kept = own["trafilatura"] * np.expm1(own["chars"])
    total = float(kept.sum()) or 1.0
    before = (np.cumsum(kept) - kept) / total
    columns["kept_before"] = before.astype(np.float32)
    related = own["says_related"].astype(bool)
    last = np.where(related, np.arange(len(related)), -1)
    since = np.arange(len(related)) - np.maximum.accumulate(last)
    columns["since_related"] = np.where(np.maximum.accumulate(last) < 0, _FAR, np.minimum(since, _FAR)).astype(
        np.float32
    )
    return columns


def _core_features(page: Page, own: Mapping[str, Column]) -> dict[str, Column]:
    """Tell where a block stands to the core of the text: the shape and the element that hold most of it."""
    blocks = page.blocks
    kept = own["trafilatura"] * np.expm1(own["chars"]) * (1 - own["link_density"])
    by_signature: dict[tuple[str, str, str], float] = {}
    weighted = []
    for block, weight in zip(blocks, kept.tolist(), strict=True):
        if weight:
            by_signature[block.node.signature] = by_signature.get(block.node.signature, 0.0) + weight
            weighted.append((block.node, weight))
    total = float(kept.sum())
    core = max(by_signature, key=by_signature.__getitem__, default=None)
    container = lowest_around(weighted, CORE_SHARE)
    in_core = np.array([block.node.signature == core for block in blocks], dtype=np.float32)
    places = np.flatnonzero(in_core)
    first, last = (int(places[0]), int(places[-1])) if len(places) else (0, 0)
    order = np.arange(len(blocks))
    steps = [_steps_to(block, container) for block in blocks]
    return {
        "core": in_core,
        "core_tag": np.array([core is not None and block.node.own == core[2] for block in blocks], dtype=np.float32),
        "core_before": np.clip(first - order, -_FAR, _FAR).astype(np.float32),
        "core_after": np.clip(order - last, -_FAR, _FAR).astype(np.float32),
        "container": np.array([found for found, _ in steps], dtype=np.float32),
        "container_steps": np.array([count for _, count in steps], dtype=np.float32),
        "core_share": np.full(len(blocks), by_signature[core] / total if core and total else 0.0, np.float32),
    }


def _steps_to(block: Block, container: Node | None) -> tuple[bool, int]:
    """Say whether a block stands in the container, and how many steps up that, or the end of the looking, is."""
    depth = block.node.depth
    if container is not None and container.first <= block.order < container.last:
        steps = depth - container.depth
        if steps <= _MOST_STEPS:
            return True, steps
    return False, min(depth + 1, _MOST_STEPS)


def _shifted(column: Column, step: int, fill: float) -> Column:
    """Give the column of the block ``step`` places on; ``fill`` beyond the ends of the page."""
    result = np.full_like(column, fill)
    if abs(step) >= len(column):
        return result
    if step > 0:
        result[:-step] = column[step:]
    else:
        result[-step:] = column[:step]
    return result


def features_of(page: Page, weights: Mapping[str, float]) -> dict[str, Column]:
    """Give the features of all blocks of a page by name; a page has at least one block.

    ``weights`` are the log-odds of class words that training found. The order of the names is always the same.
    """
    columns = _own_features(page)
    columns.update(_class_weights(page, weights))
    columns.update(_company_features(page, columns))
    columns.update(_neighbour_features(page, columns))
    columns.update(_core_features(page, columns))
    count = len(page.blocks)
    chars = float(sum(len(block.text) for block in page.blocks)) or 1.0
    kept = float((columns["trafilatura"] * np.expm1(columns["chars"])).sum())
    columns["page_blocks"] = np.full(count, np.log1p(min(count, MOST_BLOCKS)), dtype=np.float32)
    columns["page_kept"] = np.full(count, kept / chars, dtype=np.float32)
    columns["page_kept_chars"] = np.full(count, np.log1p(min(kept, MOST_CHARACTERS)), dtype=np.float32)
    columns["page_json_ld"] = np.full(count, np.log1p(page.json_ld.size), dtype=np.float32)
    return columns


def rows_of(columns: Mapping[str, Column], names: Sequence[str]) -> NDArray[np.float32]:
    """Give the features of these names as one row a block."""
    return np.stack([columns[name] for name in names], axis=1)
