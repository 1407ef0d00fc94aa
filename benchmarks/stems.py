"""How well the forms of one word are joined by stemming, and how seldom unlike words are.

    python benchmarks/stems.py               # the tables of this project, by language
    python benchmarks/stems.py --snowball    # the stemmers of Snowball beside them (pip install snowballstemmer)
    python benchmarks/stems.py --missed      # every pair that is wrong

The pairs are those of ``tests/text/forms.toml``. Unlike words are the pairs that are listed there as such, and every
two words of different lines of a language.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import combinations
from pathlib import Path
from typing import Any

import tomli

from balkan_crawler.text import fold
from balkan_crawler.text.stemming import stem

FORMS = Path(__file__).parent.parent / "tests" / "text" / "forms.toml"
SNOWBALL = {"sr": "serbian", "ro": "romanian", "el": "greek", "tr": "turkish", "hu": "hungarian", "en": "english"}


def lines(text: str) -> list[list[str]]:
    """Give the words of each line."""
    return [line.split() for line in text.strip().splitlines()]


def joined_pairs(text: str) -> list[tuple[str, str]]:
    """Give the pairs of a list that are one word's forms."""
    return [(first, other) for first, *others in lines(text) for other in others]


def unlike_pairs(table: dict[str, Any]) -> list[tuple[str, str]]:
    """Give the pairs of a language that are no forms of one word."""
    listed = [(first, other) for first, other in lines(table["unlike"])]
    firsts = [found[0] for name in ("tuned", "held_out") for found in lines(table[name])]
    return listed + list(combinations(firsts, 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snowball", action="store_true")
    parser.add_argument("--missed", action="store_true")
    arguments = parser.parse_args()
    ours: dict[str, list[int]] = {}
    theirs: dict[str, list[int]] = {}
    for name, table in tomli.loads(FORMS.read_text(encoding="utf-8")).items():
        language = table["language"]
        ours[name] = measure(table, lambda word, language=language: stem(word, language), show=arguments.missed)
        if arguments.snowball and language in SNOWBALL:
            import snowballstemmer

            made = snowballstemmer.stemmer(SNOWBALL[language])
            theirs[name] = measure(table, lambda word, made=made: fold(made.stemWord(fold(word))), show=False)
    print(f"{'':10}{'tuned':>14}{'held out':>14}{'unlike joined':>22}")
    for title, found in (("", ours), ("Snowball, of folded words", theirs)):
        if found:
            print(title)
        for name, counts in found.items():
            print(row(name, counts))
        if found:
            print(row("all", [sum(column) for column in zip(*found.values(), strict=True)]))
    words = [
        word for table in tomli.loads(FORMS.read_text(encoding="utf-8")).values() for word in table["tuned"].split()
    ]
    start = time.process_time()
    for word in words:
        stem(word, "sr")
    print(f"\n{(time.process_time() - start) / len(words) * 1e6:.1f} µs a word", file=sys.stderr)


def measure(table: dict[str, Any], stemmed: Any, *, show: bool) -> list[int]:
    """Count joined and all pairs: tuned, held out, unlike ones that are listed, all unlike ones."""
    counts = []
    for name in ("tuned", "held_out"):
        pairs = joined_pairs(table[name])
        missed = [(first, other) for first, other in pairs if stemmed(first) != stemmed(other)]
        if show:
            for first, other in missed:
                print(f"{table['language']} {name}: {first} {stemmed(first)} / {other} {stemmed(other)}")
        counts += [len(pairs) - len(missed), len(pairs)]
    pairs = unlike_pairs(table)
    false = [(first, other) for first, other in pairs if stemmed(first) == stemmed(other)]
    if show:
        for first, other in false:
            print(f"{table['language']} unlike: {first} / {other} {stemmed(first)}")
    listed = len(lines(table["unlike"]))
    counts += [len([pair for pair in false if pair in pairs[:listed]]), listed, len(false), len(pairs)]
    return counts


def row(name: str, counts: list[int]) -> str:
    """Write one line of the table."""
    tuned, of_tuned, held, of_held, false, of_false, all_false, of_all = counts
    return (
        f"{name:10}{f'{tuned}/{of_tuned}':>8}{tuned / of_tuned:6.2f}{f'{held}/{of_held}':>8}{held / of_held:6.2f}"
        f"{f'{false}/{of_false}':>8}{f'{all_false}/{of_all}':>10}{all_false / of_all:7.3f}"
    )


if __name__ == "__main__":
    main()
