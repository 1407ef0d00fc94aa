"""The log of a run: what happened, a line an event, in plain text or as JSON Lines; to a file or to standard error."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TextIO

import click

from balkan_crawler.cli import streams

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from balkan_crawler.location import Location

FORMATS: Final = ("text", "json")
_OWN: Final = "balkan_crawler"
_BOOTING: Final = ("scrapy.utils.log", "scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.extensions")
"""Loggers that tell of Scrapy's own versions, settings and parts; only their warnings are of use."""

log_format = click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the log is written: plain lines, or a JSON object a line (to standard error, if there is no --log-file).",
)


@contextmanager
def logged(file: Path | None, form: str, *, verbose: int, beside: Location) -> Iterator[None]:
    """Write what is logged within the block to ``file``, or to standard error where that was asked for.

    ``verbose`` counts the ``-v``; with two of them all is told, each request among it. What a full disk could not take
    is told of in the end. Raises `click.UsageError` for a file that cannot be opened, or is the database (``beside``).
    """
    if file is None and not verbose and form == "text":
        yield
        return
    stream = sys.stderr if file is None else _open(file, beside)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    handler.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)
    handler.addFilter(lambda record: _is_wanted(record, everything=verbose > 1))
    logging.root.setLevel(logging.NOTSET)  # as Scrapy does: loggers and handlers have levels of their own
    logging.root.addHandler(handler)
    try:
        yield
    finally:
        logging.root.removeHandler(handler)
        if file is not None:
            if (lost := streams.lost_of(stream)) is not None:
                click.echo(f"balkan-crawler: {file} has not the whole log: {lost.strerror}", err=True)
            stream.close()


def _open(file: Path, beside: Location) -> TextIO:
    if beside.file is not None and file.resolve() == beside.file.resolve():
        raise click.UsageError(f"--log-file {file} is the database; name another file.")
    try:
        return streams.open_log(file)
    except OSError as error:
        raise click.UsageError(f"--log-file {file} cannot be written ({error.strerror}).") from error


def _is_wanted(record: logging.LogRecord, *, everything: bool) -> bool:
    """Say whether a record tells something of the run: not how Scrapy is built, nor what libraries tell themselves."""
    if record.levelno >= logging.WARNING:
        return True
    if record.name.startswith(_BOOTING):
        return False
    return everything or record.name.partition(".")[0] == _OWN


def _time_of(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class PlainLines(logging.Formatter):
    """``2026-11-30T10:46:31Z INFO euronews_al: done: 6 pages, 6 new``; the time is UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line of a record, and below it a traceback where there is one."""
        lines = [f"{_time_of(record)} {record.levelname} {record.getMessage()}"]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """An object a line: ``time`` (UTC), ``level``, ``logger``, ``message``, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, with the fields that came along as ``extra={"fields": ...}``."""
        told: dict[str, object] = {
            "time": _time_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            told |= fields
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)
