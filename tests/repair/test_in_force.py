"""The sources that are polled: the table's, with the repairs that stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from support.outlets import make_outlet

from balkan_crawler.model import FoundSource, Repair, RepairKind
from balkan_crawler.repair import fallback_of, repaired, standing
from balkan_crawler.repair.in_force import without_fallback

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
A, B, C = (f"https://danas-proba.rs/{name}" for name in ("feed", "rss", "atom"))
MAP, HOME = "https://danas-proba.rs/map.xml", "https://danas-proba.rs/"
OUTLET = make_outlet(feeds=(A,))


def step(number, old, *new, kind=RepairKind.FEED_MOVED, reads="feed", **fields):
    found = tuple(FoundSource(kind=reads, url=url) for url in new)
    made = {"outlet": "danas", "at": NOW, "kind": kind, "evidence": "seen", "old": old, "new": found, "id": number}
    return Repair(**(made | fields))


def fallback(number, old, *new, reads="section", **fields):
    return step(number, old, *new, kind=RepairKind.FALLBACK, reads=reads, **fields)


RESTORED = step(9, (), kind=RepairKind.RESTORED)


def test_without_repairs_the_table_holds():
    assert repaired(OUTLET, []) is OUTLET
    assert standing(OUTLET, []) == ()


def test_what_was_found_takes_the_place_of_what_was_replaced_among_the_others():
    outlet = make_outlet(feeds=(C, A), sitemaps=(MAP,))
    found = repaired(outlet, [step(1, (A,), B)])
    assert (found.feeds, found.sitemaps) == ((C, B), (MAP,))


def test_one_that_was_found_takes_the_place_of_several():
    assert repaired(make_outlet(feeds=(A, C)), [step(1, (A, C), B)]).feeds == (B,)


def test_repairs_follow_upon_each_other_in_their_order():
    steps = [step(2, (B,), C), step(1, (A,), B)]
    assert repaired(OUTLET, steps).feeds == (C,)
    assert [each.id for each in standing(OUTLET, steps)] == [1, 2]
    back = [step(1, (A,), B), step(2, (B,), A)]
    assert repaired(OUTLET, back).feeds == (A,)


def test_two_sources_that_became_one_are_polled_once():
    assert repaired(make_outlet(feeds=(A, C)), [step(1, (A,), B), step(2, (C,), B)]).feeds == (B,)


def test_what_was_undone_does_not_count_nor_what_rests_on_it():
    steps = [step(1, (A,), B, undone=NOW), step(2, (B,), C)]
    assert repaired(OUTLET, steps).feeds == (A,)
    assert standing(OUTLET, steps) == ()


def test_a_table_that_names_another_address_ends_the_repair():
    assert repaired(make_outlet(feeds=(C,)), [step(1, (A,), B)]).feeds == (C,)
    assert standing(make_outlet(feeds=(C,)), [step(1, (A,), B)]) == ()


def test_another_outlets_repairs_are_not_this_ones():
    assert repaired(OUTLET, [step(1, (A,), B, outlet="other")]) is OUTLET


def test_what_stands_in_is_polled_beside_the_own_sources_until_these_are_back():
    steps = [fallback(1, (A,), HOME)]
    found = repaired(OUTLET, steps)
    assert (found.feeds, found.sections) == ((A,), (HOME,))
    assert fallback_of(OUTLET, steps) == steps[0]
    assert repaired(OUTLET, [*steps, RESTORED]) is OUTLET
    again = fallback(10, (A,), MAP, reads="sitemap")
    assert repaired(OUTLET, [*steps, RESTORED, again]).sitemaps == (MAP,)


def test_the_own_sources_are_told_from_what_stands_in_for_them():
    steps = [step(1, (A,), B), fallback(2, (B,), HOME)]
    found = without_fallback(OUTLET, steps)
    assert (found.feeds, found.sections) == ((B,), ())


def test_a_later_fallback_takes_the_place_of_the_one_before():
    found = repaired(OUTLET, [fallback(1, (A,), HOME), fallback(2, (A,), MAP, reads="sitemap")])
    assert (found.sections, found.sitemaps) == ((), (MAP,))


def test_nothing_stands_in_once_another_source_is_there():
    steps = [fallback(1, (A,), HOME), step(2, (A,), B, kind=RepairKind.FEED_REPLACED)]
    found = repaired(OUTLET, steps)
    assert (found.feeds, found.sections) == ((B,), ())
    taken_back = [steps[0], replace(steps[1], undone=NOW)]
    assert repaired(OUTLET, taken_back).sections == (HOME,)
    assert repaired(make_outlet(feeds=(A, C)), steps[:1]).sections == ()


def test_steps_that_change_no_source_change_none():
    steps = [step(1, (A,), B, kind=kind) for kind in (RepairKind.SITE_MOVED, RepairKind.LEARNED_ANEW)]
    assert repaired(OUTLET, steps) is OUTLET
