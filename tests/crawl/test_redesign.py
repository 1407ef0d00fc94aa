"""A redesign is told from a second layout: old places are found no more, or live on beside the new ones."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from support.newsrooms import SENTENCES

from balkan_crawler import extract
from balkan_crawler.extraction.knowledge.lessons import updated
from balkan_crawler.extraction.knowledge.places import likeness_of
from balkan_crawler.model.knowledge import Knowledge, pack, unpack
from balkan_crawler.spiders.redesign import RedesignWatch

SECTIONS = ("Town", "Sport", "Culture")
OLD_FRAME = ("<div class=top-bar><p>The Ferry</p><p>News</p></div>", "<div class=site-end><p>Town</p><p>2026</p></div>")
NEW_FRAME = ("<div class=masthead><p>Ferry!</p><p>All news</p></div>", "<div class=imprint><p>Us</p><p>2027</p></div>")
OLD_BODY = ("<article class=story><h1>", "</h1>", "<p>", "</p>", "</article>")
NEW_BODY = ("<main class=reading><h1>", "</h1>", "<div class=line>", "</div>", "</main>")
OLD, COLUMN, NEW = (OLD_FRAME, OLD_BODY), (OLD_FRAME, NEW_BODY), (NEW_FRAME, NEW_BODY)


@dataclass
class Outlet:
    """An outlet whose pages are read one after the other; ``told`` are the numbers of those that told a redesign."""

    known: Knowledge = field(default_factory=Knowledge)
    watch: RedesignWatch = field(default_factory=RedesignWatch)
    read: int = 0
    told: list[int] = field(default_factory=list)

    def publish(self, count, layout, section=None, kind=""):
        for _ in range(count):
            number = self.read = self.read + 1
            (top, end), (start, titled, open_, close, finish) = layout
            about = f"The ferry is late again on day {number} of {number * 7}"
            text = "".join(f"{open_}{each} It was in year {number}.{close}" for each in SENTENCES)
            where = section or SECTIONS[number % len(SECTIONS)]
            page = (
                f"<html lang=en><head><title>{about}</title><meta property=og:type content='{kind or 'article'}'>"
                f"<meta property='article:section' content='{where}'>"
                f"<meta property='article:published_time' content='2026-11-{1 + number % 25:02d}T10:00:00+01:00'>"
                f"</head><body>{top}{start}{about}{titled}{text}{finish}{end}</body></html>"
            )
            found = extract(page.encode(), f"https://ferry.example/news/{number}", knowledge=self.known)
            assert found.article is not None
            assert found.article.body.count("\n") == len(SENTENCES) - 1
            if self.watch.saw(likeness_of(self.known, found.lesson), found.article):
                self.told.append(number)
            self.known = updated(self.known, found.lesson)

    def next_run(self):
        self.known = unpack(pack(self.known))
        self.watch = RedesignWatch(self.known.row.unlike, self.known.row.foreign)


@pytest.fixture
def outlet():
    outlet = Outlet()
    outlet.publish(16, OLD)
    return outlet


def test_layouts_that_take_turns_are_no_redesign():
    outlet = Outlet()
    for _ in range(12):
        outlet.publish(1, OLD)
        outlet.publish(2, COLUMN)
    assert outlet.told == []


def test_a_layout_that_comes_later_and_lives_on_beside_the_first_is_no_redesign(outlet):
    for _ in range(5):
        outlet.publish(2, NEW)
        outlet.publish(1, OLD)
    assert outlet.told == []


@pytest.mark.parametrize("kind", ["article", "video.other"])
def test_five_pages_of_a_second_layout_in_a_row_are_no_redesign(outlet, kind):
    outlet.publish(5, COLUMN, kind=kind)
    outlet.publish(3, OLD)
    outlet.publish(5, COLUMN, kind=kind)
    assert outlet.told == []


def test_a_redesign_is_told_once_within_five_pages(outlet):
    outlet.publish(30, NEW)
    assert outlet.told == [20]


def test_a_redesign_is_told_once_where_each_run_reads_two_pages(outlet):
    for _ in range(15):
        outlet.next_run()
        outlet.publish(2, NEW)
    assert len(outlet.told) == 1
    assert outlet.told[0] <= 16 + 5


def test_a_redesign_of_the_text_alone_is_told_once_later(outlet):
    outlet.publish(30, COLUMN)
    assert outlet.told == [24]


def test_a_redesign_of_one_section_is_none_of_the_outlet(outlet):
    outlet.publish(5, NEW, section="Sport")
    outlet.publish(3, OLD)
    outlet.publish(5, NEW, section="Sport")
    assert outlet.told == []


def test_a_redesign_that_is_taken_back_the_next_day_is_told_once(outlet):
    outlet.publish(10, NEW)
    outlet.next_run()
    outlet.publish(10, OLD)
    assert outlet.told == [20]


def test_no_page_is_read_by_its_template_while_its_outlet_is_built_as_never_before(outlet):
    outlet.publish(6, NEW)
    assert (outlet.known.row.unlike, outlet.known.row.foreign) == (6, 6)
    outlet.publish(1, OLD)
    assert (outlet.known.row.unlike, outlet.known.row.foreign) == (0, 0)
