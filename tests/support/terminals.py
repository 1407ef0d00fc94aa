"""Commands as they look on a terminal, run within the test's own process."""

from __future__ import annotations

import pytest


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, width: int = 80, *, err: bool = False) -> None:
    """Let standard output (with ``err``, standard error too) be a terminal of so many columns for all commands."""

    def width_of_terminal(*, err: bool = False) -> int | None:
        return None if err and not is_error_too else width

    is_error_too = err
    monkeypatch.setattr("balkan_crawler.cli.streams.width_of_terminal", width_of_terminal)
