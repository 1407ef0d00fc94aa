"""The base of all errors: a message made of what a class says, its fields and its advice."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(eq=False, repr=False)
class BalkanCrawlerError(Exception):
    """Base of all errors of this program; ``exit_code`` is what a command ends with when it meets one.

    One that ``is_lasting`` stays however often the same is tried again.
    """

    exit_code: ClassVar[int] = 3
    is_lasting: ClassVar[bool] = False
    says: ClassVar[str] = "something failed"
    advice: ClassVar[str] = ""

    def __post_init__(self) -> None:
        self.args = tuple(getattr(self, field.name) for field in fields(self))

    @property
    def happened(self) -> str:
        """What happened, without advice."""
        detail = getattr(self, "detail", "")
        said = self.says.format(**{field.name: getattr(self, field.name) for field in fields(self)})
        return f"{said}{detail and ': '}{detail}"

    def __str__(self) -> str:
        return f"{self.happened}{self.advice and '; '}{self.advice}"
