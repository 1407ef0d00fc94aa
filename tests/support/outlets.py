"""Outlets for tests that need one, whatever it is called."""

from __future__ import annotations

from balkan_crawler.model import Outlet


def make_outlet(key: str = "danas", **fields: object) -> Outlet:
    """Give a Serbian outlet with a home page of its own; ``fields`` replace what matters to the test."""
    known: dict[str, object] = {
        "name": key.title(),
        "country": "RS",
        "languages": ("sr-Latn",),
        "timezone": "Europe/Belgrade",
        "homepage": f"https://{key}-proba.rs/",
    }
    return Outlet(key=key, **(known | fields))  # type: ignore[arg-type]
