"""The tasks of the schedule, and when each was done last."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from balkan_crawler.supervision.tasks import LastTimes, has_failed, read_tasks, without_notification

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_the_archive_is_maintained_alone_at_night_health_is_looked_at_and_the_digest_is_sent():
    tasks = {task.name: task for task in read_tasks()}
    assert (tasks["maintain"].when, tasks["maintain"].alone) == (("nightly",), True)
    assert tasks["health"].arguments == ("health", "--notify")
    assert set(tasks["health"].when) == {"nightly", "health-every"}
    assert (tasks["digest"].arguments, tasks["digest"].when) == (("digest", "--week", "--notify"), ("weekly",))
    assert all(task.minutes > 0 and not task.alone for name, task in tasks.items() if name != "maintain")


def test_a_task_that_found_something_was_done():
    assert [has_failed(code) for code in (0, 1, 2, 3, -9, None)] == [False, False, True, True, True, True]


def test_last_times_are_kept_for_the_next_run(tmp_path):
    file = tmp_path / "news.db-run.json"
    times = LastTimes(file, ["a", "b"], NOW)
    times.note("a", NOW + timedelta(hours=1))
    later = LastTimes(file, ["a", "b", "c"], NOW + timedelta(days=3))
    assert [later.of(name, NOW + timedelta(days=3)) - NOW for name in "abc"] == [
        timedelta(hours=1),
        timedelta(),
        timedelta(days=3),
    ]


@pytest.mark.parametrize("content", ["", "[]", '{"a": 3}', '{"a": "yesterday"}', '{"a": "2026-11-30T12:00:00"}', "\0"])
def test_a_file_that_cannot_be_read_is_as_none(tmp_path, content):
    file = tmp_path / "news.db-run.json"
    file.write_text(content)
    assert LastTimes(file, ["a"], NOW).of("a", NOW) == NOW
    assert json.loads(file.read_text()) == {"a": NOW.isoformat()}


def test_a_file_that_cannot_be_written_stops_nothing(tmp_path):
    times = LastTimes(tmp_path / "missing" / "news.db-run.json", ["a"], NOW)
    times.note("a", NOW + timedelta(hours=1))
    assert times.of("a", NOW) == NOW + timedelta(hours=1)


def test_what_a_clock_that_was_ahead_has_noted_holds_nothing_back(tmp_path):
    times = LastTimes(tmp_path / "times.json", ["a"], NOW + timedelta(days=1500))
    assert times.of("a", NOW) == NOW
    assert times.of("a", NOW + timedelta(hours=1)) == NOW


def test_where_nobody_is_to_be_told_health_is_logged_once_a_night():
    tasks = {task.name: without_notification(task) for task in read_tasks()}
    assert all("--notify" not in task.arguments for task in tasks.values())
    assert (tasks["health"].arguments, tasks["health"].when) == (("health",), ("nightly",))
    assert tasks["digest"].when == ("weekly",)
    assert tasks["sum"].arguments == ("digest", "--line")
