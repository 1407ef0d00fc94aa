"""Hashes change with what they are to change with, and with nothing else."""

from __future__ import annotations

from balkan_crawler.text import body_hash, state_hash

PINNED_HASH = "1:7f35b38d6cde6598200709202c92a35a"


def test_stored_hashes_stay_comparable_over_releases() -> None:
    """These change only with the rules' versions: archives hold hashes made by earlier releases."""
    assert body_hash("Naslov", "Prvi pasus.\nDrugi.") == PINNED_HASH
    assert state_hash(("naslov",), [("prvi", "pasus")], [True]) == "1:307e880ce0178d384c9c59a8a5325e1c"


def test_body_hash_changes_with_an_edit_and_not_with_spacing() -> None:
    kept = body_hash("Naslov", "Prvi pasus.\nDrugi  pasus.")
    assert kept.startswith("1:")
    assert kept == body_hash(" Naslov\u00a0", "Prvi pasus. Drugi\u200b pasus.\n")
    assert (
        len({kept, body_hash("Naslovi", "Prvi pasus.\nDrugi pasus."), body_hash("Naslov", "Prvi pasus.\nDrugi pasus!")})
        == 3
    )
    assert body_hash("a", "b c") != body_hash("a b", "c")
