"""What is known of outlets before a page of theirs is read: the catalogue, and what their pages have taught."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from balkan_crawler.outlets.by_host import finder_of
from balkan_crawler.outlets.catalogue import load_outlets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from balkan_crawler.model import Outlet


class KnownOutlets:
    """The outlets, and of each what was learned of its pages, packed (`balkan_crawler.model.pack`).

    It cannot be changed, needs no database, and can be pickled: it is made once and handed to every process that reads.
    ``outlets`` are the shipped ones by default; ``learned`` is by the key of the outlet.
    """

    def __init__(self, outlets: Mapping[str, Outlet] | None = None, learned: Mapping[str, bytes] | None = None) -> None:
        self.outlets: Mapping[str, Outlet] = load_outlets() if outlets is None else MappingProxyType(dict(outlets))
        self.learned: Mapping[str, bytes] = MappingProxyType(
            {key: packed for key, packed in (learned or {}).items() if packed}
        )
        self._find = finder_of(self.outlets.values())

    @classmethod
    def learned_by(cls, knowledge: Callable[[str], bytes], outlets: Mapping[str, Outlet] | None = None) -> KnownOutlets:
        """Make it with what ``knowledge`` gives for each key, such as that of an archive: ``store.knowledge``."""
        outlets = load_outlets() if outlets is None else outlets
        return cls(outlets, {key: knowledge(key) for key in outlets})

    def __reduce__(self) -> tuple[type[KnownOutlets], tuple[dict[str, Outlet], dict[str, bytes]]]:
        return KnownOutlets, (dict(self.outlets), dict(self.learned))

    def outlet_of(self, url: str) -> Outlet | None:
        """Find the outlet of a URL by its address, if it is of any."""
        return self._find(url)

    def knowledge_of(self, outlet: Outlet) -> bytes:
        """Give what was learned of an outlet, packed; empty where that is nothing."""
        return self.learned.get(outlet.key, b"")
