"""Where a user's configuration and own outlets lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

FILE: Final = "balkan.toml"
"""The file's name, in the current folder and in the user's own."""
_OWN_OUTLETS: Final = "outlets.toml"


def user_folder() -> Path:
    """Give the user's folder for this program, by the custom of the system; it need not be there.

    ``~/.config/balkan-crawler`` on Linux (``XDG_CONFIG_HOME``), ``~/Library/Application Support/balkan-crawler`` on
    macOS, ``%APPDATA%\\balkan-crawler`` on Windows.
    """
    return Path(click.get_app_dir("balkan-crawler"))


def own_outlets() -> Path:
    """Give the file that outlets are added to, and read from, where no other is named; it need not be there."""
    return user_folder() / _OWN_OUTLETS


def find_file() -> Path | None:
    """Find the configuration file: in the current folder, else in the user's; ``None`` where neither has one."""
    return next((file for file in (Path(FILE).absolute(), user_folder() / FILE) if file.exists()), None)
