"""What a mistyped command may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click


def refuse_unknown(context: click.Context, name: str, known: Iterable[str]) -> None:
    """Raise `click.UsageError`, with the likeliest commands, where ``name`` is none of those that are ``known``."""
    names = list(known)
    if name in names or name.startswith("-"):
        return
    close = get_close_matches(name, names, n=2)
    meant = f" Did you mean {' or '.join(close)}?" if close else ""
    raise click.UsageError(f"there is no command {name!r}.{meant}", context)
