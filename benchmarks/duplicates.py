"""Recall and precision of near-duplicate detection on real articles, by limits that were chosen on others.

    python benchmarks/duplicates.py [--pages ../shared]

The publishers of the collections beside the project, and the made-up ones of the project's own Balkan set, are split
into two halves. Limits for `same_story` are chosen on the one half, by a search over both of them, and measured on the
other. The shipped limits, which were once chosen on all articles, are stricter; they are measured on that half too.

Each article gives copies: transliterated, up to 30 % cut at the end, the start or in the middle, 30 % of another story
added, boilerplate mixed in, and these together; the headline is no part of a fingerprint. A copy counts as found only
when it shares a band with its original and `same_story` agrees. Negatives are all pairs of different articles of the
half, and stories that quote up to a fifth of another (as reports of one event do).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from zlib import crc32

from annotated import BESIDE

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.text import fingerprints
from balkan_crawler.text.fingerprints import Fingerprint, band_keys, fingerprint, likeness
from balkan_crawler.urls import politeness_key

OWN = Path(__file__).resolve().parent.parent / "tests" / "data" / "balkan"
COLLECTIONS = ("pages", "pages-english")
CYRILLIC = str.maketrans("abvgdezijklmnoprstufhcABVGDEZIJKLMNOPRSTUFHC", "абвгдезијклмнопрстуфхцАБВГДЕЗИЈКЛМНОПРСТУФХЦ")
BOILERPLATE = (
    "Pratite nas i na našoj Facebook i Instagram stranici.",
    "Pročitajte još: sve vesti dana na jednom mestu.",
    "Preuzmite aplikaciju i prijavite se na bilten.",
    "Na kundërpërgjigjuni në adresën tonë dhe na ndiqni.",
)
LEAST_WORDS = 60
QUOTED = 0.2
ASKED_RECALL, ASKED_PRECISION = 0.98, 0.99
STEPS = [step / 100 for step in range(10, 81)]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that share a band, with what `likeness` says of them; ``short`` ones are compared as they are."""

    kind: str
    alike: bool
    resemblance: float
    containment: float
    short: bool
    equal: bool

    def joined(self, least_resemblance: float, least_containment: float) -> bool:
        """Decide as `same_story` does, by these limits."""
        if self.short:
            return self.equal
        return self.resemblance >= least_resemblance and self.containment >= least_containment


@dataclass(frozen=True, slots=True)
class Half:
    """The pairs of one half of the publishers that share a band, and how many were asked for, by kind."""

    publishers: int
    articles: int
    pairs: tuple[Pair, ...]
    copies: dict[str, int]
    strangers: int
    quoting: int

    def score(self, resemblance: float, containment: float) -> tuple[float, float]:
        """Give recall and precision by these limits."""
        joined = [pair for pair in self.pairs if pair.joined(resemblance, containment)]
        right = sum(pair.alike for pair in joined)
        return right / sum(self.copies.values()), right / len(joined) if joined else 1.0


def articles(beside: Path) -> dict[str, list[str]]:
    """Load the distinct article bodies of the collections that are there, by publisher."""
    found: dict[str, list[str]] = defaultdict(list)
    seen = set()
    for folder in (*(beside / name for name in COLLECTIONS), OWN):
        gold = folder / "gold.jsonl"
        for line in gold.read_text(encoding="utf-8").splitlines() if gold.exists() else ():
            page = json.loads(line)
            body = page.get("body") or (page.get("article") or {}).get("body") or ""
            if len(body.split()) >= LEAST_WORDS and body not in seen:
                seen.add(body)
                found[publisher(page["url"])].append(body)
    return found


def publisher(url: str) -> str:
    try:
        return politeness_key(url if "//" in url else f"http://{url}")
    except InvalidUrlError:
        return url


def cut(words: list[str], share: float, place: float) -> list[str]:
    start = int(len(words) * (1 - share) * place)
    return words[:start] + words[start + int(len(words) * share) :]


def copies(body: str, other: str, chance: random.Random) -> dict[str, str]:
    words, foreign = body.split(), other.split()
    added = [*(foreign * (1 + len(words) // len(foreign)))][: int(len(words) * 0.3)]
    mixed = list(words)
    for line in BOILERPLATE:
        mixed.insert(chance.randrange(len(mixed)), line)
    return {
        "transliterated": body.translate(CYRILLIC),
        "end cut by 30 %": " ".join(cut(words, 0.3, 1.0)),
        "start cut by 30 %": " ".join(cut(words, 0.3, 0.0)),
        "middle cut by 30 %": " ".join(cut(words, 0.3, chance.random())),
        "lead added, 30 %": " ".join(added + words),
        "end added, 30 %": " ".join(words + added),
        "30 % cut and 30 % added": " ".join(added + cut(words, 0.3, 1.0)),
        "lead added, third of all cut": " ".join(cut(added + words, 0.33, 1.0)),
        "boilerplate mixed in": " ".join(mixed),
        "cut, boilerplate, script": " ".join(cut(mixed, 0.3, 1.0)).translate(CYRILLIC),
    }


def mark(text: str) -> Fingerprint:
    made = fingerprint(text)
    assert made is not None
    return made


def compared(kind: str, alike: bool, first: Fingerprint, second: Fingerprint) -> Iterator[Pair]:
    """Compare two texts where an index would have them meet."""
    if set(band_keys(first)) & set(band_keys(second)):
        like = likeness(first, second)
        short = min(first.shingles, second.shingles) < fingerprints.LEAST_SHINGLES
        yield Pair(kind, alike, like.resemblance, like.containment, short, first == second)


def half_of(publishers: dict[str, list[str]], chance: random.Random) -> Half:
    """Make all pairs of one half."""
    texts = [text for bodies in publishers.values() for text in bodies]
    marks = [mark(text) for text in texts]
    asked: dict[str, int] = defaultdict(int)
    pairs: list[Pair] = []
    for place, text in enumerate(texts):
        after = (place + 1) % len(texts)
        for kind, copy in copies(text, texts[after], chance).items():
            asked[kind] += 1
            pairs += compared(kind, True, marks[place], mark(copy))
        words = text.split()
        quote = texts[after].split()[: int(len(words) * QUOTED)]
        pairs += compared("quotes a fifth of another", False, marks[after], mark(" ".join(words + quote)))
    keys = [set(band_keys(each)) for each in marks]
    for first, second in combinations(range(len(texts)), 2):
        if keys[first] & keys[second]:
            pairs += compared("different articles", False, marks[first], marks[second])
    strangers = len(texts) * (len(texts) - 1) // 2
    return Half(len(publishers), len(texts), tuple(pairs), dict(asked), strangers, len(texts))


def choose(half: Half) -> tuple[float, float]:
    """Choose the limits: the best F1 of the half, and of the limits that reach it those in the middle."""
    best: list[tuple[float, float]] = []
    highest = 0.0
    for resemblance in STEPS:
        for containment in STEPS:
            recall, precision = half.score(resemblance, containment)
            f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
            if f1 > highest:
                highest, best = f1, []
            if f1 == highest:
                best.append((resemblance, containment))
    middle = sorted(best)[len(best) // 2][0]
    others = sorted(containment for resemblance, containment in best if resemblance == middle)
    return middle, others[len(others) // 2]


def tell(name: str, half: Half, limits: tuple[float, float]) -> None:
    """Print what limits find on a half."""
    recall, precision = half.score(*limits)
    print(
        f"{name}, resemblance {limits[0]:.2f} and containment {limits[1]:.2f}: recall {recall:.4f}"
        f" (asked: {ASKED_RECALL}), precision {precision:.4f} (asked: {ASKED_PRECISION})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=Path, default=BESIDE, help="the folder of the collections")
    found = articles(parser.parse_args().pages)
    halves: list[dict[str, list[str]]] = [{}, {}]
    for name, bodies in sorted(found.items()):
        halves[crc32(name.encode()) % 2][name] = bodies
    chosen_on, held = (half_of(half, random.Random(1)) for half in halves)
    for name, half in (("limits are chosen on", chosen_on), ("and measured on", held)):
        print(
            f"{name:21} {half.publishers} publishers, {half.articles} articles, {sum(half.copies.values())} copies,"
            f" {half.strangers:,} pairs of different articles, {half.quoting} that quote"
        )
    shipped = (fingerprints.LEAST_RESEMBLANCE, fingerprints.LEAST_CONTAINMENT)
    chosen = choose(chosen_on)
    tell("on the half they were chosen on", chosen_on, chosen)
    tell("on the held half", held, chosen)
    tell("the shipped limits on the held half", held, shipped)
    for kind, asked in held.copies.items():
        right = sum(pair.joined(*shipped) for pair in held.pairs if pair.kind == kind)
        print(f"  {kind:29} found {right:4} of {asked}")
    wrong = Counter(pair.kind for pair in held.pairs if not pair.alike and pair.joined(*shipped))
    met = sum(pair.kind == "different articles" for pair in held.pairs)
    print(f"  different articles            {wrong['different articles']} of {held.strangers:,} joined, {met} met")
    print(f"  quoting a fifth of another    {wrong['quotes a fifth of another']} of {held.quoting} joined")
    texts = [text for bodies in halves[1].values() for text in bodies]
    start = time.process_time()
    for text in texts:
        mark(text)
    print(f"{(time.process_time() - start) / len(texts) * 1e3:.2f} ms of CPU a fingerprint")


if __name__ == "__main__":
    main()
