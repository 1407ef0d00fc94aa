"""The steps of maintenance, and the record of what came of one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """What maintenance does, in its order."""

    CHECK = "check"
    RETENTION = "retention"
    VACUUM = "vacuum"
    BACKUP = "backup"
    JOURNAL = "journal"
    DISK = "disk"


class State(StrEnum):
    """How a step went.

    It was done, there was nothing to do, it is not due, it waits for something; or it needs somebody:
    ``FINDING`` is a fault that was found or foreseen, ``FAILED`` a step that could not be done.
    """

    DONE = "done"
    NOTHING = "nothing"
    NOT_DUE = "not-due"
    WAITS = "waits"
    FINDING = "finding"
    FAILED = "failed"


_TITLES: Final = {
    Step.CHECK: "The database is damaged",
    Step.RETENTION: "Old things could not be deleted",
    Step.VACUUM: "The database could not be made smaller",
    Step.BACKUP: "No backup could be made",
    Step.JOURNAL: "The database's journal could not be written back",
    Step.DISK: "The disk is filling",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one step, in words."""

    step: Step
    state: State
    text: str

    @property
    def needs_somebody(self) -> bool:
        """Whether this is worth telling somebody who does not look."""
        return self.state in {State.FINDING, State.FAILED}

    @property
    def key(self) -> str:
        """The identity of the matter, the same for as long as it lasts."""
        return f"maintenance:{self.step}"

    @property
    def title(self) -> str:
        """The matter, where the step needs somebody."""
        return _TITLES[self.step]
