"""Where a page's links lead to: addresses that can be another story of the site or of its group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from balkan_crawler.extraction.teasers.word_lists import teaser_rules
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from balkan_crawler.extraction.document.parsing import Document

# The (words, characters) that a headline has at least, by what its address has of a story's (see `least_title`).

LEAST_SURE: Final = (3, 14)
"""A line that is marked as a headline, with a slug of some words."""
LEAST_PLAIN: Final = (4, 20)
"""A line that is not marked, with a slug of some words."""
LEAST_NUMBERED: Final = (4, 18)
"""An address with a number and no slug."""
LEAST_FEW: Final = (5, 26)
"""An address with `FEW_WORDS` words and no number."""
LEAST_UNSURE: Final = (5, 28)
"""An address with neither."""
LEAST_UNLIKE: Final = (7, 40)
"""An address without number and of less than `WORDS_OF_UNLIKE` words, where the page's own has a number."""
LEAST_ANNOUNCED: Final = (3, 14)
"""A headline that is announced as a related story."""
LEAST_SAME: Final = (2, 10)
"""A heading whose address has a number and says the same words."""
WORDS_OF_SLUG: Final = 4
"""A slug of so many words is a story's; one less is enough for a line that is marked as a headline."""
FEW_WORDS: Final = 3
"""A slug of so many words may be a section's too."""
WORDS_OF_UNLIKE: Final = 5
"""A slug of so many words is a story's, even where the page's own address has a number and this one none."""
WORDS_OF_SISTER: Final = 4
"""A story of another site has so many words in its address."""
WORDS_OF_SECTION: Final = 3
"""A section has at most so many words in its address."""
DEEPEST_FOLDER: Final = 30
"""An address in more folders is none of a section."""
MOST_ESCAPES: Final = 3
"""An address with more escaped bytes is a slug in another script."""
_NO_PAGE: Final = ("#", "javascript:", "mailto:", "tel:", "whatsapp:", "viber:", "data:")
_OWN_NUMBER: Final = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{7,}(?!\d)")
"""A number that is one story's, and no date."""
_STORY_NUMBER: Final = re.compile(r"\d{4,}|[/-](?=[a-z]*\d[a-z]*\d)[a-z\d]{8,}(?=[/?.]|$)")
"""A number of a story, or one written with letters too."""
_OWN_MARK: Final = re.compile(
    r"\d{5,}|/(?:19|20)\d\d[/-]|[/-](?=[a-z]*\d[a-z]*\d)[a-z\d]{8,}(?=[/?.]|$)", re.IGNORECASE
)
"""What the addresses of all stories of a site have if the page's own has it: a long number, a date in folders."""
_NEWSLETTER: Final = re.compile(r"[/-]newsletters?(?=[/.-]|$)")
_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|pdf|mp[34])$")
_WORDS_OF_SLUG: Final = re.compile(r"[^\W\d_]+")


class Target(NamedTuple):
    """Where a link leads to; ``key`` is the same for the spellings of one address. ``own`` is the page's own site.

    ``numbered`` says that the page's own address has a number, as nearly all stories of its site have then.
    """

    address: str
    key: str
    own: bool
    numbered: bool


class StoryLinks:
    """The targets of a page's links, each reference worked out once.

    An address that has the page's own long number is a part of it (a gallery, its comments). Raises `InvalidUrlError`
    where the page's own address is none.
    """

    def __init__(self, document: Document, own_addresses: Iterable[str | None]) -> None:
        self._document = document
        self._site = politeness_key(document.url).removeprefix("www.")  # which stays on a name of no public suffix
        base = urlsplit(document.base_url)
        self._origin = f"{base.scheme}://{base.netloc}"
        self._own = {_key(address) for address in (document.url, *own_addresses) if address}
        self._numbers = frozenset(_OWN_NUMBER.findall(urlsplit(document.url).path))
        self._numbered = _OWN_MARK.search(urlsplit(document.url).path) is not None
        self._hosts: dict[str, bool] = {}
        self._known: dict[str, Target | None] = {}

    def target(self, reference: str | None) -> Target | None:
        """Tell where a reference leads to, or ``None`` for what can be no other story."""
        if reference and reference not in self._known:
            self._known[reference] = self._resolve(reference.strip())
        return self._known[reference] if reference else None

    def _resolve(self, reference: str) -> Target | None:
        if reference.startswith(_NO_PAGE):
            return None
        if reference.startswith("/") and not reference.startswith("//"):
            address = f"{self._origin}{reference}"
        elif reference.startswith(("https://", "http://")):
            address = reference
        else:
            address = self._document.absolute(reference) or ""
        key = _key(address)
        own = self._is_own_host(key.partition("/")[0].partition("?")[0].lower())
        if key in self._own or (self._numbers and not self._numbers.isdisjoint(_OWN_NUMBER.findall(key))):
            return None
        if _is_no_story(key) or not (own or _is_sister_story(key)):
            return None
        return Target(address, key, own, self._numbered)

    def _is_own_host(self, host: str) -> bool:
        """Say whether a host is the site's, or that of its other country (``bbc.com`` and ``bbc.co.uk``)."""
        if host not in self._hosts:
            name = host.partition(":")[0]
            own = name == self._site or name.endswith(f".{self._site}")
            label = self._site.partition(".")[0]
            self._hosts[host] = own or (
                label in name.split(".") and politeness_key(f"http://{name}").partition(".")[0] == label
            )
        return self._hosts[host]


def _key(address: str) -> str:
    """Give an address without scheme, ``www.``, fragment and final slash."""
    key = address.partition("#")[0].partition("//")[2].removeprefix("www.")
    path, mark, query = key.partition("?")
    return f"{path.rstrip('/')}{mark}{query}" if not query.startswith(("utm_", "fbclid")) else path.rstrip("/")


def _is_no_story(key: str) -> bool:
    """Say whether an address is a home page or one of a kind that is never a story."""
    path, _, query = key.partition("?")
    path = path.lower()
    segments = path.split("/")[1:]
    if not (any(segments) or query) or not teaser_rules().segments.isdisjoint(segments):
        return True
    return ("newsletter" in path and _NEWSLETTER.search(path) is not None) or _FILE.search(path) is not None


def _is_sister_story(key: str) -> bool:
    """Say whether an address of another site reads like a story's: many words, and no network that one shares to."""
    path, _, query = key.partition("?")
    host, *segments = path.split("/")
    if "http" in query or not teaser_rules().hosts.isdisjoint(host.lower().split(".")):
        return False
    return max((len(_WORDS_OF_SLUG.findall(segment)) for segment in segments), default=0) >= WORDS_OF_SISTER


def section_fronts(keys: Collection[str]) -> set[str]:
    """Give the addresses that are a folder of others on the page and are named like sections: few words, no number."""
    folders: set[str] = set()
    for key in keys:
        if key.count("/") > DEEPEST_FOLDER:  # thousands of folders, each as long as the last
            continue
        folder = key.partition("?")[0].rpartition("/")[0]
        while "/" in folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    named = ((key, key.rpartition("/")[2]) for key in folders.intersection(keys))
    short = ((key, name) for key, name in named if len(_WORDS_OF_SLUG.findall(name)) <= WORDS_OF_SECTION)
    return {key for key, name in short if not _STORY_NUMBER.search(name)}


def is_unlike(target: Target) -> bool:
    """Say whether an address has no number where the page's own has one."""
    return target.numbered and _STORY_NUMBER.search(target.key) is None


def least_title(target: Target, titled: bool, found: Iterable[str]) -> tuple[int, int]:
    """Tell how many words and characters a headline has at least, by what its address has of a story's.

    A slug of several words is sure, a number alone may be a section's, an address with neither is mostly no story's.
    ``titled`` says that the headline is marked as one, ``found`` are its folded words.
    """
    path, _, query = target.key.partition("?")
    segments = path.split("/")[1:]
    slugs = [_WORDS_OF_SLUG.findall(segment) for segment in segments]
    numbered = _STORY_NUMBER.search(f"/{'/'.join(segments)}?{query}") is not None
    same = any(len(slug) >= 2 and {*map(str.lower, slug)} >= {*found} for slug in slugs)
    if titled and same and _OWN_MARK.search(target.key):
        return LEAST_SAME
    longest = max(map(len, slugs), default=0)
    if target.numbered and not numbered and longest < WORDS_OF_UNLIKE:
        return LEAST_UNLIKE
    if longest >= WORDS_OF_SLUG - titled or path.count("%") > MOST_ESCAPES:
        return LEAST_SURE if titled else LEAST_PLAIN
    if numbered:
        return LEAST_NUMBERED
    return LEAST_FEW if longest >= FEW_WORDS else LEAST_UNSURE
