"""The spider loader: every outlet of the catalogue is a spider of Scrapy, without a Python file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from balkan_crawler.outlets import load_outlets
from balkan_crawler.spiders.outlet import OutletSpider
from balkan_crawler.urls import same_site

if TYPE_CHECKING:
    import builtins
    from typing import Self

    from scrapy import Request
    from scrapy.settings import BaseSettings

    from balkan_crawler.outlets import Catalogue


class CatalogueSpiderLoader:
    """Makes a spider class for an outlet's key when it is asked for (Scrapy's ``SpiderLoaderProtocol``).

    The setting ``BALKAN_OUTLETS`` names the user's own outlets files (a list, or paths joined by commas).
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Read the catalogue; raises `CatalogueError`."""
        return cls(load_outlets(*map(Path, settings.getlist("BALKAN_OUTLETS"))))

    def load(self, spider_name: str) -> type[OutletSpider]:
        """Give the spider of an outlet; raises ``KeyError`` for an unknown key, as Scrapy asks."""
        if spider_name not in self._catalogue:
            raise KeyError(f"Spider not found: {spider_name}")
        return type(
            "OneOutletSpider", (OutletSpider,), {"name": spider_name, "outlets": (self._catalogue[spider_name],)}
        )

    def list(self) -> list[str]:
        """Name all outlets."""
        return list(self._catalogue)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Name the outlets whose site a request goes to: of several, those whose home page is nearest above it."""
        of_site = {key: outlet for key, outlet in self._catalogue.items() if same_site(request.url, outlet.homepage)}
        nearness = {key: _nearness(request.url, outlet.homepage) for key, outlet in of_site.items()}
        return [key for key, near in nearness.items() if near == max(nearness.values())]


def _nearness(url: str, homepage: str) -> int:
    """Count the letters of a home page's host and folder that an address begins with; none where it lies elsewhere."""
    place, home = (f"{parts.hostname}{parts.path}".removeprefix("www.") for parts in map(urlsplit, (url, homepage)))
    home = home.rstrip("/")
    return len(home) if place == home or place.startswith(f"{home}/") else 0
