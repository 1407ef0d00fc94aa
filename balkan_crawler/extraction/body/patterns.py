"""The word lists and patterns of ``body.toml`` as they are used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from balkan_crawler.data import read_table


@dataclass(frozen=True, slots=True)
class BodyPatterns:
    """Words of classes and ids, and patterns of lines, that tell what is no body (see ``body.toml``)."""

    embeds: frozenset[str]
    furniture: frozenset[str]
    galleries: frozenset[str]
    pictures: frozenset[str]
    unseen: re.Pattern[str]
    contact: re.Pattern[str]
    signature: re.Pattern[str]
    task: re.Pattern[str]
    number_alone: re.Pattern[str]
    code: re.Pattern[str]
    credit: re.Pattern[str]


@cache
def body_patterns() -> BodyPatterns:
    """Read ``body.toml`` once."""
    data = read_table(__name__, "body.toml")
    return BodyPatterns(
        embeds=frozenset(data["embeds"]),
        furniture=frozenset(data["furniture"]),
        galleries=frozenset(data["galleries"]),
        pictures=frozenset(data["pictures"]),
        unseen=re.compile(data["unseen"]),
        contact=re.compile(data["contact"]),
        signature=re.compile(data["signature"]),
        task=re.compile(rf"[\s–—*-]{{0,4}}(?:{'|'.join(data['tasks'])})\s?:.{{3,60}}$", re.IGNORECASE),
        number_alone=re.compile(data["number_alone"]),
        code=re.compile(data["code"]),
        credit=re.compile(data["credit"], re.IGNORECASE),
    )
