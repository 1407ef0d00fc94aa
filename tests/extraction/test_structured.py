from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.extraction.document.json_ld import choose_article, read_json_ld, text_of, types_of

STORY = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Naslov",
    "datePublished": "2026-11-02T08:00:00+01:00",
}
WRITTEN = json.dumps(STORY)


@pytest.mark.parametrize(
    "script",
    [
        WRITTEN,
        f"<!--\n{WRITTEN}\n-->",
        f"//<![CDATA[\n{WRITTEN}\n//]]>",
        f"/*<![CDATA[*/{WRITTEN}/*]]>*/",
        f"{WRITTEN};",
        f"/* the story */ {WRITTEN} // end",
        WRITTEN[:-1] + ",}",
        "[" + WRITTEN + ",]",
        WRITTEN.replace('"', "&quot;"),
        WRITTEN + WRITTEN.replace("Naslov", "Drugi"),
        WRITTEN + '\n{"@type": "WebSite", "name": "cut',
        '{"@graph": [' + WRITTEN + "]}",
        '{"@type": "WebPage", "mainEntity": ' + WRITTEN + "}",
        WRITTEN[:-1] + ', "articleBody": "one\nline\tand another"}',
        WRITTEN[:-1] + r', "description": "a \x bad escape"}',
        WRITTEN[:-1] + ', "description": "said "no" twice", "author": {"name": "X"}}',
        WRITTEN[:-1] + ', "image": {"url": "https://a.b/c.jpg", "wid',
        "\ufeff" + WRITTEN,
    ],
)
def test_json_ld_is_read_as_publishers_write_it(script):
    story = choose_article(read_json_ld([script]), "https://a.rs/x", ["Naslov"])
    assert story is not None
    assert story["headline"] == "Naslov"
    assert story["datePublished"].startswith("2026-11-02T")


def test_addresses_in_strings_are_no_comments():
    script = '{"@type": "NewsArticle", "url": "https://a.rs/x", /* here */ "headline": "A // B",}'
    assert read_json_ld([script])[0]["headline"] == "A // B"
    assert read_json_ld([script])[0]["url"] == "https://a.rs/x"


def test_objects_of_related_stories_are_marked_and_not_chosen():
    script = json.dumps(
        {
            "@type": "ItemList",
            "itemListElement": [{"@type": "NewsArticle", "headline": "Other", "datePublished": "2026"}],
        }
    )
    objects = read_json_ld([script])
    assert objects[1]["@place"] == "itemlistelement"
    assert choose_article(objects, "https://a.rs/x", []) is None


def test_the_story_with_the_pages_address_or_headline_is_chosen():
    other = {
        "@type": "NewsArticle",
        "headline": "Other",
        "url": "https://a.rs/other",
        "datePublished": "2026-01-01",
        "articleBody": "b",
    }
    own = {"@type": "BlogPosting", "headline": "Own story here", "url": "https://a.rs/own/"}
    objects = read_json_ld([json.dumps([other, own])])
    assert choose_article(objects, "https://www.a.rs/own?utm_source=x", [])["headline"] == "Own story here"
    assert choose_article(objects, "https://a.rs/?p=1", ["Own  story – here"])["headline"] == "Own story here"


@pytest.mark.parametrize(
    ("stated", "types"),
    [
        ("NewsArticle", {"newsarticle"}),
        (["Article", "http://schema.org/NewsArticle"], {"article", "newsarticle"}),
        ("schema:Person", {"person"}),
        (None, set()),
        ([1, None], set()),
    ],
)
def test_types_come_without_their_vocabulary(stated, types):
    assert types_of({"@type": stated}) == types


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  a  b ", "a b"),
        ("Rock &amp;amp; roll &quot;x&quot;", 'Rock & roll "x"'),
        ("<p>Prvi</p><p>drugi</p>", "Prvi drugi"),
        ({"@value": "x"}, "x"),
        ([None, "", {"name": "Ana"}], "Ana"),
        (7, "7"),
        (True, None),
        (None, None),
    ],
)
def test_text_of_a_property_is_plain(value, text):
    assert text_of(value) == text


def test_hostile_nesting_is_bounded():
    assert isinstance(read_json_ld(["[" * 100_000 + "]" * 100_000]), tuple)
    assert isinstance(read_json_ld(['{"a":' * 50_000]), tuple)
    assert len(read_json_ld([json.dumps([{"@type": "Thing"}] * 5_000)])) <= 2_000


@given(st.text(alphabet='{}[]",:\\ntrue@typeNewsArtic/*<!->&quo;1', max_size=120))
@settings(max_examples=200, deadline=None)
def test_any_script_is_read(script):
    for item in read_json_ld([script]):
        assert isinstance(item, dict)
        types_of(item)


@given(st.integers(0, len(WRITTEN)))
def test_a_cut_script_gives_its_whole_parts(end):
    for item in read_json_ld([WRITTEN[:end]]):
        assert all(STORY.get(key) == value for key, value in item.items())


def test_bare_quotes_within_strings_leave_the_rest_of_an_object_readable():
    script = (
        '{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Ana Anić"}, "headline": "Reč "most" i reka",'
        ' "description": "Gradonačelnik: "Gradimo most", a vozovi čekaju", "datePublished": "2026-11-18T14:20:00"}'
    )
    story = read_json_ld([script])[0]
    assert story["author"]["name"] == "Ana Anić"
    assert story["headline"] == 'Reč "most" i reka'
    assert story["datePublished"] == "2026-11-18T14:20:00"
