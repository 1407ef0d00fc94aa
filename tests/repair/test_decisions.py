"""What follows from what polls of many days show: nothing from one, and nothing outside of the outlet's site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support.outlets import make_outlet

from balkan_crawler.discovery.sources import SourceKind
from balkan_crawler.model import FoundSource, Repair, RepairKind, Search, Sign, SignKind, SourceState, sign_after
from balkan_crawler.repair import decisions, signs
from balkan_crawler.repair.decisions import Known

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SITE = "danas-proba.rs"
A, B = f"https://{SITE}/feed", f"https://{SITE}/rss"
STORY = f"https://{SITE}/vesti/most-preko-reke-otvoren"
ELSEWHERE = "https://kazino.rs/feed"
OUTLET = make_outlet(feeds=(A,))


def sign(kind, days=9, polls=20, span=9.0, to=None):
    return Sign(kind=kind, to=to, since=NOW - timedelta(days=span), last=NOW, days=days, polls=polls)


def known(*states, outlet=OUTLET, repairs=(), sites=frozenset({SITE})):
    return Known(outlet=outlet, repairs=repairs, states=states, sites=sites, now=NOW)


def state(seen, url=A, **fields):
    return SourceState(url=url, outlet="danas", sign=seen, **fields)


def step(kind, old, *new, **fields):
    found = tuple(FoundSource(kind="feed", url=url) for url in new)
    made = {"outlet": "danas", "at": NOW, "kind": kind, "evidence": "seen", "old": old, "new": found, "id": 1}
    return Repair(**(made | fields))


def test_a_sign_grows_by_poll_and_day_and_begins_anew_after_another_one():
    first = sign_after(None, SignKind.MOVED, NOW, B)
    same_day = sign_after(first, SignKind.MOVED, NOW + timedelta(hours=1), B)
    next_day = sign_after(same_day, SignKind.MOVED, NOW + timedelta(days=1), B)
    assert (next_day.since, next_day.days, next_day.polls) == (NOW, 2, 3)
    for other in ((SignKind.MOVED, ELSEWHERE), (SignKind.LOST, None)):
        assert sign_after(next_day, other[0], NOW + timedelta(days=2), other[1]).polls == 1
    assert sign_after(next_day, SignKind.MOVED, NOW - timedelta(days=30), B).polls == 1


@pytest.mark.parametrize(
    ("to", "named", "kind"),
    [
        (B, [STORY], SignKind.MOVED),
        (B, [f"https://www.{SITE}/a/1234567", ELSEWHERE], SignKind.MOVED),
        (B, [ELSEWHERE], None),
        (B, [], None),
        (f"https://{SITE}/comments/feed", [STORY], None),
        (f"https://{SITE}/feed?{'x' * 3000}", [STORY], None),
        (ELSEWHERE, [STORY], SignKind.MOVED),
        (ELSEWHERE, ["https://kazino.rs/dobitak-dana-1234567"], SignKind.LEFT),
        (ELSEWHERE, [], None),
        (None, [STORY], None),
    ],
)
def test_what_a_poll_shows_that_was_read(to, named, kind):
    found = signs.after_reading(None, OUTLET, NOW, moved_to=to, named=named)
    assert (found.kind if found else None) is kind


def test_an_unchanged_document_shows_what_it_showed_before_and_nothing_new():
    before = sign(SignKind.MOVED, to=B)
    assert signs.after_reading(before, OUTLET, NOW, moved_to=B).polls == 21
    assert signs.after_reading(None, OUTLET, NOW, moved_to=B) is None
    assert signs.after_reading(before, OUTLET, NOW) is None


def test_a_source_that_is_read_again_is_back_only_while_others_stand_in():
    lost = sign(SignKind.LOST)
    assert signs.after_reading(lost, OUTLET, NOW, named=[STORY]) is None
    assert signs.after_reading(lost, OUTLET, NOW, named=[STORY], stands_apart=True).kind is SignKind.BACK


def test_a_home_page_that_leads_elsewhere_is_remembered_until_it_does_not():
    first = signs.after_asking_home(None, NOW, ELSEWHERE)
    assert (first.kind, first.to, first.polls) == (SignKind.LEFT, ELSEWHERE, 1)
    assert signs.after_asking_home(first, NOW + timedelta(days=1), ELSEWHERE).days == 2
    assert signs.after_asking_home(first, NOW, None) is None


def test_a_loss_is_told_with_its_polls_its_days_and_the_last_reason():
    states = [
        state(sign(SignKind.LOST, days=3, polls=5, span=4), reason=f"{A} could not be read: HTTP status 404"),
        state(sign(SignKind.LOST), url=B),
        state(None, url=f"{A}/2", reason="well"),
    ]
    told = decisions.evidence_of_loss(known(*states), [A, B, f"{A}/2", f"{A}/3"])
    assert told == (
        f"{A} failed at 5 polls on 3 days since 2026-11-20 (HTTP status 404); "
        f"{B} failed at 20 polls on 9 days since 2026-11-15 (no readable answer)"
    )


def test_a_source_that_redirected_for_a_week_is_taken_at_its_new_address():
    [found] = decisions.moved(known(state(sign(SignKind.MOVED, to=B))))
    assert (found.kind, found.old, found.new) == (RepairKind.FEED_MOVED, (A,), (FoundSource(kind="feed", url=B),))
    assert "20 polls on 9 days since 2026-11-15" in found.evidence


@pytest.mark.parametrize(
    "seen",
    [
        sign(SignKind.MOVED, to=B, days=4),
        sign(SignKind.MOVED, to=B, span=6.9),
        sign(SignKind.MOVED, to=ELSEWHERE),
        sign(SignKind.LEFT, to=ELSEWHERE),
        sign(SignKind.LOST),
    ],
)
def test_a_source_is_not_followed_too_early_nor_out_of_the_site(seen):
    assert decisions.moved(known(state(seen))) == []


def test_a_source_is_followed_to_a_site_of_the_same_owner():
    sites = frozenset({SITE, "kazino.rs"})
    assert len(decisions.moved(known(state(sign(SignKind.MOVED, to=ELSEWHERE)), sites=sites))) == 1


def test_only_sources_that_the_outlet_has_are_followed():
    assert decisions.moved(known(state(sign(SignKind.MOVED, to=B), url=f"https://{SITE}/child.xml"))) == []


def test_what_was_undone_is_not_done_again_for_the_same_addresses():
    undone = step(RepairKind.FEED_MOVED, (A,), B, undone=NOW)
    assert decisions.moved(known(state(sign(SignKind.MOVED, to=B)), repairs=[undone])) == []
    other = step(RepairKind.FEED_MOVED, (A,), f"https://{SITE}/other", undone=NOW)
    assert len(decisions.moved(known(state(sign(SignKind.MOVED, to=B)), repairs=[other]))) == 1


def test_another_site_is_told_of_once():
    seen = state(sign(SignKind.LEFT, to=ELSEWHERE))
    found = decisions.site_moved(known(seen))
    assert (found.kind, found.new[0].url) == (RepairKind.SITE_MOVED, ELSEWHERE)
    assert decisions.site_moved(known(seen, repairs=[found])) is None
    assert decisions.site_moved(known(state(sign(SignKind.LEFT, to=ELSEWHERE, days=4)))) is None
    assert decisions.site_moved(known(seen, sites=frozenset({SITE, "kazino.rs"}))) is None


def test_a_home_page_is_asked_more_rarely_and_fewer_days_tell():
    seen = sign(SignKind.LEFT, to=ELSEWHERE, days=3, polls=3)
    assert decisions.site_moved(known(state(seen, url=OUTLET.homepage))) is not None
    assert decisions.site_moved(known(state(seen))) is None


@pytest.mark.parametrize(
    ("seen", "is_lost"),
    [
        (sign(SignKind.LOST, days=3, polls=5, span=3), True),
        (sign(SignKind.LOST, days=2, polls=50, span=3), False),
        (sign(SignKind.LOST, days=3, polls=4, span=30), False),
        (sign(SignKind.LOST, days=3, polls=5, span=2.9), False),
        (sign(SignKind.MOVED, to=B), False),
    ],
)
def test_a_source_is_lost_after_some_days_and_polls(seen, is_lost):
    assert bool(decisions.lost(known(state(seen)))) is is_lost


def test_others_stand_in_only_where_no_source_can_be_read_for_longer():
    lost, early = sign(SignKind.LOST, span=4), sign(SignKind.LOST, span=3.9)
    two = make_outlet(feeds=(A, B))
    assert decisions.is_silent(known(state(lost)))
    assert not decisions.is_silent(known(state(early)))
    assert not decisions.is_silent(known(state(lost), outlet=two))
    assert decisions.is_silent(known(state(lost), state(lost, url=B), outlet=two))
    assert not decisions.is_silent(known(outlet=make_outlet()))


def test_where_what_stands_in_can_be_read_nothing_else_has_to():
    stands = step(RepairKind.FALLBACK, (A,), new=(FoundSource(kind="section", url=OUTLET.homepage),))
    lost = sign(SignKind.LOST)
    assert not decisions.is_silent(known(state(lost), repairs=[stands]))
    assert decisions.is_silent(known(state(lost), state(lost, url=OUTLET.homepage), repairs=[stands]))


def test_what_stands_in_does_so_until_an_own_source_was_read_on_two_days():
    stands = step(RepairKind.FALLBACK, (A,), new=(FoundSource(kind="section", url=OUTLET.homepage),))
    back = state(sign(SignKind.BACK, days=2, polls=2))
    assert decisions.restored(known(back, repairs=[stands])).old == (OUTLET.homepage,)
    assert decisions.restored(known(state(sign(SignKind.BACK, days=1)), repairs=[stands])) is None
    assert decisions.restored(known(back)) is None


@pytest.mark.parametrize(("tries", "days"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 7), (99, 7)])
def test_searches_in_vain_come_ever_more_rarely_and_never_twice_a_day(tries, days):
    last = Search(outlet="danas", at=NOW, tries=tries)
    due = NOW + timedelta(days=days)
    assert decisions.is_search_due(last, due)
    assert not decisions.is_search_due(last, due - timedelta(hours=3))


def test_a_search_that_a_fast_clock_made_does_not_keep_the_next_one_away():
    assert decisions.is_search_due(Search(outlet="danas", at=NOW + timedelta(days=400), tries=9), NOW)
    assert decisions.is_search_due(None, NOW)


def test_what_was_found_has_the_kind_of_what_it_replaces():
    outlet = make_outlet(sitemaps=(A,))
    [found] = decisions.moved(known(state(sign(SignKind.MOVED, to=B)), outlet=outlet))
    assert found.new[0].kind == SourceKind.SITEMAP
