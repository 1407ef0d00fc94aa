"""What an article is beside others, in SQL: by indexes that hold all that is asked of many rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.relations_contract import MOST_PROMOTERS, Members, Neighbours, Promoters, Related
from balkan_crawler.urls import canonical_or_none, identity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

_NAMES: Final = ", ".join(
    f"articles.{name}"
    for name in ("id", "url", "date", "outlet", "title", "appeared", "published", "language", "script")
)
"""All of them stand in the index `articles_by_cluster`."""
_TARGETS: Final = """
    SELECT identity FROM articles WHERE url = :url UNION SELECT identity FROM aliases WHERE article_url = :url
"""
_OFFERING: Final = f"""
    SELECT article_date, article_url FROM ({_TARGETS}) AS targets CROSS JOIN teasers USING (identity) LIMIT :most
"""
_AT: Final = """
    SELECT identity, id FROM articles WHERE identity IN (SELECT value FROM json_each(:keys)) ORDER BY rowid
"""
_AT_ALIASES: Final = """
    SELECT aliases.identity, articles.id FROM aliases CROSS JOIN articles ON articles.url = aliases.article_url
    WHERE aliases.identity IN (SELECT value FROM json_each(:keys)) ORDER BY articles.rowid
"""
_NEVER: Final = "0001-01-01T00:00:00+00:00"
"""Before all times: that of an article without one."""
_BESIDE: Final = """
    SELECT * FROM (
        SELECT {names} FROM articles
        WHERE outlet = :outlet AND date = :date AND (coalesce(published, :never), id) {than} (:published, :id)
        ORDER BY published {order} NULLS {nulls}, id {order} LIMIT 1
    ) AS same_day
    UNION ALL SELECT * FROM (
        SELECT {names} FROM articles WHERE outlet = :outlet AND date {than} :date
        ORDER BY date {order}, published {order} NULLS {nulls}, id {order} LIMIT 1
    ) AS other_day
    LIMIT 1
"""


def members(db: sqlite3.Connection, cluster: int, limit: int, skip: int) -> Members:
    """Give articles of a group of copies in the order that they appeared in."""
    in_order = f"SELECT {_NAMES} FROM articles WHERE cluster = ? ORDER BY appeared, id LIMIT ? OFFSET ?"
    (count,) = db.execute("SELECT count(*) FROM articles WHERE cluster = ?", (cluster,)).fetchone()
    earliest = _related(db.execute(in_order, (cluster, 1, 0)))
    some = _related(db.execute(in_order, (cluster, limit, skip)))
    return Members(articles=count, earliest=earliest[0] if earliest else None, some=some)


def promoters(db: sqlite3.Connection, url: str, limit: int) -> Promoters:
    """Give the articles whose teasers lead to one."""
    teasers = db.execute(_OFFERING, {"url": url, "most": MOST_PROMOTERS + 1}).fetchall()
    offering = {each for each in teasers if each[1] != url}
    newest = json.dumps(sorted(offering, reverse=True)[:limit])
    rows = db.execute(
        f"""
        SELECT {_NAMES} FROM json_each(?) AS wanted CROSS JOIN articles
        ON articles.url = wanted.value ->> 1 AND articles.date = /*+ CAST( */ wanted.value ->> 0 /*+ AS date) */
        ORDER BY articles.date DESC, articles.published DESC NULLS LAST, articles.id DESC
        """,
        (newest,),
    )
    return Promoters(articles=len(offering), is_bounded=len(teasers) > MOST_PROMOTERS, newest=_related(rows))


def numbers_at(db: sqlite3.Connection, urls: Sequence[str]) -> dict[str, int]:
    """Give the numbers of the articles at some URLs."""
    keys = {url: identity(url) for url in dict.fromkeys(urls) if canonical_or_none(url) is not None}
    found: dict[str, int] = {}
    for query in (_AT_ALIASES, _AT):  # what stands at the very address wins
        found |= db.execute(query, {"keys": json.dumps([*keys.values()])})
    return {url: found[key] for url, key in keys.items() if key in found}


def neighbours(db: sqlite3.Connection, number: int) -> Neighbours:
    """Give the articles before and after one at its outlet."""
    row = db.execute("SELECT outlet, date, published FROM articles WHERE id = ?", (number,)).fetchone()
    if row is None:
        return Neighbours(before=None, after=None)
    values = {"outlet": row[0], "date": row[1], "published": row[2] or _NEVER, "never": _NEVER, "id": number}
    before, after = (
        _related(db.execute(_BESIDE.format(names=_NAMES, than=than, order=order, nulls=nulls), values))
        for than, order, nulls in (("<", "DESC", "LAST"), (">", "ASC", "FIRST"))
    )
    return Neighbours(before=before[0] if before else None, after=after[0] if after else None)


def _related(
    rows: Iterable[tuple[int, str, str, str, str, str, str | None, str | None, str | None]],
) -> tuple[Related, ...]:
    return tuple(
        Related(
            number=number,
            url=url,
            day=date.fromisoformat(day),
            outlet=outlet,
            title=title,
            appeared=datetime.fromisoformat(appeared),
            is_stated=appeared == published,
            language=language,
            script=script,
        )
        for number, url, day, outlet, title, appeared, published, language, script in rows
    )
