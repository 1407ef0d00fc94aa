"""How much of the file a connection holds in memory."""

from contextlib import closing

import pytest

from balkan_crawler import open_store
from balkan_crawler.storage.file.connection import connect


@pytest.mark.parametrize(("read_only", "most"), [(False, 16), (True, 64)])
def test_a_crawl_holds_little_of_its_archive_in_memory_and_a_search_more(tmp_path, read_only, most):
    path = tmp_path / "news.db"
    with open_store(path):
        pass
    with closing(connect(path, read_only=read_only, busy_seconds=1)) as connection:
        assert connection.execute("PRAGMA cache_size").fetchone() == (-most * 1024,)
