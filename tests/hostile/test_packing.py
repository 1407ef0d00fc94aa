"""Packed answers: whole, cut, damaged, wrongly labelled, and made to fill the memory."""

import gzip
import io
import sys
import zipfile
import zlib
from functools import partial

import brotli
from support.raw_server import Answer, Raw
from support.scenarios import OTHER, PAGE, STORY, Scenario, feed_of, page, refused

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def raw_deflated(content):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def times(count, pack):
    def packed(content):
        for _ in range(count):
            content = pack(content)
        return content

    return packed


def cut(pack, part):
    return lambda content: pack(content)[: int(len(pack(content)) * part)]


def members(content):
    """Many gzip members of a few bytes."""
    return b"".join(gzip.compress(content[start : start + 7]) for start in range(0, len(content), 7))


def damaged(content):
    packed = bytearray(gzip.compress(content))
    packed[-6] ^= 0xFF
    return bytes(packed)


def wrong_size(content):
    packed = bytearray(gzip.compress(content))
    packed[-1] ^= 0xFF
    return bytes(packed)


def with_name(length):
    """Give gzip with a file's name in its head (RFC 1952, FNAME)."""

    def pack(content):
        packed = gzip.compress(content)
        return packed[:3] + b"\x08" + packed[4:10] + b"n" * length + b"\0" + packed[10:]

    return pack


def zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("page.html", content)
    return file.getvalue()


def wide_zstd(content):
    """Give zstd that asks for a window of a gigabyte, as `--long=30` does."""
    options = {zstd.CompressionParameter.window_log: 30, zstd.CompressionParameter.content_size_flag: 0}
    packer = zstd.ZstdCompressor(options=options)
    return packer.compress(content) + packer.flush()


def skippable(content):
    return b"\x50\x2a\x4d\x18\x08\x00\x00\x00whatever" + zstd.compress(content)


PACKINGS = {
    "gzip": ("gzip", gzip.compress), "deflate": ("deflate", zlib.compress), "raw deflate": ("deflate", raw_deflated),
    "br": ("br", brotli.compress), "zstd": ("zstd", zstd.compress),
}  # fmt: skip
NETWORK = "cut connection broken-encoding"
UNREAD = f"{NETWORK} not-html no-text empty unreadable"


def labelled(label, pack, body=PAGE, **more):
    return Answer(body, headers=(f"Content-Encoding: {label}",) if label is not None else (), pack=pack, **more)


_LARGE = b"<html><body>" + b" " * 60_000_000
BOMBS = {
    name: (brotli.compress(_LARGE, quality=1) if label == "br" else pack(_LARGE))
    for name, (label, pack) in PACKINGS.items()
}
BOMB_OF_MEMBERS = gzip.compress(b" " * 1_000_000) * 200


def chunked_gzip():
    packed = gzip.compress(PAGE)
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in packed)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + pieces + b"0\r\n\r\n"


SCENARIOS = (
    *(page(f"{name} as it should be", labelled(label, pack)) for name, (label, pack) in PACKINGS.items()),
    *(
        refused(f"{name} cut at {part}", labelled(label, cut(pack, part)), NETWORK)
        for name, (label, pack) in PACKINGS.items()
        for part in (0.1, 0.6, 0.99)
    ),
    *(
        refused(f"{name} bomb", labelled(label, None, BOMBS[name]), "too-large")
        for name, (label, pack) in PACKINGS.items()
    ),
    *(
        refused(f"{name} label on no bytes", labelled(label, lambda _: b""), "empty " + NETWORK)
        for name, (label, pack) in PACKINGS.items()
    ),
    *(
        refused(f"{name} label on noise", labelled(label, lambda _: bytes(range(1, 255)) * 40), UNREAD)
        for name, (label, pack) in PACKINGS.items()
    ),
    refused(
        "noise that begins as UTF-16 does",
        labelled(None, lambda _: bytes(range(255, 0, -1)) * 40),
        UNREAD,
    ),
    *(
        page(f"{name} label on plain text", labelled(label, None), f"article {NETWORK}", None)
        for name, (label, pack) in PACKINGS.items()
    ),
    *(
        page(f"gzip labelled {label!r}", labelled(label, gzip.compress))
        for label in (
            "deflate",
            "zstd",
            None,
            "x-gzip",
            "GZIP, ",
            "",
            "gzip;q=1",
            "utf-8",
            "identity",
            "application/gzip",
        )
    ),
    *(page(f"zstd labelled {label!r}", labelled(label, zstd.compress)) for label in ("gzip", None)),
    page("gzip labelled br", labelled("br", gzip.compress), f"article {NETWORK}", None),
    page("br labelled gzip", labelled("gzip", brotli.compress), f"article {UNREAD}", None),
    refused("br without a label", labelled(None, brotli.compress), UNREAD),
    refused("deflate without a label", labelled(None, zlib.compress), UNREAD),
    *(
        page(f"plain text labelled {name}", labelled(label, None))
        for name, label in {
            "identity": "identity",
            "none": "none",
            "utf-8": "utf-8",
            "nothing": "",
            "foo": "foo",
            "compress": "compress",
            "commas": ",,,",
            "a byte": "\udcff",
        }.items()
    ),
    page("gzip twice with two labels", labelled("gzip, gzip", times(2, gzip.compress))),
    page("gzip twice with one label", labelled("gzip", times(2, gzip.compress))),
    page("gzip once with two labels", labelled("gzip, gzip", gzip.compress)),
    page("br in gzip", labelled("br, gzip", lambda content: gzip.compress(brotli.compress(content)))),
    page(
        "br in gzip in two lines",
        Answer(
            PAGE,
            headers=("Content-Encoding: br", "Content-Encoding: gzip"),
            pack=lambda content: gzip.compress(brotli.compress(content)),
        ),
    ),
    refused("gzip a hundred times", labelled("gzip", times(100, partial(gzip.compress, compresslevel=1))), UNREAD),
    page("a thousand labels", labelled(", ".join(["gzip"] * 1000), gzip.compress), f"article {NETWORK}", None),
    refused("a bomb in gzip", labelled("gzip", gzip.compress, BOMBS["gzip"]), "too-large"),
    refused("a bomb in gzip in zstd", labelled("zstd", zstd.compress, BOMBS["gzip"]), "too-large"),
    refused("a bomb of members", labelled("gzip", None, BOMB_OF_MEMBERS), "too-large"),
    refused("a bomb without a label", labelled(None, None, BOMBS["gzip"]), "too-large"),
    page("members of seven bytes", labelled("gzip", members)),
    page("gzip in chunks of one byte", Raw((chunked_gzip,))),
    refused("gzip with a wrong checksum", labelled("gzip", damaged), NETWORK),
    refused("gzip with a wrong size", labelled("gzip", wrong_size), NETWORK),
    page("gzip and zeros behind it", labelled("gzip", lambda content: gzip.compress(content) + b"\0" * 5000)),
    page("gzip and garbage behind it", labelled("gzip", lambda content: gzip.compress(content) + b"GARBAGE" * 500)),
    page(
        "gzip and half a member behind it",
        labelled("gzip", lambda content: gzip.compress(content) + gzip.compress(content)[:15]),
        f"article {NETWORK}",
        None,
    ),
    page(
        "gzip and an empty member behind it",
        labelled("gzip", lambda content: gzip.compress(content) + gzip.compress(b"")),
    ),
    page("gzip with a file's name", labelled("gzip", with_name(20))),
    page("gzip with a file's name of a megabyte", labelled("gzip", with_name(10**6)), f"article {NETWORK}", None),
    page("zstd with a window of a gigabyte", labelled("zstd", wide_zstd), f"article {NETWORK}", None),
    page("zstd behind a skippable frame", labelled("zstd", skippable)),
    refused("a zip file", labelled(None, zipped), UNREAD),
    refused("a PDF", labelled(None, lambda _: b"%PDF-1.7\n" + bytes(range(256)) * 90), "not-html"),
    refused("a picture", labelled(None, lambda _: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 90), "not-html"),
    Scenario(name="a feed in gzip without a label", answers={"/feed.xml": Answer(feed_of(), pack=gzip.compress)}),
    Scenario(
        name="a feed cut in gzip",
        answers={"/feed.xml": Answer(feed_of(), headers=("Content-Encoding: gzip",), pack=cut(gzip.compress, 0.6))},
        outcome="none",
        stored=False,
        other=False,
        state="failed",
        told="cut",
    ),
    Scenario(
        name="a feed that is a bomb",
        answers={"/feed.xml": Answer(BOMBS["gzip"], headers=("Content-Encoding: gzip",))},
        outcome="none",
        stored=False,
        other=False,
        state="failed",
        told="12,582,912 bytes",
    ),
    Scenario(
        name="robots.txt that is a bomb",
        answers={"/robots.txt": Answer(BOMBS["gzip"], headers=("Content-Encoding: gzip",))},
        outcome="none",
        stored=False,
        other=False,
        state="failed",
        told="robots.txt",
    ),
    Scenario(
        name="both stories are bombs",
        answers={path: labelled("br", None, BOMBS["br"]) for path in (STORY, OTHER)},
        outcome="too-large",
        stored=False,
        other=False,
    ),
)


SETTINGS = {"DOWNLOAD_TIMEOUT": 15}


def test_each_answer_comes_to_what_was_promised(played, scenario):
    played.check(scenario)


def test_the_neighbours_are_whole_and_nothing_is_logged_with_a_traceback(played):
    played.check_neighbours()
