"""A file appears whole or not at all, and memory does not grow with the number of articles."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tracemalloc

import pytest

from balkan_crawler.errors import ExportExistsError, ExportUnwritableError, StoreBrokenError
from balkan_crawler.export import FORMATS, Export, write_exports

ROW = {"url": "https://proba.rs/1", "date": "2026-11-23", "title": "Naslov", "body": "Tekst. " * 200}


def failing(error):
    yield ROW
    raise error


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("error", [StoreBrokenError("archive.db"), KeyboardInterrupt()], ids=type)
def test_a_failure_leaves_the_earlier_file_and_nothing_else(tmp_path, name, error):
    earlier = tmp_path / "out"
    earlier.write_text("earlier")
    with pytest.raises(type(error)):
        write_exports(failing(error), [Export(path=earlier, format=name, replace=True)], lambda row: [])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert earlier.read_text() == "earlier"


def test_nothing_has_its_name_before_it_is_whole(tmp_path):
    def rows():
        yield ROW
        assert not (tmp_path / "out.json").exists()

    write_exports(rows(), [Export(path=tmp_path / "out.json", format="json")])
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_an_existing_file_is_not_replaced_unasked(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(ExportExistsError, match="--force"):
        write_exports([ROW], [Export(path=path, format="csv")])
    assert path.read_text() == "mine"
    write_exports([ROW], [Export(path=path, format="csv", replace=True)])
    assert "Naslov" in path.read_text()


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "out.csv"

    def rows():
        yield ROW
        path.write_text("came")

    with pytest.raises(ExportExistsError):
        write_exports(rows(), [Export(path=path, format="csv")])
    assert path.read_text() == "came"
    assert [found.name for found in tmp_path.iterdir()] == ["out.csv"]


def test_a_teasers_file_of_the_user_is_not_replaced_either(tmp_path):
    beside = tmp_path / "out-teasers.csv"
    beside.write_text("mine")
    with pytest.raises(ExportExistsError, match="out-teasers"):
        write_exports([ROW], [Export(path=tmp_path / "out.csv", format="csv")], lambda row: [])
    assert [found.name for found in tmp_path.iterdir()] == ["out-teasers.csv"]


def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("")
    link.symlink_to(real)
    write_exports([ROW], [Export(path=link, format="csv", replace=True)])
    assert link.is_symlink()
    assert "Naslov" in real.read_text()


def test_folders_are_made(tmp_path):
    write_exports([ROW], [Export(path=tmp_path / "a" / "b" / "out.csv", format="csv")])
    assert (tmp_path / "a" / "b" / "out.csv").exists()


def test_a_folder_or_a_file_in_the_way_is_one_error(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "out.csv"):
        with pytest.raises(ExportUnwritableError, match=str(path)):
            write_exports([ROW], [Export(path=path, format="csv", replace=True)])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_is_one_error(tmp_path, name, monkeypatch):
    opened = []
    real_open = type(tmp_path).open

    def open_full(path, mode="r", *rest, **options):
        if path.suffix == ".part":
            opened.append(path)
            real_open(path, mode).close()
            return open("/dev/full", "wb")  # noqa: PTH123
        return real_open(path, mode, *rest, **options)

    monkeypatch.setattr(type(tmp_path), "open", open_full)
    with pytest.raises(ExportUnwritableError, match="No space left"):
        write_exports([ROW] * 2_000, [Export(path=tmp_path / "out", format=name)])
    assert opened
    assert list(tmp_path.iterdir()) == []


def test_a_file_may_be_read_by_whom_the_umask_allows(tmp_path):
    write_exports([ROW], [Export(path=tmp_path / "out.csv", format="csv")])
    (tmp_path / "other").write_text("")
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.slow
@pytest.mark.parametrize("name", ["csv", "json", "jsonl"])
def test_memory_does_not_grow_with_the_articles(tmp_path, name):
    def peak(count):
        tracemalloc.start()
        rows = ({**ROW, "url": f"https://proba.rs/{number}"} for number in range(count))
        write_exports(rows, [Export(path=tmp_path / f"{count}.x", format=name)])
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(5_000) < peak(500) + 300_000  # 4,500 more articles hold 6.3 MB of bodies


STOPPED = """
import sys
from pathlib import Path
from balkan_crawler.export import Export, write_exports

def rows():
    yield {"url": "u"}
    print("writing", flush=True)
    sys.stdin.read()

write_exports(rows(), [Export(path=Path(sys.argv[1]), format="csv")])
"""


def test_control_c_leaves_nothing_behind(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(tmp_path / "out.csv")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout.readline() == b"writing\n"
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(30) != 0
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to_and_never_replaced_by_a_file(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        write_exports([ROW], [Export(path=pipe, format="csv")])
        assert b"Naslov" in reader.communicate(timeout=30)[0]
    assert pipe.is_fifo()


def test_a_socket_is_no_place_for_a_file(tmp_path):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s.csv"))
        with pytest.raises(ExportUnwritableError, match="no file but a device or a socket"):
            write_exports([ROW], [Export(path=tmp_path / "s.csv", format="csv", replace=True)])
