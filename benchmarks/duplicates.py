"""Recall and precision of near-duplicate detection on real articles: ``python benchmarks/duplicates.py``.

Each article of the collection beside the project gives copies: transliterated, up to 30 % cut at the end, the start or
in the middle, 30 % of another story added, boilerplate mixed in, and these together. A copy counts as found only when
it shares a band with its original and `same_story` agrees. Negatives are all pairs of different articles, and stories
that quote up to a fifth of another (as reports of one event do).
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from balkan_crawler.text.fingerprints import Fingerprint, band_keys, fingerprint, likeness, same_story

PAGES = Path(__file__).resolve().parents[2] / "shared"
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


def bodies() -> list[str]:
    """Load the distinct article bodies of the collections that are there."""
    found: dict[str, None] = {}
    for name in COLLECTIONS:
        gold = PAGES / name / "gold.jsonl"
        for line in gold.read_text(encoding="utf-8").splitlines() if gold.exists() else ():
            body = json.loads(line).get("body") or ""
            if len(body.split()) >= LEAST_WORDS:
                found[body] = None
    return list(found)


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


def found(first: Fingerprint, second: Fingerprint) -> bool:
    return bool(set(band_keys(first)) & set(band_keys(second))) and same_story(first, second)


def mark(text: str) -> Fingerprint:
    made = fingerprint(text)
    assert made is not None
    return made


def main() -> None:
    texts = bodies()
    if not texts:
        print("no articles beside the project; nothing measured")
        return
    chance = random.Random(1)
    start = time.perf_counter()
    marks = [mark(text) for text in texts]
    cost = (time.perf_counter() - start) / len(texts) * 1e3
    hits: dict[str, list[bool]] = defaultdict(list)
    quoting = 0
    for place, text in enumerate(texts):
        other = texts[(place + 1) % len(texts)]
        for kind, copy in copies(text, other, chance).items():
            hits[kind].append(found(marks[place], mark(copy)))
        words = text.split()
        quote = other.split()[: int(len(words) * QUOTED)]
        quoting += found(marks[(place + 1) % len(texts)], mark(" ".join(words + quote)))
    for kind, answers in hits.items():
        print(f"{kind:29} found {sum(answers):4} of {len(answers)}")
    keys = [set(band_keys(each)) for each in marks]
    pairs = candidates = wrong = 0
    for first, second in combinations(range(len(texts)), 2):
        pairs += 1
        if keys[first] & keys[second]:
            candidates += 1
            if same_story(marks[first], marks[second]):
                wrong += 1
                print(f"  joined, {likeness(marks[first], marks[second])}:")
                print(f"    {texts[first][:70]!r}\n    {texts[second][:70]!r}")
    right = sum(map(sum, hits.values()))
    asked = sum(map(len, hits.values()))
    print(f"different articles: {wrong} of {pairs} pairs joined, {candidates} were candidates")
    print(f"stories that quote a fifth of another: {quoting} of {len(texts)} joined")
    print(f"recall {right / asked:.4f}, precision {right / (right + wrong + quoting):.4f}, {cost:.2f} ms a fingerprint")


if __name__ == "__main__":
    main()
