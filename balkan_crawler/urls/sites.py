"""Sites: the registrable domain that politeness and plausibility are measured by."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls.canonical import canonical_url

if TYPE_CHECKING:
    from tldextract import TLDExtract


def politeness_key(url: str) -> str:
    """Give the key under which a site's load is counted: the registrable domain, or the host where there is none.

    The domain follows the Public Suffix List without its private part, as bundled with tldextract (nothing is ever
    downloaded). An IP address stands for itself without its port: each is a site of its own. Raises `InvalidUrlError`.
    """
    return site_of_host(urlsplit(canonical_url(url)).hostname or "")


def same_site(first: str, second: str) -> bool:
    """Say whether two URLs belong to one registrable domain (or one IP address); ``False`` for what is no URL."""
    try:
        return politeness_key(first) == politeness_key(second)
    except InvalidUrlError:
        return False


@lru_cache(maxsize=8192)
def site_of_host(host: str) -> str:
    """Give the registrable domain of a lower-case host name, or the host itself."""
    return _suffixes()(host).top_domain_under_public_suffix or host


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # here, since it takes longer to import than all of `urls`

    return TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)
