"""Regular expressions that take more and more time of a growing text: which of the package's do?

    python benchmarks/patterns.py [PART OF A NAME ...]

Every compiled pattern that the package's modules and tables hold is searched in repetitions of what it is made of, ever
longer ones (tests/support/patterns.py). Prints each one where twice the text takes more than three times as long, with
what was repeated. Most take a bounded text only; `BOUNDED` says why these are no fault.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from support.patterns import patterns, worst

BOUNDED: Final = {
    "balkan_crawler.demo.stories._MARKUP": "our own texts",
    "balkan_crawler.discovery.feed_values._OFFSET": "times of at most 100 characters",
    "balkan_crawler.discovery.xml_text._PROLOGUE": "matched at the start of a text only",
    "balkan_crawler.extraction.body.never_body.body_patterns().contact": "short blocks",
}
"""Patterns that are slow on long texts and meet none, with the reason."""


def main() -> None:
    found = patterns()
    chosen = [name for name in found if not sys.argv[1:] or any(part in name for part in sys.argv[1:])]
    slow = 0
    for name in chosen:
        seconds, times, unit = worst(found[name])
        if seconds and name not in BOUNDED:
            slow += 1
            print(f"{name}: {seconds:.2f} s, x{times:.1f} by {unit[:40]!r}: {found[name].pattern[:100]!r}", flush=True)
    print(f"{len(chosen)} patterns, {slow} slow on long texts, {len(BOUNDED)} left out, since their texts are short")


if __name__ == "__main__":
    main()
