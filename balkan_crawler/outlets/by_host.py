"""Which outlet of the catalogue a page is of, by its address. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls import identity, politeness_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from balkan_crawler.model import Outlet


def finder_of(outlets: Iterable[Outlet]) -> Callable[[str], Outlet | None]:
    """Give a function that finds the outlet of a URL, or ``None``.

    It is the one whose home page the address begins with, the longest of several (``dw.com/sq`` and ``dw.com/sr`` share
    a host), in any variant of the host. Where there is none, it is the only outlet of the URL's site; of a site with
    several outlets such a page is of none.
    """
    of_site: defaultdict[str, list[tuple[str, Outlet]]] = defaultdict(list)
    for outlet in outlets:
        of_site[politeness_key(outlet.homepage)].append((identity(outlet.homepage), outlet))
    for homes in of_site.values():
        homes.sort(key=lambda home: -len(home[0]))

    def find(url: str) -> Outlet | None:
        try:
            homes, address = of_site.get(politeness_key(url), []), identity(url)
        except InvalidUrlError:
            return None
        for home, outlet in homes:
            if address == home or address.startswith((f"{home}/", f"{home}?")):
                return outlet
        return homes[0][1] if len(homes) == 1 else None

    return find
