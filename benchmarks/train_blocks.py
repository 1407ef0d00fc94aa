"""Learn which blocks of a page are body, and write the trees to ``balkan_crawler/extraction/body/blocks.npz``.

    python benchmarks/train_blocks.py [FOLDER ...] [--check] [--output FILE]

FOLDER: annotated pages (see ``annotated.py``) with bodies or passages. ``--check`` trains on four fifths of the
publishers at a time and scores the last fifth, beside trafilatura; nothing is written. Needs
``pip install '.[train]'`` in the clone.

A block is body when at least half of its word shingles stand in the annotated body, and weighs by the root of its
length, each page alike; of a page with passages only the blocks that hold one count. What the trees are never asked
about, and the headline, they do not learn. Trees are shallow and many, since
the pages learned from are fewer than the publishers there are.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import annotated
import lightgbm
import numpy as np
import scoring
from sklearn.model_selection import GroupKFold

from balkan_crawler.extraction.body.classifier import asked_blocks
from balkan_crawler.extraction.body.features import Reference, features_of, rows_of
from balkan_crawler.extraction.body.other_readings import read_document, trafilatura_text
from balkan_crawler.extraction.body.rules import choose_blocks, text_of
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from balkan_crawler.extraction.body.features import Page

OUTPUT: Final = Path(__file__).resolve().parent.parent / "balkan_crawler" / "extraction" / "body" / "blocks.npz"
COLLECTIONS: Final = ("pages", "pages-english", "pages-passages", "pages-web", "pages-greek")
"""News of today, pages of any kind with passages, articles of the open web, and pages of 2012."""
ROUNDS: Final = 350
"""Trees that are grown."""
MOST_DEPTH: Final = 5
"""Questions on the longest way through a tree."""
PARAMETERS: Final = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 16,
    "max_depth": MOST_DEPTH,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "seed": 1,
    "deterministic": True,
    "verbose": -1,
}
"""LightGBM's own words; the pages learned from are few, so that trees are shallow, many and unlike each other."""
PAGE_WEIGHT: Final = 150.0
"""What the blocks of one page weigh together."""
PASSAGE_WEIGHT: Final = 3.0
"""What one block with an annotated passage weighs."""
BODY_SHARE: Final = 0.5
"""A block is body in truth if this share of its shingles stands in the annotated body."""
TITLE_SHARE: Final = 0.8
"""A block that shares so many words with the annotated title is the headline, which some annotators count as body."""
LEAST_PUBLISHERS: Final = 4
"""Class words of fewer publishers are not learned."""
FARTHEST: Final = 3.0
"""How far the log-odds of a class word go."""
DOUBT: Final = 0.7
"""What is added to both sides of a class word's odds, so that few publishers say little."""
ANCESTORS: Final = 6
"""Elements whose class words count for a block: its own and those around it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A page with the truth of its blocks: 1 body, 0 not, -1 unknown; and what each weighs."""

    case: annotated.Case
    page: Page
    truth: NDArray[np.float32]
    weight: NDArray[np.float32]


def example_of(case: annotated.Case) -> Example:
    """Read a page and mark its blocks by the annotation."""
    page = read_document(parse(case.content, case.url))
    truth = np.full(len(page.blocks), -1.0, dtype=np.float32)
    weight = np.zeros(len(page.blocks), dtype=np.float32)
    if case.format == "passages":
        for block in page.blocks:
            must, must_not = (
                any(_holds(block.text, passage) for passage in case.gold[key]) for key in ("must", "must_not")
            )
            if must or must_not:
                truth[block.order], weight[block.order] = float(must), PASSAGE_WEIGHT
    else:
        gold = Reference(case.text)
        title = set(words(case.gold.get("title") or ""))
        for block, own in zip(page.blocks, page.words, strict=True):
            if own and not _is_headline(page, set(own), title) and not (not title and block.within("h1")):
                truth[block.order], weight[block.order] = float(gold.share(own) >= BODY_SHARE), np.sqrt(len(own))
        weight *= PAGE_WEIGHT / max(float(weight.sum()), 1.0)
    return Example(case, page, truth, weight)


def _is_headline(page: Page, own: set[str], title: set[str]) -> bool:
    """Say whether a block says the page's or the annotation's title; the rules settle that, not the trees."""
    return own in page.titles or bool(title and len(own & title) >= TITLE_SHARE * len(own | title))


def _holds(block: str, passage: str) -> bool:
    """Say whether a passage stands in a block, or a block of some length in a passage."""
    passage = " ".join(passage.split())
    return passage in block or (len(block) > 25 and block in passage)


def class_word_weights(examples: Sequence[Example]) -> dict[str, float]:
    """Give the log-odds of class words to stand around body text, each publisher with one voice."""
    inside: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    outside: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for example in examples:
        if example.case.format != "body":
            continue
        for block, truth in zip(example.page.blocks, example.truth, strict=True):
            found = {word for node in islice(block.node.lineage(), ANCESTORS) for word in node.words}
            for word in found if truth >= 0 else ():
                (inside if truth else outside)[word][example.case.site] += len(block.text)
    weights = {}
    for word in sorted(set(inside) | set(outside)):
        sites = set(inside[word]) | set(outside[word])
        if len(sites) < LEAST_PUBLISHERS:
            continue
        shares = [inside[word][site] / (inside[word][site] + outside[word][site]) for site in sites]
        odds = np.log((sum(shares) + DOUBT) / (len(shares) - sum(shares) + DOUBT))
        weights[word] = float(np.clip(odds, -FARTHEST, FARTHEST))
    return weights


def train(examples: Sequence[Example], weights: Mapping[str, float]) -> tuple[lightgbm.Booster, tuple[str, ...]]:
    """Grow the trees on the examples; gives them with the names of the columns."""
    rows, truths, row_weights = [], [], []
    names: tuple[str, ...] = ()
    for example in examples:
        columns = features_of(example.page, weights)
        names = tuple(columns)
        known = (example.truth >= 0) & asked_blocks(columns)
        rows.append(rows_of(columns, names)[known])
        truths.append(example.truth[known])
        row_weights.append(example.weight[known])
    data = lightgbm.Dataset(np.concatenate(rows), np.concatenate(truths), weight=np.concatenate(row_weights))
    return lightgbm.train(PARAMETERS, data, ROUNDS), names


def arrays_of(booster: lightgbm.Booster) -> dict[str, NDArray[np.generic]]:
    """Give the trees as the arrays that `balkan_crawler.extraction.body.classifier.Forest` walks."""
    trees = [_flatten(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    longest = max(len(tree) for tree in trees)
    padded = [tree + [(0, np.inf, place, place, 0.0) for place in range(len(tree), longest)] for tree in trees]
    columns = list(zip(*(zip(*tree, strict=True) for tree in padded), strict=True))
    kinds = (np.int16, np.float32, np.int16, np.int16, np.float32)
    named = zip(("feature", "threshold", "left", "right", "value"), columns, kinds, strict=True)
    return {name: np.array(column, dtype=kind) for name, column, kind in named}


def _flatten(tree: dict[str, object]) -> list[tuple[int, float, int, int, float]]:
    """Give a tree as rows of (feature, threshold, left, right, value), the root first; a leaf leads to itself."""
    rows: list[tuple[int, float, int, int, float]] = []

    def add(node: dict[str, object]) -> int:
        place = len(rows)
        rows.append((0, np.inf, place, place, 0.0))
        if "leaf_value" in node:
            rows[place] = (0, np.inf, place, place, float(node["leaf_value"]))  # type: ignore[arg-type]
        else:
            left, right = add(node["left_child"]), add(node["right_child"])  # type: ignore[arg-type]
            rows[place] = (int(node["split_feature"]), float(node["threshold"]), left, right, 0.0)  # type: ignore[call-overload, arg-type]
        return place

    add(tree)
    return rows


def write(booster: lightgbm.Booster, names: Sequence[str], weights: Mapping[str, float], output: Path) -> None:
    """Write the trees, the names of their columns and the class words as one packed file."""
    np.savez_compressed(
        output,
        allow_pickle=False,
        depth=np.int16(MOST_DEPTH),
        names=np.array(names),
        words=np.array(list(weights)),
        weights=np.array(list(weights.values()), dtype=np.float16),
        **arrays_of(booster),
    )


def check(examples: Sequence[Example]) -> None:
    """Score each fifth of the publishers by trees that never saw them."""
    found: dict[int, str] = {}
    sites = [example.case.site for example in examples]
    folds = GroupKFold(5).split(np.zeros(len(examples)), groups=sites)
    for learned, held in folds:
        chosen = [examples[place] for place in learned]
        weights = class_word_weights(chosen)
        booster, names = train(chosen, weights)
        for place in held:
            page = examples[place].page
            columns = features_of(page, weights)
            chances = np.where(asked_blocks(columns), booster.predict(rows_of(columns, names)), 0.0).tolist()
            found[place] = text_of(page, choose_blocks(page, chances))
    texts = [found[place] for place in range(len(examples))]
    alone = [trafilatura_text(parse(e.case.content, e.case.url), fast=False) for e in examples]
    for name, read in (("trafilatura", alone), ("blocks", texts)):
        pairs = [(e.case.text, text) for e, text in zip(examples, read, strict=True) if e.case.format == "body"]
        scores = scoring.body_scores(pairs)
        measures = "  ".join(f"{key} {value:.3f}" for key, value in scores.items())
        print(f"{name:12s} bodies of {len(pairs)} pages: {measures}")
        counts = [
            scoring.passages(e.case.gold["must"], e.case.gold["must_not"], text)
            for e, text in zip(examples, read, strict=True)
            if e.case.format == "passages"
        ]
        if counts:
            kept, lost, leaked = (sum(column) for column in zip(*counts, strict=True))
            print(f"{name:12s} passages of {len(counts)} pages: f1 {2 * kept / (2 * kept + lost + leaked):.3f}")


def main() -> None:
    """Train and write, or check."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folders", nargs="*", type=Path, default=[annotated.BESIDE / name for name in COLLECTIONS])
    ask.add_argument("--check", action="store_true")
    ask.add_argument("--output", type=Path, default=OUTPUT)
    given = ask.parse_args()
    examples = [example_of(case) for folder in given.folders for case in annotated.read_cases(folder)]
    examples = [example for example in examples if example.page.blocks]
    if given.check:
        check(examples)
        return
    weights = class_word_weights(examples)
    booster, names = train(examples, weights)
    write(booster, names, weights, given.output)
    print(f"learned from {len(examples)} pages; {given.output} has {given.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
