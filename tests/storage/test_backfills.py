"""Back-fills in the store: what is planned is taken newest first, by the back-fill alone, over many runs."""

from datetime import date, datetime, timedelta

import pytest

from balkan_crawler.errors import LeaseLostError
from balkan_crawler.storage import PlanDocument, PlannedPage

FIRST, LAST = date(2024, 5, 1), date(2024, 5, 31)
STORY = "https://danas-proba.rs/vesti/nova-cesta-otvorena-{}"


@pytest.fixture
def held(scene, make_outlet):
    scene.register(make_outlet())
    return scene.lease("danas")


def pages(scene, *days):
    return [PlannedPage(candidate=scene.candidate(STORY.format(day)), day=date(2024, 5, day)) for day in days]


def plan(scene, held, *days, name="list"):
    fill = scene.store.open_backfill(held, "danas", FIRST, LAST, scene.now)
    document = PlanDocument(url=name, found=len(days), newest=LAST, oldest=FIRST)
    return fill, scene.store.plan_pages(held, fill.id, document, pages(scene, *days), scene.now)


def taken(scene, held, backfill=None):
    if backfill is None:
        return [entry.url for entry in scene.store.take(held, scene.now, 10)]
    return [entry.url for entry in scene.store.take_planned(held, backfill, scene.now, 10)]


def test_the_newest_days_are_taken_first(scene, held):
    fill, offered = plan(scene, held, 3, 20, 7)
    assert offered.new == 3
    assert taken(scene, held, backfill=fill.id) == [STORY.format(day) for day in (20, 7, 3)]


def test_a_crawl_takes_nothing_of_a_back_fill_nor_the_other_way_round(scene, held):
    scene.store.offer(held, [scene.candidate(STORY.format("news"))], scene.now)
    fill, _ = plan(scene, held, 3)
    assert taken(scene, held) == [STORY.format("news")]
    assert taken(scene, held, backfill=fill.id) == [STORY.format(3)]


def test_what_a_feed_names_too_is_the_crawls(scene, held):
    fill, _ = plan(scene, held, 3, 4)
    scene.store.offer(held, [scene.candidate(STORY.format(3))], scene.now)
    assert taken(scene, held) == [STORY.format(3)]
    assert scene.store.left_of_backfill(fill.id) == 1


def test_what_waits_for_a_crawl_is_taken_by_the_back_fill(scene, held):
    scene.store.offer(held, [scene.candidate(STORY.format(3))], scene.now)
    fill, offered = plan(scene, held, 3)
    assert offered.new == 1
    assert taken(scene, held, backfill=fill.id) == [STORY.format(3)]


def test_what_was_visited_before_is_not_planned_again(scene, held):
    scene.keep(STORY.format(3), "Nova cesta", "Otvorena je nova cesta.")
    fill, offered = plan(scene, held, 3, 4)
    assert (offered.new, offered.known) == (1, 1)
    assert taken(scene, held, backfill=fill.id) == [STORY.format(4)]


def test_a_later_run_finds_what_was_read_and_whether_that_was_all(scene, held):
    fill, _ = plan(scene, held, 3)
    again = scene.store.open_backfill(held, "danas", FIRST, LAST, scene.now)
    assert again.id == fill.id
    assert again.documents == {"list": PlanDocument(url="list", found=1, newest=LAST, oldest=FIRST)}
    assert again.planned is None
    scene.store.close_plan(held, fill.id, scene.now)
    assert scene.store.open_backfill(held, "danas", FIRST, LAST, scene.now).planned == scene.now


def test_a_plan_made_before_its_last_day_was_over_is_made_anew(scene, held):
    today = scene.now.date()
    fill = scene.store.open_backfill(held, "danas", FIRST, today, scene.now)
    scene.store.plan_pages(held, fill.id, PlanDocument(url="list", found=0), [], scene.now)
    scene.store.close_plan(held, fill.id, scene.now)
    again = scene.store.open_backfill(held, "danas", FIRST, today, scene.now + timedelta(days=2))
    assert (again.id, again.planned, again.documents) == (fill.id, None, {})


def test_two_back_fills_of_an_outlet_take_their_own_pages(scene, held):
    fill, _ = plan(scene, held, 3)
    other = scene.store.open_backfill(held, "danas", date(2023, 1, 1), date(2023, 12, 31), scene.now)
    assert taken(scene, held, backfill=other.id) == []
    assert taken(scene, held, backfill=fill.id) == [STORY.format(3)]


def test_a_stated_time_tells_the_turn_better_than_the_day(scene, held):
    fill = scene.store.open_backfill(held, "danas", FIRST, LAST, scene.now)
    hours = [
        PlannedPage(
            candidate=scene.candidate(
                STORY.format(hour), published=datetime.fromisoformat(f"2024-05-03T{hour}:00:00+02:00")
            ),
            day=date(2024, 5, 3),
        )
        for hour in ("09", "21", "12")
    ]
    scene.store.plan_pages(held, fill.id, PlanDocument(url="list", found=3), hours, scene.now)
    assert taken(scene, held, backfill=fill.id) == [STORY.format(hour) for hour in ("21", "12", "09")]


def test_a_lost_lease_plans_nothing(scene, held):
    fill, _ = plan(scene, held, 3)
    scene.store.release(held, scene.now, scene.now)
    with pytest.raises(LeaseLostError):
        scene.store.plan_pages(held, fill.id, PlanDocument(url="more", found=1), pages(scene, 5), scene.now)
    with pytest.raises(LeaseLostError):
        scene.store.close_plan(held, fill.id, scene.now)
    assert scene.store.left_of_backfill(fill.id) == 1
