"""`balkan-crawler run` as its users start it: real processes, signals, kills, and files that go away."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest
from support.newsrooms import COMMAND, article, environment, fill, rss, write_outlets
from support.servers import Page, serve

STORY = "/news/ferry-decision-number"
LONGEST = 60.0
QUICK = ["--shortest-poll", "0.005", "--longest-poll", "0.01"]
NOTHING_ELSE = ["--nightly", "never", "--weekly", "never", "--health-every", "0"]


class Growing:
    """A feed that has one more story each time that it is asked for."""

    def __init__(self, site, most=10_000):
        self.site, self.most, self.count = site, most, 0

    def __call__(self, handler):
        if self.count < self.most:
            self.count += 1
            self.site.pages[f"{STORY}-{self.count - 1}"] = Page(article(self.count - 1))
        Page(rss(self.site, self.count), "text/xml")(handler)


def grow(site, most=10_000):
    fill(site, 0)
    site.pages["/feed.xml"] = Growing(site, most)


class Running:
    """A run that is under way, with its status file."""

    def __init__(self, folder, process):
        self.folder, self.process = folder, process

    def status(self):
        try:
            return json.loads((self.folder / "status.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}

    def until(self, condition):
        end = time.monotonic() + LONGEST
        while not condition(self.status()):
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end, self.status()
            time.sleep(0.05)

    def crawler(self):
        self.until(lambda status: status.get("pid") == self.process.pid and status["crawler"]["pid"])
        return psutil.Process(self.status()["crawler"]["pid"])

    def told_line(self, words):
        return next(line for line in self.process.stderr if words in line)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        told = self.process.communicate(timeout=LONGEST)
        return self.process.returncode, told[1]


@contextmanager
def running(folder, *more, keys=(), variables=None):
    words = [*COMMAND, "run", *keys, "--db", str(folder / "news.db"), "--outlets", str(folder / "own.toml")]
    words += ["--allow-private", "--status", str(folder / "status.json"), *QUICK, *NOTHING_ELSE, *more]
    process = subprocess.Popen(
        words,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment() | (variables or {}),
    )
    longest = threading.Timer(3 * LONGEST, process.kill)  # whoever waits for a line of it would wait for ever
    longest.start()
    try:
        yield Running(folder, process)
    finally:
        longest.cancel()
        process.kill()
        process.communicate()


def rows(folder, query):
    with closing(sqlite3.connect(f"file:{folder / 'news.db'}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def stored(folder):
    try:
        return rows(folder, "SELECT count(*), count(DISTINCT url) FROM articles")[0]
    except sqlite3.OperationalError:  # it is not made yet
        return 0, 0


def gone(processes):
    _, alive = psutil.wait_procs(processes, timeout=30)
    return not alive


@pytest.mark.slow
def test_it_crawls_until_it_is_stopped_reads_outlets_anew_survives_a_kill_and_leaves_nothing_behind(tmp_path):
    with serve({}, {}) as (site, other):
        grow(site)
        grow(other)
        file = write_outlets(tmp_path, {"ferry": site}, country="IS")
        with running(tmp_path, "--country", "IS") as run:
            run.until(lambda _: stored(tmp_path)[0] >= 2)
            file.write_text("[broken")
            run.process.send_signal(signal.SIGHUP)
            assert "the outlets stay as they were: " in run.told_line("stay as they were")
            write_outlets(tmp_path, {"ferry": site, "bridge": other}, country="IS")
            run.process.send_signal(signal.SIGHUP)
            run.until(lambda _: rows(tmp_path, "SELECT count(*) FROM articles WHERE outlet = 'bridge'")[0][0] > 0)
            children = psutil.Process(run.process.pid).children(recursive=True)
            run.process.kill()
            run.process.wait()
            assert gone(children)  # nobody is there any more whom they work for
        tasks = tmp_path / "tasks.toml"
        tasks.write_text("[look]\narguments = ['config']\nwhen = ['health-every']\nlongest_minutes = 1\n")
        with running(tmp_path, "--country", "IS", "--tasks", str(tasks), "--health-every", "0.05") as run:
            before = stored(tmp_path)[0]
            crawler = run.crawler()
            run.until(lambda _: stored(tmp_path)[0] >= before + 2)
            children = [crawler, *crawler.children(recursive=True)]
            assert run.told_line("crawling 2 outlets into")
            assert str(tmp_path / "news.db") in run.told_line("look: database")
            code, told = run.stop()
        assert (code, gone(children)) == (0, True)
        left = {file.name for file in tmp_path.iterdir()}
        articles = stored(tmp_path)
        assert articles[0] == articles[1] >= 5
    assert "stopped: " in told
    assert rows(tmp_path, "SELECT DISTINCT holder FROM _sites") == [(None,)]
    assert left == {"news.db", "news.db-run.json", "own.toml", "status.json", "tasks.toml"}


@pytest.mark.slow
def test_a_database_that_goes_away_is_told_of_and_waited_for(tmp_path):
    with serve({}) as (site,):
        grow(site)
        write_outlets(tmp_path, {"ferry": site})
        with running(tmp_path, keys=["ferry"]) as run:
            run.until(lambda _: stored(tmp_path)[0] >= 1)
            elsewhere = tmp_path / "elsewhere"
            elsewhere.mkdir()
            for file in list(tmp_path.glob("news.db*")):
                file.rename(elsewhere / file.name)
            run.until(lambda status: status.get("phase") == "waiting" and "put it back" in status["reason"])
            assert not (tmp_path / "news.db").exists()
            for file in list(elsewhere.iterdir()):
                file.rename(tmp_path / file.name)
            before = stored(tmp_path)[0]
            run.until(lambda _: stored(tmp_path)[0] > before)
            code, told = run.stop()
    assert code == 0
    assert "is not there any more" in told


def test_the_file_of_another_program_is_no_place_to_wait_for(tmp_path):
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        db.execute("CREATE TABLE notes (text)")
    with serve({}) as (site,):
        write_outlets(tmp_path, {"ferry": site})
        with running(tmp_path, "-q", keys=["ferry"]) as run:
            told = run.process.communicate(timeout=LONGEST)[1]
    assert run.process.returncode == 3
    assert f"balkan-crawler: {tmp_path / 'news.db'} is the database of another program" in told


def test_systemd_hears_that_it_is_ready_alive_and_stopping(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with serve({}) as (site,), closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        grow(site)
        write_outlets(tmp_path, {"ferry": site})
        heard.bind("notify")
        heard.settimeout(LONGEST)
        variables = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "2000000"}
        with running(tmp_path, keys=["ferry"], variables=variables) as run:
            said = set()
            while not {"READY=1", "WATCHDOG=1"} <= said:
                said.add(heard.recv(1000).decode())
            run.crawler().suspend()  # it will not end by itself
            run.process.send_signal(signal.SIGTERM)
            while "STOPPING=1" not in said:
                said.add(heard.recv(1000).decode())
            run.process.send_signal(signal.SIGTERM)
            code = run.process.wait(LONGEST)
    assert any(words.startswith("STATUS=") for words in said)
    assert code == 0


@pytest.mark.parametrize("kind", ["user", "system"])
def test_the_unit_names_this_installation(kind):
    done = subprocess.run([*COMMAND, "run", "--print-unit", kind], capture_output=True, text=True, env=environment())
    assert done.returncode == 0
    [line] = [line for line in done.stdout.splitlines() if line.startswith("ExecStart=")]
    assert line.removeprefix("ExecStart=").split()[0].startswith(str(Path(sys.executable).parent))


def test_several_processes_are_several_runs(tmp_path):
    done = subprocess.run(
        [*COMMAND, "run", "--processes", "2", "--db", str(tmp_path / "news.db")],
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert done.returncode == 2
    assert "start `run` as often as you like" in done.stderr
