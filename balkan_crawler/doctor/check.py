"""The record of one look at something."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Whether something is as it should be, worth knowing of, or in the way of a crawl."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination: what was looked at, how it is, and what was found or is to be done, in words."""

    name: str
    state: State
    text: str
