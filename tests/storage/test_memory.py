"""How much of the file a connection holds in memory."""

from contextlib import closing

import pytest

from balkan_crawler import open_store
from balkan_crawler.storage.file.connection import connect


@pytest.mark.parametrize("read_only", [False, True], ids=["writing", "reading"])
def test_a_connection_holds_little_of_its_archive_in_memory(tmp_path, read_only):
    path = tmp_path / "news.db"
    with open_store(path):
        pass
    with closing(connect(path, read_only=read_only, busy_seconds=1)) as connection:
        assert connection.execute("PRAGMA cache_size").fetchone() == (-16 * 1024,)
