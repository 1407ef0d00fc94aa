"""`balkan-crawler workers`: who crawls is listed, and gives way where that is asked."""

import json
import os
import signal
import subprocess

import pytest
from click.testing import CliRunner
from support.newsrooms import Gate, environment, fill, start, write_outlets
from support.servers import serve
from support.staying import staying

from balkan_crawler.cli import main
from balkan_crawler.storage import open_store, this_holder

pytestmark = pytest.mark.slow

SHORT = {"BALKAN_LEASE_SECONDS": 3, "DOWNLOAD_TIMEOUT": 1}


def workers(folder, *words, code=0):
    done = CliRunner().invoke(main, ["workers", "--db", str(folder / "news.db"), *words], prog_name="balkan-crawler")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if "--json" in words else done.output


def test_a_run_that_stays_gives_its_sites_back_when_it_is_drained_and_goes_on_when_that_is_taken_back(tmp_path):
    machine = this_holder().partition("/")[0]
    with serve({}) as (site,):
        fill(site, 2)
        write_outlets(tmp_path, {"ferry": site})
        with staying(tmp_path, ["ferry"], settings=SHORT) as stay:
            stay.until(lambda: stay.run.past["new"] == 2)
            [listed] = workers(tmp_path, "--json")
            assert (listed["machine"], listed["process"], listed["stays"]) == (machine, str(os.getpid()), True)
            assert listed["state"] == "working"
            assert "nobody of the name" in workers(tmp_path, "--drain", "elsewhere", code=1)
            assert "1 process of" in workers(tmp_path, "--drain", f"{machine}:{os.getpid()}")
            stay.until(lambda: stay.run.is_drained and not stay.run.at_work)
            asked, rounds = len(site.requests), stay.run.rounds
            assert "drained" in workers(tmp_path)
            workers(tmp_path, "--undrain", machine)
            assert (len(site.requests), stay.run.rounds) == (asked, rounds)
            stay.until(lambda: stay.run.rounds > rounds)
    assert "Nobody crawls" in workers(tmp_path)
    for option in ("--drain", "--undrain"):  # as a script types it whose variable is empty
        assert "is to be named" in workers(tmp_path, option, " ", code=2)


def test_a_crawl_that_is_drained_ends_in_good_order_with_exit_code_0_and_its_site_is_free(tmp_path):
    with serve({}) as (site,):
        fill(site, 200)
        gate = site.pages["/news/ferry-decision-number-199"] = Gate(site.pages["/news/ferry-decision-number-199"])
        write_outlets(tmp_path, {"ferry": site}, delay=0.2)
        running = start(tmp_path, ["ferry"], "--json", settings=SHORT)
        try:
            assert gate.reached.wait(60)
            [listed] = workers(tmp_path, "--json")
            assert (listed["sites"], listed["process"]) == (1, str(running.pid))
            workers(tmp_path, "--drain", listed["machine"])
            gate.opened.set()
            told, errors = running.communicate(timeout=60)
        finally:
            running.kill()
            running.communicate()
        assert running.returncode == 0, errors
        report = json.loads(told)
        assert report["drained"] and report["outlets"]["ferry"]["state"] == "stopped"
        assert 0 < len(site.requests) < 200
        again = subprocess.run(running.args, capture_output=True, text=True, env=environment(), check=False)
        assert (again.returncode, json.loads(again.stdout)["pages"]) == (0, 0), "the whole machine gives way"
    with open_store(tmp_path / "news.db", read_only=True) as store:
        assert dict(store.statistics().outlets[0].urls).keys() == {"new", "done"}


def test_one_that_was_killed_is_listed_as_gone(tmp_path):
    with serve({}) as (site,):
        fill(site, 20)
        write_outlets(tmp_path, {"ferry": site}, delay=0.5)
        running = start(tmp_path, ["ferry"])
        try:
            for _ in range(600):
                if site.asked("/feed.xml") or site.closing.wait(0.1):
                    break
            os.kill(running.pid, signal.SIGKILL)
            running.communicate(timeout=60)
        finally:
            running.kill()
            running.communicate()
        [listed] = workers(tmp_path, "--json")
        assert (listed["state"], listed["sites"]) == ("gone", 1)
