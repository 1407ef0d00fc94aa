"""Pages come out of anybody's WARC files; what is none, or broken, is told by its reason, and the rest is read."""

from __future__ import annotations

import gzip
import os
import random
import resource
import sys
import zlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
from support.outlets import make_outlet
from support.warcs import HTML, NOON, found_in, info, members, page, record, request, response

from balkan_crawler import Hints, KnownOutlets, extract, extract_warc
from balkan_crawler.manners.limits import LARGEST_ANSWER
from balkan_crawler.warc.files import find_warc_files

URL = "https://danas.example/vest"
TARGET = f"WARC-Target-URI: {URL}"
DATE = "WARC-Date: 2026-11-28T12:00:00Z"
RESPONSE = ("WARC-Type: response", TARGET, DATE)


def written(folder, *records, name="file.warc.gz"):
    file = folder / name
    file.write_bytes(b"".join(records))
    return file


def chunked(content, size=1000):
    pieces = [content[place : place + size] for place in range(0, len(content), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def raw_deflated(content):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def http(content, *lines, status="200 OK"):
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *lines, "", ""]).encode() + content


PACKED = {
    "gzip": (gzip.compress(page()), "gzip"),
    "deflate": (zlib.compress(page()), "deflate"),
    "raw deflate": (raw_deflated(page()), "deflate"),
    "br": (brotli.compress(page()), "br"),
    "gzip in br": (brotli.compress(gzip.compress(page())), "gzip, br"),
    "labelled gzip, unpacked already": (page(), "gzip"),
    "labelled br, unpacked already": (page(), "br"),
    "labelled deflate, unpacked already": (page(), "deflate"),
    "gzip without a label": (gzip.compress(page()), None),
}


@pytest.mark.parametrize("is_chunked", [False, True], ids=["whole", "chunked"])
@pytest.mark.parametrize(("content", "label"), PACKED.values(), ids=PACKED)
def test_a_body_comes_out_as_the_page_it_was(tmp_path, content, label, is_chunked):
    headers = (*HTML, *([("Content-Encoding", label)] if label else []))
    if is_chunked:
        content, headers = chunked(content), (*headers, ("Transfer-Encoding", "chunked"))
    [found], others = found_in(written(tmp_path, response(URL, content, http=headers)))
    assert (found.content, found.content_type, others) == (page(), "text/html; charset=utf-8", [])


def test_a_body_that_was_put_together_already_comes_out_though_it_is_called_chunked(tmp_path):
    file = written(tmp_path, response(URL, page(), http=(*HTML, ("Transfer-Encoding", "chunked"))))
    assert found_in(file)[0][0].content == page()


FORMS = {
    "each record packed": lambda records: records,
    "plain": lambda records: gzip.decompress(records),
    "packed as a whole": lambda records: gzip.compress(gzip.decompress(records)),
    "packed in blocks": lambda records: b"".join(
        gzip.compress(gzip.decompress(records)[place : place + 500])
        for place in range(0, len(gzip.decompress(records)), 500)
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("name", ["file.warc", "file.warc.gz", "whatever"])
def test_plain_and_packed_files_are_told_by_their_bytes(tmp_path, form, name):
    records = info() + b"".join(response(f"{URL}-{number}", page(number)) + request(URL) for number in range(3))
    pages, others = found_in(written(tmp_path, form(records), name=name))
    assert [each.url for each in pages] == [f"{URL}-{number}" for number in range(3)]
    assert [each.content for each in pages] == [page(number) for number in range(3)]
    assert others == ["no-response"] * 4


def test_the_time_of_the_capture_is_read_to_its_last_digit(tmp_path):
    dates = ["2026-11-28T12:00:00Z", "2026-11-28T12:00:00.5Z", "2026-11-28T12:00:00.123456789Z"]
    block = http(page())
    file = written(tmp_path, *(record(block, "WARC-Type: response", TARGET, f"WARC-Date: {date}") for date in dates))
    moments = [each.captured for each in found_in(file)[0]]
    assert moments == [NOON, NOON + timedelta(milliseconds=500), NOON + timedelta(microseconds=123456)]


NO_PAGES = {
    "revisit": (response(URL, b"", kind="revisit"), "revisit"),
    "request": (request(URL), "no-response"),
    "warcinfo": (info(), "no-response"),
    "resource": (record(page(), "WARC-Type: resource", TARGET, DATE), "no-response"),
    "conversion": (record(b"text", "WARC-Type: conversion", TARGET, DATE), "no-response"),
    "404": (response(URL, page(), status="404 Not Found"), "status"),
    "301": (response(URL, b"", status="301 Moved", http=(("Location", "/x"),)), "status"),
    "304": (response(URL, b"", status="304 Not Modified"), "status"),
    "picture": (response(URL, b"\x89PNG" + b"\x00" * 500, http=(("Content-Type", "image/png"),)), "not-html"),
    "JSON": (response(URL, b'{"a": 1}', http=(("Content-Type", "application/json"),)), "not-html"),
    "empty": (response(URL, b""), "empty"),
    "cut by the tool": (response(URL, page(), warc={"WARC-Truncated": "length"}), "cut"),
    "in segments": (response(URL, page(), warc={"WARC-Segment-Number": "1"}), "cut"),
    "cut chunks": (response(URL, chunked(page())[:-300], http=(*HTML, ("Transfer-Encoding", "chunked"))), "cut"),
    "cut packing": (response(URL, gzip.compress(page())[:-9], http=(*HTML, ("Content-Encoding", "gzip"))), "cut"),
    "bomb": (response(URL, gzip.compress(b" " * (LARGEST_ANSWER + 1)), http=HTML), "too-large"),
    "too large": (response(URL, b"<p>" + b"a" * LARGEST_ANSWER * 2), "too-large"),
    "no URL": (record(http(page()), "WARC-Type: response", "WARC-Target-URI: no url at all", DATE), "bad-url"),
    "script": (record(http(page()), "WARC-Type: response", "WARC-Target-URI: javascript:x", DATE), "bad-url"),
    "no target": (record(http(page()), "WARC-Type: response", DATE), "bad-url"),
    "no port": (record(http(page()), "WARC-Type: response", "WARC-Target-URI: http://[::1/", DATE), "bad-url"),
    "no time": (record(http(page()), "WARC-Type: response", TARGET), "bad-time"),
    "odd time": (record(http(page()), "WARC-Type: response", TARGET, "WARC-Date: 2026-13-41T00:00:00Z"), "bad-time"),
    "early": (record(http(page()), "WARC-Type: response", TARGET, "WARC-Date: 0001-01-01T00:00:00Z"), "bad-time"),
    "no HTTP": (record(page(), *RESPONSE), "no-http"),
    "no end of its head": (record(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 9, *RESPONSE), "no-http"),
    "DNS": (record(b"dns text", "WARC-Type: response", "WARC-Target-URI: dns:a.example", DATE), "bad-url"),
}


@pytest.mark.parametrize(("data", "reason"), NO_PAGES.values(), ids=NO_PAGES)
def test_what_is_no_page_is_told_with_the_reason_and_the_pages_around_it_are_read(tmp_path, data, reason):
    packed = data if data.startswith(b"\x1f\x8b") else gzip.compress(data)
    pages, others = found_in(written(tmp_path, response(f"{URL}-1", page(1)), packed, response(f"{URL}-2", page(2))))
    assert ([each.url for each in pages], others) == ([f"{URL}-1", f"{URL}-2"], [reason])


def test_targets_between_angle_brackets_as_wget_writes_them_are_read(tmp_path):
    lines = ("WARC-Type: response", f"WARC-Target-URI: <{URL}>", DATE)
    assert found_in(written(tmp_path, record(http(page()), *lines)))[0][0].url == URL


def test_http_2_and_headers_that_go_on_in_a_second_line_are_read(tmp_path):
    block = b"HTTP/2 200\r\nX-Long: a\r\n  b\r\ncontent-type: text/html\r\n\r\n" + page()
    [found], _ = found_in(written(tmp_path, record(block, *RESPONSE)))
    assert (found.content, found.content_type) == (page(), "text/html")


def bomb(begin, endless, size=300_000_000):
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(begin)]
    parts += [packer.compress(endless * (10_000_000 // len(endless))) for _ in range(size // 10_000_000)]
    return b"".join([*parts, packer.flush()])


DAMAGED = {
    "a line without an end": bomb(b"WARC/1.0\r\nX: ", b"a"),
    "a head without an end": bomb(b"WARC/1.0\r\n", b"a: b\r\n"),
    "blank lines without an end": bomb(b"WARC/1.0\r\nWARC-Type: request\r\nContent-Length: 1\r\n\r\nx", b"\n"),
    "nothing but blank lines": bomb(b"", b"\n"),
    "a very large record": bomb(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 300000000\r\n\r\n", b"a"),
    "a length that is none": gzip.compress(record(http(page()), *RESPONSE).replace(b"Length: ", b"Length: x")),
    "a negative length": gzip.compress(record(http(page()), *RESPONSE, length=-5)),
    "a length that is too short": gzip.compress(record(http(page()), *RESPONSE, length=300)),
    "a length that is too long": gzip.compress(record(http(page()), *RESPONSE, length=90_000)),
    "no record at all": gzip.compress(b"<html>" + page()),
    "noise": random.Random(7).randbytes(5_000),
    "a wrong checksum": response(URL, page())[:-8] + b"\0" * 8,
    "half a record": response(URL, page())[:400],
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_what_is_damaged_costs_only_itself_and_no_memory(tmp_path, data):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pages, others = found_in(written(tmp_path, response(f"{URL}-1", page(1)), data, response(f"{URL}-2", page(2))))
    assert [each.url for each in pages] == [f"{URL}-1", f"{URL}-2"]
    assert 1 <= len(others) <= 2
    assert set(others) <= {"damaged-record", "cut-record", "too-large"}
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100_000 * (1024 if sys.platform == "darwin" else 1)  # KiB, or bytes


@pytest.mark.parametrize(
    ("length", "reason"), [(300, "damaged-record"), (90_000, "cut-record"), (10**12, "cut-record")]
)
def test_a_wrong_length_in_a_plain_file_costs_only_its_record(tmp_path, length, reason):
    records = [record(http(page(number)), *RESPONSE[::2], f"{TARGET}-{number}") for number in range(3)]
    records[1] = record(http(page()), *RESPONSE, length=length)
    pages, others = found_in(written(tmp_path, *records, name="file.warc"))
    assert [each.url for each in pages] == [f"{URL}-0", f"{URL}-2"]
    assert others == [reason]


def test_a_large_record_of_a_plain_file_is_passed_over(tmp_path):
    large = record(b"a" * LARGEST_ANSWER * 2, *RESPONSE)
    file = written(tmp_path, large, record(http(page()), *RESPONSE), name="file.warc")
    assert ([each.url for each in found_in(file)[0]], found_in(file)[1]) == ([URL], ["too-large"])


def test_a_file_that_is_cut_anywhere_gives_all_records_before_the_cut(tmp_path):
    records = [response(f"{URL}-{number}", page(number)) for number in range(4)]
    whole = b"".join(records)
    for place in range(0, len(whole), 97):
        pages, others = found_in(written(tmp_path, whole[:place]))
        complete = sum(len(b"".join(records[: number + 1])) <= place for number in range(4))
        assert [each.url for each in pages] == [f"{URL}-{number}" for number in range(complete)]
        assert len(others) <= 1


def test_a_byte_that_is_wrong_anywhere_never_makes_another_page_of_one(tmp_path):
    records = [response(f"{URL}-{number}", page(number)) for number in range(3)]
    whole, originals = b"".join(records), {page(number) for number in range(3)}
    draw = random.Random(3)
    for _ in range(150):
        data = bytearray(whole)
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        pages, _others = found_in(written(tmp_path, bytes(data)))
        assert len(pages) >= 2
        assert {each.content for each in pages} <= originals


def test_noise_never_stops_the_reading(tmp_path):
    draw = random.Random(11)
    pieces = [
        b"WARC/1.0\r\n",
        b"Content-Length: 5\r\n",
        b"WARC-Type: response\r\n",
        b"\r\n",
        b"\x1f\x8b\x08",
        b"HTTP/1.1 200 ",
    ]
    for _ in range(150):
        parts = [draw.choice([*pieces, draw.randbytes(draw.randrange(40))]) for _ in range(draw.randrange(30))]
        found_in(written(tmp_path, *parts))


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty-file"), (b"<html>" + page(), "no-warc"), (gzip.compress(page(), mtime=0), "no-warc")],
)
def test_a_file_that_is_no_warc_says_so_once(tmp_path, data, reason):
    assert found_in(written(tmp_path, data)) == ([], [reason])


def test_a_file_that_cannot_be_opened_says_why(tmp_path):
    assert found_in(tmp_path / "missing") == ([], ["No such file or directory"])
    assert found_in(tmp_path) == ([], ["Is a directory"])


def test_folders_give_their_files_by_day_and_number(tmp_path):
    names = [
        "b/b-2026-11-28-10.warc.gz",
        "b/b-2026-11-28-2.warc.gz",
        "b/b-2026-11-28.warc.gz",
        "a/x.warc",
        "a/notes.txt",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found, unreadable = find_warc_files([tmp_path, tmp_path / "b" / "b-2026-11-28.warc.gz", tmp_path / "missing"])
    assert [file.relative_to(tmp_path).as_posix() for file in found] == [
        "a/x.warc",
        "b/b-2026-11-28.warc.gz",
        "b/b-2026-11-28-2.warc.gz",
        "b/b-2026-11-28-10.warc.gz",
    ]
    assert unreadable == {tmp_path / "missing": "it is not there"}


def test_a_folder_without_any_says_so(tmp_path):
    assert find_warc_files([tmp_path]) == ([], {tmp_path: "it holds no .warc or .warc.gz file"})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everywhere")
def test_a_folder_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path):
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "a.warc").write_bytes(b"")
    found, unreadable = find_warc_files([tmp_path])
    (tmp_path / "closed").chmod(0o700)
    assert (found, unreadable) == ([tmp_path / "a.warc"], {tmp_path / "closed": "Permission denied"})


def test_extraction_is_mapped_over_a_file(tmp_path):
    data = [response(f"{URL}-{number}", page(number)) for number in range(2)]
    file = written(tmp_path, info(), data[0], response(URL, b"", kind="revisit"), data[1][:200])
    left_out = Counter()
    [(url, captured, extraction)] = extract_warc(file, left_out=left_out)
    assert (url, captured) == (f"{URL}-0", NOON)
    assert extraction == extract(page(), f"{URL}-0", fetched_at=NOON, content_type="text/html; charset=utf-8")
    assert extraction.article.title == "Ferry decision number 0 of town a"
    assert left_out == {"no-response": 1, "revisit": 1, "cut-record": 1}


def test_it_reads_with_what_is_known_of_the_outlet_and_of_the_page_and_dates_relative_to_the_capture(tmp_path):
    undated = page().replace(b"article:published_time", b"nothing").replace(b"</h1>", b"</h1><time>pre 2 sata</time>")
    file = written(tmp_path, response(URL, undated))
    outlet = make_outlet("danas", languages=("sr-Latn",))
    known = KnownOutlets({"danas": replace(outlet, homepage=URL)})
    [found] = extract_warc(str(file), known, hints_of=lambda _: None)
    assert found.extraction.article.published == NOON - timedelta(hours=2)
    hinted = NOON - timedelta(days=1)
    undated = undated.replace(b"<time>pre 2 sata</time>", b"")
    [found] = extract_warc(written(tmp_path, response(URL, undated)), hints_of=lambda _: Hints(published=hinted))
    assert found.extraction.article.published == hinted


def test_a_page_that_extraction_stumbles_over_does_not_end_the_file(tmp_path):
    class Fails(KnownOutlets):
        def outlet_of(self, url: str):
            return 5 if url.endswith("1") else None  # no outlet at all

        def knowledge_of(self, outlet):
            return b""

    file = written(tmp_path, *(response(f"{URL}-{number}", page(number)) for number in range(3)))
    outcomes = [found.extraction.outcome for found in extract_warc(file, Fails())]
    assert outcomes == ["article", "extraction-error", "article"]


def test_a_file_is_read_from_the_disk_as_it_goes(tmp_path):
    records = response(URL, page()) * 3
    file = written(tmp_path, records)
    found = extract_warc(Path(file))
    assert next(found).url == URL
    assert len(members(file.read_bytes())) == 3 and len(list(found)) == 2
