"""What a run that stays asks the store for at each round of a site goes through no whole table."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from balkan_crawler.outlets import load_outlets
from balkan_crawler.storage import open_store

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_a_round_of_one_site_is_looked_up_in_indexes(tmp_path):
    said = []
    with open_store(tmp_path / "news.db") as store:
        outlet = load_outlets()["danas"]
        store.register([outlet], NOW)
        store._connection.set_trace_callback(said.append)
        [lease] = store.lease(["danas"], "machine:1:2", NOW, 300)
        store.take(lease, NOW, 20, 0.09)
        store.next_due(["danas"], NOW)
        store.renew(lease, NOW, 300)
        store.release(lease, NOW, NOW)
        store._connection.set_trace_callback(None)
    asked = [words for words in said if "frontier" in words and words.split()[0] in {"SELECT", "UPDATE", "WITH"}]
    assert len(asked) >= 4
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        plans = {words: [step for *_, step in db.execute(f"EXPLAIN QUERY PLAN {words}")] for words in asked}
    whole = [step for plan in plans.values() for step in plan if step.startswith("SCAN frontier")]
    assert [step for step in whole if "frontier_under_way" not in step] == []  # which holds what is taken alone
    [released] = [plan for words, plan in plans.items() if "stated = NULL" in words]
    assert any("frontier_to_revisit" in step for step in released)
