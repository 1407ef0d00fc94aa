"""What was lately asked of an index is kept, until the archive is another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from support.archives import fill, visit

from balkan_crawler.facets import indexed
from balkan_crawler.facets.index import Recent
from balkan_crawler.storage import Filter, open_store
from balkan_crawler.storage.filters import Facet

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_what_was_used_least_goes_first():
    recent, made = Recent(2), []

    def asked(key):
        return recent.get(key, lambda: made.append(key) or key)

    for key in ("a", "b", "a", "c", "a", "b"):
        assert asked(key) == key
    assert made == ["a", "b", "c", "b"]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "archive.db"
    fill(path, [visit(number) for number in range(1, 6)])
    return path


def test_an_index_stays_while_the_archive_does(path):
    with open_store(path, read_only=True) as store:
        index = indexed(store, None)
        wanted = Filter(query="most", limit=3)
        found = index.found(store, wanted)
        assert len(found) == 5 and index.found(store, wanted) is found
        assert indexed(store, index) is index
        fill(path, [visit(9)], NOON + timedelta(hours=1))
        newer = indexed(store, index)
        assert newer is not index and len(newer.found(store, wanted)) == 6
        assert len(index.found(store, wanted)) == 5


def test_several_threads_ask_at_once(path):
    with open_store(path, read_only=True) as store:
        index = indexed(store, None)
        queries = [Filter(query=query) for query in ("most", "vest", "dunava", "radova", "prvi") * 8]
        with ThreadPoolExecutor(4) as pool:
            counts = list(pool.map(lambda wanted: len(index.found(store, wanted).counts(Facet.TAG)), queries))
    assert counts == [5] * len(queries)


def test_copies_are_counted_by_their_group(path):
    with open_store(path, read_only=True) as store:
        index = indexed(store, None)
        groups = [int(row["cluster"] or 0) for row in store.rows()]
        assert index.sizes(groups) == [groups.count(group) if group else 0 for group in groups]
        assert index.sizes([0, -5, 10**6]) == [0, 0, 0]
