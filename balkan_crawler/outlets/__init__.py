"""The catalogue of outlets: one TOML file a country, read into checked records. Needs no network and no Scrapy."""

from balkan_crawler.outlets.catalogue import (
    Catalogue,
    check_codes,
    choose,
    find,
    language_tags,
    load_outlets,
    near_keys,
    origin_of,
)
from balkan_crawler.outlets.description import describe
from balkan_crawler.outlets.families import load_families
from balkan_crawler.outlets.fields import DEFAULT_DELAY

__all__ = [
    "DEFAULT_DELAY",
    "Catalogue",
    "check_codes",
    "choose",
    "describe",
    "find",
    "language_tags",
    "load_families",
    "load_outlets",
    "near_keys",
    "origin_of",
]
