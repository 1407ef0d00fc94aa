"""An outage of the user's own line is not the outlets': no wait grows, and the run says that nobody was reached."""

import sqlite3
from contextlib import closing

import pytest
from support.newsrooms import crawl, fill, write_outlets
from support.reactor import Clock
from support.servers import serve


def failures(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return dict(db.execute("SELECT outlet, failures FROM sources"))


@pytest.mark.parametrize("outlets", [("ferry",), ("ferry", "ferry_en"), ("ferry", "ferry_en", "bridge")])
def test_where_nobody_could_be_reached_the_run_ends_with_3_also_with_two_outlets_on_a_site(tmp_path, outlets):
    with serve({}, {}) as (site, other):
        write_outlets(tmp_path, {key: other if key == "bridge" else site for key in outlets})
    done = crawl(tmp_path, list(outlets), clock=Clock())  # nobody listens there any more
    assert done.returncode == 3
    assert "is this machine online?" in done.stderr


def test_an_outage_makes_no_source_wait_longer_and_the_next_run_reads_it_at_once(tmp_path):
    clock = Clock()
    with serve({}, {}) as (site, other):
        write_outlets(tmp_path, {"ferry": site, "bridge": other})
    for _ in range(4):
        crawl(tmp_path, ["ferry", "bridge"], clock=clock)
        clock.move(minutes=1)
    assert set(failures(tmp_path).values()) <= {0}


def test_a_source_that_alone_is_out_of_reach_waits_longer_each_time(tmp_path):
    clock = Clock()
    with serve({}, {}) as (_, dead):
        pass
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site, "bridge": dead})
        for expected in (1, 2):
            done = crawl(tmp_path, ["ferry", "bridge"], clock=clock)
            assert done.returncode == 1
            assert failures(tmp_path) == {"ferry": 0, "bridge": expected}
            clock.move(hours=12)
