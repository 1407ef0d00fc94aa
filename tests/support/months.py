"""An archive with closed months: articles with all that can belong to one, of odd days and texts too."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from balkan_crawler.model import Article, DateSource, Outlet, Place, Teaser, UrlState, Visit
from balkan_crawler.storage import Store
from support.drawn_searches import text
from support.outlets import make_outlet

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OUTLETS = (
    make_outlet("danas"),
    make_outlet("zeri", country="AL", languages=("sq",)),
    make_outlet("nea", country="GR", languages=("el",)),
    make_outlet("odd", country="../.. =%é", languages=("sr-Cyrl", "bg")),
)
LANGUAGES = {"danas": "sr", "zeri": "sq", "nea": "el", "odd": "bg"}
BEFORE = "2026-11"
"""The month before which all months are closed."""


def visit(key: str, path: str, title: str, body: str, published: datetime | None, **fields: object) -> Visit:
    """Make a visit to an article with a teaser and another address."""
    url = f"https://{key}-proba.rs/{path}"
    article = Article(
        url=url,
        title=title,
        body=body,
        published=published,
        date_source=DateSource.JSON_LD if published else DateSource.FIRST_SEEN,
        language=LANGUAGES[key],
        **fields,  # type: ignore[arg-type]
    )
    teaser = Teaser(url=f"https://{key}-proba.rs/{path}-next", title=f"Next to {title}", place=Place.AFTER, position=1)
    return Visit(
        url=url,
        outlet=key,
        state=UrlState.DONE,
        outcome="article",
        status=200,
        article=article,
        teasers=(teaser,),
        aliases=(f"https://{key}-proba.rs/amp/{path}",),
    )


def commit(store: Store, visits: Iterable[Visit], now: datetime, outlets: tuple[Outlet, ...] = OUTLETS) -> list[object]:
    """Store what came of visits, each outlet's under its lease."""
    stored: list[object] = []
    by_outlet: dict[str, list[Visit]] = {}
    for each in visits:
        by_outlet.setdefault(each.outlet, []).append(each)
    for key, some in by_outlet.items():
        [lease] = store.lease([key], f"elsewhere:1:{key}", now, 60)
        stored += store.commit(lease, some, now)
        store.release(lease, now, now)
    return stored


def drawn_visits(articles: int, seed: int = 7) -> list[Visit]:
    """Draw articles of August to November 2026 in the words of `drawn_searches`, and some that are odd."""
    chance = random.Random(seed)
    visits = []
    for number in range(articles):
        key = chance.choice(("danas", "zeri", "nea", "odd"))
        visits.append(
            visit(
                key,
                f"vest/{number}",
                text(chance, 1, 6),
                "\n".join(text(chance, 3, 14) for _ in range(chance.randint(0, 4))),
                NOW - timedelta(minutes=chance.randint(0, 110 * 1440)),
                lead=text(chance, 0, 8) or None,
                authors=tuple(text(chance, 1, 2) for _ in range(chance.randint(0, 2))),
                tags=tuple(text(chance, 1, 2) for _ in range(chance.randint(0, 3))),
                section=chance.choice([None, text(chance, 1, 2)]),
            )
        )
    return visits


def odd_visits() -> list[Visit]:
    """Make articles of texts that others take for something."""
    return [
        visit(
            "danas", "formula", "=1+1", '@SUM(A1) \x00 "quoted" \'; DROP TABLE', datetime(2026, 9, 1, 12, tzinfo=UTC)
        ),
        visit(
            "odd", "sign%20/ü?a=1&b=[x]*", "Знак", "Ђоковић ½ \U0001f600 \u200b", datetime(2026, 9, 2, 12, tzinfo=UTC)
        ),
        visit("danas", "empty", "Slika", "", datetime(2026, 9, 3, 12, tzinfo=UTC)),
    ]


def fill(store: Store, articles: int = 150) -> None:
    """Fill a store with articles of closed months and of the open one; one in five is edited, some are corrected."""
    store.register(OUTLETS, NOW)
    visits = [*drawn_visits(articles), *odd_visits()]
    copied = "\n".join(f"Kopija ima isti tekst u oba lista, rečenica {n} je duga." for n in range(12))
    eighth = datetime(2026, 9, 8, 12, tzinfo=UTC)
    visits += [visit(key, "kopija", "Kopija teksta", copied, eighth) for key in ("danas", "odd")]
    commit(store, visits, NOW)
    edited = [
        visit(
            each.outlet,
            each.url.split(".rs/")[1],
            f"{each.article.title} novo",
            each.article.body,
            each.article.published,
        )
        for each in visits[::5]
        if each.article
    ]
    commit(store, edited, NOW + timedelta(minutes=10))
    corrected = [
        replace(each, article=replace(each.article, section="Ispravljeno"), fetched=NOW + timedelta(minutes=10))
        for each in edited[:9]
        if each.article
    ]
    store.correct(corrected, NOW + timedelta(minutes=20))


def of_closed_months(rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """Give those of some rows that are of closed months."""
    return [row for row in rows if date.fromisoformat(str(row["date"])) < date(2026, 11, 1)]
