"""Articles that stand only in the data which a page's scripts draw it from."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler import extract
from balkan_crawler.extraction.document.script_state import text_of_state

URL = "https://primer.rs/vesti/most-na-reci-otvoren-za-saobracaj-12345/"
TITLE = "Most na reci otvoren za saobraćaj posle četiri godine"
LINES = [
    "Novi most preko reke otvoren je jutros za saobraćaj, četiri godine posle početka radova na njemu.",
    "Prvi su preko njega prešli vozači autobusa, kojima je obilazak dosad oduzimao po četrdeset minuta.",
    "Radovi su koštali devet miliona evra, a rok je pomeran tri puta zbog visokog vodostaja.",
]
MARKUP = "".join(f"<p>{line}</p>" for line in LINES)
OTHERS = [
    {"title": f"Druga vest {number}", "content": "<p>Sasvim druga vest o nečem drugom. </p>" * 30}
    for number in range(3)
]


def pushed(*parts):
    return "".join(f"<script>self.__next_f.push({json.dumps([1, part])})</script>" for part in parts)


def payload():
    elements = [["$", "p", f"p{number}", {"children": line}] for number, line in enumerate(LINES)]
    row = json.dumps(["$", "article", None, {"children": [["$", "h1", None, {"children": TITLE}], *elements]}])
    return pushed("1:I[123]\n5:" + row[:90], row[90:] + "\n")


def literal(text):
    return text.replace("<", "\\u003C").replace('"', '\\"')


def script(text, attributes=""):
    return f"<script{attributes}>{text}</script>"


def data(value):
    return script(json.dumps(value), " type='application/json'")


POST = {"title": TITLE, "body": MARKUP}
STATES = {
    "Next.js": data({"props": {"post": POST, "more": OTHERS}}),
    "React's payload": payload(),
    "text row of React's payload": pushed(f"7:T{len(MARKUP.encode()):x},{MARKUP}8:null\n"),
    "Nuxt 2": script(f'window.__NUXT__={{state:{{post:{{title:"{TITLE}",content:"{literal(MARKUP)}"}}}}}};'),
    "Nuxt 3": data([["Reactive", 1], {"title": 2, "text": 3}, TITLE, MARKUP]),
    "SvelteKit": data({"status": 200, "body": json.dumps(POST)}),
    "Apollo": script(f"window.__APOLLO_STATE__ = {json.dumps({'Article:1': POST, 'Article:2': OTHERS[0]})};"),
    "JSON in a literal": script(f"window.__STATE__ = JSON.parse({json.dumps(json.dumps(POST))});"),
    "nodes": data({"title": TITLE, "blocks": [{"type": "paragraph", "data": {"text": line}} for line in LINES]}),
    "markup escaped twice": data({**POST, "body": MARKUP.replace("<", "&lt;").replace(">", "&gt;")}),
}


def shell(scripts):
    return (
        f"<!DOCTYPE html><html lang='sr'><head><meta charset='utf-8'><title>{TITLE} | Primer</title>"
        f"<meta property='og:title' content='{TITLE}'><meta property='og:type' content='article'></head>"
        f"<body><header><a href='/'>Primer</a></header><div id='app'>Učitavanje…</div>{scripts}</body></html>"
    ).encode()


@pytest.mark.parametrize("name", STATES)
def test_an_article_that_stands_only_in_the_scripts_data_comes_out_whole(name):
    article = extract(shell(STATES[name]), URL).article
    assert article is not None
    assert (article.title, article.body.split("\n")) == (TITLE, LINES)


def test_where_the_page_has_its_text_the_scripts_are_not_asked():
    printed = "".join(f"<p>{line} Tako je rečeno.</p>" for line in LINES * 2)
    page = shell(f"<article><h1>{TITLE}</h1>{printed}</article>{STATES['Next.js']}")
    assert "Tako je rečeno." in extract(page, URL).article.body


@given(st.lists(st.text(), max_size=5))
def test_whatever_scripts_hold_gives_a_text(scripts):
    assert isinstance(text_of_state(scripts, [TITLE]), str)


@given(st.text(alphabet="{}[]\":,\\'`<p>&$T0123_f.push( abc\n", max_size=400))
def test_whatever_looks_like_data_gives_a_text(script):
    assert isinstance(text_of_state([script, f"self.__next_f.push([1,{json.dumps(script)}])"], [TITLE]), str)
