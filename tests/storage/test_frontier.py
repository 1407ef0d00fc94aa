"""The frontier's contract, the same for every store."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.direct_sql import ask
from support.outlets import make_outlet

from balkan_crawler.errors import LeaseLostError
from balkan_crawler.model import Candidate, SourceState, UrlState, Visit
from balkan_crawler.storage import CrawlReport, this_holder

STORY = "https://danas-proba.rs/vesti/2026/nova-cesta-otvorena"


def failed(url, **fields):
    fields = {"state": UrlState.FAILED, "outcome": "timeout"} | fields
    return Visit(url=url, outlet="danas", **fields)


def test_a_new_outlet_can_be_leased_at_once(scene):
    held = scene.lease("danas", "elsewhere:1:1", 60)
    assert (held.key, held.outlets, held.holder) == ("danas-proba.rs", ("danas",), "elsewhere:1:1")
    assert held.ends == scene.now + timedelta(seconds=60)


def test_a_held_outlet_is_leased_to_nobody_else(scene, open_again):
    scene.lease("danas")
    assert open_again().lease(["danas"], "elsewhere:2:2", scene.now, 60) == []


def test_outlets_of_one_site_share_one_lease(scene, make_outlet):
    scene.register(make_outlet("danas_en", homepage="https://danas-proba.rs/en/"))
    held = scene.lease("danas")
    assert held.outlets == ("danas",)
    assert scene.store.lease(["danas_en"], "elsewhere:2:2", scene.now, 60) == []
    scene.store.release(held, scene.now, scene.now)
    [both] = scene.store.lease(["danas", "danas_en"], "elsewhere:2:2", scene.now, 60)
    assert set(both.outlets) == {"danas", "danas_en"}


def test_a_lease_that_ended_goes_to_the_next_with_a_greater_token(scene):
    first = scene.lease("danas", seconds=60)
    scene.later(seconds=61)
    second = scene.lease("danas", "elsewhere:2:2")
    assert second.token > first.token


def test_tokens_grow_over_release_too(scene):
    first = scene.lease("danas")
    scene.store.release(first, scene.now, scene.now)
    assert scene.lease("danas").token > first.token


def test_the_longest_due_outlets_are_leased_first_within_the_limit(scene, make_outlet):
    scene.register(make_outlet("beta"), make_outlet("alfa"))
    for key, due in (("danas", 30), ("beta", 10), ("alfa", 20)):
        scene.store.release(scene.lease(key), scene.now, scene.now + timedelta(minutes=due))
    scene.later(hours=1)
    leased = scene.store.lease(["alfa", "beta", "danas"], "elsewhere:1:1", scene.now, 60, 2)
    assert [held.outlets for held in leased] == [("beta",), ("alfa",)]


def test_an_outlet_is_not_leased_before_it_is_due(scene):
    scene.store.release(scene.lease("danas"), scene.now, scene.now + timedelta(minutes=15))
    assert scene.store.lease(["danas"], "elsewhere:1:1", scene.later(minutes=14), 60) == []
    assert scene.store.lease(["danas"], "elsewhere:1:1", scene.later(minutes=1), 60) != []


def test_registering_again_changes_neither_lease_nor_due_time(scene, make_outlet):
    held = scene.lease("danas")
    scene.register(make_outlet(name="Danas, renamed"))
    assert scene.store.renew(held, scene.now, 60).token == held.token
    assert scene.store.lease(["danas"], "elsewhere:2:2", scene.now, 60) == []


def test_a_renewed_lease_ends_later(scene, open_again):
    held = scene.lease("danas", seconds=60)
    scene.later(seconds=50)
    assert scene.store.renew(held, scene.now, 60).ends == scene.now + timedelta(seconds=60)
    scene.later(seconds=50)
    assert open_again().lease(["danas"], "elsewhere:2:2", scene.now, 60) == []


def test_a_gone_process_of_this_machine_holds_nothing(scene):
    machine, _, _ = this_holder().partition(":")
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    scene.lease("danas", f"{machine}:{child}:12345", 3600)
    assert scene.store.lease(["danas"], "elsewhere:2:2", scene.now, 60) != []


def test_a_living_process_of_this_machine_keeps_its_lease(scene):
    scene.lease("danas", this_holder(), 3600)
    assert scene.store.lease(["danas"], "elsewhere:2:2", scene.now, 60) == []


@pytest.mark.parametrize("holder", ["otherhost:1:1", "no such form", ""])
def test_holders_of_other_machines_and_forms_are_waited_for(scene, holder):
    scene.lease("danas", holder, 60)
    assert scene.store.lease(["danas"], "elsewhere:2:2", scene.now, 60) == []
    assert scene.store.lease(["danas"], "elsewhere:2:2", scene.later(seconds=60), 60) != []


def stale_calls(scene, held):
    visit = scene.visit(STORY, "Nova cesta", "Otvorena je nova cesta.")
    store, now = scene.store, scene.now
    return {
        "renew": lambda: store.renew(held, now, 60),
        "offer": lambda: store.offer(held, [scene.candidate(STORY)], now),
        "take": lambda: store.take(held, now, 10),
        "commit": lambda: store.commit(held, [visit], now),
        "release": lambda: store.release(held, now, now),
        "note": lambda: store.note(held, "danas", {"long-link": 1}, now),
        "record_source": lambda: store.record_source(
            held, SourceState(url="https://danas-proba.rs/feed", outlet="danas")
        ),
    }


@pytest.mark.parametrize("name", ["renew", "offer", "take", "commit", "release", "note", "record_source"])
@pytest.mark.parametrize("how", ["taken over", "released", "never held"])
def test_a_stale_lease_is_refused_and_writes_nothing(scene, name, how):
    held = scene.lease("danas", seconds=60)
    if how == "taken over":
        scene.later(seconds=61)
        scene.lease("danas", "elsewhere:2:2")
    elif how == "released":
        scene.store.release(held, scene.now, scene.now)
    else:
        held = replace(held, key="unknown.example")
    before = scene.store.statistics()
    with pytest.raises(LeaseLostError):
        stale_calls(scene, held)[name]()
    assert scene.store.statistics() == before


def test_a_lease_that_ended_but_was_taken_by_nobody_still_commits(scene):
    held = scene.lease("danas", seconds=60)
    scene.later(seconds=600)
    assert scene.store.commit(held, [scene.visit(STORY, "Nova cesta", "Otvorena je.")], scene.now)[0].change == "new"


def test_variants_of_a_url_are_one_candidate(scene):
    held = scene.lease("danas")
    first = scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    again = scene.store.offer(
        held,
        [
            scene.candidate(STORY),
            scene.candidate(STORY + "?utm_source=feed"),
            scene.candidate(STORY.replace("https", "http")),
            scene.candidate(STORY.replace("danas-", "www.danas-") + "/"),
        ],
        scene.now,
    )
    assert (first.new, first.known, again.new, again.known) == (1, 0, 0, 4)


def test_what_is_no_url_is_left_out(scene):
    offered = scene.store.offer(
        scene.lease("danas"), [scene.candidate("javascript:void(0)"), scene.candidate("")], scene.now
    )
    assert (offered.new, offered.known) == (0, 0)


def test_taken_urls_bring_their_hints_back(scene):
    held = scene.lease("danas")
    published = datetime(2026, 11, 23, 10, tzinfo=UTC)
    scene.store.offer(
        held, [scene.candidate(STORY, title="Nova cesta", published=published, tags=("ceste",))], scene.now
    )
    elsewhere = scene.candidate(STORY, title="Drugi naslov", section="Srbija")
    scene.store.offer(held, [replace(elsewhere, found_in="https://danas-proba.rs/srbija/feed")], scene.now)
    [entry] = scene.store.take(held, scene.now, 10)
    assert (entry.url, entry.outlet, entry.attempts, entry.visits) == (STORY, "danas", 0, 0)
    assert entry.hints.title == "Nova cesta"
    assert entry.hints.section == "Srbija"
    assert (entry.hints.published, entry.hints.tags) == (published, ("ceste",))
    assert (entry.found_by, entry.found_in) == ("feed", "https://danas-proba.rs/feed")


def test_newest_hints_are_taken_first_and_each_once(scene):
    held = scene.lease("danas")
    ages = {f"https://danas-proba.rs/vest-broj-{hours}": hours for hours in (5, 1, 3, 2, 4)}
    scene.store.offer(
        held,
        [scene.candidate(url, published=scene.now - timedelta(hours=hours)) for url, hours in ages.items()],
        scene.now,
    )
    taken = [entry.url for limit in (2, 2, 2) for entry in scene.store.take(held, scene.now, limit)]
    assert taken == sorted(ages, key=ages.__getitem__)


def test_a_time_far_ahead_does_not_jump_the_queue_for_ever(scene):
    held = scene.lease("danas")
    wrong = scene.candidate("https://danas-proba.rs/iz-buducnosti", published=scene.now + timedelta(days=900))
    scene.store.offer(held, [wrong], scene.now)
    fresh = scene.candidate("https://danas-proba.rs/sasvim-nova-vest", published=scene.later(hours=1))
    scene.store.offer(held, [fresh], scene.now)
    assert [entry.url for entry in scene.store.take(held, scene.now, 2)] == [fresh.url, wrong.url]


def test_outlets_of_one_site_take_in_turn(scene, make_outlet):
    scene.register(make_outlet("danas_en", homepage="https://danas-proba.rs/en/"))
    [held] = scene.store.lease(["danas", "danas_en"], "elsewhere:1:1", scene.now, 60)
    many = [scene.candidate(f"https://danas-proba.rs/vest-{number}") for number in range(10)]
    few = [scene.candidate(f"https://danas-proba.rs/en/story-{number}", "danas_en") for number in range(2)]
    scene.store.offer(held, [*many, *few], scene.now)
    assert [entry.outlet for entry in scene.store.take(held, scene.now, 4)] == ["danas", "danas_en"] * 2


def test_released_urls_that_were_not_committed_are_taken_again(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    scene.store.take(held, scene.now, 10)
    assert scene.store.take(held, scene.now, 10) == []
    scene.store.release(held, scene.now, scene.now)
    assert [entry.url for entry in scene.store.take(scene.lease("danas"), scene.now, 10)] == [STORY]


def test_urls_of_a_holder_that_died_are_taken_again(scene):
    held = scene.lease("danas", seconds=60)
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    scene.store.take(held, scene.now, 10)
    scene.later(seconds=61)
    assert [entry.url for entry in scene.store.take(scene.lease("danas", "elsewhere:2:2"), scene.now, 10)] == [STORY]


def test_a_visited_url_whose_revisit_was_lost_stays_done(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    scene.keep(STORY, "Nova cesta", "Otvorena je.", next_visit=scene.now + timedelta(hours=1))
    scene.later(hours=1)
    assert [entry.visits for entry in scene.store.take(held, scene.now, 10)] == [1]
    scene.store.release(held, scene.now, scene.now)
    assert scene.store.statistics().outlets[0].urls == {"done": 1}
    assert [entry.url for entry in scene.store.take(scene.lease("danas"), scene.now, 10)] == [STORY]


def test_a_done_url_is_offered_in_vain(scene):
    scene.keep(STORY, "Nova cesta", "Otvorena je.")
    assert scene.store.offer(scene.leases["danas"], [scene.candidate(STORY)], scene.now).known == 1
    assert scene.store.take(scene.leases["danas"], scene.later(days=400), 10) == []


def test_a_revisit_comes_with_the_validators_of_the_last_visit(scene):
    held = scene.lease("danas")
    visit = scene.visit(STORY, "Nova cesta", "Otvorena je.", next_visit=scene.now + timedelta(hours=1))
    scene.store.commit(held, [replace(visit, etag='"a1"', last_modified="Mon, 23 Nov 2026 10:00:00 GMT")], scene.now)
    assert scene.store.take(held, scene.later(minutes=59), 10) == []
    [entry] = scene.store.take(held, scene.later(minutes=1), 10)
    assert (entry.etag, entry.last_modified, entry.visits) == ('"a1"', "Mon, 23 Nov 2026 10:00:00 GMT", 1)


def test_an_unchanged_answer_keeps_validators_and_article(scene):
    held = scene.lease("danas")
    visit = scene.visit(STORY, "Nova cesta", "Otvorena je.", next_visit=scene.now)
    scene.store.commit(held, [replace(visit, etag='"a1"')], scene.now)
    scene.store.take(held, scene.now, 10)
    unchanged = Visit(
        url=STORY, outlet="danas", state=UrlState.DONE, outcome="unchanged", status=304, next_visit=scene.now
    )
    assert scene.store.commit(held, [unchanged], scene.now) == [None]
    [entry] = scene.store.take(held, scene.now, 10)
    assert (entry.etag, entry.visits) == ('"a1"', 2)
    assert scene.store.statistics().articles == 1


def test_a_failing_url_waits_twice_as_long_each_time_and_then_rests(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    waits = []
    while scene.store.take(held, scene.now, 1):
        scene.store.commit(held, [failed(STORY)], scene.now)
        start = scene.now
        while scene.now - start < timedelta(days=9):
            [entry] = scene.store.take(held, scene.later(minutes=5), 1) or [None]
            if entry:
                assert entry.attempts == len(waits) + 1
                waits.append((scene.now - start) / timedelta(minutes=5))
                scene.store.release(held, scene.now, scene.now)
                held = scene.lease("danas")
                break
    a_week = timedelta(days=7) / timedelta(minutes=5)
    assert waits == [*(2**number for number in range(11)), a_week, a_week]
    assert scene.store.statistics().outlets[0].urls == {"done": 1}


def test_a_failed_url_with_a_plan_of_its_own_keeps_it(scene):
    held = scene.lease("danas")
    scene.store.commit(held, [failed(STORY, next_visit=scene.now + timedelta(hours=7))], scene.now)
    assert scene.store.take(held, scene.later(hours=6), 1) == []
    assert scene.store.take(held, scene.later(hours=1), 1) != []


def test_success_forgets_earlier_failures(scene):
    held = scene.lease("danas")
    scene.store.commit(held, [failed(STORY), failed(STORY)], scene.now)
    scene.keep(STORY, "Nova cesta", "Otvorena je.", next_visit=scene.now)
    assert [entry.attempts for entry in scene.store.take(held, scene.now, 1)] == [0]


def test_a_gone_url_is_never_taken_again(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    scene.store.take(held, scene.now, 1)
    scene.store.commit(held, [failed(STORY, state=UrlState.GONE, outcome="http-410", next_visit=scene.now)], scene.now)
    assert scene.store.offer(held, [scene.candidate(STORY)], scene.now).new == 0
    assert scene.store.take(held, scene.later(days=4000), 10) == []


def test_a_visit_nobody_offered_is_kept_too(scene):
    scene.keep(STORY, "Nova cesta", "Otvorena je.")
    assert scene.store.statistics().outlets[0].urls == {"done": 1}


def test_visits_are_counted_by_outcome(scene):
    held = scene.lease("danas")
    scene.store.commit(held, [failed(STORY), failed(STORY, outcome="http-503")], scene.now)
    scene.store.commit(held, [failed(STORY)], scene.later(days=1))
    assert scene.store.statistics().outlets[0].outcomes == {"timeout": 2, "http-503": 1}


def test_a_candidate_of_a_poisoned_feed_is_kept_clean(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(STORY, title="Na\x00slov \ud800tu", tags=("a\x07b",))], scene.now)
    [entry] = scene.store.take(held, scene.now, 1)
    assert (entry.hints.title, entry.hints.tags) == ("Naslov tu", ("ab",))


def test_a_source_is_remembered_as_it_was_left(scene):
    held = scene.lease("danas")
    feed = "https://danas-proba.rs/feed"
    assert scene.store.source_state(feed, "danas") == SourceState(url=feed, outlet="danas")
    state = SourceState(
        url=feed,
        outlet="danas",
        etag='W/"7"',
        last_modified="Mon, 23 Nov 2026 10:00:00 GMT",
        polled=scene.now,
        due=scene.now + timedelta(minutes=15),
        failures=2,
        polls_since_full=3,
        pace=4.5,
    )
    scene.store.record_source(held, state)
    assert scene.store.source_state(feed, "danas") == state
    scene.store.record_source(held, replace(state, failures=0, etag=None))
    assert scene.store.source_state(feed, "danas") == replace(state, failures=0, etag=None)


def test_a_crawl_is_reported_as_it_ended(scene):
    started = CrawlReport(outlet="danas", started=scene.now)
    crawl = scene.store.start_crawl(started, "0.1")
    assert scene.store.statistics().outlets[0].last_crawl.state == "running"
    ended = CrawlReport(
        outlet="danas",
        started=scene.now,
        ended=scene.later(minutes=2),
        new=3,
        edited=1,
        fetched=5,
        failed=1,
        state="failed",
        reason="too few articles",
        counts={"article": 4, "timeout": 1},
    )
    scene.store.finish_crawl(crawl, ended)
    assert scene.store.statistics().outlets[0].last_crawl == ended


def test_a_crawl_that_was_killed_is_closed_by_the_next(scene, open_again):
    first = scene.store.start_crawl(CrawlReport(outlet="danas", started=scene.now), "0.1")
    second = scene.store.start_crawl(CrawlReport(outlet="danas", started=scene.later(hours=1)), "0.1")
    assert second > first
    scene.store.finish_crawl(second, CrawlReport(outlet="danas", started=scene.now, ended=scene.now, state="done"))
    assert scene.store.statistics().outlets[0].last_crawl.state == "done"


def test_times_without_offset_are_refused(scene):
    with pytest.raises(ValueError, match="offset"):
        scene.store.lease(["danas"], "elsewhere:1:1", datetime(2026, 11, 23), 60)


def test_a_candidate_keeps_where_it_was_first_seen(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    scene.store.offer(
        held,
        [Candidate(url=STORY, outlet="danas", found_by="sitemap", found_in="https://danas-proba.rs/map.xml")],
        scene.now,
    )
    [entry] = scene.store.take(held, scene.now, 1)
    assert entry.found_by == "feed"


@pytest.mark.parametrize("outcome", ["timed-out", "extraction-error", "http-404"])
def test_what_extraction_gave_up_is_due_again_under_another_rule_and_only_then(scene, outcome):
    url = "https://danas-proba.rs/vesti/nova-cesta-otvorena"
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(url)], scene.now)
    for _ in range(12):
        failed = Visit(url=url, outlet="danas", state=UrlState.FAILED, outcome=outcome, status=200)
        scene.store.commit(held, [failed], scene.later(days=8))
    assert scene.store.plan(url).due is None
    scene.register(make_outlet())
    assert scene.store.take(held, scene.later(days=8), 10) == []
    ask(scene.store, "UPDATE _rules SET version = 'another' WHERE name = 'extraction'")
    scene.register(make_outlet())
    taken = scene.store.take(held, scene.now, 10)
    assert [(entry.url, entry.attempts) for entry in taken] == ([] if outcome == "http-404" else [(url, 0)])
