"""Writing an outlet's table: as text, and into a file such that it is never half-written."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from balkan_crawler.errors import CatalogueError, OutletRefusedError
from balkan_crawler.model import Outlet
from balkan_crawler.outlets import load_outlets
from balkan_crawler.outlets.tables import read_tables

_FIELDS = ("name", "country", "languages", "timezone", "homepage", "feeds", "sitemaps", "sections", "family", "paywall")


def table_of(outlet: Outlet, doubts: Mapping[str, str], notes: tuple[str, ...] = ()) -> str:
    """Write the table of an outlet; ``doubts`` (field -> reason) stand above their fields as ``# TODO`` lines.

    A doubt about something that is no field, and ``notes``, stand below the header as comments.
    """
    lines = [f"[{outlet.key}]", *(f"# {_one_line(note)}" for note in notes)]
    lines += [f"# TODO {_one_line(text)}" for name, text in doubts.items() if name not in _FIELDS]
    for name in _FIELDS:
        value = getattr(outlet, name)
        if name in doubts:
            lines.append(f"# TODO {name}: {_one_line(doubts[name])}")
        if value:
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def append_table(file: Path, key: str, table: str) -> None:
    """Add a table at the end of a file, as `append_tables` does."""
    append_tables(file, {key: table}, about=key)


def append_tables(file: Path, tables: Mapping[str, str], *, about: str) -> None:
    """Add tables, by their keys, at the end of a file, which appears whole or stays as it was; a missing one is made.

    ``about`` is what the user wants to add. Raises `OutletRefusedError` where a key is in the file already or the file
    cannot be written, and `CatalogueError` where the file is no catalogue.
    """
    place = file.resolve()
    taken = tables.keys() & read_tables(file).keys() if place.exists() else ()
    if taken:
        raise OutletRefusedError(min(taken), f"{file} has a table of this key already; give another one with --key")
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.toml")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        before = place.read_text("utf-8-sig") if place.exists() else ""
        gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
        with part.open("x", encoding="utf-8") as stream:
            stream.write(before + gap + "\n".join(tables.values()))
            stream.flush()
            os.fsync(stream.fileno())
        load_outlets(part)
        if place.exists():
            shutil.copymode(place, part)
        part.replace(place)
    except CatalogueError as error:
        raise CatalogueError(str(file), error.outlet, error.reason) from error
    except OSError as error:
        raise OutletRefusedError(about, f"{file} cannot be written ({error.strerror or error})") from error
    finally:
        with suppress(OSError):  # as where its folder is none, which has been told
            part.unlink()


def _one_line(text: str) -> str:
    return " ".join(text.split())
