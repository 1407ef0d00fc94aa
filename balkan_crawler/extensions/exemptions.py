"""What outlets' tables say of their own sites, for the rooms that fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.urls import politeness_key
from balkan_crawler.urls.sites import site_of_host

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from balkan_crawler.model import Outlet


class Exemptions:
    """Knows which sites are fetched though their certificates have a flaw, and whose robots.txt has to be none of HTML.

    Reach it with ``crawler.get_extension(Exemptions)``; where there is none, nothing is exempt.
    """

    def __init__(self) -> None:
        self._unverified: set[str] = set()
        self._strict: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls()

    def grant(self, outlet: Outlet) -> None:
        """Note what the table of an outlet says, for the site of its home page and no other."""
        site = politeness_key(outlet.homepage)
        if outlet.unverified_tls:
            self._unverified.add(site)
        if outlet.strict_robots:
            self._strict.add(site)

    def is_unverified(self, host: str) -> bool:
        """Say whether the certificate of a host may have any flaw."""
        return site_of_host(host.lower()) in self._unverified

    def is_strict(self, host: str) -> bool:
        """Say whether a web page in the place of a host's robots.txt means that nothing is fetched for now."""
        return site_of_host(host.lower()) in self._strict
