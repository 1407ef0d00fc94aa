"""Packed answers come out whole, or not at all."""

import contextlib
import functools
import sys
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from balkan_crawler.middlewares.unpacking import UnpackingMiddleware
from balkan_crawler.packing import CutStreamError, TooLargeUnpackedError, unpacked

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"Novi most preko reke otvoren je u utorak pred mnogo ljudi. " * 400


def gzipped(content):
    packer = zlib.compressobj(wbits=31)
    return packer.compress(content) + packer.flush()


def raw_deflated(content):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


PACKINGS = {
    "gzip": ("gzip", gzipped),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflated),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
}
every_packing = pytest.mark.parametrize(("name", "pack"), PACKINGS.values(), ids=PACKINGS)


@every_packing
def test_a_whole_stream_comes_out_as_it_went_in(name, pack):
    for content in (b"x", TEXT, TEXT * 50):
        assert unpacked(pack(content), name, 10**8) == content


@every_packing
@given(part=st.floats(0.02, 0.98))
def test_a_stream_that_was_cut_anywhere_is_none(name, pack, part):
    packed = pack(TEXT)
    with pytest.raises(CutStreamError):
        unpacked(packed[: max(1, int(len(packed) * part))], name, 10**8)


@every_packing
def test_a_bomb_is_not_unpacked_to_its_end(name, pack):
    with pytest.raises(TooLargeUnpackedError, match="more than 1,000,000 bytes"):
        unpacked(pack(b"0" * 30_000_000), name, 1_000_000)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_streams_that_are_joined_come_out_as_one_and_what_is_none_is_left_out(name):
    pack = PACKINGS[name][1]
    assert unpacked(pack(b"one ") + pack(b"two") + b"\0\0\0", name, 100) == b"one two"


@every_packing
@given(content=st.binary(max_size=300))
def test_no_bytes_break_the_unpacking(name, pack, content):
    with contextlib.suppress(CutStreamError, TooLargeUnpackedError):
        unpacked(content, name, 10_000)


def test_a_damaged_checksum_is_noticed():
    packed = bytearray(gzipped(TEXT))
    packed[-6] ^= 0xFF
    with pytest.raises(CutStreamError):
        unpacked(bytes(packed), "gzip", 10**8)


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzipped), ("zstd", zstd.compress)])
def test_a_body_of_hundreds_of_thousands_of_streams_is_refused_at_once(name, pack):
    with pytest.raises(CutStreamError, match="more than 10,000 streams"):
        unpacked(pack(b"") * 300_000, name, 10**8)
    assert unpacked(pack(b"abc") * 5_000, name, 10**8) == b"abc" * 5_000


def test_of_a_hundred_packings_that_are_stated_three_are_looked_at():
    packed = functools.reduce(lambda content, _: raw_deflated(content), range(3), TEXT)
    for name, body in {"deflate": packed, "br": TEXT}.items():
        response = Response("https://gazeta.al/", headers={"Content-Encoding": ", ".join([name] * 100)}, body=body)
        with contextlib.suppress(ResponseDataLossError):
            assert UnpackingMiddleware(10**8).process_response(Request("https://gazeta.al/"), response).body == TEXT
