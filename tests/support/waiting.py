"""Waiting for something to become so, with a bound."""

from __future__ import annotations

import threading
from collections.abc import Callable


def until(is_so: Callable[[], object], seconds: int = 60) -> None:
    """Look again and again whether something is so. Raises `AssertionError` after so many seconds."""
    pause = threading.Event()
    for _ in range(seconds * 50):
        if is_so():
            return
        pause.wait(0.02)
    raise AssertionError("it never came to be")
