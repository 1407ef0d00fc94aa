"""The annotated pages of ``tests/data``, what the extractor makes of them, and how a text is compared with another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from balkan_crawler import extract
from balkan_crawler.model import Extraction, Outlet
from support.outlets import make_outlet

DATA = Path(__file__).resolve().parents[1] / "data"


@cache
def gold_of(folder: str) -> tuple[dict[str, Any], ...]:
    """Give the annotations of a folder of ``tests/data``, each with its page's ``path``."""
    lines = (DATA / folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple({**gold, "path": DATA / folder / gold["file"]} for gold in map(json.loads, lines))


@cache
def extracted(path: Path) -> Extraction:
    """Give what the extractor makes of an annotated page at the time of its fetch; each page is read once a run."""
    [gold] = (gold for gold in gold_of(path.parent.name) if gold["path"] == path)
    facts = gold["outlet"]
    outlet = outlet_of(
        gold["url"], facts["languages"], name=facts["name"], country=facts["country"], timezone=facts["timezone"]
    )
    return extract(path.read_bytes(), gold["url"], outlet, datetime.fromisoformat(gold["fetched"]))


def outlet_of(url: str, languages: Sequence[str], **fields: object) -> Outlet:
    """Give the outlet that a page stands at: its home page is the root of the page's host."""
    return make_outlet("outlet", languages=tuple(languages), homepage="/".join(url.split("/")[:3]) + "/", **fields)


def plain(text: str) -> str:
    """Give a text's letters and digits in lower case, the words parted by one space."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())
