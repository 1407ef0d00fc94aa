"""Pages are appended to one file an outlet and day, whatever becomes of the process that writes them."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from support.warcs import NOON, checked, members, page
from warcio.archiveiterator import ArchiveIterator

from balkan_crawler.errors import PagesUnwritableError
from balkan_crawler.warc.folder import MOST_OPEN, PageFolder
from balkan_crawler.warc.writing import Exchange

WRITER = """
import sys
from itertools import count
from pathlib import Path
from support.warcs import NOON, page
from balkan_crawler.warc.folder import PageFolder
from balkan_crawler.warc.writing import Exchange

folder = PageFolder(Path(sys.argv[1]))
for number in count():
    if len(sys.argv) > 2 and number == int(sys.argv[2]):
        sys.stdin.read()
    content = page(number) * 50
    folder.keep("danas", Exchange(url=f"https://danas.example/{number}", fetched=NOON, status=200, content=content))
    print(number, flush=True)
"""


def exchange(number=0, at=NOON, **fields):
    made = {"url": f"https://danas.example/vest-{number}", "status": 200, "content": page(number), "fetched": at}
    return Exchange(**(made | fields))


def keep(path, *numbers, at=NOON):
    folder = PageFolder(path)
    for number in numbers:
        folder.keep("danas", exchange(number, at))
    folder.close()
    return path / "danas" / f"danas-{at.astimezone(UTC):%Y-%m-%d}.warc.gz"


def targets(file):
    return [target.rpartition("/")[2] for kind, target, _ in checked(file) if kind == "response"]


def writer(path, *more):
    code = [sys.executable, "-c", WRITER, str(path), *more]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def test_a_page_is_a_response_and_the_request_that_led_to_it_with_digests(tmp_path):
    folder = PageFolder(tmp_path)
    asked = (("User-Agent", "balkan-crawler/1"), ("Accept-Encoding", "gzip"))
    answered = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    at = datetime(2026, 11, 28, 12, 0, 0, 120_034, UTC)
    folder.keep(
        "danas", exchange(at=at, asked=asked, answered=answered, address="192.0.2.7", url="https://a.example/x?y=1")
    )
    folder.close()
    [file] = (tmp_path / "danas").iterdir()
    with file.open("rb") as opened:
        info, answer, request = [
            (record.rec_headers, record.http_headers, record.content_stream().read(), record.digest_checker.passed)
            for record in ArchiveIterator(opened, check_digests="raise")
        ]
    assert info[0].protocol == "WARC/1.1" and b"software: balkan-crawler/" in info[2]
    assert (info[0]["WARC-Type"], answer[0]["WARC-Type"], request[0]["WARC-Type"]) == (
        "warcinfo",
        "response",
        "request",
    )
    assert answer[0]["WARC-Warcinfo-ID"] == info[0]["WARC-Record-ID"]
    assert request[0]["WARC-Concurrent-To"] == answer[0]["WARC-Record-ID"]
    assert {answer[0]["WARC-Target-URI"], request[0]["WARC-Target-URI"]} == {"https://a.example/x?y=1"}
    assert {answer[0]["WARC-Date"], request[0]["WARC-Date"]} == {"2026-11-28T12:00:00.120034Z"}
    assert answer[0]["WARC-IP-Address"] == "192.0.2.7"
    assert answer[2] == page() and answer[3] is True and request[3] is True
    assert answer[0]["WARC-Payload-Digest"].startswith("sha1:") and answer[0]["WARC-Block-Digest"].startswith("sha1:")
    assert answer[1].headers == [*answered, ("Content-Length", str(len(page())))]
    assert (request[1].protocol, request[1].statusline) == ("GET", "/x?y=1 HTTP/1.1")
    assert request[1].headers == [("Host", "a.example"), *asked]


def test_a_body_is_kept_as_it_was_read_and_no_header_says_otherwise(tmp_path):
    folder = PageFolder(tmp_path)
    sent = (("content-encoding", "br"), ("Transfer-Encoding", "chunked"), ("Content-Length", "77"), ("ETag", '"x"'))
    folder.keep("danas", exchange(answered=sent))
    folder.close()
    with next((tmp_path / "danas").iterdir()).open("rb") as opened:
        [answer] = [
            (record.http_headers.headers, record.content_stream().read())
            for record in ArchiveIterator(opened)
            if record.rec_type == "response"
        ]
    assert answer == ([("ETag", '"x"'), ("Content-Length", str(len(page())))], page())


def test_each_record_is_a_gzip_member_of_its_own(tmp_path):
    assert len(members(keep(tmp_path, 1, 2).read_bytes())) == 1 + 2 + 2


def test_there_is_one_file_an_outlet_and_day_of_utc(tmp_path):
    folder = PageFolder(tmp_path)
    late = datetime(2026, 11, 28, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    for outlet, at in (("danas", NOON), ("vesti", NOON), ("danas", late), ("danas", NOON)):
        folder.keep(outlet, exchange(at=at))
    folder.close()
    files = {path.relative_to(tmp_path).as_posix(): len(targets(path)) for path in tmp_path.rglob("*.gz")}
    assert files == {
        "danas/danas-2026-11-27.warc.gz": 1,
        "danas/danas-2026-11-28.warc.gz": 2,
        "vesti/vesti-2026-11-28.warc.gz": 1,
    }


def test_a_later_run_appends_to_the_file_of_the_day(tmp_path):
    keep(tmp_path, 1)
    file = keep(tmp_path, 2)
    assert list(file.parent.iterdir()) == [file]
    assert [kind for kind, _, _ in checked(file)] == ["warcinfo", "response", "request"] * 2
    assert targets(file) == ["vest-1", "vest-2"]


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_record_that_was_cut_off_anywhere_is_taken_away_before_the_next_one(tmp_path, which, part):
    file = keep(tmp_path, 1)
    *_, info, answer, request = members(file.read_bytes())
    parts = [info, answer, request]
    cut = parts[which][: max(1, int(len(parts[which]) * part))]
    file.write_bytes(b"".join(parts[:which]) + cut)
    assert keep(tmp_path, 2) == file
    assert targets(file) == (["vest-1"] if which == 2 else []) + ["vest-2"]
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "tail", [b"\0" * 4096, b"what somebody else wrote", b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff\xff\xff\xff"]
)
def test_what_is_no_record_cut_off_is_left_as_it_is(tmp_path, tail):
    file = keep(tmp_path, 1)
    with file.open("ab") as opened:
        opened.write(tail)
    before = file.read_bytes()
    keep(tmp_path, 2)
    assert file.read_bytes() == before
    assert targets(file.with_name("danas-2026-11-28-2.warc.gz")) == ["vest-2"]


@pytest.mark.slow
def test_after_a_kill_all_that_was_written_before_and_is_written_later_can_be_read(tmp_path):
    written = 0
    for round_ in range(4):
        process = writer(tmp_path)
        lines = list(itertools.islice(process.stdout, 3 + round_))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        file = keep(tmp_path, 1000 + round_)
        found = targets(file)
        written += len(lines)
        assert found[-1] == f"vest-{1000 + round_}"
        assert len(found) >= written + round_ + 1
        written = len(found) - round_ - 1  # what the killed one had not told of yet
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.slow
def test_two_processes_never_write_one_file(tmp_path):
    with writer(tmp_path, "1") as other:
        assert other.stdout.readline() == "0\n"
        keep(tmp_path, 2)
        held, own = (tmp_path / "danas" / f"danas-2026-11-28{number}.warc.gz" for number in ("", "-2"))
        assert (targets(held), targets(own)) == (["0"], ["vest-2"])
        other.kill()
    keep(tmp_path, 3)
    assert (targets(held), targets(own)) == (["0", "vest-3"], ["vest-2"])


def test_two_folders_of_one_process_never_write_one_file(tmp_path):
    first, second = PageFolder(tmp_path), PageFolder(tmp_path)
    for number in range(4):
        (first, second)[number % 2].keep("danas", exchange(number))
    first.close()
    second.close()
    assert [targets(file) for file in sorted((tmp_path / "danas").iterdir())] == [
        ["vest-1", "vest-3"],
        ["vest-0", "vest-2"],
    ]


def test_more_outlets_than_files_may_be_open_are_kept(tmp_path):
    folder = PageFolder(tmp_path)
    outlets = [f"outlet_{number}" for number in range(MOST_OPEN + 8)]
    for number in range(3):
        for outlet in outlets:
            folder.keep(outlet, exchange(number))
    folder.close()
    for outlet in outlets:
        [file] = (tmp_path / outlet).iterdir()
        assert targets(file) == ["vest-0", "vest-1", "vest-2"]
        assert [kind for kind, _, _ in checked(file)].count("warcinfo") == 1


def test_a_file_that_is_moved_away_meanwhile_is_begun_anew(tmp_path):
    folder = PageFolder(tmp_path)
    folder.keep("danas", exchange(1))
    (tmp_path / "danas").rename(tmp_path / "elsewhere")
    folder.keep("danas", exchange(2))
    folder.close()
    assert targets(tmp_path / "elsewhere" / "danas-2026-11-28.warc.gz") == ["vest-1"]
    assert targets(tmp_path / "danas" / "danas-2026-11-28.warc.gz") == ["vest-2"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on the size of files")
def test_a_page_that_there_is_no_room_for_leaves_the_file_whole(tmp_path):
    code = """
import resource, sys
from pathlib import Path
from balkan_crawler.errors import PagesUnwritableError
from balkan_crawler.warc.folder import PageFolder
from balkan_crawler.warc.writing import Exchange
from support.warcs import NOON, page
import random

folder = PageFolder(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
for number, content in enumerate([page(), random.Random(1).randbytes(30_000), page()]):
    try:
        folder.keep("danas", Exchange(url=f"https://a.example/{number}", fetched=NOON, status=200, content=content))
    except PagesUnwritableError as error:
        print(error)
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=environment, check=True
    )
    [said] = done.stdout.splitlines()
    assert "danas-2026-11-28.warc.gz cannot be written: File too large; check" in said
    assert targets(tmp_path / "danas" / "danas-2026-11-28.warc.gz") == ["0", "2"]


def test_a_folder_that_cannot_be_made_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PagesUnwritableError, match="cannot be written: "):
        PageFolder(tmp_path / "file" / "pages").make()
