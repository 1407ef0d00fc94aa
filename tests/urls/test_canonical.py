"""`canonical_url`: a form that still opens."""

import pickle

import pytest

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls import canonical_or_none, canonical_url, identity, is_http


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("HTTP://WWW.Primer.RS:80/Vest/1/#kraj", "http://www.primer.rs/Vest/1/"),
        ("https://primer.rs", "https://primer.rs/"),
        ("https://primer.rs:8443/a", "https://primer.rs:8443/a"),
        ("  https://primer.rs/a b\n", "https://primer.rs/a%20b"),
        ("https://ime:lozinka@primer.rs/a", "https://primer.rs/a"),
        ("https://primer.rs./a", "https://primer.rs/a"),
        ("https://primer.rs/a/../../b/./c/..", "https://primer.rs/b/"),
        ("https://primer.rs/100%-popust", "https://primer.rs/100%25-popust"),
        ("https://primer.rs/vest?b=2&utm_source=x&a=1&a=0", "https://primer.rs/vest?a=1&a=0&b=2"),
        ("https://primer.rs/vest?id=5&amp;strana=2", "https://primer.rs/vest?id=5&strana=2"),
        ("https://primer.rs/vest?amp;amp;id=5&amp;amp;&amp;utm_source=x", "https://primer.rs/vest?id=5"),
        ("https://www.Google.com/amp/s/primer.rs/v\r\nesti/1", "https://primer.rs/vesti/1"),
        ("https://primer.rs/?p=123", "https://primer.rs/?p=123"),
        ("https://primer.rs/v;jsessionid=A1?sid=7", "https://primer.rs/v?sid=7"),
        ("https://primer.rs/vesti/amp/", "https://primer.rs/vesti/amp/"),
        ("//primer.rs/a", "https://primer.rs/a"),
        ("https://příklad.срб/вест", "https://xn--pklad-zsa96e.xn--90a3ac/%D0%B2%D0%B5%D1%81%D1%82"),
        ("http://127.0.1.3:8800/news/7.html", "http://127.0.1.3:8800/news/7.html"),
        ("https://primer.rs/vest?ref=12345678", "https://primer.rs/vest?ref=12345678"),
        ("https://primer.rs/vest?ref=twitter", "https://primer.rs/vest"),
    ],
)
def test_canonical_form(raw, clean):
    assert canonical_url(raw) == clean
    assert canonical_url(clean) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "vesti",
        "/vesti/1",
        "mailto:a@primer.rs",
        "javascript:void(0)",
        "ftp://primer.rs/a",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https:///a",
        "http://[::1",
        "http://a..rs/",
        "http://999.1.1.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://primer.rs:99999/",
        "http://primer.rs:x/",
        "http://\ud800.rs/",
        f"http://{'a.' * 120}~/",
        "https://primer.rs/" + "a" * 4_000,
        "x" * 100_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_cannot_be_fetched_is_the_typed_error(text):
    assert not is_http(text)
    with pytest.raises(InvalidUrlError) as caught:
        canonical_url(text)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert len(str(again)) < 400


def test_4000_characters_of_tracking_are_no_obstacle():
    assert canonical_url("https://primer.rs/vest?utm_id=" + "x" * 4_000 + "&id=5") == "https://primer.rs/vest?id=5"


def test_amp_cache_gives_the_pages_own_address():
    cached = "https://primer-rs.cdn.ampproject.org/c/s/primer.rs/vest/1?amp_js_v=0.1"
    assert canonical_url(cached) == "https://primer.rs/vest/1"


HUGE = {
    "a megabyte": "https://gazeta.al/" + "a" * 1_000_000,
    "parameters": "https://gazeta.al/?" + "&".join(f"a{number}={number}" for number in range(100_000)),
    "segments": "https://gazeta.al/" + "a/" * 50_000,
    "a host of letters": "https://" + "ш" * 60_000 + ".al/",
    "a host of labels": "https://" + "a." * 30_000 + "al/",
    "users": "https://" + "a@" * 30_000 + "gazeta.al/",
    "escapes": "https://gazeta.al/" + "%C3%A9" * 10_000,
    "a port": "https://gazeta.al:" + "9" * 60_000 + "/",
}


@pytest.mark.parametrize("url", HUGE.values(), ids=HUGE)
def test_no_address_is_too_long_to_be_refused(url):
    with pytest.raises(InvalidUrlError) as caught:
        canonical_url(url)
    assert len(str(caught.value)) < 400
    assert canonical_or_none(url, "https://gazeta.al/") is None
    with pytest.raises(InvalidUrlError):
        identity(url)


def test_what_is_relative_to_an_address_of_a_megabyte_is_none():
    assert canonical_or_none("a", HUGE["a megabyte"]) is None
