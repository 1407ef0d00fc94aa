"""The measures of extraction, on annotated pages.

Body: 4-gram word shingles with precision and recall averaged over pages, and the F1 of the two averages, as the
article-extraction-benchmark of Scrapinghub defines it. A page is near-perfect from F1 .98 on. Titles and authors are
equal when they are after lower case and with punctuation dropped; authors as sets. Passages: F1 over passages that have
to come out or stay out, white space aside, as trafilatura's evaluation defines it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAR_PERFECT = 0.98
_WORD = re.compile(r"\w+")
_SHINGLE = 4


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The word 4-grams of a text with their counts; a shorter text is one shingle."""
    words = _WORD.findall(text)
    count = max(1, len(words) - _SHINGLE + 1) if words else 0
    return Counter(tuple(words[start : start + _SHINGLE]) for start in range(count))


def precision_recall(expected: str, found: str) -> tuple[float, float]:
    """Precision and recall of the shingles of a text; two empty texts agree."""
    wanted, got = shingles(expected), shingles(found)
    hits, extra, lost = (sum(counts.values()) for counts in (wanted & got, got - wanted, wanted - got))
    if not extra and not lost:
        return 1.0, 1.0
    return hits / (hits + extra) if hits + extra else 0.0, hits / (hits + lost) if hits + lost else 0.0


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean; 0 for none."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def body_scores(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """F1, precision, recall and share of near-perfect pages over (expected, found) texts."""
    scores = [precision_recall(expected, found) for expected, found in pairs]
    precision, recall = mean(p for p, _ in scores), mean(r for _, r in scores)
    near = mean(f1(*score) >= NEAR_PERFECT for score in scores)
    return {"f1": f1(precision, recall), "precision": precision, "recall": recall, "near_perfect": near}


def plain(text: str | None) -> str:
    """A text in lower case without punctuation, for comparing titles and names."""
    return re.sub(r"\W+", " ", (text or "").lower()).strip()


def same_names(expected: Iterable[str], found: Iterable[str]) -> bool:
    """Whether two lists of names are the same set."""
    return {plain(name) for name in expected} == {plain(name) for name in found if name}


def passages(must: Sequence[str], must_not: Sequence[str], found: str) -> tuple[int, int, int]:
    """How many passages came out rightly, were lost, and came out wrongly."""
    text = _flat(found)
    kept = sum(_flat(passage) in text for passage in must)
    return kept, len(must) - kept, sum(_flat(passage) in text for passage in must_not)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
