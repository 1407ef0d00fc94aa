"""The miniature web: the same bytes each time, and what its pages say agrees with the truth it declares."""

import json
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from lxml import html

from balkan_crawler.demo import OUTLET_KEYS, build_web, outlets_toml
from balkan_crawler.model import Outcome, Place
from balkan_crawler.outlets import load_outlets
from balkan_crawler.text import identify_language, script_of, to_latin

NOW = datetime(2026, 11, 23, 12, 34, 56, tzinfo=UTC)
ORIGINS = {key: f"http://127.0.1.{number}:8000" for number, key in enumerate(OUTLET_KEYS, start=1)}
WEB = build_web(NOW, ORIGINS)
ARTICLES = [page for page in WEB.expected if page.extraction.article]


def text_of(page):
    """Decode and flatten a page as its bytes are, whatever it declares."""
    content = WEB.sites[page.outlet][page.path].content
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError:
        decoded = content.decode("cp1250")
    tree = html.fromstring(decoded.replace('<?xml version="1.0"?>', ""))
    return tree, " ".join(tree.text_content().split())


def test_building_twice_gives_the_same_bytes():
    again = build_web(NOW, ORIGINS)
    assert again.sites == WEB.sites
    assert again.expected == WEB.expected


def test_seven_outlets_in_six_languages_and_three_scripts_have_six_articles_each():
    assert Counter(page.outlet for page in ARTICLES) == dict.fromkeys(OUTLET_KEYS, 6)
    assert {article.language for article in WEB.articles} == {"sq", "sr", "hr", "mk", "el", "en"}
    assert {article.script for article in WEB.articles} == {"Latn", "Cyrl", "Grek"}


@pytest.mark.parametrize("page", ARTICLES, ids=lambda page: f"{page.outlet}{page.path[:40]}")
def test_a_page_holds_its_truth(page):
    tree, text = text_of(page)
    article = page.extraction.article
    assert 4 <= len(article.body.split("\n")) <= 10
    for part in [article.title, article.lead, *article.body.split("\n"), *article.authors, *article.agencies]:
        assert part in text, part
    keywords = " ".join(tree.xpath("//meta[@name='keywords']/@content"))
    assert all(tag in text or tag in keywords for tag in article.tags)
    assert tree.xpath("//link[@rel='canonical']/@href") == [article.url]
    assert tree.xpath("//meta[@property='og:image']/@content") == [article.image]
    assert article.published.second == 0
    assert NOW - timedelta(hours=48) < article.published < NOW
    tree.make_links_absolute(article.url)
    links = tree.xpath("//a/@href")
    for teaser in page.extraction.teasers:
        assert teaser.url in links
        assert teaser.title in text
        assert teaser.heading in text
        assert teaser.excerpt is None or teaser.excerpt in text
    order = [text.index(teaser.heading) for teaser in page.extraction.teasers]
    assert order == sorted(order), "positions follow the document"


@pytest.mark.parametrize("article", WEB.articles, ids=lambda article: article.url)
def test_a_text_is_in_the_language_it_says(article):
    found = identify_language(article.body)
    south_slavic = {"sr", "hr", "bs"}
    primary = (found if isinstance(found, str) else getattr(found, "language", found[0])).split("-")[0]
    assert primary == article.language or {primary, article.language} <= south_slavic
    assert script_of(article.body) == article.script


def test_every_template_has_teasers_in_all_three_places():
    places = defaultdict(set)
    for page in ARTICLES:
        places[page.outlet] |= {teaser.place for teaser in page.extraction.teasers}
        urls = [teaser.url for teaser in page.extraction.teasers]
        assert len(set(urls)) == len(urls) == 5
    assert places == {key: set(Place) for key in OUTLET_KEYS}


def test_an_agency_story_stands_at_two_outlets_in_one_script_and_in_two():
    groups = defaultdict(list)
    for article in WEB.articles:
        groups[to_latin(article.body).split("\n")[0]].append(article)
    copies = [group for group in groups.values() if len(group) > 1]
    assert sorted(tuple(sorted(article.script for article in group)) for group in copies) == [
        ("Cyrl", "Latn"),
        ("Latn", "Latn"),
    ]
    for first, second in copies:
        assert first.url.split("/")[2] != second.url.split("/")[2]
        assert sorted(map(len, (first.agencies, second.agencies))) == [0, 1], "the copy names the agency"
        assert sorted(map(len, (first.authors, second.authors))) == [0, 1], "the original its writer"


def test_one_article_is_edited_in_the_second_edition_and_keeps_its_address_and_time():
    later = build_web(NOW, ORIGINS, edition=2)
    changed = [
        (old.extraction.article, new.extraction.article)
        for old, new in zip(WEB.expected, later.expected, strict=True)
        if old.extraction.article and old.extraction.article.body != new.extraction.article.body
    ]
    ((before, after),) = changed
    assert before.title != after.title
    assert (before.url, before.published) == (after.url, after.published)
    assert after.modified > before.modified == before.published


def test_one_page_declares_a_charset_that_it_is_not_in():
    wrong = [page for page in ARTICLES if WEB.sites[page.outlet][page.path].content_type == "text/html"]
    assert len(wrong) == 1
    content = WEB.sites[wrong[0].outlet][wrong[0].path].content
    assert b"charset=iso-8859-2" in content
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert "\x9e" in content.decode("iso-8859-2"), "a control character where ž should be"


def test_pages_that_are_no_article_are_offered_too():
    odd = {page.extraction.outcome: page for page in WEB.expected if page.extraction.outcome is not Outcome.ARTICLE}
    assert set(odd) == {Outcome.GALLERY_INDEX, Outcome.SOFT_404}
    for page in odd.values():
        documents = WEB.sites[page.outlet].values()
        feeds = [document.content.decode() for document in documents if "html" not in document.content_type]
        assert sum(ORIGINS[page.outlet] + page.path in feed for feed in feeds) == 2, "its feed and its sitemap"


def test_the_outlets_file_is_read_back_as_the_same_outlets(tmp_path):
    file = tmp_path / "outlets.toml"
    file.write_text(outlets_toml(WEB), "utf-8")
    assert set(tomllib.loads(file.read_text("utf-8"))) == set(OUTLET_KEYS)
    loaded = load_outlets(file)
    assert tuple(loaded[key] for key in OUTLET_KEYS) == WEB.outlets


def test_every_feed_and_sitemap_is_well_formed_and_of_its_own_kind():
    kinds = Counter()
    for site in WEB.sites.values():
        for path, page in site.items():
            if "json" in page.content_type:
                kinds["json"] += len(json.loads(page.content)["items"]) == 6
            elif "xml" in page.content_type and not path.endswith(".gz"):
                root = ElementTree.fromstring(page.content)
                kinds[root.tag.rpartition("}")[2]] += 1
    assert kinds == {"json": 1, "rss": 3, "RDF": 1, "feed": 1, "urlset": 6, "sitemapindex": 1}
