"""What one poll of a source adds to what the polls before it have shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery.feeds.feed_links import is_of_comments
from balkan_crawler.model import SignKind, sign_after
from balkan_crawler.urls import is_too_long, politeness_key, same_site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from balkan_crawler.model import Outlet, Sign

LEADS_NOWHERE: Final = frozenset({"dns", "redirects", "bad-redirect", "private-address"})
"""Outcomes of a poll that say that a source is no more where it was, as 404 does: its host's name is unknown, or it
redirects in a circle, to no web address or into somebody's own network. Errors of the hour and refusals do not."""


def own_sites(outlet: Outlet) -> frozenset[str]:
    """Give the sites that an outlet's articles are on: of its home page and its section pages."""
    return frozenset(politeness_key(url) for url in (outlet.homepage, *outlet.sections))


def after_reading(
    before: Sign | None,
    outlet: Outlet,
    now: datetime,
    *,
    moved_to: str | None = None,
    named: Sequence[str] = (),
    stands_apart: bool = False,
) -> Sign | None:
    """Give the sign of a source that was read.

    ``moved_to`` is where permanent redirects lead, ``named`` are the articles or sitemaps that it names, none where
    it has not changed since the last poll. ``stands_apart`` says that others stand in for it, since it could not be
    read for long.
    """
    kind = None if moved_to is None else _kind_of_move(before, outlet, moved_to, named)
    if kind is not None:
        return sign_after(before, kind, now, moved_to)
    return sign_after(before, SignKind.BACK, now) if stands_apart else None


def after_loss(before: Sign | None, now: datetime) -> Sign:
    """Give the sign of a source that failed for good."""
    return sign_after(before, SignKind.LOST, now)


def after_asking_home(before: Sign | None, now: datetime, moved_to: str | None) -> Sign | None:
    """Give the sign of a home page, which permanent redirects led to another site, or not."""
    return None if moved_to is None else sign_after(before, SignKind.LEFT, now, moved_to)


def _kind_of_move(before: Sign | None, outlet: Outlet, to: str, named: Sequence[str]) -> SignKind | None:
    """Say what a permanent redirect shows: that a source has moved, that the outlet has left its site, or nothing."""
    if not named:
        return before.kind if before is not None and before.to == to else None
    if is_of_comments(to) or is_too_long(to):
        return None
    sites = own_sites(outlet)
    if any(politeness_key(url) in sites for url in named):
        return SignKind.MOVED
    return None if same_site(to, outlet.homepage) else SignKind.LEFT
