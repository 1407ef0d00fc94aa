"""A WARC file read in parts, apart from each other, gives what the file read at once gives, however it is packed."""

from __future__ import annotations

import gzip
import random

import pytest
from support.warcs import info, page, request, response

from balkan_crawler.warc.dividing import parts_of
from balkan_crawler.warc.pages import read_pages
from balkan_crawler.warc.parts import Part

URL = "https://danas-proba.rs/vesti/nova-cesta-otvorena"
RECORDS = info() + b"".join(response(f"{URL}-{number}", page(number)) + request(URL) for number in range(12))
PLAIN = gzip.decompress(RECORDS)
FORMS = {
    "each record packed": (RECORDS, True),
    "plain": (PLAIN, True),
    "packed as a whole": (gzip.compress(PLAIN), False),
    "packed in blocks": (b"".join(gzip.compress(PLAIN[at : at + 500]) for at in range(0, len(PLAIN), 500)), False),
    "blank lines between members": (RECORDS.replace(gzip.compress(b""), b"") + gzip.compress(b"\r\n") + RECORDS, True),
    "cut": (RECORDS[:-300], True),
}


def in_parts(data: bytes, size: int) -> tuple[list, list]:
    contents = list(parts_of(data, most_records=size))
    return contents, [found for content in contents for found in read_pages(data, content.part)]


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize(("data", "may_begin_within"), FORMS.values(), ids=FORMS)
def test_parts_together_are_the_file(data, may_begin_within, size):
    contents, found = in_parts(data, size)
    assert found == list(read_pages(data))
    assert [place for content in contents for place in content.pages] == [
        (each.url, each.captured) for each in found if hasattr(each, "url")
    ]
    assert len(contents) == -(-len(found) // size)
    assert (len({content.part.start for content in contents}) > 1) == (may_begin_within and size < 1000)


@pytest.mark.parametrize("data", [RECORDS, PLAIN], ids=["packed", "plain"])
def test_so_they_are_whatever_is_damaged(data):
    chance = random.Random(7)
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] ^= 0xFF
        del damaged[chance.randrange(len(damaged) // 2, len(damaged)) :]
        _, found = in_parts(bytes(damaged), chance.randint(1, 5))
        assert found == list(read_pages(bytes(damaged)))


def test_dividing_goes_on_where_it_was_left():
    first, second, *others = parts_of(RECORDS, most_records=5)
    assert list(parts_of(RECORDS, Part(second.part.start, second.part.skip), most_records=5)) == [second, *others]
    assert first.things == 5 and first.left_out == {"no-response": 3}


@pytest.mark.parametrize(("data", "trouble"), [(b"", "empty-file"), (b"<html>no WARC</html>", "no-warc")])
def test_what_is_no_warc_file_is_one_part_that_says_so(data, trouble):
    [content] = parts_of(data)
    assert (content.trouble, content.pages) == (trouble, [])
