"""What of an article tells which event it is about: its names and numbers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from balkan_crawler.stories.names import Name, names_of
from balkan_crawler.stories.numbers import Figure, Kind, figures_of
from balkan_crawler.stories.rules import RULES


@dataclass(frozen=True, slots=True)
class Features:
    """The names and numbers of one article."""

    names: tuple[Name, ...]
    figures: tuple[Figure, ...]

    @property
    def is_table(self) -> bool:
        """Say whether it is a forecast or a table of results."""
        degrees = sum(figure.kind is Kind.DEGREES for figure in self.figures)
        scores = sum(figure.kind is Kind.SCORE for figure in self.figures)
        return degrees >= RULES.degrees or scores >= RULES.scores


def features_of(title: str, lead: str | None, body: str, language: str | None) -> Features:
    """Read the names and numbers of an article; ``language`` is its tag, empty for an unknown one."""
    text = "\n".join((title, lead or "", body[: RULES.read]))
    return Features(names_of(title, lead or "", body, language or ""), figures_of(text))
