"""Tables of outlets out of a list of feeds, which says less than a table has to: nothing is fetched for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from balkan_crawler.data import read_table
from balkan_crawler.errors import CatalogueError, InvalidUrlError
from balkan_crawler.outlets import fields
from balkan_crawler.survey.add import key_of
from balkan_crawler.survey.country import country_of, country_of_domain, timezone_of
from balkan_crawler.survey.table import table_of
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    from balkan_crawler.model import Outlet
    from balkan_crawler.outlets.opml import ListedFeed

_NO_ZONE: Final = "UTC"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A feed of the list that no table is made of, and why; ``outlet`` is the one that has it already."""

    feed: ListedFeed
    reason: str
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class ListedOutlets:
    """What came of a list: the tables of new outlets by their keys, and what was left out."""

    tables: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """The feeds of one home page."""

    homepage: str
    feeds: dict[str, ListedFeed] = field(default_factory=dict)

    @property
    def first(self) -> ListedFeed:
        return next(iter(self.feeds.values()))


def outlets_listed(
    feeds: Sequence[ListedFeed], known: Mapping[str, Outlet], country: str | None, languages: tuple[str, ...]
) -> ListedOutlets:
    """Make the tables of the outlets that a list names: those of one home page together, each feed once.

    ``country`` and ``languages`` are for those of which the list and the address tell none; with a ``country``, the
    languages are for the same ones as that. What was guessed is marked in the table. Left out is what is ``known``
    already, what has no usable address, and what is of no known country.
    """
    found = ListedOutlets()
    taken = dict(known)
    for draft in _drafts(feeds, known, found.left_out):
        told = _country(draft, known)
        where = told or country
        if where is None:
            found.left_out.extend(LeftOut(each, "its country could not be told") for each in draft.feeds.values())
            continue
        wished = languages if told is None or country is None else ()
        tags, doubt = _languages(draft, where, known, wished)
        if not tags:
            found.left_out.extend(LeftOut(each, "its language could not be told") for each in draft.feeds.values())
            continue
        key = key_of(draft.homepage, taken)
        zone = timezone_of(where, known.values())
        table = {
            "name": draft.first.title or (urlsplit(draft.homepage).hostname or key),
            "country": where,
            "languages": list(tags),
            "timezone": zone or _NO_ZONE,
            "homepage": draft.homepage,
            "feeds": list(draft.feeds),
        }
        try:
            outlet = fields.read_outlet("", key, table, None, frozenset())
        except CatalogueError as error:
            found.left_out.extend(LeftOut(each, error.reason) for each in draft.feeds.values())
            continue
        doubts = {"languages": doubt, "timezone": None if zone else "not known of this country"}
        found.tables[key] = table_of(outlet, {name: text for name, text in doubts.items() if text})
        taken[key] = outlet
    return found


def _drafts(feeds: Sequence[ListedFeed], known: Mapping[str, Outlet], left_out: list[LeftOut]) -> list[_Draft]:
    """Gather the feeds by home page, and note what is left out."""
    by_feed = {same: outlet.key for outlet in known.values() for each in outlet.feeds if (same := _same(each))}
    by_home = {same: outlet.key for outlet in known.values() if (same := _same(outlet.homepage))}
    drafts: dict[str, _Draft] = {}
    seen: set[str] = set()
    for each in feeds:
        try:
            feed = fields.url(each.feed)
            own = identity(feed)
            homepage = _homepage(each)
            home = identity(homepage)
        except (ValueError, InvalidUrlError) as error:
            left_out.append(LeftOut(each, str(error)))
            continue
        if own in seen:
            continue
        seen.add(own)
        outlet = by_feed.get(own) or by_home.get(home)
        if outlet is not None:
            left_out.append(LeftOut(each, f"it is the outlet {outlet} already", outlet))
        else:
            drafts.setdefault(home, _Draft(homepage)).feeds[feed] = each
    return list(drafts.values())


def _homepage(each: ListedFeed) -> str:
    """Give the home page that the list states, or that of the feed's own host. Raises `ValueError`."""
    if each.homepage.lower().startswith(("http://", "https://")):
        return fields.url(each.homepage)
    parts = urlsplit(each.feed)
    host = parts.netloc
    if any(host == service or host.endswith(f".{service}") for service in _words("services")):
        raise ValueError(f"its home page (htmlUrl) is not stated, and {host} serves feeds of others")
    label, _, rest = host.partition(".")
    return f"{parts.scheme}://{rest if label in _words('labels') and '.' in rest else host}/"


def _country(draft: _Draft, known: Mapping[str, Outlet]) -> str | None:
    """Tell the country: a folder of the list called by its code, else the domain, else the language."""
    codes = {outlet.country for outlet in known.values()}
    folders = [name.upper() for each in draft.feeds.values() for name in each.folders]
    folder = next((name for name in folders if name in codes), None)
    told = folder or country_of_domain(draft.homepage)
    tags = _stated(draft)
    if told is not None or not tags:
        return told
    guess = country_of(draft.homepage, (), tags, (), known.values())
    return guess.value if guess is not None and guess.doubt is None else None


def _languages(
    draft: _Draft, country: str, known: Mapping[str, Outlet], wished: tuple[str, ...]
) -> tuple[tuple[str, ...], str | None]:
    """Give the languages that the list states, those wished for, or the usual one of the country, with a doubt."""
    tags = _stated(draft) or wished
    if tags:
        return tags, None
    usual = Counter(outlet.languages[0] for outlet in known.values() if outlet.country == country)
    return tuple(tag for tag, _ in usual.most_common(1)), "guessed from its country"


def _stated(draft: _Draft) -> tuple[str, ...]:
    found = []
    for each in draft.feeds.values():
        try:
            found.append(fields.language(_tag(each.language)))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _tag(text: str) -> str:
    """Write a tag as the catalogue has it, whatever its case: ``sr-cyrl-rs`` as ``sr-Cyrl``, ``en-us`` as ``en``."""
    language, *others = text.replace("_", "-").split("-")
    script = next((part.title() for part in others if len(part) == 4), None)
    return "-".join(filter(None, (language.lower(), script)))


def _same(address: str) -> str | None:
    try:
        return identity(address)
    except InvalidUrlError:
        return None


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(read_table(__name__, "listed_feeds.toml")[name])
