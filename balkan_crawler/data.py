"""Reading tables (TOML): those that lie beside the modules they belong to, and those that a user wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import tomli  # tomllib's own code, compiled: a third of the time

_LINE: Final = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a user's file cannot be read, in words that follow its name; ``line`` is that of TOML's, from 1."""

    reason: str
    line: int | None = None


def read_table(module: str, name: str) -> dict[str, Any]:
    """Read the table ``name`` that lies in the folder of ``module`` (its ``__name__``), not cached.

    Raises ``FileNotFoundError`` and ``tomli.TOMLDecodeError``: both are faults of the package, not of its user.
    """
    return tomli.loads(files(module.rpartition(".")[0]).joinpath(name).read_text(encoding="utf-8"))


def read_own_file(file: Path) -> dict[str, Any] | Unreadable:
    """Read a user's own TOML file, UTF-8 with or without a byte order mark; whatever is wrong with it is given back."""
    try:
        return tomli.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        return Unreadable(f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError as error:
        return Unreadable(f"is not UTF-8 (byte {error.start}); save it as UTF-8")
    except ValueError as error:  # TOMLDecodeError, and Python's own refusal of numbers with thousands of digits
        line = _LINE.search(str(error))
        return Unreadable(f"is not valid TOML: {error}", int(line[1]) if line else None)
    except RecursionError:
        return Unreadable("is not valid TOML: nested too deeply")
