"""A feed is valid Atom 1.0 (RFC 4287), and a feed reader that is not ours understands it."""

from __future__ import annotations

from datetime import UTC, datetime

import feedparser
import pytest
from lxml import etree

from balkan_crawler.export import Export, Feed, write_exports

NOW = datetime(2026, 11, 30, 12, 0, 0, 5, tzinfo=UTC)
ROW = {
    "url": "https://proba.rs/vest/1?a=1&b=2",
    "date": "2026-11-23",
    "outlet": "proba",
    "title": 'Most & "most" <b>otvoren</b>',
    "lead": "Posle <dve> godine.",
    "body": "Prvi pasus & drugo.\nDrugi pasus.\n<script>alert(1)</script>",
    "authors": ["Ana Anić", "Иво <Ивић>"],
    "published": "2026-11-23T11:30:00+00:00",
    "language": "sr",
    "script": "Latn",
    "section": "Društvo",
    "tags": ["most", "Društvo"],
    "first_seen": "2026-11-23T12:00:00.123456+00:00",
    "edited": "2026-11-24T08:00:00+00:00",
    "corrected": None,
}
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(folder, rows, **about):
    path = folder / "out.atom"
    write_exports(rows, [Export(path=path, format="atom", replace=True, feed=Feed(made=NOW, **about))])
    return path.read_bytes()


def assert_valid(document):
    """Hold a feed against what RFC 4287 says must be there, once."""
    root = etree.fromstring(document)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
            assert (element.findtext(f"{ATOM}{name}") or "").strip()
    for entry in root.iter(f"{ATOM}entry"):
        assert entry.find(f"{ATOM}author/{ATOM}name") is not None
        assert len(entry.findall(f"{ATOM}link[@rel='alternate']")) == 1
        assert len(entry.findall(f"{ATOM}content")) == 1
    for time in (*root.iter(f"{ATOM}updated"), *root.iter(f"{ATOM}published")):
        assert datetime.strptime(time.text or "", "%Y-%m-%dT%H:%M:%SZ")
    identifiers = [each.text or "" for each in root.iter(f"{ATOM}id")]
    assert len(set(identifiers)) == len(identifiers)
    assert all(each.startswith("urn:uuid:") for each in identifiers)
    return root


def test_a_feed_reader_reads_it_back(tmp_path):
    document = feed(tmp_path, [ROW, ROW | {"date": "2026-11-22", "edited": None}], title="most & RS")
    assert_valid(document)
    found = feedparser.parse(document)
    assert (found.bozo, found.version, found.feed.title) == (False, "atom10", "most & RS")
    assert found.feed.updated == "2026-11-24T08:00:00Z"
    entry = found.entries[0]
    assert entry.link == ROW["url"]
    assert (entry.published, entry.updated) == ("2026-11-23T11:30:00Z", "2026-11-24T08:00:00Z")
    assert [author.name for author in entry.authors] == ROW["authors"]
    assert [tag.term for tag in entry.tags] == ["Društvo", "most"]
    assert "<p>Prvi pasus &amp; drugo.</p><p>Drugi pasus.</p>" in entry.content[0].value
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in entry.content[0].value
    assert (entry.title_detail.type, entry.title_detail.value) == ("text/plain", ROW["title"])
    assert entry.title_detail.language == "sr-Latn"


def test_an_article_keeps_its_identifier_and_a_feed_that_of_its_subject(tmp_path):
    first = feedparser.parse(feed(tmp_path, [ROW], subject="most"))
    later = feedparser.parse(feed(tmp_path, [ROW | {"title": "Drugi naslov"}], subject="most"))
    other = feedparser.parse(feed(tmp_path, [ROW | {"date": "2026-11-24"}], subject="vucic"))
    assert first.entries[0].id == later.entries[0].id != other.entries[0].id
    assert first.feed.id == later.feed.id != other.feed.id


def test_the_same_articles_make_the_same_bytes(tmp_path):
    assert feed(tmp_path, [ROW]) == feed(tmp_path, [ROW])


@pytest.mark.parametrize(
    "fields",
    [
        {"authors": [], "published": None, "lead": None, "language": None, "script": None, "tags": [], "section": None},
        {"title": "Kraj \x00\x0b\ufffe \ud800", "authors": ["\x01A"], "url": "https://proba.rs/\"'<>&"},
        {"first_seen": None, "edited": None},
        {"body": "x" * 9_000_000},
    ],
    ids=["bare", "no-xml", "no-times", "long"],
)
def test_odd_articles_make_a_valid_feed_too(tmp_path, fields):
    root = assert_valid(feed(tmp_path, [ROW | fields]))
    first = (fields.get("authors") or ["proba" if "authors" in fields else "Ana Anić"])[0].replace("\x01", "\ufffd")
    assert root.findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == first


def test_a_feed_without_articles_is_valid_and_was_updated_now(tmp_path):
    assert assert_valid(feed(tmp_path, [])).findtext(f"{ATOM}updated") == "2026-11-30T12:00:00Z"


def test_an_outlet_goes_by_its_name(tmp_path):
    document = feed(tmp_path, [ROW | {"authors": []}], names={"proba": "Proba & sin"})
    assert assert_valid(document).findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "Proba & sin"
