"""What an article's page gives, held field by field against what is plausible for its outlet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from balkan_crawler.errors import BalkanCrawlerError, ExtractionError, RobotsDisallowedError, WorkersUnavailableError
from balkan_crawler.extraction import extract
from balkan_crawler.model import Access, Article, Candidate, Outlet
from balkan_crawler.survey.documents import Answer
from balkan_crawler.survey.records import ArticleCheck
from balkan_crawler.text import words

OLDEST: Final = timedelta(days=2 * 365)
"""An article at the top of a feed that claims to be older has likely been given a wrong date."""
AHEAD: Final = timedelta(hours=1)
"""So far ahead of the clock a time of publication may be, since sites' clocks differ."""
SHORT_BODY: Final = 40
"""Words; a body of fewer is a caption or a teaser that was taken for one."""
SHORTEST_TITLE: Final = 5
LONGEST_TITLE: Final = 300
MOST_REPLACED: Final = 0.001
"""The share of letters lost to a wrong charset that still passes."""


def read_article(candidate: Candidate, answer: Answer, outlet: Outlet, now: datetime) -> ArticleCheck:
    """Extract one page and hold each field against what is plausible for the outlet."""
    if isinstance(answer, BalkanCrawlerError):
        return ArticleCheck(url=candidate.url, outcome=_failure(answer))
    if answer.status != 200:
        return ArticleCheck(url=candidate.url, outcome=f"http-{answer.status}")
    try:
        found = answer.read(extract, outlet, now, candidate.hints, answer.content_type)
    except WorkersUnavailableError:
        raise
    except ExtractionError as error:
        return ArticleCheck(url=candidate.url, outcome=str(error))
    except Exception as error:  # a page that breaks extraction is a finding, and ends no round of checks
        return ArticleCheck(url=candidate.url, outcome=f"{type(error).__name__}: {error}"[:200])
    article = found.article
    if article is None:
        return ArticleCheck(url=candidate.url, outcome=found.outcome.value, teasers=len(found.teasers))
    return ArticleCheck(
        url=candidate.url,
        outcome=found.outcome.value,
        title=article.title,
        words=len(words(article.body)),
        published=article.published,
        authors=len(article.authors) + len(article.agencies),
        language=article.language,
        script=article.script,
        teasers=len(found.teasers),
        access=article.access.value,
        lacks=_lacks(article, len(found.teasers)),
        doubts=_doubts(article, outlet, now),
    )


def _failure(error: BalkanCrawlerError) -> str:
    return "robots" if isinstance(error, RobotsDisallowedError) else str(error)


def _lacks(article: Article, teasers: int) -> tuple[str, ...]:
    present = {
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "authors": article.authors or article.agencies,
        "published": article.published,
        "section": article.section,
        "tags": article.tags,
        "image": article.image,
        "language": article.language,
        "teasers": teasers,
    }
    return tuple(name for name, value in present.items() if not value)


def _doubts(article: Article, outlet: Outlet, now: datetime) -> tuple[str, ...]:
    doubts = []
    if article.title.casefold() == outlet.name.casefold() or not SHORTEST_TITLE <= len(article.title) <= LONGEST_TITLE:
        doubts.append("title")
    if article.body and len(words(article.body)) < SHORT_BODY and article.access is not Access.LOCKED:
        doubts.append("body")
    if article.published and not now - OLDEST <= article.published <= now + AHEAD:
        doubts.append("published")
    if article.language and outlet.languages and not _is_own(article, outlet):
        doubts.append("language")
    if article.replacement_share > MOST_REPLACED:
        doubts.append("charset")
    return tuple(doubts)


def _is_own(article: Article, outlet: Outlet) -> bool:
    """Say whether the article's language, and its script where the table states one, are among the outlet's."""
    parts = [tag.split("-") for tag in outlet.languages]
    return any(
        own[0] == article.language and (len(own) == 1 or len(own[1]) != 4 or own[1] == article.script) for own in parts
    )
