"""How likely each block of a page is body: boosted decision trees, learned by ``benchmarks/train_blocks.py``.

The trees are data (``blocks.npz``, as trees x nodes) and are walked with numpy, all blocks and all trees at once, so
that no machine-learning framework is needed at run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

import numpy as np
from lxml import html

from balkan_crawler.extraction.body.features import features_of, read_page, rows_of
from balkan_crawler.extraction.document.blocks import read_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from balkan_crawler.extraction.body.features import Column, Page

LONGEST_MENU_LINE: Final = 7
"""A linked line of fewer words that no other reading kept is not asked about: half of a page's blocks, never body."""
_TOGETHER: Final = 512
"""Blocks that are walked together; bounds the memory of a page with very many blocks."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Boosted trees as flat arrays over the nodes of all trees. ``depth`` is the longest way to a leaf.

    ``roots`` are the places of the trees' first nodes. From a node at ``place`` the ways lead to the places that stand
    in ``children`` at ``2 * place`` (right) and behind it (left); a leaf leads to itself. ``words`` are the log-odds of
    class words that the features need, ``names`` the columns the trees were grown on.
    """

    roots: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: NDArray[np.float32]
    children: NDArray[np.intp]
    value: NDArray[np.float32]
    depth: int
    names: tuple[str, ...]
    words: Mapping[str, float]

    def chances(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the probability of each row (a block's features) to be body."""
        parts = [self._walk(features[start : start + _TOGETHER]) for start in range(0, len(features), _TOGETHER)]
        score = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
        return (1.0 / (1.0 + np.exp(-score))).astype(np.float32)

    def _walk(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sum the leaves that each row ends in."""
        rows = np.arange(len(features))[:, None] * features.shape[1]
        flat = features.ravel()
        place = np.broadcast_to(self.roots, (len(features), len(self.roots)))
        for _ in range(self.depth):
            goes_left = flat.take(rows + self.feature.take(place)) <= self.threshold.take(place)
            place = self.children.take(2 * place + goes_left)
        total: NDArray[np.float32] = self.value.take(place).sum(axis=1, dtype=np.float32)
        return total


@cache
def load_forest() -> Forest:
    """Read ``blocks.npz`` once. Raises `ValueError` where its trees ask for features that are not counted here."""
    with (
        as_file(files(__name__.rpartition(".")[0]).joinpath("blocks.npz")) as path,
        np.load(path, allow_pickle=False) as data,
    ):
        trees, nodes = data["feature"].shape
        roots = np.arange(trees) * nodes
        ways = np.stack([data["right"], data["left"]], axis=-1) + roots[:, None, None]
        forest = Forest(
            roots=roots,
            feature=data["feature"].ravel().astype(np.intp),
            threshold=data["threshold"].ravel(),
            children=ways.ravel(),
            value=data["value"].ravel(),
            depth=int(data["depth"]),
            names=tuple(data["names"].tolist()),
            words=dict(zip(data["words"].tolist(), data["weights"].astype(float).tolist(), strict=True)),
        )
    if forest.names != column_names():
        raise ValueError("blocks.npz was trained on other features; run benchmarks/train_blocks.py again")
    return forest


def column_names() -> tuple[str, ...]:
    """Give the names of all features, in the order that trees are grown on."""
    blocks = read_blocks(html.fromstring("<p>text</p>"))
    return tuple(features_of(read_page(blocks, None, None, (), None), {}))


def body_chances(page: Page) -> NDArray[np.float32]:
    """Give the probability of each block of a page to be body, in the order of the blocks."""
    forest = load_forest()
    chances = np.zeros(len(page.blocks), dtype=np.float32)
    if not page.blocks:
        return chances
    columns = features_of(page, forest.words)
    asked = asked_blocks(columns)
    chances[asked] = forest.chances(rows_of(columns, forest.names)[asked])
    return chances


def asked_blocks(columns: Mapping[str, Column]) -> NDArray[np.bool_]:
    """Tell which blocks the trees are asked about: not short linked lines that trafilatura left out, never body."""
    linked = (columns["link_density"] > 0.9) & (columns["words"] < np.log1p(LONGEST_MENU_LINE))
    asked: NDArray[np.bool_] = ~(linked & (columns["trafilatura"] == 0) & (columns["node_kept"] == 0))
    return asked
