"""Reading annotated pages: a folder with ``gold.jsonl`` and packed pages, in one of three gold formats.

Bodies (``title``, ``authors``, ``published`` or ``day``, ``lead``, ``body``), passages (``must``, ``must_not``) or days
(``day``); the format shows in the keys. ``file`` names the page, packed with gzip or plain.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BESIDE: Final = Path(__file__).resolve().parent.parent.parent / "shared"
"""Where the annotated pages lie when they lie beside the project."""


@dataclass(frozen=True, slots=True)
class Case:
    """One annotated page: its bytes, its address and what the annotators wrote."""

    content: bytes
    url: str
    gold: Mapping[str, Any]

    @property
    def format(self) -> str:
        """``body``, ``passages`` or ``day``."""
        return "body" if "body" in self.gold else "passages" if "must" in self.gold else "day"

    @property
    def text(self) -> str:
        """The lead and the body, as they are scored together."""
        lead = self.gold.get("lead")
        return f"{lead}\n{self.gold['body']}" if lead else str(self.gold["body"])

    @property
    def site(self) -> str:
        """What the page's publisher is known by, so that whole publishers can be left out of training."""
        try:
            return politeness_key(self.url if "//" in self.url else f"http://{self.url}")
        except InvalidUrlError:
            return self.url


def read_cases(folder: Path) -> Iterator[Case]:
    """Give the cases of a folder in the order of its ``gold.jsonl``."""
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").strip().split("\n"):
        yield read_case(folder, json.loads(line))


def read_case(folder: Path, gold: Mapping[str, Any]) -> Case:
    """Read the page of one annotation from its folder."""
    content = (folder / gold["file"]).read_bytes()
    url = gold.get("url") or f"http://{gold['outlet']}/page"  # the oldest pages tell only whose they are
    return Case(gzip.decompress(content) if gold["file"].endswith(".gz") else content, url, gold)
