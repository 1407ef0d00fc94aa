"""docs/extraction.md names the rules that decide, in the order in which they are asked."""

from __future__ import annotations

import re
from pathlib import Path

from balkan_crawler.extraction.outcome import CHECKS
from balkan_crawler.extraction.publication.choosing import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "extraction.md").read_text("utf-8")
ROOM = Path(__file__).parents[2] / "balkan_crawler" / "extraction"


def section_of(heading: str) -> str:
    return re.split(r"(?m)^## ", PAGE.split(f"\n## {heading}")[1])[0]


def test_the_rules_of_a_day_stand_in_their_order() -> None:
    named = re.findall(r"(?m)^\d\. `(\w+)`", section_of("The day"))
    assert named == [rule.__name__ for rule in RULES]


def test_each_check_of_the_outcome_has_its_line() -> None:
    assert len(re.findall(r"(?m)^\d\. ", section_of("The outcome"))) == len(CHECKS)


def test_modules_that_the_page_names_are_there() -> None:
    named = {name for name in re.findall(r"`([\w/]+\.(?:py|toml))`", PAGE) if not name.startswith(("tests", "bench"))}
    known = {path.name for path in ROOM.rglob("*.*")} | {str(path.relative_to(ROOM)) for path in ROOM.rglob("*.*")}
    others = {"model/article.py", "spiders/learning.py", "spiders/redesign.py", "rereading/first_pages.py"}
    assert named - known <= {name for name in others if (ROOM.parent / name).is_file()}
