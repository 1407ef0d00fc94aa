"""Knowledge of an outlet: what its pages have in common is no story's own text, wherever it stands."""

from __future__ import annotations

import json
import pickle
import random
import zlib
from dataclasses import replace

import pytest
from support.outlet_pages import NOW, SITE, STANDING, WORDS, headline, known_of, page, prose, read, url

from balkan_crawler import extract
from balkan_crawler.extraction.knowledge.lessons import MOST_TEXTS, updated
from balkan_crawler.extraction.learning import add_lessons, learn, read_and_learn
from balkan_crawler.model import Outcome
from balkan_crawler.model.knowledge import KNOWLEDGE_VERSION, Knowledge, pack, unpack


def body(content, address, known):
    found = read(content, address, known)
    assert found.article is not None, found.reason
    return found.article.body


def test_a_line_that_stands_in_another_story_is_none_of_this_one():
    known = known_of(1, extra=[STANDING])
    found = body(page(7, extra=[STANDING]), url(7), known)
    assert STANDING not in found
    assert found.split("\n") == [prose(700 + place) for place in range(4)]


def test_a_line_with_another_link_each_time_is_the_same_line():
    def issue(month):
        return (
            f"The printed issue of this week is at the kiosks, see <a href='/issue/{month}'>the issue of {month}</a>."
        )

    known = learn([(page(1, extra=[issue("May")]), url(1))])
    assert "kiosks" in body(page(2, extra=[issue("June")]), url(2), Knowledge())
    assert "kiosks" not in body(page(2, extra=[issue("June")]), url(2), known)


def test_a_short_text_may_stand_in_two_stories_but_not_in_three():
    known = known_of(1, extra=["Nobody was hurt."])
    assert "Nobody was hurt." in body(page(7, extra=["Nobody was hurt."]), url(7), known)
    known = known_of(2, extra=["Nobody was hurt."])
    assert "Nobody was hurt." not in body(page(7, extra=["Nobody was hurt."]), url(7), known)


def test_a_page_that_is_read_again_keeps_its_text():
    known = known_of(3)
    again = page(1, extra=["An edit of the evening brought one more sentence into this story."])
    found = body(again, url(1), known)
    assert len(found.split("\n")) == 5


def test_a_story_at_another_address_keeps_its_text():
    known = known_of(3)
    assert len(body(page(1), url("1-updated"), known).split("\n")) == 4


def test_a_story_under_another_headline_keeps_its_text():
    known = known_of(4)
    found = body(page(1, title="Something else entirely stands above it now"), url(99), known)
    assert len(found.split("\n")) == 4


def notice(number):
    """Make a page of two sentences below which other notices stand with their beginnings, in plain paragraphs."""
    others = "".join(f"<p>{prose(9000 + each, 2)}</p>" for each in range(number, number + 6))
    own = "".join(f"<p>{prose(number * 100 + place, 1)}</p>" for place in range(2))
    return (
        f"<html><head><title>{headline(number)}</title>"
        f"<meta property='article:published_time' content='2026-11-04T10:00:00+01:00'></head><body><main>"
        f"<h1>{headline(number)}</h1><div class=text>{own}</div><div class=more>{others}</div></main></body></html>"
    ).encode()


def test_beginnings_of_other_stories_go_when_some_pages_had_them():
    known = learn((notice(number), url(number)) for number in range(5))
    found = body(notice(5), url(5), known)
    assert prose(500, 1) in found
    assert not any(prose(9000 + each, 2) in found for each in range(5, 10))


def test_the_newest_beginning_goes_too_though_no_page_had_it_before():
    def short(number):
        others = "".join(
            f"<p><a href='/news/{each}'><b>{headline(each)}</b></a></p><p>{prose(each * 100, 1)}</p>"
            for each in range(max(number - 6, 0), number)
        )
        return (
            f"<html><head><title>{headline(number)}</title></head><body><div class=main><h1>{headline(number)}</h1>"
            f"<span>12.11.2026. 10:{number:02d}</span><div class=text><p>{prose(number * 100, 1)}</p>"
            f"<p>{prose(number * 100 + 1, 1)}</p></div><div class=more>{others}</div></div></body></html>"
        ).encode()

    known = learn((short(number), url(number)) for number in range(20))
    assert body(short(20), url(20), known).split("\n") == [prose(2000, 1), prose(2001, 1)]
    assert prose(1900, 1) in body(short(20), url(20), Knowledge())


def test_what_a_series_says_again_stays_in_it():
    def programme(day):
        lines = [f"The {word} of the evening begins at {hour} o'clock." for hour, word in enumerate(WORDS[:16], 6)]
        return page(day, title=f"What is on television on the {day}th of November", extra=lines)

    pages = []
    for number in range(12):
        pages += [(programme(number), url(f"tv-{number}")), (page(number), url(number))]
    found = body(programme(20), url("tv-20"), learn(pages))
    assert found == body(programme(20), url("tv-20"), Knowledge())
    assert "of the evening" in found


def test_what_follow_ups_tell_again_stays_in_them():
    past = "The dam above the old mill broke in the night of the third of March, and eleven houses were lost below it."
    pages = [(page(number), url(number)) for number in range(20)]
    for number, title in enumerate(("Dam of Kaldera: first hearing", "Experts look at the dam of Kaldera")):
        pages.append((page(100 + number, title=title, extra=[past]), url(100 + number)))
    known = learn(pages)
    assert past in body(page(103, title="Kaldera has a new dam", extra=[past]), url(103), known)
    assert past not in body(page(104, extra=[past]), url(104), known)


def test_a_text_that_is_a_teaser_elsewhere_stays_where_it_is_told():
    def offered(number):
        card = f"<div class=card><h3><a href='/news/9'>{headline(9)}</a></h3><p>{prose(900)}</p></div>"
        return f"<aside class=box>{card}</aside>"

    known = learn((page(number, below=offered(number)), url(number)) for number in range(4))
    assert body(page(9), url(9), known).split("\n")[0] == prose(900)


def test_class_names_that_change_at_each_request_hide_no_line():
    def hashed(number):
        return page(number, extra=[STANDING], name="css-" + "".join(random.Random(number).choices("abcdefgh", k=6)))

    known = learn((hashed(number), url(number)) for number in range(4))
    assert known.moving > 0.5
    assert STANDING not in body(hashed(9), url(9), known)


def test_a_lead_is_known_by_its_place():
    def summed_up(number):
        return f"<div class=hero><div class=sum>{prose(5000 + number, 1)}</div></div><img src=/a.jpg>"

    known = learn((page(number, above=summed_up(number)), url(number)) for number in range(6))
    found = read(page(9, above=summed_up(9)), url(9), known).article
    assert found is not None
    assert (found.lead, found.body.split("\n")[0]) == (prose(5009, 1), prose(900))


def signed(*names):
    people = "".join(f"<span itemprop=author itemscope><span itemprop=name>{name}</span></span>" for name in names)
    return f"<div class=byline>{people}</div>"


def test_a_name_beside_all_others_is_the_outlets():
    names = ["Mira Kolar", "Arben Hoxha", "Jelena Matić", "Ana Kranjec", "Ilir Dervishi", "Goran Spasov"]
    known = learn((page(n, byline=signed(name, "Vesti Uživo")), url(n)) for n, name in enumerate(names))
    found = read(page(9, byline=signed("Petra Zupan", "Vesti Uživo")), url(9), known).article
    assert found is not None
    assert found.authors == ("Petra Zupan",)


def test_one_who_signs_all_stories_alone_is_a_person():
    known = known_of(8, byline=signed("Mira Kolar"))
    found = read(page(9, byline=signed("Mira Kolar")), url(9), known).article
    assert found is not None
    assert found.authors == ("Mira Kolar",)


def test_walls_and_listings_teach_nothing():
    wall = b"<title>Before you continue</title><h1>Before you continue</h1><p>Log in or subscribe.</p>"
    cards = "".join(f"<div class=card><h3><a href='/news/{n}'>{headline(n)}</a></h3></div>" for n in range(20))
    listing = f"<title>Latest</title><h1>Latest</h1>{cards}".encode()
    assert learn([(wall, url(1)), (listing, f"{SITE}/latest"), (b"", url(2)), (b"%PDF-1.4", url(3))]) == Knowledge()


def test_pages_unlike_those_learned_from_are_read_as_if_nothing_were_known():
    known = known_of(8)
    redesigned = page(20).replace(b"<div class='story-text'>", b"<section id=new><article>")
    assert body(redesigned, url(20), known) == body(redesigned, url(20), Knowledge())
    assert len(body(redesigned, url(20), known).split("\n")) == 4


def test_without_knowledge_nothing_is_taught_and_nothing_changes():
    plain, learned = extract(page(1), url(1), fetched_at=NOW), read(page(1), url(1), Knowledge())
    assert (plain.lesson, plain.page_hash) == (None, None)
    assert learned.lesson is not None and learned.page_hash is not None
    assert replace(learned, lesson=None, page_hash=None) == plain


def test_a_page_is_known_again_however_much_more_is_known_by_then():
    hashes = {read(page(7, extra=[STANDING]), url(7), known_of(count)).page_hash for count in (0, 1, 8)}
    assert len(hashes) == 1
    assert read(page(7), url(7), Knowledge()).page_hash not in hashes


def test_knowledge_pickles_and_goes_to_json_and_back():
    known = known_of(6, extra=[STANDING])
    assert pickle.loads(pickle.dumps(known)) == known
    assert Knowledge.from_json(json.loads(json.dumps(known.to_json()))) == replace(known, moving=round(known.moving, 4))


def test_knowledge_of_another_version_is_none():
    told = known_of(2).to_json() | {"version": KNOWLEDGE_VERSION + 1}
    assert Knowledge.from_json(told) == Knowledge()


def test_knowledge_stays_small_however_many_pages_there_are():
    known = learn((page(number, extra=[STANDING]), url(number)) for number in range(8))
    lesson = read(page(9, extra=[STANDING]), url(9), known).lesson
    assert lesson is not None
    trace = next(iter(lesson.texts.values()))
    for number in range(200):
        texts = {number * 10_000 + place: trace for place in range(300)}
        known = updated(known, replace(lesson, address=number, headline=frozenset({number}), texts=texts))
    assert len(known.texts) <= MOST_TEXTS
    assert len(json.dumps(known.to_json(), separators=(",", ":"))) < 64 * 1024


def test_a_page_of_many_thousand_texts_teaches_a_bounded_lesson():
    lesson = read(
        page(1, extra=[f"Line {n} of a list that has no end." for n in range(3_000)]), url(1), Knowledge()
    ).lesson
    assert lesson is not None
    assert len(lesson.texts) <= 600


def test_a_crawl_learns_from_packed_lessons_as_from_pages():
    packed, lessons = pack(Knowledge()), []
    for number in range(4):
        content = page(number, extra=[STANDING])
        found = read_and_learn(content, url(number), None, NOW, None, None, packed, lessons)
        assert found.lesson is not None
        packed, lessons = found.knowledge, [found.lesson]
    assert unpack(add_lessons(packed, lessons)).articles == 4
    found = read_and_learn(page(9, extra=[STANDING]), url(9), None, NOW, None, None, packed, lessons)
    assert found.extraction.outcome is Outcome.ARTICLE
    assert found.extraction.article is not None
    assert STANDING not in found.extraction.article.body
    assert found.extraction.lesson is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"nonsense",
        pack(known_of(1))[:-30],
        b"x\x9c\x03\x00\x00\x00\x00\x01",
        zlib.compress(b"[" * 100_000),
        zlib.compress(json.dumps(known_of(1).to_json()).replace('"articles": 1', '"articles": 1e999').encode()),
    ],
    ids=["none", "nonsense", "cut", "empty", "nested", "infinite"],
)
def test_knowledge_that_is_broken_is_learned_anew(broken):
    assert unpack(broken) == Knowledge()
