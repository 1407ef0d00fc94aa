"""Tasks of the schedule that several runs over one archive have in common: one of them does each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from balkan_crawler.storage import Duty, DutyState, this_holder

NONE, HALF_A_DAY = timedelta(), timedelta(hours=12)


def duty(occasion, tolerance=NONE, elsewhere=HALF_A_DAY):
    return Duty(name="digest", occasion=occasion, tolerance=tolerance, tolerance_elsewhere=elsewhere)


def test_of_many_who_ask_at_once_one_has_it_and_once_it_is_done_nobody(scene, open_again):
    stores = [scene.store, *(open_again() for _ in range(3))]

    def ask(number):
        while True:
            try:
                return stores[number % 4].take_duty(duty(scene.now), f"machine{number}/1:7:7", scene.now, 60)
            except Exception as error:
                if not getattr(error, "is_passing", False):
                    raise

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(12)))
    [ours] = [each for each in answers if each.state is DutyState.OURS]
    assert {each.state for each in answers if each != ours} == {DutyState.UNDER_WAY}
    assert {each.holder for each in answers} == {ours.holder}
    assert scene.store.end_duty(ours, scene.now)
    assert ask(13).state is DutyState.DONE
    assert ask(13).holder == ours.holder


def test_whoever_dies_or_stops_loses_it_to_the_next_and_can_end_it_no_more(scene):
    store, now = scene.store, scene.now
    first = store.take_duty(duty(now), "forest/1:7:7", now, 60)
    assert store.renew_duty(first, now + timedelta(seconds=50), 60)
    assert store.take_duty(duty(now), "hill/1:7:7", now + timedelta(seconds=100), 60).state is DutyState.UNDER_WAY
    second = store.take_duty(duty(now), this_holder() + "0", now + timedelta(seconds=111), 60)
    assert second.state is DutyState.OURS, "the first has missed its end"
    assert not store.renew_duty(first, now + timedelta(seconds=112), 60)
    assert not store.end_duty(first, now)
    third = store.take_duty(duty(now), "hill/1:7:7", now + timedelta(seconds=113), 60)
    assert third.state is DutyState.OURS, "the second is seen to be gone"
    assert store.end_duty(third, None)
    assert store.take_duty(duty(now), "forest/1:7:7", now, 60).state is DutyState.OURS, "it was not done"


def test_what_another_machine_did_by_the_hour_of_its_zone_is_done(scene):
    store, now = scene.store, scene.now
    assert store.end_duty(store.take_duty(duty(now), "forest/1:7:7", now, 60), now)
    later = scene.later(hours=2)
    assert store.take_duty(duty(later), "hill/1:7:7", later, 60).state is DutyState.DONE
    again = store.take_duty(duty(later), "forest/1:9:9", later, 60)
    assert again.state is DutyState.OURS, "this machine's schedule was changed"
    assert store.end_duty(again, None)
    tomorrow = scene.later(days=1)
    assert store.take_duty(duty(tomorrow), "hill/1:7:7", tomorrow, 60).state is DutyState.OURS


def test_what_a_clock_that_was_ahead_has_noted_holds_nothing_back(scene):
    store, now = scene.store, scene.now
    ahead = now + timedelta(days=900)
    assert store.end_duty(store.take_duty(duty(ahead), "forest/1:7:7", ahead, 60), ahead)
    ours = store.take_duty(duty(now), "forest/1:7:7", now, 60)
    assert ours.state is DutyState.OURS
    assert store.end_duty(ours, None)
    far = ahead + timedelta(days=9)
    assert store.take_duty(duty(far), "hill/1:7:7", far, 60).state is DutyState.OURS
    assert store.take_duty(duty(now), "forest/1:7:7", now, 60).state is DutyState.OURS
