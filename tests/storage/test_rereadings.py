"""A store remembers how far files were read again, as long as the rules are the same."""

from __future__ import annotations

from balkan_crawler.storage import RereadFile


def test_what_was_noted_is_given_until_it_is_forgotten_or_the_rules_are_others(scene):
    store = scene.store
    done = RereadFile(file="a.warc", state="10-1", is_done=True, taught={"danas": b"\x00packed\xff"})
    begun = RereadFile(file="b.warc", state="20-1", start=5_000_000_000, skip=3)
    for file in (RereadFile(file="a.warc", state="9-1"), done, begun):
        store.note_reread("1", file)
    assert store.reread_files("1") == [done, begun]
    store.forget_reread(["b.warc", "unknown"])
    assert store.reread_files("1") == [done]
    assert store.reread_files("2") == []
    assert store.reread_files("1") == [], "rules that were taken back are others, too"
