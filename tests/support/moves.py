"""Kinds of moves of made-up outlets on loopback, day by day, with what must come of each.

A kind is a function of an outlet and a day (0 is before the move) that sets the outlet's pages as they are that day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from support.newsrooms import article, write_outlets
from support.servers import Behaviour, Page, RedirectLoop, RedirectsTo, ServerError, Site, TooManyRequests

CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
    "<noscript>Enable JavaScript and cookies to continue</noscript>"
    "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script></body></html>"
)
NEWS = tuple(
    f"/{section}/ferry-decision-number-{number}" for number, section in enumerate(("news", "sports", "culture"))
)
"""Addresses of the stories, each in a section of its own."""
ONE_SECTION = tuple(f"/news/ferry-decision-number-{number}" for number in range(4))


@dataclass(frozen=True, slots=True)
class Day:
    """An outlet on one day: its site, another one that is nobody's, and the time."""

    site: Site
    other: Site
    number: int
    now: datetime
    host: str | None = None

    def url(self, path: str) -> str:
        """Give an address of the outlet, at its own host where it has one."""
        port = self.site.origin.rpartition(":")[2]
        return self.site.url(path) if self.host is None else f"http://{self.host}:{port}{path}"

    @property
    def has_moved(self) -> bool:
        return self.number > 0

    def feed(
        self, *, of: Site | None = None, paths: tuple[str, ...] = NEWS, days: float = 0.1, dated: bool = True
    ) -> Page:
        """Give a feed of stories, of this outlet's or another site, that are so many days old."""
        time = format_datetime(self.now - timedelta(days=days))
        date = f"<pubDate>{time}</pubDate>" if dated else ""
        url = of.url if of else self.url
        items = "".join(
            f"<item><title>Ferry decision {path[-1]}</title><link>{url(path)}</link>{date}</item>" for path in paths
        )
        return Page(f"<rss version='2.0'><channel><title>Town</title>{items}</channel></rss>", "application/rss+xml")

    def home(self, head: str = "", body: str = "", *, links: bool = True) -> Page:
        """Give a home page that links to the stories."""
        stories = "".join(f"<h2><a href='{path}'>Ferry decision of the town {path[-1]}</a></h2>" for path in NEWS)
        text = f"<html><head><title>Town</title>{head}</head><body>{stories if links else ''}{body}</body></html>"
        return Page(f"<!DOCTYPE html>{text}")


def declared(path: str, title: str = "News") -> str:
    return f"<link rel='alternate' type='application/rss+xml' title='{title}' href='{path}'>"


@dataclass(frozen=True, slots=True)
class Move:
    """A kind of move: its pages by day, the kinds of repair that must come of it, and what is polled in the end.

    ``polled`` are paths of the outlet's own site.
    """

    name: str
    pages: Callable[[Day], Mapping[str, Behaviour]]
    kinds: tuple[str, ...] = ()
    polled: tuple[str, ...] = ("/feed.xml",)
    host: str | None = None
    table: Mapping[str, object] = field(default_factory=dict)


def _dead(**pages: Behaviour) -> dict[str, Behaviour]:
    return {"/feed.xml": Page("gone", status=404), **{f"/{name}": page for name, page in pages.items()}}


def _moved(path: str, status: int = 301) -> Callable[[Day], Mapping[str, Behaviour]]:
    return lambda day: {"/feed.xml": RedirectsTo(path, status), path: day.feed()} if day.has_moved else {}


def _after(pages: Callable[[Day], Mapping[str, Behaviour]]) -> Callable[[Day], Mapping[str, Behaviour]]:
    return lambda day: pages(day) if day.has_moved else {}


def _sold(day: Day) -> Mapping[str, Behaviour]:
    to = day.other.url("/win")
    return {"*": RedirectsTo(to, 301), "/robots.txt": Page("", "text/plain")} if day.has_moved else {}


def _sold_with_feed(day: Day) -> Mapping[str, Behaviour]:
    if not day.has_moved:
        return {}
    return {"/feed.xml": RedirectsTo(day.other.url("/casino.xml"), 301), "/": RedirectsTo(day.other.url("/win"), 301)}


def _sitemap(day: Day) -> Page:
    urls = "".join(
        f"<url><loc>{day.site.url(path)}</loc><lastmod>{day.now.isoformat()}</lastmod></url>" for path in NEWS
    )
    return Page(f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>", "application/xml")


def _thousand(day: Day) -> Mapping[str, Behaviour]:
    many = "".join(declared(f"/tags/{number}/feed", "Tag") for number in range(30))
    many += declared(day.other.url("/casino.xml")) + declared("/comments/feed", "Comments")
    many += declared("/news/rss.xml") + "".join(declared(f"/tag/{number}/feed", "Tag") for number in range(1000))
    return _dead() | {"/": day.home(many), "/news/rss.xml": day.feed()}


MOVES: tuple[Move, ...] = (
    Move("nothing happens", lambda day: {}),
    Move("301 to another path", _moved("/rss/all"), ("feed-moved",), ("/rss/all",)),
    Move("308 to the address with a slash", _moved("/feed.xml/", 308), ("feed-moved",), ("/feed.xml/",)),
    Move(
        "301, then 302 at the new address",
        _after(
            lambda day: {
                "/feed.xml": RedirectsTo("/rss", 301),
                "/rss": RedirectsTo("/rss-of-today"),
                "/rss-of-today": day.feed(),
            }
        ),
        ("feed-moved",),
        ("/rss",),
    ),
    Move("301 from www to the bare domain", lambda day: {}, ("feed-moved",), host="lajme-shembull.al"),
    Move("302 for ever", _moved("/rss/all", 302)),
    Move("301 for two days", lambda day: _moved("/rss/all")(day) if day.number < 3 else {}),
    Move(
        "301 to a feed of comments",
        _after(lambda day: {"/feed.xml": RedirectsTo("/comments/feed", 301), "/comments/feed": day.feed()}),
    ),
    Move(
        "301 to a feed service that names the outlet's stories",
        _after(lambda day: {"/feed.xml": RedirectsTo(day.other.url(f"/of{day.site.url('')[-5:]}"), 301)}),
    ),
    Move(
        "404, and the home page declares another",
        _after(lambda day: _dead() | {"/": day.home(declared("/rss/all")), "/rss/all": day.feed()}),
        ("feed-replaced",),
        ("/rss/all",),
    ),
    Move(
        "410, and the declared one has no times",
        _after(
            lambda day: {
                "/feed.xml": Page("gone", status=410),
                "/": day.home(declared("/rss/all")),
                "/rss/all": day.feed(dated=False),
            }
        ),
        ("feed-replaced",),
        ("/rss/all",),
    ),
    Move(
        "404, and only a link leads to another",
        _after(lambda day: _dead() | {"/": day.home(body="<a href='/rss/all'>RSS</a>"), "/rss/all": day.feed()}),
        ("feed-replaced",),
        ("/rss/all",),
    ),
    Move(
        "404, and only the usual address works",
        _after(lambda day: _dead() | {"/feed/": day.feed()}),
        ("feed-replaced",),
        ("/feed/",),
    ),
    Move(
        "the home page in its place, and another is declared",
        _after(
            lambda day: {
                "/feed.xml": RedirectsTo("/", 301),
                "/": day.home(declared("/rss/all")),
                "/rss/all": day.feed(),
            }
        ),
        ("feed-replaced",),
        ("/rss/all",),
    ),
    Move(
        "redirects in a circle, and another is declared",
        _after(lambda day: {"/feed.xml": RedirectLoop(), "/": day.home(declared("/rss/all")), "/rss/all": day.feed()}),
        ("feed-replaced",),
        ("/rss/all",),
    ),
    Move(
        "leads to a file, and another is declared",
        _after(
            lambda day: {
                "/feed.xml": RedirectsTo("file:///etc/passwd", 301),
                "/": day.home(declared("/rss/all")),
                "/rss/all": day.feed(),
            }
        ),
        ("feed-replaced",),
        ("/rss/all",),
    ),
    Move(
        "404, and feeds of sections are declared before the general one",
        _after(
            lambda day: (
                _dead()
                | {
                    "/": day.home(declared("/news/feed") + declared("/sports/feed") + declared("/feed/")),
                    "/news/feed": day.feed(paths=ONE_SECTION),
                    "/sports/feed": day.feed(paths=tuple(path.replace("news", "sports") for path in ONE_SECTION)),
                    "/feed/": day.feed(),
                }
            )
        ),
        ("feed-replaced",),
        ("/feed/",),
    ),
    Move(
        "404, and only sections have feeds",
        _after(
            lambda day: (
                _dead()
                | {
                    "/": day.home(declared("/news/feed") + declared("/sports/feed")),
                    "/news/feed": day.feed(paths=ONE_SECTION),
                    "/sports/feed": day.feed(paths=tuple(path.replace("news", "sports") for path in ONE_SECTION)),
                }
            )
        ),
        ("feed-replaced",),
        ("/news/feed", "/sports/feed", "/"),
    ),
    Move("404, and the home page declares 1,000 feeds", _after(_thousand), ("feed-replaced",), ("/news/rss.xml",)),
    Move(
        "404, and the declared one is of another site",
        _after(lambda day: _dead() | {"/": day.home(declared("/rss/all")), "/rss/all": day.feed(of=day.other)}),
        ("fallback",),
        ("/feed.xml", "/"),
    ),
    Move(
        "404, and the declared one is at another site",
        _after(lambda day: _dead() | {"/": day.home(declared(day.other.url("/casino.xml")))}),
        ("fallback",),
        ("/feed.xml", "/"),
    ),
    Move(
        "404, and the declared one was left behind a year ago",
        _after(lambda day: _dead() | {"/": day.home(declared("/rss/all")), "/rss/all": day.feed(days=365)}),
        ("fallback",),
        ("/feed.xml", "/"),
    ),
    Move(
        "404, and only comments have a feed",
        _after(lambda day: _dead() | {"/": day.home(declared("/komentari/feed")), "/komentari/feed": day.feed()}),
        ("fallback",),
        ("/feed.xml", "/"),
    ),
    Move(
        "404, and only robots.txt names a sitemap",
        _after(
            lambda day: (
                _dead()
                | {
                    "/robots.txt": Page(f"User-agent: *\nSitemap: {day.site.url('/map.xml')}\n", "text/plain"),
                    "/map.xml": _sitemap(day),
                    "/": day.home(links=False),
                }
            )
        ),
        ("fallback",),
        ("/feed.xml", "/map.xml"),
    ),
    Move("404, and nothing but the home page is left", _after(lambda day: _dead()), ("fallback",), ("/feed.xml", "/")),
    Move(
        "404 for eight days, then it is back",
        lambda day: _dead() if 0 < day.number < 9 else {},
        ("fallback", "restored"),
    ),
    Move("404 for two days", lambda day: _dead() if 0 < day.number < 3 else {}),
    Move("404 every other day", lambda day: _dead() if day.number % 2 else {}),
    Move("404 of everything", _after(lambda day: {"*": Page("gone", status=404)})),
    Move("503 for good", _after(lambda day: {"/feed.xml": ServerError(503), "/": day.home(declared("/rss/all"))})),
    Move(
        "403 for good, and another is declared",
        _after(lambda day: {"/feed.xml": Page("no", status=403), "/": day.home(declared("/rss")), "/rss": day.feed()}),
    ),
    Move("429 for good", _after(lambda day: {"/feed.xml": TooManyRequests("60"), "/feed/": day.feed()})),
    Move(
        "a challenge in its place, and another is declared",
        _after(lambda day: {"/feed.xml": Page(CHALLENGE), "/": day.home(declared("/rss")), "/rss": day.feed()}),
    ),
    Move(
        "an unknown wall on every address but one that nobody names",
        _after(
            lambda day: {"*": Page("<html><body><script src='/wall.js'></script></body></html>"), "/feed/": day.feed()}
        ),
    ),
    Move(
        "a page of works on every address for two days",
        lambda day: (
            {"*": Page("<html><body><p>We are back on Monday.</p></body></html>")} if 0 < day.number < 3 else {}
        ),
    ),
    Move("the domain is sold, to a page", _sold, ("site-moved",)),
    Move("the domain is sold, with a feed", _sold_with_feed, ("site-moved",)),
)


def write_tables(folder: Path, moves: Mapping[str, Move], sites: Mapping[str, Site]) -> None:
    """Write the table of each outlet; one with a host of its own is at its www."""
    write_outlets(folder, dict(sites))
    file = folder / "own.toml"
    text = file.read_text("utf-8")
    for key, move in moves.items():
        if move.host is not None:
            port = sites[key].origin.rpartition(":")[2]
            text = text.replace(f"{sites[key].origin}/", f"http://www.{move.host}:{port}/")
    file.write_text(text, "utf-8")


def set_day(move: Move, day: Day) -> None:
    """Give an outlet's site the pages of a day."""
    pages = day.site.pages
    pages.clear()
    pages["/robots.txt"] = Page("User-agent: *\nAllow: /\n", "text/plain")
    pages["/"] = day.home()
    pages["/feed.xml"] = day.feed()
    for number, path in enumerate(NEWS):
        pages[path] = Page(article(number, move.name))
    given = dict(move.pages(day))
    everything = given.pop("*", None)
    if everything is not None:
        pages |= {path: everything for path in [*pages] if path != "/robots.txt"}
    pages |= given
    if move.host is not None and day.has_moved:
        pages["/feed.xml"] = _ToBare(move.host, pages["/feed.xml"])


@dataclass(frozen=True, slots=True)
class _ToBare:
    """Redirects for good from the host with ``www.`` to the one without."""

    host: str
    page: Behaviour

    def __call__(self, handler: object) -> None:
        asked = handler.headers["Host"]  # type: ignore[attr-defined]
        if asked.startswith("www."):
            RedirectsTo(f"http://{asked.removeprefix('www.')}{handler.path}", 301)(handler)  # type: ignore[attr-defined,arg-type]
        else:
            self.page(handler)  # type: ignore[arg-type]


def set_other(other: Site, days: list[Day]) -> None:
    """Give the site that is nobody's its pages: a casino with a feed, and a feed service."""
    other.pages["/robots.txt"] = Page("", "text/plain")
    other.pages["/win"] = Page(
        "<html><body><h1>Win</h1><a href='/bets/win-all-you-can-today-99999'>Win all</a></body></html>"
    )
    bets = tuple(f"/bets/win-all-you-can-today-{number}" for number in range(4))
    other.pages["/casino.xml"] = days[0].feed(of=other, paths=bets)
    for number, path in enumerate(bets):
        other.pages[path] = Page(article(number, "casino"))
    for day in days:
        other.pages[f"/of{day.site.url('')[-5:]}"] = day.feed()
