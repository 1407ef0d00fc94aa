"""The blocks of a page as numbers: one row a block, for the classifier that tells body from the rest.

A block is judged by itself, by the company it keeps (blocks of the same shape, of the same parent, its neighbours) and
by how far other readings of the page agree: trafilatura's text, JSON-LD's ``articleBody``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from balkan_crawler.extraction.document.blocks import CONTAINERS, HEADING_TAGS, Block, Node
from balkan_crawler.extraction.document.phrases import FUNCTIONS, load_phrases
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Column = NDArray[np.float32]

SHINGLE = 4
_ENDS = tuple(".!?…:;\"”»'’)“")
_TAGS = ("p", "li", "div", "td", "span", "blockquote")
_BITS = np.array([1 << place for place in range(len(CONTAINERS))], dtype=np.int64)
_FAR = 60.0


class Reference:
    """Another reading of the page, to be compared with blocks: its word shingles and its short lines."""

    __slots__ = ("lines", "shingles", "size")

    def __init__(self, text: str | None) -> None:
        folded = words(text) if text else []
        self.size = len(folded)
        self.shingles = set(zip(*(folded[start:] for start in range(SHINGLE)), strict=False))
        self.lines = {tuple(words(line)) for line in (text or "").split("\n")}

    def share(self, folded: Sequence[str]) -> float:
        """The share of a block's shingles that the reading has; a short block has to be a line of its own there."""
        if not self.size or not folded:
            return 0.0
        if len(folded) < SHINGLE:
            return float(tuple(folded) in self.lines)
        shingles = list(zip(*(folded[start:] for start in range(SHINGLE)), strict=False))
        return sum(shingle in self.shingles for shingle in shingles) / len(shingles)


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of one page with their folded words and functions, and the readings they are compared with.

    ``titles`` are the words of each title that the page states for itself, the one to be preferred first;
    ``title_order`` is the block of its headline.
    """

    blocks: Sequence[Block]
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
    stated = tuple(dict.fromkeys(found for title in titles if (found := frozenset(words(title)))))
    title_words = stated[0] if stated else frozenset()
    order = next(
        (
            block.order
            for block, own in zip(blocks, folded, strict=True)
            if block.within("h1") and own and title_words and len(title_words & set(own)) >= 0.6 * len(title_words)
        ),
        next((block.order for block in blocks if block.within("h1")), None),
    )
    return Page(
        blocks=blocks,
        words=folded,
        functions=[phrases.functions_of(own[:60]) for own in folded],
        trafilatura=Reference(trafilatura),
        json_ld=Reference(json_ld_body),
        titles=stated,
        description=Reference(description),
        title_order=order,
    )


def _groups(keys: Sequence[object]) -> NDArray[np.intp]:
    """Number equal keys alike."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.intp)


def _ancestor(node: Node, steps: int) -> Node:
    for _ in range(steps):
        if node.parent is None:
            break
        node = node.parent
    return node


def _class_weights(blocks: Sequence[Block], weights: Mapping[str, float]) -> dict[str, Column]:
    """The log-odds of class words: of the element itself, and lowest, highest and summed over its ancestors."""
    own: dict[int, float] = {}
    low: dict[int, float] = {}
    high: dict[int, float] = {}
    total: dict[int, float] = {}

    def visit(node: Node) -> None:
        chain = []
        current: Node | None = node
        while current is not None and id(current) not in own:
            chain.append(current)
            current = current.parent
        for each in reversed(chain):
            weight = 0.0
            for word in set(each.words):
                weight += weights.get(word, 0.0)
            above = id(each.parent) if each.parent is not None else None
            own[id(each)] = weight
            low[id(each)] = min(weight, low[above] if above is not None else 0.0)
            high[id(each)] = max(weight, high[above] if above is not None else 0.0)
            total[id(each)] = weight + (0.8 * total[above] if above is not None else 0.0)

    for block in blocks:
        visit(block.node)
    keys = [id(block.node) for block in blocks]
    parents = [id(_ancestor(block.node, 1)) for block in blocks]

    def as_column(table: Mapping[int, float], ids: Sequence[int]) -> Column:
        return np.array([table[key] for key in ids], dtype=np.float32)

    return {
        "class_own": as_column(own, keys),
        "class_parent": as_column(own, parents),
        "class_low": as_column(low, keys),
        "class_high": as_column(high, keys),
        "class_sum": as_column(total, keys),
    }


def _own_features(page: Page) -> dict[str, Column]:
    """What a block says by itself."""
    blocks, folded = page.blocks, page.words
    count = len(blocks)
    chars = np.array([len(block.text) for block in blocks], dtype=np.float32)
    word_count = np.array([len(own) for own in folded], dtype=np.float32)
    per_word: Column = np.maximum(word_count, 1).astype(np.float32)
    commas: Column = np.array([block.text.count(",") for block in blocks], dtype=np.float32)
    columns: dict[str, Column] = {
        "chars": np.log1p(chars),
        "words": np.log1p(word_count),
        "link_density": np.array([block.link_density for block in blocks], dtype=np.float32),
        "links": np.array([min(len(block.links), 20) for block in blocks], dtype=np.float32),
        "strong": np.array([block.strong_length / len(block.text) for block in blocks], dtype=np.float32),
        "ends": np.array([block.text.endswith(_ENDS) for block in blocks], dtype=np.float32),
        "stops": np.array([min(block.text.count(". "), 12) for block in blocks], dtype=np.float32),
        "commas": (commas / per_word).astype(np.float32),
        "digits": np.array([sum(map(str.isdigit, block.text)) for block in blocks], dtype=np.float32) / chars,
        "upper": np.array([sum(map(str.isupper, block.text)) for block in blocks], dtype=np.float32) / chars,
        "word_length": (chars / per_word).astype(np.float32),
        "quote": np.array([block.text[0] in "\"“„«”'‘—–-" for block in blocks], dtype=np.float32),
        "colon": np.array([block.text.endswith(":") for block in blocks], dtype=np.float32),
        "ellipsis": np.array([block.text.endswith(("...", "…", "]")) for block in blocks], dtype=np.float32),
        "copyright": np.array(["©" in block.text for block in blocks], dtype=np.float32),
        "pipe": np.array(["|" in block.text or " / " in block.text for block in blocks], dtype=np.float32),
        "depth": np.array([min(block.node.depth, 40) for block in blocks], dtype=np.float32),
        "hidden": np.array([block.node.hidden for block in blocks], dtype=np.float32),
        "heading": np.array([block.node.tag in HEADING_TAGS for block in blocks], dtype=np.float32),
        "trafilatura": np.array([page.trafilatura.share(own) for own in folded], dtype=np.float32),
        "json_ld": np.array([page.json_ld.share(own) for own in folded], dtype=np.float32),
        "description": np.array([page.description.share(own) for own in folded], dtype=np.float32),
    }
    title = page.titles[0] if page.titles else frozenset()
    columns["title"] = np.array(
        [len(title & set(own)) / len(title | set(own)) if title and own else 0.0 for own in folded], dtype=np.float32
    )
    for tag in _TAGS:
        columns[f"tag_{tag}"] = np.array([block.node.tag == tag for block in blocks], dtype=np.float32)
    inside = np.array([block.node.inside for block in blocks], dtype=np.int64)
    for place, tag in enumerate(CONTAINERS):
        columns[f"in_{tag}"] = ((inside & _BITS[place]) != 0).astype(np.float32)
    for function in FUNCTIONS:
        columns[f"says_{function}"] = np.array([function in own for own in page.functions], dtype=np.float32)
    start = page.title_order if page.title_order is not None else 0
    position = np.arange(count, dtype=np.float32)
    columns["after_title"] = np.clip(position - start, -_FAR, _FAR)
    columns["position"] = np.cumsum(chars) / max(float(chars.sum()), 1.0)
    seen: dict[tuple[str, ...], int] = {}
    for own in folded:
        seen[tuple(own)] = seen.get(tuple(own), 0) + 1
    columns["repeated"] = np.array([min(seen[tuple(own)], 5) for own in folded], dtype=np.float32)
    return columns


def _company_features(page: Page, own: Mapping[str, Column]) -> dict[str, Column]:
    """What a block's company says: the blocks of its signature, of its parent and of its grandparent."""
    chars = np.array([len(block.text) for block in page.blocks], dtype=np.float64)
    groups = {
        "signature": _groups([block.node.signature for block in page.blocks]),
        "node": _groups([id(block.node) for block in page.blocks]),
        "parent": _groups([id(_ancestor(block.node, 1)) for block in page.blocks]),
        "grandparent": _groups([id(_ancestor(block.node, 2)) for block in page.blocks]),
        "great": _groups([id(_ancestor(block.node, 4)) for block in page.blocks]),
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

        columns[f"{name}_count"] = np.log1p(count)[group].astype(np.float32)
        columns[f"{name}_chars"] = np.log1p(weight)[group].astype(np.float32)
        columns[f"{name}_mean"] = np.log1p(weight / np.maximum(count, 1))[group].astype(np.float32)
        columns[f"{name}_links"] = weighted(own["link_density"])
        columns[f"{name}_kept"] = weighted(own["trafilatura"])
        columns[f"{name}_kept_of_page"] = (kept / page_kept)[group].astype(np.float32)
        columns[f"{name}_ends"] = weighted(own["ends"])
        columns[f"{name}_json_ld"] = weighted(own["json_ld"])
    return columns


def _neighbour_features(page: Page, own: Mapping[str, Column]) -> dict[str, Column]:
    """What stands up to three blocks before and behind."""
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
    """Where a block stands to the core of the text: the shape that holds most of it, and the element around it all."""
    blocks = page.blocks
    kept = own["trafilatura"] * np.expm1(own["chars"]) * (1 - own["link_density"])
    by_signature: dict[tuple[str, str, str], float] = {}
    by_node: dict[int, float] = {}
    nodes: dict[int, Node] = {}
    for block, weight in zip(blocks, kept.tolist(), strict=True):
        if not weight:
            continue
        by_signature[block.node.signature] = by_signature.get(block.node.signature, 0.0) + weight
        node: Node | None = block.node
        while node is not None:
            by_node[id(node)] = by_node.get(id(node), 0.0) + weight
            nodes[id(node)] = node
            node = node.parent
    total = float(kept.sum())
    core = max(by_signature, key=by_signature.__getitem__, default=None)
    around = [node for key, node in nodes.items() if by_node[key] >= 0.8 * total]
    container = max(around, key=lambda node: node.depth, default=None)
    in_core = np.array([block.node.signature == core for block in blocks], dtype=np.float32)
    places = np.flatnonzero(in_core)
    first, last = (int(places[0]), int(places[-1])) if len(places) else (0, 0)
    order = np.arange(len(blocks))
    steps, within = [], []
    for block in blocks:
        node, count = block.node, 0
        while node is not None and node is not container and count < 20:
            node, count = node.parent, count + 1
        within.append(node is container and container is not None)
        steps.append(count)
    return {
        "core": in_core,
        "core_tag": np.array([bool(core) and block.node.own == core[2] for block in blocks], dtype=np.float32)
        if core
        else np.zeros(len(blocks), dtype=np.float32),
        "core_before": np.clip(first - order, -_FAR, _FAR).astype(np.float32),
        "core_after": np.clip(order - last, -_FAR, _FAR).astype(np.float32),
        "container": np.array(within, dtype=np.float32),
        "container_steps": np.array(steps, dtype=np.float32),
        "core_share": np.full(len(blocks), by_signature.get(core, 0.0) / total if core and total else 0.0, np.float32),
    }


def _shifted(column: Column, step: int, fill: float) -> Column:
    """The column of the block ``step`` places on; ``fill`` beyond the ends of the page."""
    result = np.full_like(column, fill)
    if abs(step) >= len(column):
        return result
    if step > 0:
        result[:-step] = column[step:]
    else:
        result[-step:] = column[:step]
    return result


def features_of(page: Page, weights: Mapping[str, float]) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """The features of all blocks as (blocks x features) and the names of the columns.

    ``weights`` are the log-odds of class words that training found.
    """
    columns = _own_features(page)
    columns.update(_class_weights(page.blocks, weights))
    columns.update(_company_features(page, columns))
    columns.update(_neighbour_features(page, columns))
    columns.update(_core_features(page, columns))
    count = len(page.blocks)
    chars = float(sum(len(block.text) for block in page.blocks)) or 1.0
    kept = float((columns["trafilatura"] * np.expm1(columns["chars"])).sum())
    columns["page_blocks"] = np.full(count, np.log1p(count), dtype=np.float32)
    columns["page_kept"] = np.full(count, kept / chars, dtype=np.float32)
    columns["page_kept_chars"] = np.full(count, np.log1p(kept), dtype=np.float32)
    columns["page_json_ld"] = np.full(count, np.log1p(page.json_ld.size), dtype=np.float32)
    return np.stack(list(columns.values()), axis=1), tuple(columns)
