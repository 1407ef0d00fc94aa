"""Dates read right, and microseconds a read, beside dateparser alone: ``python benchmarks/dates.py``.

Reads this project's own list of forms and, where it is there, the collection beside the project; both readers in one
run, without the cache, and the cost of refusing texts that are no dates apart.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dateparser

from balkan_crawler.dates import read_date
from balkan_crawler.dates.reader import _parse

ROOT = Path(__file__).resolve().parents[1]
LISTS = (ROOT / "tests" / "dates" / "forms.tsv", ROOT.parent / "shared" / "dates.tsv")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Belgrade"))
LOCALES = {"sr-Cyrl": "sr", "cnr": "sr-Latn"}
JUNK = ("Komentari (23)", "Partizan - Zvezda 2:1", "+381 11 20 26 111", "Foto: agencija", "v1.2.3", "Lajme të tjera 5")

Reader = Callable[[str, str], datetime | None]


def ours(text: str, language: str) -> datetime | None:
    return read_date(text, (language,), NOW)


def theirs(text: str, language: str) -> datetime | None:
    base = {"RELATIVE_BASE": NOW.replace(tzinfo=None), "DATE_ORDER": "DMY"}
    return dateparser.parse(text, languages=[LOCALES.get(language, language)], settings=base)


def rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith(("#", "language\t"))]


def measure(reader: Reader, forms: list[list[str]]) -> tuple[int, float, float]:
    """Give how many forms are right, the mean and the longest microseconds a read, after one read to warm up."""
    right, times = 0, []
    for language, text, _ in forms:
        reader(text, language)
    _parse.cache_clear()
    for language, text, expected in forms:
        start = time.perf_counter()
        found = reader(text, language)
        times.append((time.perf_counter() - start) * 1e6)
        right += (f"{found:%Y-%m-%d %H:%M}" if found else "-") == expected
    return right, sum(times) / len(times), max(times)


def main() -> None:
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    junk = [["sr-Latn", text, "-"] for text in JUNK]
    for name, forms in [*((path.name, rows(path)) for path in LISTS if path.exists()), ("no dates", junk)]:
        for label, reader in (("balkan_crawler", ours), ("dateparser", theirs)):
            right, mean, longest = measure(reader, forms)
            print(
                f"{name:10} {label:15} {right:4} of {len(forms)} right  {mean:7.0f} us a read, longest {longest:7.0f}"
            )


if __name__ == "__main__":
    main()
