"""Earlier checks, kept as JSON Lines: what an outlet was like last time, and what has changed since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from balkan_crawler.errors import ChecksFileError
from balkan_crawler.survey.records import Check

Record = dict[str, Any]
"""A check as JSON has it: plain values only, times as ISO 8601 texts."""


def record_of(check: Check) -> Record:
    """Make a check plain."""
    record: Record = json.loads(json.dumps(asdict(check), default=_plain, ensure_ascii=False))
    return record


def last_checks(file: Path) -> dict[str, Record]:
    """Give the last check of each outlet; a line that is cut or no check is passed over.

    Nothing where there is no file, or a device. Raises `ChecksFileError`.
    """
    if file.is_fifo() or file.is_socket():
        raise ChecksFileError(str(file), "it is no file")
    if file.is_char_device():  # may have no end
        return {}
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ChecksFileError(str(file), error.strerror or str(error)) from error
    last: dict[str, Record] = {}
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and isinstance(record.get("outlet"), str):
            last[record["outlet"]] = record
    return last


def keep(file: Path, checks: Iterable[Check]) -> None:
    """Append checks, each one whole line. Raises `ChecksFileError`."""
    lines = "".join(json.dumps(record_of(check), ensure_ascii=False) + "\n" for check in checks)
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(lines)
    except OSError as error:
        raise ChecksFileError(str(file), error.strerror or str(error)) from error


def changes(before: Record | None, check: Check) -> tuple[str, ...]:
    """Say what is new and what is gone since an earlier check of the outlet; nothing where there was none."""
    if before is None:
        return ()
    was, is_now = _problems(before), _problems(record_of(check))
    new = [f"new: {text}" for key, text in is_now.items() if key not in was]
    return (*new, *(f"gone: {text}" for key, text in was.items() if key not in is_now))


def _problems(record: Record) -> dict[tuple[str, str], str]:
    findings = record.get("findings")
    return {
        (str(finding.get("code")), str(finding.get("about"))): str(finding.get("text"))
        for finding in (findings if isinstance(findings, list) else ())
        if isinstance(finding, dict) and finding.get("problem")
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
