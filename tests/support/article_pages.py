"""An archive of articles for the pages that show them, and what these pages hold."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from lxml import html

from balkan_crawler.model import Article, DatePrecision, DateSource, Place, Teaser, UrlState, Visit
from balkan_crawler.storage import open_store
from support.desks import ServedDesk, served
from support.outlets import make_outlet

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATIN = (
    "Nova cesta između dva grada otvorena je u ponedeljak ujutro, a prvi vozači prošli su njome oko podneva.\n"
    "Ministar saobraćaja rekao je da su radovi trajali dve godine i da su koštali manje od plana.\n"
    "Meštani okolnih sela kažu da će im put do bolnice sada biti kraći za četrdeset minuta."
)
CYRILLIC = (
    "Нова цеста између два града отворена је у понедељак ујутро, а први возачи прошли су њоме око подне.\n"
    "Министар саобраћаја рекао је да су радови трајали две године и да су коштали мање од плана.\n"
    "Мештани околних села кажу да ће им пут до болнице сада бити краћи за четрдесет минута."
)
OUTLETS = (
    make_outlet("danas"),
    make_outlet("glas", languages=("sr-Cyrl",), name="Глас"),
    make_outlet("list", country="HR", languages=("hr",)),
)


def url(number: int, key: str = "danas") -> str:
    """Give the address of a story."""
    return f"https://{key}-proba.rs/vesti/prica-broj-{number}"


class Archive:
    """An archive that articles are put into, each under a lease of its own."""

    def __init__(self, path: Path, opened: ExitStack) -> None:
        self.path, self.now, self._opened = path, NOON, opened
        self._desk: ServedDesk | None = None
        with open_store(path) as store:
            store.register(OUTLETS, self.now)

    def keep(self, number: int, title: str = "Naslov", text: str = LATIN, key: str = "danas", **fields: object) -> int:
        """Store an article, or a later state of it; gives its number in the archive."""
        teasers = fields.pop("teasers", ())
        known: dict[str, object] = {"language": "sr", "script": "Latn", "published": EIGHT}
        known |= {"date_source": DateSource.JSON_LD, "date_precision": DatePrecision.MINUTE}
        article = Article(url=url(number, key), title=title, body=text, **(known | fields))  # type: ignore[arg-type]
        visit = Visit(
            url=article.url,
            outlet=key,
            state=UrlState.DONE,
            outcome="article",
            status=200,
            article=article,
            teasers=teasers,  # type: ignore[arg-type]
        )
        with open_store(self.path) as store:
            [lease] = store.lease([key], "elsewhere:1:1", self.now, 60)
            store.commit(lease, [visit], self.now)
            store.release(lease, self.now, self.now)
            return store.numbers_at([article.url])[article.url]

    def set(self, number: int, **cells: object) -> None:
        """Write what no page could have brought, as another program might."""
        with closing(sqlite3.connect(self.path)) as db, db:
            for name, value in cells.items():
                db.execute(f"UPDATE articles SET {name} = ? WHERE id = ?", (value, number))

    @property
    def desk(self) -> ServedDesk:
        """The desk that shows it, served from when it is first asked for."""
        if self._desk is None:
            self._desk = self._opened.enter_context(served(self.path, clock=lambda: NOON, zone="Europe/Belgrade"))
        return self._desk

    def page(self, target: object, **headers: str) -> html.HtmlElement:
        """Give the page of an article, by its number or the end of its address."""
        return parsed(self.desk, f"/article/{target}", **headers)


def parsed(desk: ServedDesk, target: str, **headers: str) -> html.HtmlElement:
    """Give a page that is light enough, read as HTML."""
    got = desk.get(target, **headers)
    assert got.status == 200, got.text
    assert len(got.body) < 200_000
    return html.fromstring(got.text)


def text(page: html.HtmlElement, selector: str) -> str:
    """Give the words of the one element that is there."""
    [element] = page.cssselect(selector)
    return " ".join(element.text_content().split())


def texts(page: html.HtmlElement, selector: str) -> list[str]:
    """Give the words of each such element."""
    return [" ".join(element.text_content().split()) for element in page.cssselect(selector)]


def links(page: html.HtmlElement, selector: str) -> list[str]:
    """Give where the links in such elements lead."""
    return [str(element.get("href")) for element in page.cssselect(f"{selector} a, a{selector}")]


def leads_to(*urls: str, place: Place = Place.AFTER) -> tuple[Teaser, ...]:
    """Give teasers of addresses, in their order."""
    return tuple(
        Teaser(url=each, title=f"Najava {at}", heading="Pročitajte još", place=place, position=at)
        for at, each in enumerate(urls)
    )
