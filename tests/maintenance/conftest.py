"""An archive to look after, and a writer beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.archives import end_writer, fill, start_writer, visit


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Give a database of 30 articles, in a folder that holds nothing else."""
    folder = tmp_path / "here"
    folder.mkdir()
    path = folder / "balkan.db"
    fill(path, map(visit, range(30)))
    return path


@pytest.fixture
def writer(archive: Path) -> Iterator[subprocess.Popen[str]]:
    """Commit articles all the time, from another process, which tells the number of each; `end_writer` ends it."""
    process = start_writer(archive)
    yield process
    if process.poll() is None:
        end_writer(process)
