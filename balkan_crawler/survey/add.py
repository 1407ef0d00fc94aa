"""A new outlet from its URL alone: what its site says of itself, tried on its own articles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from balkan_crawler.discovery import find_feed_pages, find_feeds, learn_shape, read_feed
from balkan_crawler.discovery.links.url_parts import take_apart
from balkan_crawler.discovery.past.archives import find_sections
from balkan_crawler.errors import InvalidUrlError, OutletRefusedError
from balkan_crawler.extraction import extract
from balkan_crawler.model import Access, Article, Candidate, Outcome, Outlet
from balkan_crawler.outlets import load_families
from balkan_crawler.outlets.fields import codes
from balkan_crawler.survey.check import Check, SourceCheck, feeds_of, judge, read_article, read_source, wall_of
from balkan_crawler.survey.country import Guess, country_of, country_of_domain, languages_of, timezone_of
from balkan_crawler.survey.documents import Answer, Document, Visitor, ask, reason_of, sitemaps_of
from balkan_crawler.survey.home_page import family_of, generator_of, links_of, name_of, tags_of, tree_of
from balkan_crawler.survey.table import table_of
from balkan_crawler.survey.visits import newest
from balkan_crawler.text import fold
from balkan_crawler.urls import canonical_url, identity, same_site
from balkan_crawler.urls.sites import site_of_host

_FEED_GUESSES: Final = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml")
_SITEMAP_GUESSES: Final = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/wp-sitemap.xml")
_MOST_FEEDS, _MOST_SITEMAPS, _MOST_SECTIONS = 3, 5, 8
_MOST_FEED_PAGES: Final = 2
_LEAST_LINKS: Final = 3
"""So many articles a page names that is taken for a section."""
_POSTS: Final = "/wp-json/wp/v2/posts?per_page=1"
_SLUG_WORDS: Final = 3
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


@dataclass(slots=True)
class _Sources:
    """The feeds and sitemaps that could be read, and what they name."""

    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    feed_pages: list[str] = field(default_factory=list)
    checks: list[SourceCheck] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    def knows_all(self, candidates: Sequence[Candidate]) -> bool:
        """Say whether all of these candidates are named already, as by a second format of one feed."""
        known = {identity(candidate.url) for candidate in self.candidates}
        return bool(candidates) and all(identity(candidate.url) in known for candidate in candidates)


def propose(url: str, visitor: Visitor, known: Mapping[str, Outlet], now: datetime, wishes: Wishes) -> Proposal:
    """Visit the site at ``url`` and make an outlet of it that is not among ``known``.

    Raises `OutletRefusedError` where that cannot be done: the site does not answer, leads elsewhere, is an outlet
    already, hides behind a wall, or has no article that can be read; and `InvalidUrlError` for what is no URL.
    """
    homepage = _home(url, visitor)
    _refuse_known(url, homepage, known)
    tree = tree_of(homepage.content)
    tags = tags_of(tree) if tree is not None else []
    draft = Outlet(
        key=wishes.key or key_of(homepage.url, known),
        name=wishes.name or urlsplit(homepage.url).hostname or "",
        country=wishes.country or "",
        languages=wishes.languages or _expected(homepage.url, tags, known),
        timezone=_NO_ZONE,
        homepage=homepage.url,
    )
    wall = wall_of(homepage, draft, now)
    if wall is not None or tree is None:
        raise OutletRefusedError(url, wall.text if wall else "it shows no web page")
    if _is_article(homepage, draft, now):
        front = urljoin(homepage.url, "/")
        raise OutletRefusedError(url, f"it is an article and no home page; is the outlet at {front}?")
    found = _read_sources(draft, homepage, visitor, now)
    chosen = newest(found.candidates, wishes.articles)
    answers = [ask(visitor, candidate.url) for candidate in chosen]
    pages = [answer for answer in answers if isinstance(answer, Document) and answer.status == 200]
    articles = _articles(chosen, answers, draft, now)
    if not articles:
        _refuse_empty(url, chosen, answers, draft, now)
    languages = wishes.languages or languages_of(articles) or draft.languages
    if not languages:
        raise OutletRefusedError(url, "its language could not be told; give it with --language")
    regions = [region for _, region in tags if region]
    texts = [f"{article.title}\n{article.body}" for article in articles]
    country = Guess(value=wishes.country) if wishes.country else _country_of_neighbour(homepage.url, known)
    country = country or country_of(homepage.url, regions, languages, texts, known.values())
    if country is None:
        raise OutletRefusedError(url, "its country could not be told; give it with --country")
    zone = timezone_of(country.value, known.values())
    name = Guess(value=wishes.name) if wishes.name else name_of(tree, found.titles, homepage.url)
    contents = [page.content for page in pages]
    outlet = replace(
        draft,
        name=name.value,
        country=country.value,
        languages=languages,
        timezone=zone or _NO_ZONE,
        feeds=tuple(found.feeds),
        sitemaps=tuple(found.sitemaps),
        sections=tuple(found.sections),
        family=family_of(contents, load_families()),
        paywall=any(article.access is Access.LOCKED for article in articles),
    )
    read = [read_article(candidate, answer, outlet, now) for candidate, answer in zip(chosen, answers, strict=True)]
    check = judge(outlet, homepage, found.checks, read, now, outlet.family)
    doubts = {"name": name.doubt, "country": country.doubt, "timezone": None if zone else "not known of this country"}
    if not (found.feeds or found.sitemaps or found.sections):
        doubts["sources"] = "no feed and no sitemap was found: links of the home page will be followed"
    doubts |= {finding.code: finding.text for finding in check.problems}
    return Proposal(
        outlet=outlet,
        doubts={name: doubt for name, doubt in doubts.items() if doubt},
        notes=_notes(homepage, contents, found, visitor),
        check=check,
    )


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


def _country_of_neighbour(url: str, known: Mapping[str, Outlet]) -> Guess | None:
    """Give the country of another outlet on the same host, such as its English edition."""
    host = urlsplit(url).hostname
    of_host = (outlet for outlet in known.values() if urlsplit(outlet.homepage).hostname == host)
    return next((Guess(value=outlet.country) for outlet in of_host), None)


def _refuse_known(url: str, homepage: Document, known: Mapping[str, Outlet]) -> None:
    same = next((outlet for outlet in known.values() if identity(outlet.homepage) == identity(homepage.url)), None)
    if same is not None:
        raise OutletRefusedError(url, f"it is the outlet {same.key} ({same.name}) already")
    if not same_site(homepage.url, homepage.asked):
        of_site = next((outlet for outlet in known.values() if same_site(outlet.homepage, homepage.url)), None)
        whose = f", the site of the outlet {of_site.key} ({of_site.name})" if of_site else "; add that address instead"
        raise OutletRefusedError(url, f"it redirects to another site, {homepage.url}{whose}")


def _is_article(page: Document, draft: Outlet, now: datetime) -> bool:
    """Say whether an address that looks like a story's shows one; a front page may well pass for an article."""
    shape = take_apart(page.url)
    if shape is None or shape.slug_words < _SLUG_WORDS:
        return False
    outcome = extract(page.content, page.url, draft, now, content_type=page.content_type).outcome
    return outcome is Outcome.ARTICLE


def _refuse_empty(
    url: str, chosen: Sequence[Candidate], answers: Sequence[Answer], draft: Outlet, now: datetime
) -> None:
    """Say why there is no article to judge the outlet by."""
    if not chosen:
        raise OutletRefusedError(url, "no feed, no sitemap and no link of its home page leads to an article")
    outcomes = [read_article(one, answer, draft, now).outcome for one, answer in zip(chosen, answers, strict=True)]
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


def _read_sources(draft: Outlet, homepage: Document, visitor: Visitor, now: datetime) -> _Sources:
    found = _Sources()
    for url in feeds_of(homepage):
        if len(found.feeds) < _MOST_FEEDS:
            _try_feed(found, url, draft, visitor, now)
    base = homepage.url if homepage.url.endswith("/") else homepage.url + "/"
    if not found.feeds:
        for url in _feeds_of_pages(homepage, found.feed_pages, visitor):
            if len(found.feeds) < _MOST_FEEDS:
                _try_feed(found, url, draft, visitor, now)
    for guess in _FEED_GUESSES:
        if not found.feeds:
            _try_feed(found, urljoin(base, guess), draft, visitor, now)
    for url in sitemaps_of(visitor, homepage.url)[:_MOST_SITEMAPS]:
        _try_sitemap(found, url, draft, visitor, now)
    for guess in _SITEMAP_GUESSES:
        if not found.sitemaps:
            _try_sitemap(found, urljoin(homepage.url, guess), draft, visitor, now)
    if not found.candidates:
        _try_pages(found, homepage, draft, visitor, now)
    return found


def _feeds_of_pages(homepage: Document, called_feeds: Sequence[str], visitor: Visitor) -> list[str]:
    """Name what may be feeds on the site's page of feeds: what looks like one, else what only that page links to.

    Such a page is called one, or is called a feed and is none.
    """
    for url in (*called_feeds, *find_feed_pages(homepage.content, homepage.url))[:_MOST_FEED_PAGES]:
        answer = ask(visitor, url)
        page = tree_of(answer.content) if isinstance(answer, Document) and answer.status == 200 else None
        front = tree_of(homepage.content)
        if page is None or front is None:
            continue
        named = [feed.url for feed in find_feeds(page, url) if identity(feed.url) != identity(url)]
        own = {identity(link) for link in links_of(front, homepage.url)}
        found = named or [link for link in links_of(page, url) if identity(link) not in own and same_site(link, url)]
        if found:
            return found[: 2 * _MOST_FEEDS]
    return []


def _try_pages(found: _Sources, homepage: Document, draft: Outlet, visitor: Visitor, now: datetime) -> None:
    """Read the home page and its sections, where nothing else names articles."""
    reading = read_source("homepage", homepage.url, homepage, draft, now)
    found.checks.append(reading.check)
    found.candidates += reading.candidates
    for url in find_sections(homepage.content, homepage.url, draft)[:_MOST_SECTIONS]:
        section = read_source("section", url, ask(visitor, url), draft, now)
        if len(section.candidates) >= _LEAST_LINKS:
            found.sections.append(url)
            found.checks.append(section.check)
            found.candidates += section.candidates
    if found.sections and len(reading.candidates) >= _LEAST_LINKS:
        found.sections.insert(0, homepage.url)


def _try_feed(found: _Sources, url: str, draft: Outlet, visitor: Visitor, now: datetime) -> None:
    answer = ask(visitor, url)
    reading = read_source("feed", url, answer, draft, now)
    if reading.check.problem or found.knows_all(reading.candidates) or not isinstance(answer, Document):
        found.feed_pages += [url] * (reading.check.problem is not None and isinstance(answer, Document))
        return
    title = read_feed(answer.content, answer.url, draft, answer.content_type, now=now).title
    found.titles += [title] if title else []
    found.feeds.append(url)
    found.checks.append(reading.check)
    found.candidates += reading.candidates


def _try_sitemap(found: _Sources, url: str, draft: Outlet, visitor: Visitor, now: datetime) -> None:
    if any(identity(url) == identity(feed) for feed in found.feeds):
        return
    reading = read_source("sitemap", url, ask(visitor, url), draft, now)
    if reading.check.problem:
        return
    found.sitemaps.append(url)
    found.checks.append(reading.check)
    candidates = reading.candidates
    if reading.children and not candidates:
        child = reading.children[0].url
        candidates = read_source("sitemap", child, ask(visitor, child), draft, now).candidates
    found.candidates += candidates


def _articles(chosen: Sequence[Candidate], answers: Sequence[Answer], draft: Outlet, now: datetime) -> list[Article]:
    articles = []
    for candidate, answer in zip(chosen, answers, strict=True):
        if isinstance(answer, Document) and answer.status == 200:
            found = extract(answer.content, answer.url, draft, now, candidate.hints, answer.content_type)
            if found.outcome is Outcome.ARTICLE and found.article is not None:
                articles.append(found.article)
    return articles


def _notes(homepage: Document, pages: Sequence[bytes], found: _Sources, visitor: Visitor) -> tuple[str, ...]:
    notes = []
    shape = learn_shape([candidate.url for candidate in found.candidates])
    if shape is not None:
        notes.append(f"Article URLs: {shape.describe()}.")
    if generator_of([homepage.content, *pages]) == "wordpress" and _is_list(
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
