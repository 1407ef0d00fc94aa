"""What our own rules read wrong is put right in place, by the page of the stored state and no other."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest

from balkan_crawler.model import Discovery, Hints, Place, Teaser, UrlState
from balkan_crawler.storage import Filter, Reading

STORY = "https://danas-proba.rs/vesti/nova-cesta-otvorena"
TITLE = "Otvorena nova cesta"
BODY = (
    "Nova cesta između dva grada otvorena je u ponedeljak ujutro.\n"
    "Ministar je rekao da su radovi trajali dve godine i koštali manje od plana.\n"
    "Prvi vozači prošli su oko podneva."
)
JUNK = "Pročitajte i ovo, molimo: deset najlepših plaža na moru."
OTHER = "Jak vetar je srušio stablo u parku, a saobraćaj je bio u prekidu skoro tri sata tokom jutra."
MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def read(scene, body=BODY, *, at, url=STORY, title=TITLE, **fields):
    """Give the visit of a page that was fetched then."""
    fields.setdefault("published", MORNING)
    return dataclasses.replace(scene.visit(url, title, body, **fields), fetched=at)


def keep(scene, body=BODY, **fields):
    """Commit the visit of a page that is fetched now."""
    held = scene.leases.get("danas") or scene.lease("danas", seconds=10**6)
    [stored] = scene.store.commit(held, [read(scene, body, at=scene.now, **fields)], scene.now)
    return stored


def correct(scene, *visits):
    return scene.store.correct(visits, scene.now, [])


def rows(scene, **wanted):
    return list(scene.store.rows(Filter(**wanted)))


def everything(scene):
    """Give all that a reader can ask of the archive but times of corrections."""
    found = []
    for row in rows(scene):
        day = datetime.fromisoformat(str(row["date"])).date()
        found.append((row, scene.store.teasers(row["url"], day), scene.store.versions(row["url"], day)))
    return found, scene.store.statistics(), [scene.store.plan(row["url"]) for row in rows(scene)]


def test_the_page_of_the_stored_state_corrects_the_article_in_place(scene):
    keep(scene, f"{BODY}\n{JUNK}", section="Pogrešno", next_visit=scene.now + timedelta(hours=6))
    seen = scene.now
    before, plan = scene.store.statistics(), scene.store.plan(STORY)
    scene.later(days=3)
    [done] = correct(scene, read(scene, at=seen, section="Srbija", authors=("Ana Anić",)))
    assert (done.reading, done.url, str(done.date)) == (Reading.CORRECTED, STORY, "2026-11-23")
    assert set(done.changed) == {"body", "section", "authors"}
    [row] = rows(scene)
    assert (row["body"], row["section"], row["authors"], row["words"]) == (BODY, "Srbija", ["Ana Anić"], 30)
    assert row["corrected"] == scene.now.isoformat()
    assert (row["edited"], row["first_seen"], row["last_seen"]) == (None, seen.isoformat(), seen.isoformat())
    assert scene.store.versions(STORY, done.date) == []
    assert scene.store.plan(STORY) == plan
    after = scene.store.statistics()
    assert (after.versions, after.outlets[0].fetches, after.outlets[0].outcomes) == (
        0,
        before.outlets[0].fetches,
        before.outlets[0].outcomes,
    )


def test_the_same_reading_changes_nothing(scene):
    teasers = (Teaser(url="https://danas-proba.rs/t", title="Još jedna", place=Place.AFTER, position=1),)
    keep(scene, teasers=teasers, lead="Radovi su trajali.", section="Srbija")
    seen, before = scene.now, everything(scene)
    scene.later(hours=1)
    [done] = correct(scene, read(scene, at=seen, teasers=teasers, lead="Radovi su trajali.", section="Srbija"))
    assert (done.reading, done.changed) == (Reading.SAME, ())
    assert everything(scene) == before


def test_a_correction_made_twice_changes_nothing_the_second_time(scene):
    keep(scene, f"{BODY}\n{JUNK}")
    seen = scene.now
    scene.later(hours=1)
    correct(scene, read(scene, at=seen))
    before = everything(scene)
    scene.later(hours=1)
    [done] = correct(scene, read(scene, at=seen))
    assert done.reading == Reading.SAME
    assert everything(scene) == before


def test_what_was_corrected_is_found_by_its_new_words_and_not_by_the_old_ones(scene):
    keep(scene, f"{BODY}\n{JUNK}")
    correct(scene, read(scene, f"{BODY}\n{OTHER}", at=scene.now, lead="Most je dug."))
    assert len(rows(scene, query="stablo")) == len(rows(scene, query="dug")) == 1
    assert rows(scene, query="plaža") == []


def test_the_next_visit_that_finds_the_corrected_state_is_no_edit(scene):
    keep(scene, f"{BODY}\n{JUNK}")
    correct(scene, read(scene, at=scene.now))
    scene.later(hours=6)
    assert keep(scene).change == "unchanged"


def test_a_page_from_before_an_edit_leaves_the_newer_state(scene):
    keep(scene)
    seen = scene.now
    scene.later(hours=1)
    keep(scene, f"{BODY}\n{OTHER}")
    before = everything(scene)
    [done] = correct(scene, read(scene, f"{BODY}\nJoš nešto.", at=seen))
    assert (done.reading, done.url) == (Reading.OLDER, STORY)
    assert everything(scene) == before
    [done] = correct(scene, read(scene, f"{BODY}\n{OTHER}\nJoš nešto.", at=scene.now))
    assert done.reading == Reading.CORRECTED
    assert len(scene.store.versions(STORY, done.date)) == 1
    assert rows(scene)[0]["edited"] == scene.now.isoformat()


def test_a_page_from_after_the_last_visit_is_left_to_a_crawl(scene):
    keep(scene)
    before = everything(scene)
    [done] = correct(scene, read(scene, f"{BODY}\n{OTHER}", at=scene.now + timedelta(seconds=1)))
    assert done.reading == Reading.LATER
    assert everything(scene) == before


def test_a_page_from_before_the_first_visit_is_an_older_one(scene):
    keep(scene)
    [done] = correct(scene, read(scene, f"{BODY}\n{OTHER}", at=scene.now - timedelta(seconds=1)))
    assert done.reading == Reading.OLDER


def visited_twice(scene):
    """Store a state that two visits saw, the second with another picture; gives the times of both."""
    keep(scene, f"{BODY}\n{JUNK}", image="https://danas-proba.rs/1.jpg")
    first = scene.now
    second = scene.later(hours=6)
    keep(scene, f"{BODY}\n{JUNK}", image="https://danas-proba.rs/2.jpg")
    scene.later(hours=1)
    return first, second


@pytest.mark.parametrize("hours", [0, 3])
def test_an_earlier_page_of_the_state_gives_its_text_and_nothing_that_may_have_changed_since(scene, hours):
    first, _ = visited_twice(scene)
    page = read(scene, at=first + timedelta(hours=hours), image="https://danas-proba.rs/1.jpg", section="Srbija")
    [done] = correct(scene, page)
    assert done.changed == ("body",)
    [row] = rows(scene)
    assert (row["body"], row["image"], row["section"]) == (BODY, "https://danas-proba.rs/2.jpg", None)


def test_the_last_page_of_the_state_gives_all(scene):
    _, second = visited_twice(scene)
    [done] = correct(scene, read(scene, at=second, image="https://danas-proba.rs/2.jpg", section="Srbija"))
    assert set(done.changed) == {"body", "section"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1, 0)])
def test_of_pages_that_correct_it_the_latest_wins_in_any_order(scene, order):
    first, second = visited_twice(scene)
    pages = [
        read(scene, at=first, image="https://danas-proba.rs/1.jpg"),
        read(scene, f"{BODY}\n{OTHER}", at=second, image="https://danas-proba.rs/2.jpg"),
    ]
    correct(scene, *(pages[number] for number in order))
    [row] = rows(scene)
    assert (row["body"], row["image"]) == (f"{BODY}\n{OTHER}", "https://danas-proba.rs/2.jpg")
    before = everything(scene)
    scene.later(hours=1)
    assert {done.reading for done in correct(scene, *pages)} == {Reading.OLDER, Reading.SAME}
    assert everything(scene) == before


def test_punctuation_is_taken_from_the_page_that_showed_the_state_first(scene):
    first, second = visited_twice(scene)
    body = f"{BODY}\n{JUNK}".replace("podneva.", "podneva!")
    assert correct(scene, read(scene, body, at=second, image="https://danas-proba.rs/2.jpg"))[0].reading == Reading.SAME
    assert correct(scene, read(scene, body, at=first))[0].changed == ("body",)


def test_a_day_that_was_read_wrong_is_corrected_and_the_key_stays(scene):
    keep(scene, published=None)
    [done] = correct(scene, read(scene, at=scene.now, published=MORNING - timedelta(days=3)))
    assert {"published", "date_source"} <= set(done.changed)
    [row] = rows(scene)
    assert (row["date"], row["published"]) == ("2026-11-23", "2026-11-20T08:30:00+00:00")


def test_a_time_that_is_not_found_any_more_stays(scene):
    keep(scene)
    [done] = correct(scene, read(scene, at=scene.now, published=None))
    assert done.reading == Reading.SAME


def test_an_article_that_was_read_as_another_story_on_another_day_is_corrected_and_no_second_one(scene):
    keep(scene, OTHER, title="Danas", published=None)
    [done] = correct(scene, read(scene, at=scene.now, published=MORNING - timedelta(days=9)))
    assert {"title", "body", "published"} <= set(done.changed)
    assert len(rows(scene)) == 1


def test_a_lead_that_was_none_goes(scene):
    keep(scene, lead="Pretplatite se na naš bilten.")
    assert correct(scene, read(scene, at=scene.now))[0].changed == ("lead",)
    assert rows(scene, query="bilten") == []


def test_a_lead_that_another_page_of_the_state_had_stays(scene):
    keep(scene, lead="Radovi su trajali.")
    scene.later(hours=6)
    keep(scene)
    assert correct(scene, read(scene, at=scene.now))[0].reading == Reading.SAME
    assert rows(scene)[0]["lead"] == "Radovi su trajali."


def test_teasers_are_those_of_the_new_reading(scene):
    wrong, right = (
        tuple(Teaser(url=f"https://danas-proba.rs/{name}", title=name, place=Place.AFTER, position=1) for name in names)
        for names in (["uslovi"], ["vest"])
    )
    day = keep(scene, teasers=wrong).date
    assert correct(scene, read(scene, at=scene.now, teasers=right))[0].changed == ("teasers",)
    assert [teaser["title"] for teaser in scene.store.teasers(STORY, day)] == ["vest"]
    assert correct(scene, read(scene, at=scene.now))[0].changed == ("teasers",)
    assert scene.store.teasers(STORY, day) == []


def test_copies_that_were_none_part_and_those_that_are_come_together(scene, make_outlet):
    scene.register(make_outlet("vesti"))
    banner = " ".join(f"reč{number}" for number in range(120))
    keep(scene, banner)
    other = scene.keep("https://vesti-proba.rs/a", "Druga", banner, key="vesti")
    assert other.cluster is not None
    correct(scene, read(scene, at=scene.now))
    assert [row["cluster"] for row in rows(scene)] == [None, None]
    assert scene.store.statistics().clusters == 0
    correct(scene, read(scene, banner, at=scene.now))
    assert len({row["cluster"] for row in rows(scene)} - {None}) == 1


def test_a_page_in_another_script_corrects_nothing(scene):
    keep(scene, script="Latn")
    [done] = correct(scene, read(scene, OTHER, at=scene.now, script="Cyrl"))
    assert done.reading == Reading.TWIN
    assert rows(scene)[0]["body"] == BODY


def test_a_page_without_an_article_takes_none_away(scene):
    keep(scene)
    visit = dataclasses.replace(read(scene, at=scene.now), article=None, outcome="listing")
    [done] = correct(scene, visit)
    assert done.reading == Reading.NO_ARTICLE
    assert len(rows(scene)) == 1


def test_the_article_is_found_by_the_address_that_led_to_it(scene):
    asked = "https://danas-proba.rs/?p=17"
    keep(scene, f"{BODY}\n{JUNK}", asked=asked)
    declared_otherwise = read(scene, at=scene.now, url="https://danas-proba.rs/druga-adresa", asked=asked)
    [done] = correct(scene, declared_otherwise)
    assert (done.reading, done.url) == (Reading.CORRECTED, STORY)


def test_an_article_that_is_not_stored_is_added_as_if_it_had_been_visited_then(scene):
    then = scene.now - timedelta(days=2)
    due = scene.now + timedelta(hours=9)
    teasers = (Teaser(url="https://danas-proba.rs/t", title="Još jedna", place=Place.AFTER, position=1),)
    page = read(
        scene, at=then, teasers=teasers, next_visit=due, aliases=("https://danas-proba.rs/amp/x",), published=None
    )
    [done] = correct(scene, page)
    assert (done.reading, str(done.date)) == (Reading.NEW, "2026-11-21")
    [row] = rows(scene)
    assert (row["first_seen"], row["last_seen"], row["corrected"]) == (then.isoformat(), then.isoformat(), None)
    assert len(scene.store.teasers(STORY, done.date)) == 1
    assert scene.store.articles_at("https://danas-proba.rs/amp/x") == [row]
    plan = scene.store.plan(STORY)
    assert (plan.state, plan.visited, plan.due) == ("done", then, due)
    [outlet] = scene.store.statistics().outlets
    assert (outlet.fetches, outlet.outcomes) == ({}, {})
    assert correct(scene, page)[0].reading == Reading.SAME


def test_pages_of_one_address_that_is_used_again_are_several_articles(scene):
    pages = [
        read(scene, body, at=scene.now + timedelta(days=day), published=MORNING + timedelta(days=day))
        for day, body in enumerate([BODY, OTHER])
    ]
    assert [done.reading for done in correct(scene, *pages)] == [Reading.NEW] * 2
    assert [done.reading for done in correct(scene, *pages)] == [Reading.SAME] * 2


def test_an_outlet_that_is_not_known_is_registered_with_its_first_article(scene, make_outlet):
    new = make_outlet("vesti")
    page = read(scene, at=scene.now, url="https://vesti-proba.rs/a", key="vesti")
    [done] = scene.store.correct([page], scene.now, [new])
    assert done.reading == Reading.NEW
    assert [outlet.outlet for outlet in scene.store.statistics().outlets] == ["danas", "vesti"]


def test_no_lease_is_asked_for_and_none_is_lost(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    [entry] = scene.store.take(held, scene.now, 10)
    [done] = correct(scene, read(scene, at=scene.now - timedelta(days=1)))
    assert done.reading == Reading.NEW
    assert scene.store.plan(STORY).state == "leased"
    [stored] = scene.store.commit(held, [read(scene, at=scene.now, url=entry.url)], scene.now)
    assert stored.change == "unchanged"
    scene.store.release(held, scene.now, scene.now)


def test_a_url_that_waits_to_be_visited_is_done(scene):
    held = scene.lease("danas")
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    correct(scene, read(scene, at=scene.now))
    assert scene.store.take(held, scene.now, 10) == []
    assert scene.store.plan(STORY).state == "done"


def test_a_url_that_was_visited_since_or_is_gone_keeps_its_state(scene):
    then = scene.now
    scene.later(hours=1)
    held = scene.lease("danas")
    visit = read(scene, at=scene.now)
    gone = dataclasses.replace(visit, article=None, outcome="http-410", state=UrlState.GONE, status=410)
    scene.store.commit(held, [gone], scene.now)
    before = scene.store.plan(STORY)
    assert correct(scene, read(scene, at=then))[0].reading == Reading.NEW
    assert scene.store.plan(STORY) == before


def test_a_url_that_was_done_since_keeps_what_came_of_it(scene):
    then = scene.now
    scene.later(hours=1)
    held = scene.lease("danas")
    listing = dataclasses.replace(read(scene, at=scene.now), article=None, outcome="listing")
    scene.store.commit(held, [listing], scene.now)
    before = scene.store.plan(STORY)
    assert correct(scene, read(scene, at=then, next_visit=scene.now + timedelta(hours=2)))[0].reading == Reading.NEW
    assert scene.store.plan(STORY) == before
    scene.later(hours=1)
    later = read(scene, OTHER, at=scene.now, next_visit=scene.now + timedelta(hours=2), published=scene.now)
    assert correct(scene, later)[0].reading == Reading.LATER
    assert scene.store.plan(STORY) == before


def test_all_or_nothing(scene):
    stranger = read(scene, at=scene.now, url="https://fremd.example/a", key="unknown")
    with pytest.raises(Exception):  # noqa: B017  # whatever a store says of an outlet that nobody has registered
        correct(scene, read(scene, at=scene.now), stranger)
    assert rows(scene) == []


def test_what_discovery_said_of_a_url_is_known_by_any_of_its_variants(scene):
    held = scene.lease("danas")
    hints = {"title": TITLE, "published": MORNING.astimezone(UTC), "authors": ("Ana Anić",)}
    scene.store.offer(held, [scene.candidate("https://danas-proba.rs/?p=17", **hints)], scene.now)
    scene.store.commit(held, [read(scene, at=scene.now, asked="https://danas-proba.rs/?p=17")], scene.now)
    variants = ["http://www.danas-proba.rs/?p=17", "https://danas-proba.rs/unknown", "no url"]
    known = scene.store.known_urls([*variants, STORY])
    assert set(known) == {variants[0], STORY}
    assert {each.outlet for each in known.values()} == {"danas"}
    assert {each.hints for each in known.values()} == {Hints(**hints)}


def test_a_visit_counts_from_its_fetch_not_from_its_storing(scene):
    held = scene.lease("danas")
    fetched = scene.now - timedelta(minutes=3)
    scene.store.offer(held, [scene.candidate(STORY)], scene.now)
    assert scene.store.take(held, scene.now, 1)[0].found_by == Discovery.FEED
    scene.store.commit(held, [read(scene, at=fetched)], scene.now)
    [row] = rows(scene)
    assert (row["first_seen"], row["last_seen"]) == (fetched.isoformat(), fetched.isoformat())
    assert scene.store.plan(STORY).visited == scene.now
