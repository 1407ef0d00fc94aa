"""How long work goes on, shown while it lasts: a bar on a terminal, a line now and then elsewhere.

Both go to standard error, so that an answer on standard output stays as it is.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.text.counting import about

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType

_SECONDS_BETWEEN_LINES: Final = 300.0
"""Without a terminal a line says so often how far the work is."""
_LONGEST_BAR: Final = 30
_LOOKS_A_SECOND: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far work has come.

    ``share`` of it is done (0 to 1; ``None`` where nobody can tell), ``done`` says what that is, ``counts`` what came
    of it so far; ``seconds_left`` is an estimate, where there is one.
    """

    share: float | None
    done: str
    counts: tuple[str, ...] = ()
    seconds_left: float | None = None

    @property
    def line(self) -> str:
        """All of it in one line."""
        left = (f"about {about(self.seconds_left)} left",) if self.seconds_left is not None else ()
        return ", ".join((self.done, *self.counts, *left))


@contextmanager
def watched(look: Callable[[], Progress], begins: str, *, shown: bool = True) -> Iterator[None]:
    """Show what ``look`` says of the work in the block, about four times a second, from another thread.

    Where standard error is no terminal, ``begins`` is printed at once and a line every five minutes; nothing where it
    is empty. ``shown`` false shows nothing at all.
    """
    is_terminal = streams.width_of_terminal(err=True) is not None
    if not shown or not (begins or is_terminal):
        yield
    elif not is_terminal:
        click.echo(begins, err=True)
        ended = threading.Event()
        teller = threading.Thread(target=_tell, args=(look, ended), name="progress", daemon=True)
        teller.start()
        try:
            yield
        finally:
            ended.set()
            teller.join()
    else:
        from rich.console import Console
        from rich.live import Live

        console = Console(stderr=True, highlight=False)

        def picture() -> RenderableType:
            return _picture(look(), console)

        with Live(get_renderable=picture, console=console, refresh_per_second=_LOOKS_A_SECOND, transient=True):
            yield


def _tell(look: Callable[[], Progress], ended: threading.Event) -> None:
    while not ended.wait(_SECONDS_BETWEEN_LINES):
        click.echo(look().line, err=True)


def _picture(now: Progress, console: Console) -> RenderableType:
    """Draw the bar with what is done and how long it will take, and a second line with the counts; neither wraps."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    left = f"   about {about(now.seconds_left)} left" if now.seconds_left is not None else ""
    share = f"{now.share:4.0%}  " if now.share is not None else ""
    said = Text(f"{share}{now.done}{left}", no_wrap=True, overflow="ellipsis")
    room = max(5, min(_LONGEST_BAR, console.width - len(said) - 1))
    bar = ProgressBar(total=1.0, completed=now.share or 0.0, pulse=now.share is None, width=room)
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_row(bar, said)
    return Group(line, Text("   ".join(now.counts), no_wrap=True, overflow="ellipsis"))
