"""The sample article comes out exactly: from flattened text, and from pages with its teasers in three places."""

import html
from pathlib import Path

import pytest

from balkan_crawler import extract, extract_text
from balkan_crawler.model import Outcome

SEED = Path(__file__).resolve().parents[3] / "shared" / "seed"
URL = "https://euronews.al/en/albanian-defense-minister-pays-official-visit-to-slovenia-to-strengthen-cooperation/"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SEED.is_dir(), reason="the sample article is not beside the project"),
]


def read_seed():
    text = next(SEED.glob("*.txt")).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    return text, lines[0], lines[2:12], [tuple(lines[place : place + 2]) for place in (12, 14, 16)]


def teaser_cards(teasers):
    return "".join(
        f'<article class="card"><h3><a href="/en/{number}-{"-".join(title.lower().split()[:5])}/">{html.escape(title)}'
        f"</a></h3><p>{html.escape(excerpt)}</p></article>"
        for number, (title, excerpt) in enumerate(teasers)
    )


def page(title, paragraphs, inside="", after="", aside=""):
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)} - Euronews
    Albania</title><meta property="og:type" content="article"></head><body>
    <header><nav><a href="/en/">Home</a><a href="/en/politics/">Politics</a><a href="/en/world/">World</a>
    </nav></header>
    <main><article class="post"><h1>{html.escape(title)}</h1><div class="tools">Text size<span>Aa</span> <span>Aa</span>
    </div><div class="content">{body}{inside}</div></article>{after}</main>{aside}
    <footer><a href="/en/about/">About us</a><p>All rights reserved</p></footer></body></html>""".encode()


SHAPES = {
    "inside the body": lambda cards: {"inside": f"<div class='related'>{cards}</div>"},
    "after the body": lambda cards: {"after": f"<section><h2>Related</h2>{cards}</section>"},
    "in an aside": lambda cards: {"aside": f"<aside>{cards}</aside>"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_sample_comes_out_exactly_from_a_page(shape):
    _, title, paragraphs, teasers = read_seed()
    result = extract(page(title, paragraphs, **SHAPES[shape](teaser_cards(teasers))), URL)
    assert result.outcome is Outcome.ARTICLE
    assert result.article.title == title
    assert result.article.body.split("\n") == paragraphs
    assert [(teaser.title, teaser.excerpt) for teaser in result.teasers] == teasers


def test_sample_comes_out_exactly_from_flattened_text():
    text, title, paragraphs, teasers = read_seed()
    result = extract_text(text)
    assert result.article.title == title
    assert result.article.body.split("\n") == paragraphs
    assert [(teaser.title, teaser.excerpt) for teaser in result.teasers] == teasers
