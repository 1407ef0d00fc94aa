"""Text of feeds and sitemaps made fit for a parser: what must be gone is gone, whatever the parser would do with it."""

from __future__ import annotations

import pytest

from balkan_crawler.discovery.xml_text import plain_xml, without_cut_entry, without_links_of_others

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
LONG = "https://primer.rs/" + 500 * "x"
ENTITIES = '<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<rss>a</rss>", "<rss>a</rss>"),
        ('<?xml version="1.0" encoding="windows-1250"?><rss>š</rss>', "<rss>š</rss>"),
        ("Warning: x in /a.php\n<rss>a</rss>", "<rss>a</rss>"),
        (f"<!DOCTYPE rss [{ENTITIES}]><rss>&b;</rss>", "<rss>&amp;b;</rss>"),
        ("<a>?id=1&b=2 caf&eacute; &#269; &lt;</a>", "<a>?id=1&amp;b=2 café &#269; &lt;</a>"),
        ("<a><![CDATA[?id=1&b=2]]></a>", "<a><![CDATA[?id=1&b=2]]></a>"),
        ("<a>&#55357;&#56832;&#xD83D;</a>", "<a>😀</a>"),
        ('<!DOCTYPE urlset SYSTEM "http://primer.rs/x.dtd"><urlset>a</urlset>', "<urlset>a</urlset>"),
        ('<!DOCTYPE rss [<!ENTITY a "ha"><rss>a</rss>', "<rss>a</rss>"),
        ("<!DOCTYPE rss", ""),
        ("<feed xml:base='https://primer.rs/'>", "<feed xml:base='https://primer.rs/'>"),
        *((f"<feed xml:base={long}>", f"<feed xml:ground={long}>") for long in (f"'{LONG}'", f'"{LONG} "', LONG)),
        ("<rss>M\x00o\x0bs\ud800t</rss>", "<rss>Most</rss>"),
    ],
)
def test_xml_is_plain(text: str, plain: str) -> None:
    assert plain_xml(text) == DECLARATION + plain.encode()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<rss><item>1</item><item>2</item>", "<rss><item>1</item><item>2</item>"),
        ("<rss><item>1</item><item><link>https://primer.rs/ve", "<rss><item>1</item>"),
        ("<rss><item>1</item><item", "<rss><item>1</item>"),
        ("<feed><entry>1</entry><entry>2</feed>", "<feed><entry>1</entry>"),
        ("<rss><item>1</item><items>2", "<rss><item>1</item><items>2"),
        ("<rss><item>1", "<rss><item>1"),
    ],
)
def test_an_entry_that_never_ends_is_cut_off(text: str, kept: str) -> None:
    assert without_cut_entry(text, ("item", "entry")) == kept


@pytest.mark.parametrize("name", ["media:content", "media:group", "yandex:related"])
def test_parts_that_are_opened_without_end_are_looked_at_once(name: str) -> None:
    text = f"<{name}>" * 400_000  # with each looked at for its end through 4,000 characters, this takes a minute
    assert without_links_of_others(text) == text
