"""What docs/scale.md has an operator run, for the tests that run it."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scale.md").read_text("utf-8")


def blocks(heading: str, language: str) -> list[str]:
    """Give the blocks of a language under a heading of the page, without the prompt."""
    found = re.search(rf"(?ms)^(#+) {re.escape(heading)}$(.*?)(?=^#+ |\Z)", PAGE)
    assert found is not None, heading
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", found[2])


def statements(heading: str) -> list[str]:
    """Give the SQL statements under a heading."""
    return [each.strip() for block in blocks(heading, "sql") for each in re.split(r";\n", block) if each.strip()]
