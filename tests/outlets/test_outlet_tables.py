"""Each thing that can be wrong with a table is refused with the file, the outlet and a reason in plain words."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from balkan_crawler.errors import CatalogueError
from balkan_crawler.outlets import DEFAULT_DELAY, load_outlets
from balkan_crawler.outlets.families import load_families

WHOLE = """
[lajme]
name = "Lajme"
country = "AL"
languages = ["sq"]
timezone = "Europe/Tirane"
homepage = "https://lajme.example/"
"""


def load(tmp_path: Path, text: str | bytes):
    file = tmp_path / "mine.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_outlets(file, shipped=False)


def refusal(tmp_path: Path, text: str | bytes) -> CatalogueError:
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, text)
    error = caught.value
    assert error.file == str(tmp_path / "mine.toml")
    assert str(error).startswith(error.file)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    return error


def test_a_table_with_the_required_fields_alone_is_whole(tmp_path):
    outlet = load(tmp_path, WHOLE)["lajme"]
    assert (outlet.key, outlet.languages, outlet.feeds, outlet.delay) == ("lajme", ("sq",), (), None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        # unknown fields
        ('feed = ["https://lajme.example/feed/"]', "unknown field 'feed' (did you mean feeds"),
        ('time_zone = "Europe/Tirane"', "did you mean timezone"),
        # URLs
        ('feeds = ["htps://lajme.example/feed/"]', "must begin with https:// or http://"),
        ('feeds = ["lajme.example/feed/"]', "must begin with https:// or http://"),
        ('feeds = ["https:/lajme.example/feed/"]', "no host"),
        ('feeds = ["https://lajmeexample/feed/"]', "'lajmeexample' is no host name"),
        ('feeds = ["https://lajme,example/feed/"]', "is no host name"),
        ('feeds = ["https://lajme..example/feed/"]', "is no host name"),
        ('feeds = ["https://-lajme.example/feed/"]', "is no host name"),
        ('feeds = ["https://127.0.0.999/feed/"]', "is no host name"),
        ('feeds = ["https://lajme.example:99999/"]', "Port out of range"),
        ('feeds = ["https://[::1/feed/"]', "bad URL"),
        ('feeds = ["https://lajme.example/a feed/"]', "holds a space"),
        ('feeds = ["https://lajme.example\\\\feed/"]', "backslash"),
        ('feeds = ["file:///etc/passwd"]', "must begin with https:// or http://"),
        ('feeds = ["javascript:alert(1)"]', "must begin with https:// or http://"),
        ('feeds = "https://lajme.example/feed/"', "expected a list in [ ], found a text"),
        ('feeds = ["https://lajme.example/f", "https://lajme.example/f"]', "stands twice"),
        ('sitemaps = ["https://"]', "sitemaps: bad URL"),
        ('sections = [""]', "sections: is empty"),
        # numbers
        ("delay = 0.5", f"less than the default of {DEFAULT_DELAY} s; say why in delay_reason"),
        ("delay = 0", "say why in delay_reason"),
        ("delay = -3", "is not between"),
        ("delay = nan", "is not between"),
        ("delay = inf", "is not between"),
        ("delay = true", "expected a number, found true or false"),
        ('delay = "2"', "expected a number, found a text"),
        ("concurrency = 2", "needs a delay_reason"),
        ("concurrency = 0", "is not between"),
        ("evidence = 1.5", "expected a whole number"),
        ("evidence = -1", "is not between"),
        ("evidence = true", "expected a whole number, found true or false"),
        # flags and texts
        ("agency = 1", "expected true or false, found a whole number"),
        ('verified = "yes"', "expected true or false, found a text"),
        ('group = "  "', "group: is empty"),
        ('group = "two\\nlines"', "line break"),
        # article URLs
        ("article_url = '('", "article_url: is no regular expression"),
        ("article_url = '/lajm/'\narticle_url_examples = ['https://lajme.example/tag/x']", "its own example"),
        ("article_url_examples = ['https://lajme.example/x']", "needs article_url"),
        # selectors
        ('body = "div.text"', "body: expected a list in [ ], found a text"),
        ('body = ["div["]', "is no CSS selector"),
        ('leave_out = ["p::first-line"]', "is no CSS selector"),
        # dates
        ('since = "2001-01-01"', "expected a date such as 2024-06-30 without quotes, found a text"),
        ("since = 2001-01-01T00:00:00Z", "found a date with a time"),
        ("closed = 2024-06-30", "say why in closed_reason"),
        ('closed_reason = "sold"', "needs closed"),
        ('since = 2024-01-01\nclosed = 2020-01-01\nclosed_reason = "x"', "lies before since"),
        # what it points to
        ('family = "wordpres"', "no family is called 'wordpres' (did you mean wordpress"),
        ('spider = "a.b.C"', "unknown field 'spider'"),
    ],
)
def test_a_wrong_field_is_refused(tmp_path, line, reason):
    error = refusal(tmp_path, WHOLE + line)
    assert error.outlet == "lajme"
    assert reason in error.reason


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ('name = "Lajme"', "", "lacks name"),
        ('name = "Lajme"', "name = 5", "name: expected a text, found a whole number"),
        ('country = "AL"', 'country = "al"', "'al' is no ISO 3166 country code"),
        ('country = "AL"', 'country = "KV"', "nor XK for Kosovo"),
        ('languages = ["sq"]', "languages = []", "languages: is empty"),
        ('languages = ["sq"]', 'languages = ["albanian"]', "is no language tag"),
        ('languages = ["sq"]', 'languages = ["SQ"]', "is no language tag"),
        ('languages = ["sq"]', 'languages = ["sr_Latn"]', "is no language tag"),
        ('languages = ["sq"]', 'languages = ["sr-Lat"]', "is no language tag"),
        ('languages = ["sq"]', 'languages = ["qq"]', "names no language known here"),
        ('languages = ["sq"]', 'languages = ["sr-Latm"]', "names no script known here (did you mean Latn"),
        ('languages = ["sq"]', 'languages = ["sq", "sq"]', "stands twice"),
        ("Europe/Tirane", "Europe/Tirana", "is no time zone (did you mean Europe/Tirane"),
        ("Europe/Tirane", "Europe", "is no time zone"),
        ("Europe/Tirane", "../../etc/passwd", "is no time zone"),
        ("Europe/Tirane", "a/" * 2_000 + "a", "is no time zone"),
        ("https://lajme.example/", "https://user:secret@lajme.example/", "must not hold a user name or a password"),
    ],
)
def test_a_wrong_or_missing_required_field_is_refused(tmp_path, was, now, reason):
    assert was in WHOLE
    error = refusal(tmp_path, WHOLE.replace(was, now))
    assert error.outlet == "lajme"
    assert reason in error.reason
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    "line",
    [
        'feeds = ["https://feeds.feedburner.com/lajme"]',  # another host than the outlet's: many feeds are
        'feeds = ["http://127.0.0.7:8123/feed"]',
        'feeds = ["http://localhost:8123/feed"]',
        'feeds = ["http://[::1]:8123/feed"]',
        'feeds = ["https://новости.срб/вести?а=б"]',
        'delay = 0.5\ndelay_reason = "its robots.txt asks for it"',
        'concurrency = 2\ndelay_reason = "the editors offered it"',
        "delay = 10",
        'body = ["div.text", "[itemprop=articleBody]"]\nleave_out = [".promo > p"]',
        'closed = 2024-06-30\nclosed_reason = "ceased"',
        'languages = ["sr-Cyrl", "cnr", "sr-Latn-RS"]',
    ],
)
def test_a_right_field_is_taken(tmp_path, line):
    whole = WHOLE.replace('languages = ["sq"]\n', "") if line.startswith("languages") else WHOLE
    assert load(tmp_path, whole + line)["lajme"].key == "lajme"


def test_a_file_that_is_no_toml_names_the_table_and_the_line(tmp_path):
    error = refusal(tmp_path, WHOLE + "\n[next]\nname = Next\n")
    assert error.outlet == "next"
    assert "line 10" in error.reason


def test_a_mistake_in_a_table_within_a_table_names_the_outlet(tmp_path):
    assert refusal(tmp_path, WHOLE + "[lajme.more]\nbody = often\n").outlet == "lajme"


def test_a_key_doubled_within_a_file_is_refused(tmp_path):
    error = refusal(tmp_path, WHOLE + WHOLE)
    assert error.outlet == "lajme"
    assert "line 9" in error.reason


def test_a_field_doubled_within_a_table_is_refused(tmp_path):
    assert refusal(tmp_path, WHOLE + 'name = "Again"\n').outlet == "lajme"


@pytest.mark.parametrize("key", ["Lajme", "lajme-al", '"lajme.al"', '"lajmë"', '""'])
def test_a_key_of_other_letters_is_refused(tmp_path, key):
    assert "made of a-z, 0-9 and _" in refusal(tmp_path, WHOLE.replace("[lajme]", f"[{key}]")).reason


def test_a_field_outside_any_table_is_refused(tmp_path):
    error = refusal(tmp_path, 'name = "Lajme"\n' + WHOLE)
    assert error.outlet is None
    assert "'name' stands outside any table" in error.reason


def test_a_byte_order_mark_is_tolerated_and_another_charset_is_not(tmp_path):
    assert "lajme" in load(tmp_path, b"\xef\xbb\xbf" + WHOLE.encode())
    error = refusal(tmp_path, WHOLE.replace("Lajme", "Zëri").encode("cp1252"))
    assert "not UTF-8" in error.reason


def test_nesting_without_end_is_refused(tmp_path):
    assert "not valid TOML" in refusal(tmp_path, "x = " + "[" * 100_000).reason


def test_a_number_of_thousands_of_digits_is_refused(tmp_path):
    assert refusal(tmp_path, WHOLE + "evidence = " + "9" * 10_000).outlet in ("lajme", None)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(CatalogueError, match="cannot be read") as caught:
            load_outlets(path, shipped=False)
        assert caught.value.file == str(path)


def test_an_empty_file_holds_no_outlets(tmp_path):
    assert dict(load(tmp_path, "# nothing yet\n")) == {}


def test_a_wrong_family_is_refused_like_a_wrong_outlet(tmp_path):
    file = tmp_path / "families.toml"
    for text, reason in [
        ('[cms]\nname = "CMS"\ndescription = "x"\nclass = ["x"]', "did you mean classes"),
        ('[cms]\nname = "CMS"\ndescription = "x"\nclasses = "x"', "expected a list"),
        ('[cms]\nname = "CMS"', "lacks its name or description"),
    ]:
        file.write_text(text)
        load_families.cache_clear()
        with pytest.raises(CatalogueError, match="outlet cms") as caught:
            load_families(file)
        assert reason in caught.value.reason
