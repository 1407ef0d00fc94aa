"""Stories of an archive: made-up events of many languages come out of the news of their days, and nothing else does."""

from __future__ import annotations

from itertools import combinations

import pytest
from support.events import events, everyday, fill

from balkan_crawler.storage import open_store
from balkan_crawler.stories import story_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["tuning", "aside"])
def archive(request, tmp_path_factory):
    """A store with the events of a part among other news; the event of each article; the numbers of each story."""
    path = tmp_path_factory.mktemp("stories") / "archive.db"
    numbers = fill(path, [*events(request.param), *everyday(700)])
    with open_store(path, read_only=True) as store:
        yield store, numbers, {number: {row["id"] for row in story_of(store, number).rows} for number in numbers}


def test_articles_of_one_event_are_joined_across_languages_and_scripts(archive):
    _, numbers, members = archive
    pairs = [
        (one, other)
        for one, other in combinations(numbers, 2)
        if numbers[one] == numbers[other] and not numbers[one].endswith(("weather", "warning"))
    ]
    missed = [(numbers[one], one, other) for one, other in pairs if other not in members[one]]
    assert len(missed) <= 0.05 * len(pairs), missed


def test_articles_of_two_events_are_not(archive):
    _, numbers, members = archive
    wrong = [
        (numbers[number], numbers.get(other))
        for number, found in members.items()
        for other in found
        if numbers.get(other) != numbers[number]
    ]
    assert len(wrong) <= 0.05 * sum(map(len, members.values())), wrong


def test_the_same_articles_come_out_whichever_is_asked_for(archive):
    _, numbers, members = archive
    pairs = [(one, other) for one in numbers for other in members[one] if other in numbers and other > one]
    assert sum(members[one] == members[other] for one, other in pairs) >= 0.9 * len(pairs)


def test_other_news_makes_no_large_story(archive):
    store, numbers, _ = archive
    asked = [number for number in range(1, 700, 9) if number not in numbers]
    assert max(len(story_of(store, number).members) for number in asked) <= 4


def test_each_article_says_why_it_was_joined(archive):
    store, _, members = archive
    number = max(members, key=lambda number: len(members[number]))
    story = story_of(store, number)
    for member in story.members:
        if member.row["id"] != number:
            assert member.to in members[number] and len(member.because.shared) > 1
            text = f"{member.row['title']} {member.row['body']}"
            assert all(each.second in text for each in member.because.shared)


def test_an_article_that_is_not_there_has_no_story(archive):
    store, _, _ = archive
    assert story_of(store, 10**6) is None
