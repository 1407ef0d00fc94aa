"""Reading the tables (TOML) that lie beside the modules they belong to."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import tomli


def read_table(module: str, name: str) -> dict[str, Any]:
    """Read the table ``name`` that lies in the folder of ``module`` (its ``__name__``), not cached.

    Raises ``FileNotFoundError`` and ``tomli.TOMLDecodeError``: both are faults of the package, not of its user.
    """
    return tomli.loads(files(module.rpartition(".")[0]).joinpath(name).read_text(encoding="utf-8"))
