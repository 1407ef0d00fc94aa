"""The identity of URLs: which address to show, and which addresses are one page.

Two forms, on purpose:

- `canonical_url` is **for people**: a light normalisation that still opens in a browser. It keeps scheme, ``www.``,
  trailing slash and AMP paths, since a site may answer at only one of them.
- `identity` is **for look-ups**: a key, no address. It joins every variant of one page (scheme, ``www.``, mobile and
  AMP hosts, AMP and print pages, index files, trailing slash, declared script twins). Stores compare identities and
  show canonical URLs.

Whatever is no fetchable http(s) URL raises `InvalidUrlError`, and nothing else is raised. All functions are pure; the
rules that are not RFC 3986 stand in ``rules.toml``.
"""

from __future__ import annotations

from balkan_crawler.urls.canonical import canonical_or_none, canonical_url, has_session, is_http, is_too_long
from balkan_crawler.urls.declared import plausible_canonical
from balkan_crawler.urls.identity import identity
from balkan_crawler.urls.rules import identity_rule
from balkan_crawler.urls.sites import politeness_key, same_site

__all__ = [
    "canonical_or_none",
    "canonical_url",
    "has_session",
    "identity",
    "identity_rule",
    "is_http",
    "is_too_long",
    "plausible_canonical",
    "politeness_key",
    "same_site",
]
