"""A page of an outlet that is known is read by what is known: the same article, without asking the classifier."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.outlet_pages import NOW, STANDING, page, read, url

from balkan_crawler import extract
from balkan_crawler.extraction import template
from balkan_crawler.extraction.document.furniture import without_scripts
from balkan_crawler.extraction.knowledge.furnishing import known_furniture
from balkan_crawler.extraction.learning import learn
from balkan_crawler.extraction.page import extract as extract_page
from balkan_crawler.extraction.reading import Request
from balkan_crawler.extraction.trust import ONE_IN, are_alike, is_sample, is_trusted, is_worth_trial
from balkan_crawler.model import Outcome
from balkan_crawler.model.knowledge import Knowledge, pack, unpack

MENU = b"<div class='most-read'><p>Most read of all</p><p>What others read this week</p></div>" * 8
"""A part of the page that is far enough from the story to tell nothing of it."""


def story(number, **parts):
    return page(number, **parts).replace(b"</body>", b"<p>%s</p></body>" % b"</p><p>".join([b"More"] * 13 + [MENU]))


def trusted(count=12):
    return learn((story(number), url(number)) for number in range(count))


def by_template(content, address, known):
    return template.read_by_template(Request(content, address, None, None, None, NOW, is_fetch=True), known)


def no_sample(start):
    """Give the number of a page that is no sample, from ``start`` on."""
    return next(number for number in range(start, start + 2 * ONE_IN) if not is_sample(url(number)))


def test_pages_of_a_known_outlet_are_read_by_its_template_and_tell_the_same():
    known = trusted()
    assert is_trusted(known)
    number = no_sample(50)
    content = story(number, byline="<p class='by'>Ana Marić</p>")
    whole, found = extract(content, url(number), fetched_at=NOW), read(content, url(number), known)
    assert (found.lesson.is_full, found.outcome) == (False, Outcome.ARTICLE)
    assert replace(found, lesson=None, page_hash=None) == replace(whole, lesson=None, page_hash=None)


def test_the_classifier_is_not_asked_where_a_template_is_trusted(monkeypatch):
    known, number = trusted(), no_sample(50)

    def never(page):
        raise AssertionError("asked")

    monkeypatch.setitem(extract_page.__globals__, "body_chances", never)
    assert read(story(number), url(number), known).article is not None
    with pytest.raises(AssertionError, match="asked"):
        read(story(number), url(number), Knowledge())


def test_a_page_read_by_its_template_has_the_hash_that_it_has_when_read_whole():
    known, number = trusted(), no_sample(50)
    content = story(number, extra=[STANDING])
    assert read(content, url(number), known).page_hash == read(content, url(number), Knowledge()).page_hash


def test_what_a_page_read_by_its_template_teaches_are_texts_alone():
    known, number = trusted(), no_sample(50)
    lesson = read(story(number), url(number), known).lesson
    assert lesson.texts
    assert not (lesson.places or lesson.above or lesson.names or lesson.furniture)


def test_a_new_standing_line_is_left_out_where_only_pages_read_by_the_template_had_it():
    known = trusted()
    numbers = [number for number in range(50, 99) if not is_sample(url(number))][:4]
    known = learn([(story(number, extra=[STANDING]), url(number)) for number in numbers], knowledge=known)
    assert known.read == 16
    assert known.articles < 16
    number = no_sample(100)
    found = read(story(number, extra=[STANDING]), url(number), known)
    assert (found.lesson.is_full, STANDING in found.article.body) == (False, False)


@pytest.mark.parametrize(
    "content",
    [
        page(7).replace(b"<p>", b"<div class='new'>").replace(b"</p>", b"</div>"),
        page(7).replace(b"class='story-text'", b"class='other'"),
        page(7)[:600],
        re.sub(rb"<p>.*</p>", b"<p>Read on with a subscription.</p>", page(7)),
        page(7).replace(b"article:published_time", b"nothing"),
        page(7).replace(b"h1>", b"div>"),
        page(7).replace(
            b"</div>", b"<div class='box'>" + b"Something of another kind stands here now. " * 20 + b"</div>"
        ),
        b"",
    ],
    ids=["other elements", "other class", "cut", "wall", "no day", "no headline", "unknown part", "empty"],
)
def test_a_doubt_gives_the_page_back_to_be_read_whole(content):
    known = trusted()
    assert by_template(story(7), url(7), known) is not None
    assert by_template(content, url(7), known) is None
    assert read(content, url(no_sample(50)), known).lesson is None or read(content, url(7), known).lesson.is_full


def test_one_page_in_twenty_is_read_whole_and_always_the_same():
    samples = [number for number in range(4_000) if is_sample(url(number))]
    assert 0.7 < len(samples) / (4_000 / ONE_IN) < 1.3
    found = read(story(samples[0]), url(samples[0]), trusted())
    assert (found.lesson.is_full, found.lesson.trial) == (True, True)


def test_trust_needs_trials_and_is_lost_with_the_first_that_is_unlike():
    known = trusted()
    assert not is_trusted(replace(known, trials=(True, True)))
    assert is_trusted(replace(known, trials=(True, True, True)))
    assert not is_trusted(replace(known, trials=(True,) * 7 + (False,)))
    assert not is_trusted(replace(known, trials=(False, False, True, True)))
    assert not is_trusted(Knowledge(trials=(True,) * 8))


def test_an_outlet_whose_trials_all_fail_is_tried_with_samples_only():
    known = replace(trusted(), trials=(False,) * 8)
    assert not is_worth_trial(known, url(no_sample(50)))
    assert is_worth_trial(known, url(next(number for number in range(99) if is_sample(url(number)))))
    assert is_worth_trial(replace(known, trials=(False,) * 7), url(no_sample(50)))


def test_readings_are_alike_in_every_field_and_nearly_all_of_the_text():
    whole = extract(page(7), url(7), fetched_at=NOW)
    article = whole.article
    assert are_alike(whole, whole)
    assert not are_alike(whole, replace(whole, article=replace(article, authors=("Ana Marić",))))
    assert not are_alike(whole, replace(whole, article=replace(article, body=article.body.partition("\n")[2])))
    assert not are_alike(whole, replace(whole, article=None))


def test_furniture_is_what_holds_nothing_of_any_article():
    known = trusted()
    assert "div.most-read" in known_furniture(known.furniture)
    assert not {"main.story", "div.story-text"} & known_furniture(known.furniture)
    assert unpack(pack(known)) == known


def test_an_element_that_once_held_the_text_is_no_furniture_any_more():
    inside = page(40).replace(b"<main class='story'>", b"<main class='story'><div class='most-read'>")
    known = learn([(inside.replace(b"</main>", b"</div></main>"), url(40))], knowledge=trusted())
    assert "div.most-read" not in known_furniture(known.furniture)


def test_scripts_styles_drawings_and_comments_go_and_data_stays():
    markup = (
        "<SCRIPT>if (a<b) '</p>'</SCRIPT ><style>p{}</style><p>Text</p><!-- <p>no</p> --><svg><path/></svg>"
        '<script type="application/ld+json">{"a": 1}</script><p>More</p><script>let open'
    )
    assert without_scripts(markup) == (
        '<p>Text</p><script type="application/ld+json">{"a": 1}</script><p>More</p><script>let open'
    )


@given(
    st.lists(
        st.sampled_from(["<script>", "</script>", "<style x>", "</STYLE>", "<!--", "-->", "<p>", "a", "<svg", ">"])
    )
)
def test_markup_without_scripts_is_what_stands_outside_of_them(parts):
    found = without_scripts("".join(parts))
    assert without_scripts(found) == found
    assert found.count("a") <= parts.count("a")


@pytest.mark.parametrize("part", ["<svg ", "<script", "<script></script ", "<style></style ", "<!--"])
def test_markup_of_beginnings_without_ends_is_gone_through_once(part):
    assert len(without_scripts(part * 200_000)) <= 200_000 * len(part)  # else it takes minutes
