"""Steps of repair in words, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from balkan_crawler.model import RepairKind
from balkan_crawler.repair.in_force import CHANGES_SOURCES, standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.model import Outlet, Repair

WORDS: Final[Mapping[RepairKind, str]] = {
    RepairKind.FEED_MOVED: "source moved",
    RepairKind.FEED_REPLACED: "another source found",
    RepairKind.FALLBACK: "others stand in for its sources",
    RepairKind.RESTORED: "own source is back",
    RepairKind.LEARNED_ANEW: "pages learned anew",
    RepairKind.SITE_MOVED: "leads to another site",
}


def states(repairs: Sequence[Repair], catalogue: Mapping[str, Outlet]) -> dict[int, str]:
    """Say of each repair, by its number, whether it is in force; nothing of those that change no source.

    ``repairs`` are all steps of each outlet that is among them.
    """
    in_force = {
        each.id
        for key in {repair.outlet for repair in repairs} & catalogue.keys()
        for each in standing(catalogue[key], [repair for repair in repairs if repair.outlet == key])
    }
    found = {}
    for repair in repairs:
        if repair.undone is not None:
            found[repair.id] = f"undone {repair.undone:%Y-%m-%d}"
        elif repair.kind in CHANGES_SOURCES:
            found[repair.id] = "in force" if repair.id in in_force else "ended"
    return found


def change_of(repair: Repair) -> str:
    """Say in a line what takes the place of what."""
    new = ", ".join(source.url for source in repair.new)
    old = ", ".join(repair.old)
    if repair.kind is RepairKind.FALLBACK:
        return f"{new} beside {old}"
    if repair.kind is RepairKind.RESTORED:
        return f"without {old}"
    return f"{old} -> {new}" if new else old


def in_a_line(repair: Repair) -> str:
    """Say in a line what was repaired, and when."""
    return f"{WORDS[repair.kind]}, {repair.at:%Y-%m-%d}: {change_of(repair)}"


def new_home(repair: Repair, outlet: Outlet) -> str:
    """Give the home page that an outlet has at the site it leads to, as far as it is known."""
    led_to = repair.new[0].url
    return led_to if outlet.homepage in repair.old else urljoin(led_to, "/")


def record_of(repair: Repair, state: str | None) -> dict[str, object]:
    """Write a step for another program."""
    return {
        "id": repair.id,
        "outlet": repair.outlet,
        "at": repair.at.isoformat(),
        "kind": repair.kind.value,
        "old": list(repair.old),
        "new": [{"kind": source.kind, "url": source.url} for source in repair.new],
        "evidence": repair.evidence,
        "state": state,
        "undone": repair.undone.isoformat() if repair.undone else None,
    }
