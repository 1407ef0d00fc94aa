"""The status file and the metrics: whole or not there, and in the forms that monitors read."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from balkan_crawler.supervision.crawler import Failure, Report
from balkan_crawler.supervision.files import write_whole
from balkan_crawler.supervision.metrics import metrics
from balkan_crawler.supervision.state import MOST_CAUSES, MOST_ERRORS, Phase, State, TaskState
from balkan_crawler.supervision.systemd import ServiceManager
from balkan_crawler.supervision.telling import Teller, memory_of

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SAMPLE = re.compile(
    r'([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? -?[0-9.e+-]+'
)


def state(**values):
    return State(database='b"a\\l\nkan.db', version="1.2", pid=7, started=NOW - timedelta(hours=1), **values)


def failure(number):
    return Failure(at=NOW.isoformat(), outlet="danas", cause=f"cause {number}", reason=f"reason {number}")


def test_the_status_says_what_it_is_at_what_came_of_it_and_what_failed():
    now = state(
        phase=Phase.CRAWLING, outlets=564, crawler=8, report=Report(counts={"new": 3}, at_work=("a.rs", "b.al"))
    )
    now.past["new"] = 4
    now.note_failures([failure(1), failure(1)])
    now.tasks["health"] = TaskState(last=NOW, seconds=2.5, result="exit code 1")
    told = json.loads(json.dumps(now.as_json(NOW)))
    assert (told["pid"], told["since"], told["phase"]) == (7, "2026-11-30T11:00:00+00:00", "crawling")
    assert (told["new"], told["sites_at_work"], told["at_work"]) == (7, 2, ["a.rs", "b.al"])
    assert (told["failures_by_cause"], told["failed_rounds"]) == ({"cause 1": 2}, 2)
    assert told["last_errors"][-1] == {"at": NOW.isoformat(), "outlet": "danas", "error": "reason 1"}
    assert told["tasks"]["health"]["result"] == "exit code 1"


def test_it_does_not_grow_however_much_fails():
    now = state()
    for number in range(1000):
        now.note_failures([failure(number), failure("usual")])
    assert len(now.causes) == MOST_CAUSES
    assert now.causes["cause usual"] == 1000
    assert len(now.errors) == MOST_ERRORS
    assert now.outlet_failures == 2000


def test_what_a_crawling_process_has_counted_stays_when_it_ends():
    now = state(report=Report(counts={"new": 3, "pages": 5}), crawler=8)
    now.end_crawler()
    assert (now.counts["new"], now.counts["pages"], now.report, now.crawler) == (3, 5, None, None)


def test_metrics_are_in_the_text_format_of_prometheus():
    now = state(report=Report(counts={"new": 3}), memory={"crawler": 2**27})
    now.tasks["health"] = TaskState(last=NOW)
    lines = metrics(now, NOW).splitlines()
    kinds = dict(line.split()[2:4] for line in lines if line.startswith("# TYPE"))
    samples = [line for line in lines if not line.startswith("#")]
    assert [line for line in samples if not SAMPLE.fullmatch(line)] == []
    assert {SAMPLE.fullmatch(line)[1] for line in samples} <= set(kinds)
    for name, kind in kinds.items():
        assert name.startswith("balkan_crawler_")
        assert (kind == "counter") == name.endswith("_total"), name
        assert lines.index(f"# TYPE {name} {kind}") == 1 + next(
            number for number, line in enumerate(lines) if line.startswith(f"# HELP {name} ")
        )
    assert "balkan_crawler_articles_new_total 3" in lines
    assert 'balkan_crawler_memory_bytes{process="crawler"} 134217728' in lines
    assert 'balkan_crawler_info{version="1.2",database="b\\"a\\\\l\\nkan.db"} 1' in lines


def test_a_file_is_whole_at_each_moment_and_nothing_lies_beside_it(tmp_path):
    file = tmp_path / "status.json"
    assert write_whole(file, "one") is None
    with file.open() as reader:
        assert write_whole(file, "another") is None
        assert reader.read() == "one\n"
    assert file.read_text() == "another\n"
    assert list(tmp_path.iterdir()) == [file]
    assert isinstance(write_whole(tmp_path / "no" / "folder", "x"), OSError)


def test_memory_is_that_of_each_process_and_of_none_that_has_gone():
    assert memory_of(state())["supervisor"] > 2**20
    assert memory_of(state(crawler=os.getpid()))["crawler"] > 2**20
    assert memory_of(state(crawler=2**22 + 1))["crawler"] == 0


def test_a_file_that_cannot_be_written_is_told_of_once_and_tried_again(tmp_path):
    told = []
    folder = tmp_path / "mounted"
    supervisor = SimpleNamespace(state=state())
    teller = Teller(supervisor, ServiceManager(None), folder / "status.json", folder / "run.prom", told.append)
    for _ in range(3):
        teller.write()
    assert [line.partition(" cannot be written")[0] for line in told] == [
        str(folder / "status.json"),
        str(folder / "run.prom"),
    ]
    folder.mkdir()
    teller.write()
    assert json.loads((folder / "status.json").read_text())["phase"] == "starting"
    assert "balkan_crawler_phase" in (folder / "run.prom").read_text()
