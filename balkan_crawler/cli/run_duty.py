"""A task of `balkan-crawler run`, in a process of its own: done unless another run over the archive does it.

The task is taken in the archive for a few minutes, and kept as long as this process lives. One that dies, or was
stopped for longer, has lost it to whoever asks next, and is ended before it could do it a second time.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.cli import main as program
from balkan_crawler.cli.configured import VARIABLES
from balkan_crawler.cli.options import open_to_write
from balkan_crawler.cli.tables import say
from balkan_crawler.errors import BalkanCrawlerError, StoreError
from balkan_crawler.extensions.clock import elapsed
from balkan_crawler.location import Location
from balkan_crawler.storage import Duty, DutyState, open_store, this_holder
from balkan_crawler.supervision.tasks import DONE_ELSEWHERE, UNDER_WAY_ELSEWHERE, was_done

if TYPE_CHECKING:
    from balkan_crawler.storage import TakenDuty

SECONDS: Final = 180.0
"""For so long a task is taken; it is renewed at each third."""
_PAUSE: Final = 2.0


def main() -> None:
    """Do what the first argument says, with the others as a command line of the program; exits with its exit code."""
    told = json.loads(sys.argv[1])
    duty = Duty(
        name=told["name"],
        occasion=datetime.fromisoformat(told["occasion"]),
        tolerance=timedelta(seconds=told["tolerance"]),
        tolerance_elsewhere=timedelta(seconds=told["tolerance_elsewhere"]),
    )
    location = Location.of(told["database"] or os.environ[VARIABLES["database"]])
    raise SystemExit(_do(location, duty, sys.argv[2:], is_again=told["is_again"]))


def _do(location: Location, duty: Duty, words: list[str], *, is_again: bool) -> int:
    try:
        with open_to_write(location) as store:
            taken = store.take_duty(duty, this_holder(), datetime.now(UTC), SECONDS)
    except BalkanCrawlerError as error:
        may_pass = isinstance(error, StoreError) and error.is_passing
        if not (may_pass and is_again):
            say(f"balkan-crawler: {error}", err=True)
        return UNDER_WAY_ELSEWHERE if may_pass else error.exit_code
    if taken.state is not DutyState.OURS:
        is_done = taken.state is DutyState.DONE
        if is_done or not is_again:
            machine, _, process = taken.holder.partition(":")
            who = f"process {process.partition(':')[0]} on {machine.partition('/')[0]}"
            say(f"was done by {who}" if is_done else f"{who} is at it; looked at again until it is done")
        return DONE_ELSEWHERE if is_done else UNDER_WAY_ELSEWHERE
    keeper = _Keeper(location, taken)
    keeper.start()
    code = 3
    try:
        program(words, prog_name="balkan-crawler")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        keeper.stop()
        _end(location, taken, duty.occasion if was_done(code) else None)
    return code


def _end(location: Location, taken: TakenDuty, occasion: datetime | None) -> None:
    """Say that it was done, or not; a server that restarts is waited for, while nobody else may take it."""
    until = elapsed() + SECONDS
    while True:
        try:
            with open_store(location) as store:
                store.end_duty(taken, occasion)
        except StoreError as error:
            if error.is_passing and occasion is not None and elapsed() < until:
                time.sleep(_PAUSE)
                continue
        return


class _Keeper:
    """Renews a taken duty in a thread, and ends the process where it is lost."""

    def __init__(self, location: Location, taken: TakenDuty) -> None:
        self._location, self._taken = location, taken
        self._over = threading.Event()
        self._ends = elapsed() + SECONDS

    def start(self) -> None:
        threading.Thread(target=self._keep, name="duty", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _keep(self) -> None:
        while not self._over.wait(SECONDS / 3):
            if not self._renew() and not self._over.is_set():
                say("another run may have taken it over; given up", err=True)
                os._exit(UNDER_WAY_ELSEWHERE)

    def _renew(self) -> bool:
        """Renew it; says whether it is still ours. Who locks a file, even this process, keeps others from taking it."""
        asked = elapsed()
        try:
            with open_store(self._location) as store:
                is_ours = store.renew_duty(self._taken, datetime.now(UTC), SECONDS)
        except StoreError:
            return not self._location.is_server or elapsed() < self._ends
        self._ends = asked + SECONDS
        return is_ours
