"""What an export holds and how it was made, as a JSON file beside it, for whoever has to tell one from another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from balkan_crawler.errors import ExportUnwritableError
from balkan_crawler.export.formats import FORMATS
from balkan_crawler.export.writing import Export, put_in_place, refuse
from balkan_crawler.version import __version__

ENDING: Final = ".manifest.json"


def manifest_path(export: Export) -> Path:
    """Name the manifest of an export: its file's name with another ending behind it."""
    return export.path.with_name(f"{export.path.name}{ENDING}")


def refuse_manifest(export: Export) -> None:
    """Raise what `write_manifest` would raise of a file that is there already; asked before anything is written."""
    refuse(manifest_path(export), export.replace)


def write_manifest(export: Export, made: datetime, facts: Mapping[str, object], *, with_teasers: bool) -> Path:
    """Write what is known of an export that is in its place; gives the path.

    ``facts`` are what only the caller knows, and can be written as JSON. Raises `ExportExistsError` and
    `ExportUnwritableError`.
    """
    known = FORMATS[export.format]
    beside = [export.teasers_path()] if with_teasers and not known.nests else []
    about: dict[str, object] = {
        "files": [_file(path) for path in (export.path, *beside)],
        "format": export.format,
        "columns": None if known.whole_articles else [column.name for column in export.columns],
        **facts,
        "cells_cut": len(export.cut),
        "made": made.isoformat(timespec="seconds"),
        "program": f"balkan_crawler {__version__}",
    }
    path = manifest_path(export)
    with put_in_place(path, replace=export.replace) as file:
        file.write(json.dumps(about, ensure_ascii=False, indent=2).encode("utf-8") + b"\n")
    return path


def _file(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return {"name": path.name, "bytes": file.tell(), "sha256": digest}
    except OSError as error:
        raise ExportUnwritableError(str(path), error.strerror or str(error)) from error
