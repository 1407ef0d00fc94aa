"""Two crawlers keep a site's delay between them, whoever had it before."""

from __future__ import annotations

from itertools import pairwise

import pytest
from support.newsrooms import crawl, fill, write_outlets
from support.servers import serve

pytestmark = pytest.mark.slow

DELAY = 1.0


def test_a_crawl_right_after_another_one_waits_for_the_delay_before_its_first_request(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site}, delay=DELAY)
        assert crawl(tmp_path, ["ferry"], "-q").returncode == 0
        before = len(site.requests)
        assert crawl(tmp_path, ["ferry"], "-q").returncode == 0
    assert 0 < before < len(site.requests)
    least = DELAY * 0.9  # a server takes its time to note a request, and not the same one each time
    assert min(other.at - one.at for one, other in pairwise(site.requests)) >= least
