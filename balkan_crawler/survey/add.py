"""A new outlet from its URL alone: what its site says of itself, tried on its own articles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from balkan_crawler.discovery import learn_shape
from balkan_crawler.discovery.links.url_parts import take_apart
from balkan_crawler.errors import DiscoveryError, ExtractionError, InvalidUrlError, OutletRefusedError
from balkan_crawler.extraction import extract
from balkan_crawler.model import Access, Article, Candidate, Outcome, Outlet
from balkan_crawler.outlets import load_families
from balkan_crawler.outlets.fields import codes
from balkan_crawler.survey.articles import read_article
from balkan_crawler.survey.check import judge, wall_of
from balkan_crawler.survey.country import Guess, country_of, country_of_domain, languages_of, timezone_of
from balkan_crawler.survey.documents import Answer, Document, Visitor, ask, reason_of
from balkan_crawler.survey.home_page import family_of, generator_of, marks_on, name_in, tags_in
from balkan_crawler.survey.new_sources import NewSources, find_sources
from balkan_crawler.survey.records import Check
from balkan_crawler.survey.table import table_of
from balkan_crawler.survey.visits import newest
from balkan_crawler.text import fold
from balkan_crawler.urls import canonical_url, identity, same_site
from balkan_crawler.urls.sites import site_of_host

_POSTS: Final = "/wp-json/wp/v2/posts?per_page=1"
_SLUG_WORDS: Final = 3
"""Words of an address from which on it may be a story's."""
_NO_ZONE: Final = "UTC"
_NOT_OF_A_KEY: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user says of the outlet, and so is settled; ``None`` where the site is to tell."""

    key: str | None = None
    name: str | None = None
    country: str | None = None
    languages: tuple[str, ...] = ()
    articles: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A new outlet: its record, what is unsettled (field -> why), what else was found, and the check of its trial."""

    outlet: Outlet
    doubts: Mapping[str, str]
    notes: tuple[str, ...]
    check: Check

    @property
    def table(self) -> str:
        """The outlet's table as TOML."""
        return table_of(self.outlet, self.doubts, self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Front:
    """A home page as it was answered; ``tags`` are the languages and regions that it states."""

    page: Document
    is_html: bool
    tags: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """Pages that were asked for on trial with what came of it, and the articles among them."""

    visits: tuple[tuple[Candidate, Answer], ...]
    articles: tuple[Article, ...]

    @property
    def pages(self) -> list[Document]:
        """The pages that were there."""
        return [answer for _, answer in self.visits if isinstance(answer, Document) and answer.status == 200]


def propose(url: str, visitor: Visitor, known: Mapping[str, Outlet], now: datetime, wishes: Wishes) -> Proposal:
    """Visit the site at ``url`` and make an outlet of it that is not among ``known``.

    Raises `OutletRefusedError` where that cannot be done: the site does not answer, leads elsewhere, is an outlet
    already, hides behind a wall, or has no article that can be read; and `InvalidUrlError` for what is no URL.
    """
    homepage = _home(url, visitor)
    _refuse_known(url, homepage, known)
    front = _front(url, homepage)
    draft = _draft(front, known, wishes)
    _refuse_no_home(url, front, draft, now)
    found = find_sources(draft, homepage, visitor, now)
    trial = _try(newest(found.candidates, wishes.articles), draft, visitor, now)
    if not trial.articles:
        _refuse_empty(url, trial, draft, now)
    outlet, doubts = _settle(url, draft, front, found, trial, known, wishes)
    read = [read_article(candidate, answer, outlet, now) for candidate, answer in trial.visits]
    check = judge(outlet, homepage, found.checks, read, now, outlet.family)
    return Proposal(
        outlet=outlet,
        doubts=doubts | {finding.code: finding.text for finding in check.problems},
        notes=_notes(homepage, trial.pages, found, visitor),
        check=check,
    )


def _front(url: str, homepage: Document) -> _Front:
    """Read what a home page states; raises `OutletRefusedError` for one that takes too much to read."""
    try:
        return _Front(page=homepage, is_html=True, tags=homepage.read(tags_in))
    except DiscoveryError:
        return _Front(page=homepage, is_html=False)
    except ExtractionError as error:
        raise OutletRefusedError(url, str(error)) from error


def _draft(front: _Front, known: Mapping[str, Outlet], wishes: Wishes) -> Outlet:
    """Make the outlet that the site's pages are read with, as far as its home page and the user tell."""
    url = front.page.url
    return Outlet(
        key=wishes.key or key_of(url, known),
        name=wishes.name or urlsplit(url).hostname or "",
        country=wishes.country or "",
        languages=wishes.languages or _expected(url, front.tags, known),
        timezone=_NO_ZONE,
        homepage=url,
    )


def _try(chosen: Sequence[Candidate], draft: Outlet, visitor: Visitor, now: datetime) -> _Trial:
    """Fetch the chosen pages and extract them."""
    visits = tuple((candidate, ask(visitor, candidate.url)) for candidate in chosen)
    articles = []
    for candidate, answer in visits:
        if isinstance(answer, Document) and answer.status == 200:
            try:
                found = answer.read(extract, draft, now, candidate.hints, answer.content_type)
            except ExtractionError:
                continue  # `read_article` says so
            articles += [found.article] if found.outcome is Outcome.ARTICLE and found.article is not None else []
    return _Trial(visits=visits, articles=tuple(articles))


def _settle(
    url: str,
    draft: Outlet,
    front: _Front,
    found: NewSources,
    trial: _Trial,
    known: Mapping[str, Outlet],
    wishes: Wishes,
) -> tuple[Outlet, dict[str, str]]:
    """Fill in the draft by what was found, and say what of it is in doubt (field -> why).

    Raises `OutletRefusedError` where language or country cannot be told.
    """
    languages = wishes.languages or languages_of(trial.articles) or draft.languages
    if not languages:
        raise OutletRefusedError(url, "its language could not be told; give it with --language")
    country = Guess(value=wishes.country) if wishes.country else _country(front, languages, trial, known)
    if country is None:
        raise OutletRefusedError(url, "its country could not be told; give it with --country")
    zone = timezone_of(country.value, known.values())
    name = Guess(value=wishes.name) if wishes.name else _name(front, found)
    outlet = replace(
        draft,
        name=name.value,
        country=country.value,
        languages=languages,
        timezone=zone or _NO_ZONE,
        feeds=tuple(found.feeds),
        sitemaps=tuple(found.sitemaps),
        sections=tuple(found.sections),
        family=family_of(marks_on(trial.pages), load_families()),
        paywall=any(article.access is Access.LOCKED for article in trial.articles),
    )
    no_source = "no feed and no sitemap was found: links of the home page will be followed"
    doubts = {
        "name": name.doubt,
        "country": country.doubt,
        "timezone": None if zone else "not known of this country",
        "sources": no_source if found.is_empty else None,
    }
    return outlet, {field: doubt for field, doubt in doubts.items() if doubt}


def _name(front: _Front, found: NewSources) -> Guess:
    return front.page.read(name_in, tuple(found.titles))


def _country(front: _Front, languages: Sequence[str], trial: _Trial, known: Mapping[str, Outlet]) -> Guess | None:
    """Tell the country: that of another outlet on the same host, such as the English edition, else what pages say."""
    url = front.page.url
    host = urlsplit(url).hostname
    for outlet in known.values():
        if urlsplit(outlet.homepage).hostname == host:
            return Guess(value=outlet.country)
    regions = [region for _, region in front.tags if region]
    texts = [f"{article.title}\n{article.body}" for article in trial.articles]
    return country_of(url, regions, languages, texts, known.values())


def key_of(url: str, taken: Mapping[str, Outlet]) -> str:
    """Make a key of a URL's host and path: ``klix``, ``euronews_al_en``; with the domain's ending where it is taken."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    site = site_of_host(host)
    is_name = not site.rpartition(".")[2].isdigit() and ":" not in site
    label = site.partition(".")[0] if is_name else f"site_{host}"
    below = host.removesuffix(site).strip(".") if is_name else f"{parts.port or ''}"
    rest = _slug(f"{below} {parts.path}")
    short = _slug(f"{fold(label)} {rest}")
    long = _slug(f"{fold(label)} {site.partition('.')[2] if is_name else ''} {rest}")
    keys = [short, long, *(f"{long}_{number}" for number in range(2, 100))]
    return next(key for key in keys if key not in taken)


def _slug(text: str) -> str:
    return _NOT_OF_A_KEY.sub("_", text.lower()).strip("_")


def _home(url: str, visitor: Visitor) -> Document:
    """Fetch the home page; without a scheme by https, and by http where https gives no answer."""
    tries = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    host = urlsplit(canonical_url(tries[0])).hostname or ""
    if not ({".", ":"} & set(host) or host == "localhost"):
        raise InvalidUrlError(url, f"{host!r} is no host of the web")
    reasons = []
    for address in tries:
        answer = ask(visitor, address)
        if isinstance(answer, InvalidUrlError):
            raise answer
        if isinstance(answer, Document):
            return answer
        reasons.append(str(reason_of(answer)))
    raise OutletRefusedError(url, reasons[-1])


def _refuse_known(url: str, homepage: Document, known: Mapping[str, Outlet]) -> None:
    same = next((outlet for outlet in known.values() if identity(outlet.homepage) == identity(homepage.url)), None)
    if same is not None:
        raise OutletRefusedError(url, f"it is the outlet {same.key} ({same.name}) already")
    if not same_site(homepage.url, homepage.asked):
        of_site = next((outlet for outlet in known.values() if same_site(outlet.homepage, homepage.url)), None)
        whose = f", the site of the outlet {of_site.key} ({of_site.name})" if of_site else "; add that address instead"
        raise OutletRefusedError(url, f"it redirects to another site, {homepage.url}{whose}")


def _refuse_no_home(url: str, front: _Front, draft: Outlet, now: datetime) -> None:
    """Refuse what is no home page: a wall, an error, a story."""
    wall = wall_of(front.page, draft, now)
    if wall is not None or not front.is_html:
        raise OutletRefusedError(url, wall.text if wall else "it shows no web page")
    if _is_article(front.page, draft, now):
        place = urljoin(front.page.url, "/")
        raise OutletRefusedError(url, f"it is an article and no home page; is the outlet at {place}?")


def _is_article(page: Document, draft: Outlet, now: datetime) -> bool:
    """Say whether an address that looks like a story's shows one; a front page may well pass for an article."""
    shape = take_apart(page.url)
    if shape is None or shape.slug_words < _SLUG_WORDS:
        return False
    outcome = page.read(extract, draft, now, content_type=page.content_type).outcome
    return outcome is Outcome.ARTICLE


def _refuse_empty(url: str, trial: _Trial, draft: Outlet, now: datetime) -> None:
    """Say why there is no article to judge the outlet by."""
    if not trial.visits:
        raise OutletRefusedError(url, "no feed, no sitemap and no link of its home page leads to an article")
    outcomes = [read_article(candidate, answer, draft, now).outcome for candidate, answer in trial.visits]
    raise OutletRefusedError(url, f"none of its pages could be read as an article ({', '.join(outcomes)})")


def _expected(url: str, tags: Sequence[tuple[str, str | None]], known: Mapping[str, Outlet]) -> tuple[str, ...]:
    """Give the languages to expect: those that the page declares, and those of its domain's country.

    ``en`` counts only where nothing else is said: many a theme declares it for pages of every language.
    """
    country = country_of_domain(url)
    spoken = [outlet.languages[0] for outlet in known.values() if outlet.country == country]
    local = max(set(spoken), key=spoken.count, default=None)
    declared = [language for language, _ in tags if language in codes().languages and language != "en"]
    return tuple(dict.fromkeys([*declared, *([local] if local else [])]))


def _notes(homepage: Document, pages: Sequence[Document], found: NewSources, visitor: Visitor) -> tuple[str, ...]:
    notes = []
    shape = learn_shape([candidate.url for candidate in found.candidates])
    if shape is not None:
        notes.append(f"Article URLs: {shape.describe()}.")
    if generator_of(marks_on([homepage, *pages])) == "wordpress" and _is_list(
        ask(visitor, urljoin(homepage.url, _POSTS))
    ):
        notes.append("Its WordPress REST interface is open.")
    return tuple(notes)


def _is_list(answer: Answer) -> bool:
    if not isinstance(answer, Document) or answer.status != 200:
        return False
    try:
        posts = json.loads(answer.content)
    except (ValueError, RecursionError):
        return False
    return isinstance(posts, list) and all(isinstance(post, dict) and "link" in post for post in posts)
