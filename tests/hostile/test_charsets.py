"""Letters: pages in whatever charset, whatever they say of it; what is stored has them right, and no NULs."""

import codecs

from support.raw_server import Answer
from support.scenarios import PAGE, Scenario, feed_of, page, refused

LINES = (
    "Šišmiš i žaba ćućore kraj Đurđeve česme, a čamac čeka proleće kod Žablja i Šapca.",
    "Građani Čačka traže da se što pre reši pitanje puta, koji je već godinu dana pun rupa.",
    "Njihov predstavnik kaže da će još sačekati odluku opštine, i da želi dogovor o svemu.",
)
HEADLINE = "Građani Čačka traže put i most"
SR = {"languages": ["sr-Latn"], "country": "RS", "timezone": "Europe/Belgrade"}


def text(meta="", lines=LINES):
    body = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html lang='sr'><head>{meta}<title>{HEADLINE}</title><meta property='og:type' content='article'>"
        f"<meta property='og:title' content='{HEADLINE}'></head><body><article><h1>{HEADLINE}</h1>{body}</article>"
        "</body></html>"
    )


def says(label):
    return f"<meta charset='{label}'>"


def read(name, content, content_type="text/html", **more):
    """A page whose letters have to come out right."""
    given = {"title": HEADLINE, "holds": LINES, "fields": SR, "heals": False, "lacks": ("\0", "\ufffd"), **more}
    return page(name, Answer(content, content_type=content_type), **given)


def survived(name, content, content_type="text/html", **more):
    """A page that may be read in any way, as long as nothing breaks."""
    outcomes = "article not-html no-text empty unreadable listing soft-404"
    given = {"outcome": outcomes, "stored": None, "title": HEADLINE, "holds": (), "fields": SR, "heals": False}
    return page(name, Answer(content, content_type=content_type), **{**given, **more})


UTF8 = text().encode()
CP1250 = text(says("windows-1250")).encode("cp1250")
STRANGE = (
    *"punycode idna rot13 unicode_escape raw_unicode_escape utf-7 base64 zlib bz2 hex undefined mbcs uu quopri".split(),
    *("../../etc/passwd", "a" * 5000, "utf-8\0", "ütf-8".encode().decode("latin-1")),
)
"""Codecs of Python that are no charset of a page, and no codecs at all."""
CYRILLIC = {
    "title": "Пут и мост за Чачак",
    "holds": ("Грађани Чачка траже да се што пре реши питање пута.",),
}


def cyrillic(charset):
    line = CYRILLIC["holds"][0]
    more = "Њихов представник каже да ће још сачекати одлуку општине, и да жели договор. " * 4
    return (
        f"<html><head><meta charset='{charset}'><title>{CYRILLIC['title']}</title>"
        f"<meta property='og:type' content='article'></head><body><article><h1>{CYRILLIC['title']}</h1>"
        f"<p>{line}</p><p>{more}</p></article></body></html>"
    ).encode(charset)


SCENARIOS = (
    read("UTF-8 that nobody mentions", UTF8),
    read("UTF-8 with a mark", codecs.BOM_UTF8 + UTF8),
    read("UTF-8 with two marks", codecs.BOM_UTF8 * 2 + UTF8),
    read("UTF-8 with a mark under a header of windows-1250", codecs.BOM_UTF8 + UTF8, "text/html; charset=windows-1250"),
    read("UTF-8 called windows-1250 by all", text(says("windows-1250")).encode(), "text/html; charset=windows-1250"),
    read("UTF-8 called UTF-16", text(says("utf-16")).encode()),
    read("UTF-8 called UTF-16 by its header", UTF8, "text/html; charset=utf-16"),
    read("UTF-16 with a mark, little end first", codecs.BOM_UTF16_LE + text().encode("utf-16-le")),
    read("UTF-16 with a mark, big end first", codecs.BOM_UTF16_BE + text().encode("utf-16-be")),
    read("UTF-16 without a mark, little end first", text().encode("utf-16-le")),
    read("UTF-16 without a mark, big end first", text().encode("utf-16-be")),
    read("UTF-16 of an odd length", codecs.BOM_UTF16_LE + text().encode("utf-16-le") + b"\n", lacks=("\0",)),
    read("UTF-32 with a mark, little end first", codecs.BOM_UTF32_LE + text().encode("utf-32-le")),
    read("UTF-32 with a mark, big end first", codecs.BOM_UTF32_BE + text().encode("utf-32-be"), gap="charsets: UTF-32"),
    survived("UTF-32 without a mark", text().encode("utf-32-le")),
    read("windows-1250 as it says", CP1250, "text/html; charset=windows-1250"),
    read("windows-1250 that its page mentions", CP1250),
    read("windows-1250 that nobody mentions", text().encode("cp1250")),
    read("windows-1250 under a header of UTF-8", CP1250, "text/html; charset=utf-8"),
    read("windows-1250 called ISO-8859-1", text(says("iso-8859-1")).encode("cp1250"), "text/html; charset=iso-8859-1"),
    read("ISO-8859-2 called windows-1250", text(says("windows-1250")).encode("iso-8859-2"), lacks=()),
    *(
        page(
            f"Cyrillic in {charset}",
            Answer(cyrillic(charset), content_type="text/html"),
            **CYRILLIC,
            heals=False,
            fields={**SR, "languages": ["sr-Cyrl"]},
        )
        for charset in ("windows-1251", "iso8859-5", "utf-8", "utf-16")
    ),
    *(
        read(f"a page that calls itself {label[:20]!r}", text(says(label)).encode("utf-8", "replace"))
        for label in STRANGE
        if "\0" not in label
    ),
    *(
        read(f"a header that calls it {label[:20]!r}", UTF8, f"text/html; charset={label}")
        for label in STRANGE
        if label.isascii()
    ),
    read("one broken byte in UTF-8", UTF8.replace(b"pre", b"pr\xff", 1), holds=LINES[2:], lacks=("\0",)),
    read("UTF-8 cut in its last letter", UTF8 + "ž".encode()[:1], lacks=("\0",)),
    read(
        "one line of windows-1250 in UTF-8",
        UTF8.replace(b"</article>", b"<p>" + LINES[1].encode("cp1250") + b"</p></article>"),
        lacks=("\0",),
    ),
    survived("overlong UTF-8", UTF8.replace(b"<p>", b"\xc0\xbcp\xc0\xbe")),
    survived("surrogates in UTF-8", UTF8.replace(b"kraj", b"\xed\xa0\x80\xed\xb0\x80")),
    survived("UTF-8 of five and six bytes", UTF8.replace(b"kraj", b"\xf8\x88\x80\x80\x80\xfc\x84\x80\x80\x80\x80")),
    survived("lone surrogates in UTF-16", codecs.BOM_UTF16_LE + text().encode("utf-16-le") + b"\x00\xd8" * 100),
    read("NULs between letters", UTF8.replace(b"<p>", b"<p>\0\0").replace(b"put", b"p\0ut")),
    survived("a megabyte of NULs", UTF8.replace(b"<p>", b"<p>" + b"\0" * 10**6)),
    survived(
        "control characters",
        UTF8.replace(b"<p>", b"<p>" + bytes(range(1, 9)) + b"\x0b\x0c\x0e\x1b[31m\x7f"),
        lacks=("\x1b", "\x07", "\x08", "\x7f"),
    ),
    survived(
        "numbered entities that are none",
        UTF8.replace(b"<p>", b"<p>&#0;&#xD800;&#x110000;&#99999999999999999999;&#x1b;&#-1;&#xFFFF;"),
        lacks=("\0", "\x1b", "\ud800", "\uffff"),
    ),
    survived("marks of direction", UTF8.replace(b"<p>", "<p>\u202e\u2066\u200f".encode()), lacks=("\u202e",)),
    survived("private and unassigned characters", UTF8.replace(b"<p>", "<p>\ue000\ufdd0\U000fffff\U0010fffe".encode())),
    survived("ten thousand accents on a letter", UTF8.replace(b"<p>", ("<p>a" + "\u0301" * 10_000).encode())),
    survived("joiners without an end", UTF8.replace(b"<p>", ("<p>" + "\u200d\u200b\ufeff" * 100_000).encode())),
    survived("letters encoded twice", text().encode().decode("latin-1").encode(), title=""),
    survived(
        "ISO-2022-JP that switches for ever",
        b"<meta charset=iso-2022-jp>" + b"\x1b$B\x1b(B" * 100_000 + UTF8,
        "text/html; charset=iso-2022-jp",
    ),
    survived("HZ and EUC", b"<meta charset=hz-gb-2312>~{~}" + UTF8, "text/html; charset=euc-jp"),
    survived("GB18030 of four bytes", "<meta charset=gb18030><p>𠀀</p>".encode("gb18030") * 1000),
    Scenario(
        name="a feed in UTF-16",
        answers={
            "/feed.xml": Answer(
                feed_of().decode().replace("@ORIGIN@", "@ORIGIN@").encode(),
                pack=lambda content: content.decode().encode("utf-16"),
                content_type="application/xml",
            )
        },
    ),
    Scenario(
        name="a feed called punycode",
        answers={
            "/feed.xml": Answer(
                feed_of(opening="<?xml version='1.0' encoding='punycode'?>"),
                content_type="application/xml; charset=punycode",
            )
        },
    ),
    Scenario(
        name="a feed with NULs and control characters",
        answers={"/feed.xml": Answer(feed_of().replace(b"<title>", b"<title>\0\x01\x1b"))},
    ),
    refused("nothing but a mark", Answer(codecs.BOM_UTF8), "empty no-text not-html"),
    refused("nothing but NULs", Answer(b"\0" * 5000), "empty"),
    page("a page of ASCII called anything", Answer(PAGE, content_type="text/html; charset=x-user-defined")),
)


def test_each_answer_comes_to_what_was_promised(played, scenario):
    played.check(scenario)


def test_the_neighbours_are_whole_and_nothing_is_logged_with_a_traceback(played):
    played.check_neighbours()
