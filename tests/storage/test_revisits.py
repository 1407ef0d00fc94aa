"""Which visited articles are fetched again, and how many: the same for every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from balkan_crawler.model import Hints, Kind, SourceState, UrlState, Visit
from balkan_crawler.revisiting.purposes import Purpose

FEED = "https://danas-proba.rs/feed"
SHARE = 0.1


def story(number: int) -> str:
    return f"https://danas-proba.rs/vesti/nova-cesta-broj-{number}"


def poll(scene, times=1):
    for _ in range(times):
        state = SourceState(url=FEED, outlet="danas", polled=scene.now)
        scene.store.record_source(scene.leases["danas"], state)


def store_stories(scene, count, **fields):
    """Store so many articles, each due again in an hour; gives the lease."""
    held = scene.leases.get("danas") or scene.lease("danas")
    for number in range(count):
        scene.store.offer(held, [scene.candidate(story(number), **fields)], scene.now)
        scene.keep(story(number), f"Naslov {number}", "Nova cesta.", next_visit=scene.now + timedelta(hours=1))
    return held


def revisit(scene, held, changed, share=SHARE, most=100):
    """Visit again what is given; ``changed`` are the URLs whose article has another text now."""
    taken = [entry.url for entry in scene.store.take(held, scene.now, most, share)]
    for url in taken:
        body = f"Izmena u {scene.now}." if url in changed else "Nova cesta."
        scene.keep(url, f"Naslov {url.rpartition('-')[2]}", body, next_visit=scene.now + timedelta(hours=5))
    return taken


def fetches(scene):
    return scene.store.statistics().outlets[0].fetches


def test_fetches_are_counted_by_purpose_and_edits_where_they_were_found(scene):
    held = store_stories(scene, 2)
    poll(scene)
    scene.later(hours=1)
    assert len(revisit(scene, held, {story(0)}, share=None)) == 2
    [counted] = scene.store.statistics().outlets
    assert counted.fetches == {Purpose.POLL: 1, Purpose.PAGE: 2, Purpose.PLANNED: 2}
    assert counted.found == {Purpose.PLANNED: 1}
    assert counted.planned == 2


def test_a_visit_that_never_reached_the_site_is_no_fetch(scene):
    held = scene.lease("danas")
    scene.store.commit(held, [Visit(url=story(1), outlet="danas", state=UrlState.DONE, outcome="robots")], scene.now)
    assert fetches(scene) == {}


def test_planned_revisits_stay_within_half_the_share_of_the_outlets_other_fetches(scene):
    held = store_stories(scene, 40)
    poll(scene, 20)
    scene.later(hours=6)
    assert len(revisit(scene, held, set())) == 3  # half a tenth of 60
    assert scene.store.take(held, scene.now, 100, SHARE) == []
    poll(scene, 20)
    assert len(scene.store.take(held, scene.now, 100, SHARE)) == 1


def say_all_changed(scene, held, count=40):
    scene.later(minutes=40)
    said = [scene.candidate(story(number), modified=scene.now) for number in range(count)]
    assert scene.store.offer(held, said, scene.now).changed == count


def test_what_sources_tell_of_may_use_the_whole_share(scene):
    held = store_stories(scene, 40)
    poll(scene, 20)
    say_all_changed(scene, held)
    assert len(revisit(scene, held, set())) == 6  # a tenth of 60
    assert scene.store.take(held, scene.now, 100, SHARE) == []


def test_what_sources_tell_of_may_use_what_other_outlets_leave(scene, make_outlet):
    held = store_stories(scene, 40)
    scene.register(make_outlet("drugi"))
    other = scene.lease("drugi")
    for _ in range(100):
        scene.store.record_source(other, SourceState(url=FEED, outlet="drugi", polled=scene.now))
    say_all_changed(scene, held)
    assert len(scene.store.take(held, scene.now, 100, SHARE)) == 14  # a tenth of 140
    assert scene.store.take(other, scene.now, 100, SHARE) == []


def test_what_is_taken_and_not_committed_counts_against_the_share(scene, make_outlet):
    held = store_stories(scene, 80)
    scene.register(make_outlet("drugi"))
    other = scene.lease("drugi")
    scene.store.commit(other, [scene.visit("https://drugi-proba.rs/vest", "Naslov", "Telo.", key="drugi")], scene.now)
    say_all_changed(scene, held, 70)
    assert [len(scene.store.take(held, scene.now, 5, SHARE)) for _ in range(3)] == [5, 3, 0]
    said = replace(scene.candidate("https://drugi-proba.rs/vest", key="drugi"), hints=Hints(modified=scene.now))
    scene.store.offer(other, [said], scene.now)
    assert scene.store.take(other, scene.now, 3, SHARE) == []


def test_the_first_change_told_of_in_a_new_archive_is_fetched(scene):
    held = store_stories(scene, 1)
    say_all_changed(scene, held, 1)
    assert len(scene.store.take(held, scene.now, 100, SHARE)) == 1


def test_planned_revisits_under_way_count_against_the_share_too(scene):
    held = store_stories(scene, 80)
    scene.later(hours=6)
    assert [len(scene.store.take(held, scene.now, 3, SHARE)) for _ in range(3)] == [3, 1, 0]


def test_an_outlet_whose_words_prove_empty_may_not_use_what_others_leave(scene, make_outlet):
    held = store_stories(scene, 40)
    scene.register(make_outlet("drugi"))
    other = scene.lease("drugi")
    for _ in range(1000):
        scene.store.record_source(other, SourceState(url=FEED, outlet="drugi", polled=scene.now))
    say_all_changed(scene, held)
    assert len(revisit(scene, held, set(), most=2)) == 2  # nothing is found
    say_all_changed(scene, held)
    assert len(scene.store.take(held, scene.now, 100, SHARE)) == 2  # a tenth of its own 40, less those


def test_new_urls_are_never_held_back_by_the_share(scene):
    held = store_stories(scene, 3)
    poll(scene, 20)
    scene.store.offer(held, [scene.candidate(story(number)) for number in range(10, 40)], scene.later(hours=2))
    taken = [entry.visits for entry in scene.store.take(held, scene.now, 100, SHARE)]
    assert taken == [0] * 30 + [1]


def test_a_share_of_nothing_takes_no_revisit(scene):
    held = store_stories(scene, 3)
    assert scene.store.take(held, scene.later(hours=2), 10, 0.0) == []
    assert len(scene.store.take(held, scene.now, 10)) == 3


def test_what_its_source_says_has_changed_comes_before_what_is_only_planned(scene):
    held = store_stories(scene, 12)
    scene.later(hours=2)
    changed = scene.candidate(story(7), modified=scene.now - timedelta(minutes=5))
    assert scene.store.offer(held, [changed], scene.now).changed == 1
    assert revisit(scene, held, set(), most=1) == [story(7)]
    assert fetches(scene)[Purpose.STATED] == 1


def test_an_article_of_some_hours_comes_before_one_of_this_hour_and_one_of_last_week(scene):
    ages = {1: 200, 2: 5, 3: 1}
    held = scene.lease("danas")
    now = scene.now
    for number, hours in ages.items():
        scene.now = now - timedelta(hours=hours)
        scene.keep(story(number), f"Naslov {number}", "Nova cesta.", next_visit=now)
    scene.now = now
    assert [entry.url for entry in scene.store.take(held, scene.now, 3)] == [story(2), story(3), story(1)]


def test_the_same_time_of_change_said_again_makes_nothing_due(scene):
    held = scene.lease("danas")
    said = scene.candidate(story(1), modified=scene.now - timedelta(hours=1))
    scene.store.offer(held, [said], scene.now)
    scene.keep(story(1), "Naslov", "Nova cesta.")
    for _ in range(3):
        assert scene.store.offer(held, [said], scene.later(hours=1)).changed == 0
    assert scene.store.take(held, scene.now, 10) == []


def test_another_headline_in_the_feed_says_that_the_article_changed(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(story(1), title="Nova cesta otvorena")], scene.now)
    scene.keep(story(1), "Nova cesta otvorena", "Nova cesta.")
    scene.later(hours=1)
    same = scene.candidate(story(1), title="NOVA CESTA OTVORENA!")
    other_place = replace(scene.candidate(story(1), title="Otvorena"), found_in="https://danas-proba.rs/naslovna")
    assert scene.store.offer(held, [same, other_place], scene.now).changed == 0
    assert scene.store.take(held, scene.now, 10, SHARE) == []
    edited = scene.candidate(story(1), title="Nova cesta zatvorena")
    assert scene.store.offer(held, [edited], scene.now).changed == 1
    assert [entry.url for entry in scene.store.take(held, scene.now, 10, SHARE)] == [story(1)]


def test_a_time_of_change_some_hours_ahead_is_a_wrong_zone_and_one_days_ahead_is_nothing(scene):
    held = store_stories(scene, 2)
    scene.later(minutes=30)
    ahead = scene.candidate(story(0), modified=scene.now + timedelta(hours=2))
    far = scene.candidate(story(1), modified=scene.now + timedelta(days=400))
    scene.store.offer(held, [ahead, far], scene.now)
    assert [entry.url for entry in scene.store.take(held, scene.now, 10)] == [story(0)]


def test_a_site_that_renews_every_lastmod_is_soon_not_believed(scene):
    """Fetched again because of a time of change that told of nothing: a few times, then only by plan."""
    held = store_stories(scene, 30)
    fetched = []
    for _ in range(60):
        scene.later(minutes=30)
        poll(scene, 20)  # more than enough to pay for every wish
        said = [scene.candidate(story(number), modified=scene.now) for number in range(30)]
        scene.store.offer(held, said, scene.now)
        fetched.append(len(revisit(scene, held, set(), share=1.0)))
    assert [count for count in fetched if count] == [30] * 6  # of 60: at once, and then every five hours as planned


def test_a_site_that_was_not_believed_is_believed_again_when_its_words_prove_true(scene):
    held = store_stories(scene, 30)
    everything = {story(number) for number in range(30)}

    def state_all():
        said = [scene.candidate(story(number), modified=scene.now) for number in range(30)]
        scene.store.offer(held, said, scene.now)

    for _ in range(3):
        scene.later(hours=6)
        state_all()
        revisit(scene, held, set(), share=None)
    scene.later(minutes=30)
    state_all()
    assert scene.store.take(held, scene.now, 10) == []
    for _ in range(2):
        scene.later(hours=6)
        state_all()
        assert len(revisit(scene, held, everything, share=None)) == 30
    scene.later(minutes=30)
    state_all()
    assert len(scene.store.take(held, scene.now, 10)) == 10


def test_where_the_source_says_that_nothing_changed_only_a_sample_is_visited(scene):
    held = store_stories(scene, 200, modified=scene.now - timedelta(minutes=10))
    scene.later(hours=6)
    sample = revisit(scene, held, set(), share=None, most=500)
    assert 20 < len(sample) < 70
    assert fetches(scene)[Purpose.SILENT] == len(sample)


def test_where_the_sample_finds_edits_the_silence_is_not_believed(scene):
    held = store_stories(scene, 200, modified=scene.now - timedelta(minutes=10))
    everything = {story(number) for number in range(200)}
    scene.later(hours=6)
    sample = revisit(scene, held, everything, share=None, most=500)
    rest = revisit(scene, held, everything, share=None, most=500)
    assert len(sample) + len(rest) == 200


def test_a_live_blog_comes_before_articles_that_are_only_planned(scene):
    held = store_stories(scene, 3)
    soon = scene.now + timedelta(minutes=30)
    scene.keep(story(9), "Uživo", "Nova cesta.", kind=Kind.LIVE, next_visit=soon)
    scene.later(hours=1)
    assert revisit(scene, held, set(), most=1) == [story(9)]
    assert fetches(scene)[Purpose.LIVE] == 1


def test_a_revisit_that_never_had_its_turn_is_given_up_after_a_week(scene):
    held = store_stories(scene, 2)
    scene.later(days=6)
    scene.store.release(held, scene.now, scene.now)
    held = scene.lease("danas")
    assert len(scene.store.take(held, scene.now, 10)) == 2
    scene.store.release(held, scene.later(days=2), scene.now)
    assert scene.store.take(scene.lease("danas"), scene.now, 10) == []
    assert scene.store.plan(story(0)).due is None


def test_the_plan_of_a_url_can_be_asked_for(scene):
    held = store_stories(scene, 1)
    assert scene.store.plan("https://danas-proba.rs/nobody-knows-it") is None
    assert scene.store.plan("no url") is None
    visited = scene.now
    scene.later(minutes=30)
    scene.store.offer(held, [scene.candidate(story(0), modified=scene.now)], scene.now)
    plan = scene.store.plan(story(0).replace("https://", "http://www."))
    assert (plan.url, plan.state, plan.visits, plan.visited) == (story(0), "done", 1, visited)
    assert (plan.due, plan.stated) == (scene.now, scene.now)
    revisit(scene, held, set())
    plan = scene.store.plan(story(0))
    assert (plan.visits, plan.due, plan.stated) == (2, scene.now + timedelta(hours=5), None)


def test_an_article_that_swings_between_two_states_teaches_nothing_and_is_counted(scene):
    held = scene.lease("danas")
    for number in range(30):
        body = "Otvorena je nova cesta preko reke."
        scene.keep(story(1), f"Naslov {'AB'[number % 2]}", body, next_visit=scene.now)
        scene.later(hours=1)
        scene.store.take(held, scene.now, 1)
    [counted] = scene.store.statistics().outlets
    assert counted.found == {Purpose.PLANNED: 1}
    assert counted.oddities == {"alternating": 28}


@pytest.mark.parametrize("ahead", [timedelta(hours=5), timedelta(days=400)])
def test_a_clock_that_was_ahead_holds_nothing_back_once_it_is_right(scene, ahead):
    """Everything is stamped by the wrong clock: the site's due time, a URL's discovery, a retry, a revisit."""
    right = scene.now
    scene.now = right + ahead
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(story(number)) for number in range(3)], scene.now)
    [entry, _] = scene.store.take(held, scene.now, 2)
    scene.keep(entry.url, "Naslov", "Nova cesta.", next_visit=scene.now + timedelta(days=6))
    failed = Visit(url=story(2), outlet="danas", state=UrlState.FAILED, outcome="timeout")
    scene.store.commit(held, [failed], scene.now)
    scene.store.release(held, scene.now, scene.now + timedelta(hours=1))
    scene.now = right
    held = scene.lease("danas", "elsewhere:2:2")
    assert {entry.url for entry in scene.store.take(held, scene.now, 10)} == {story(number) for number in range(3)}
    assert scene.store.statistics().outlets[0].oddities == {"clock-jumped": 1}


def test_a_lease_of_a_clock_that_was_far_ahead_has_ended(scene):
    right = scene.now
    scene.now = right + timedelta(days=400)
    scene.lease("danas")
    scene.now = right
    assert scene.store.lease(["danas"], "elsewhere:2:2", scene.now, 60) != []


def test_a_clock_a_minute_behind_another_is_no_jump(scene):
    held = scene.lease("danas")
    scene.store.release(held, scene.now, scene.now + timedelta(minutes=30))
    scene.later(minutes=-1)
    assert scene.store.lease(["danas"], "elsewhere:2:2", scene.now, 60) == []
    assert scene.store.statistics().outlets[0].oddities == {}


def test_a_clock_that_fell_back_still_pays_revisits_and_loses_no_plan(scene):
    held = store_stories(scene, 20)
    scene.later(days=-400)
    assert len(scene.store.take(held, scene.now, 100)) == 20


def test_odd_inputs_are_counted_by_name_and_outlet(scene, make_outlet):
    scene.register(make_outlet("drugi"))
    held, other = scene.lease("danas"), scene.lease("drugi")
    scene.store.note(held, "danas", {"long-link": 2, "repeated-guid": 1}, scene.now)
    scene.store.note(held, "danas", {"long-link": 1}, scene.later(days=1))
    scene.store.note(other, "drugi", {"long-link": 7}, scene.now)
    counted = {outlet.outlet: outlet.oddities for outlet in scene.store.statistics().outlets}
    assert counted == {"danas": {"long-link": 3, "repeated-guid": 1}, "drugi": {"long-link": 7}}


def test_the_oddities_of_a_visit_are_counted_with_it(scene):
    held = scene.lease("danas")
    visit = scene.visit(story(1), "Naslov", "Nova cesta.")
    scene.store.commit(held, [replace(visit, oddities=("canonical-refused", "session-in-path"))], scene.now)
    assert scene.store.statistics().outlets[0].oddities == {"canonical-refused": 1, "session-in-path": 1}


def test_the_next_thing_that_falls_due_is_told_by_outlet(scene):
    held = store_stories(scene, 1)
    scene.store.record_source(held, SourceState(url=FEED, outlet="danas", due=scene.now + timedelta(hours=2)))
    assert scene.store.next_due(["danas"], scene.now) == scene.now + timedelta(hours=1)
    assert scene.store.next_due(["danas"], scene.now, revisits=False) == scene.now + timedelta(hours=2)
    assert scene.store.next_due(["danas"], scene.now + timedelta(hours=3)) is None
    assert scene.store.next_due(["vesti"], scene.now) is None
    scene.store.release(held, scene.now, scene.now + timedelta(days=1))  # its site asked for patience
    assert scene.store.next_due(["danas"], scene.now) == scene.now + timedelta(days=1)


def test_what_a_crawl_would_find_is_counted_without_taking_it(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(story(number)) for number in range(3)], scene.now)
    scene.store.release(held, scene.now, scene.now)
    for _ in range(2):
        due = scene.store.work_due(["danas", "nobody"], scene.now)
        assert list(due) == ["danas"]
        assert (due["danas"].pages, due["danas"].revisits, due["danas"].next_page) == (3, 0, None)
    early = scene.store.work_due(["danas"], scene.now - timedelta(hours=1))["danas"]
    assert early.site_due == scene.now


def test_the_last_redesign_of_an_outlet_is_known_by_its_day(scene):
    held = scene.lease("danas")
    for days in (3, 1):
        scene.store.note(held, "danas", {"redesigned": 1}, scene.now - timedelta(days=days))
    scene.store.note(held, "danas", {"long-link": 1}, scene.now)
    assert scene.store.redesigned() == {"danas": (scene.now - timedelta(days=1)).date()}
