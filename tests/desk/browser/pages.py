"""The pages of a desk over the demo's archive, by name: where each stands, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its address below the desk's, and words that stand on it."""

    target: str
    says: tuple[str, ...]
    status: int = 200


PAGES: Final = {
    "front": Shown("/", ("articles today so far", "By country", "Most copied", "Changed headlines", "Newest")),
    "compare, empty": Shown("/compare", ("Words, names or tags, a line each",)),
    "compare": Shown(
        "/compare?w=most&w=Београд&since=2026-11-10&until=2026-11-23",
        ("Shares of all articles", "All days together", "Numbers of this plot"),
    ),
    "sql": Shown("/sql", ("one statement that reads", "Statement")),
    "sql, answered": Shown("/sql?q=SELECT+outlet,+count(*)+FROM+articles+GROUP+BY+1", ("Answer", "articles")),
    "search": Shown("/search?q=most", ("7 articles", "Stari most", "Country", "Outlet", "Language")),
    "search, all": Shown("/search", ("42 articles", "Section", "Tag")),
    "search, nothing": Shown("/search?q=mostt&country=RS", ("Nothing was found.",)),
    "search, half an operator": Shown("/search?q=most+AND", ("AND",), status=400),
    "article": Shown("/article/14", ("Skela na Dunavu", "2 articles with this text", "Cyrillic")),
    "article, edited": Shown("/article/37", ("Prizren footbridge", "Earlier states", "Who offers it")),
    "article, forgotten": Shown("/article/4000", ("no article",), status=404),
    "story": Shown("/story/14", ("Who had it when", "Headlines side by side", "Скела на Дунаву")),
    "outlets": Shown("/outlets", ("Outlets", "Country")),
    "outlet": Shown("/outlet/dunavski_glasnik", ("Articles a day", "By hour and weekday", "Latest")),
    "operations": Shown("/operations", ("Operations",)),
    "searches": Shown("/searches", ("Saved searches",)),
    "settings": Shown("/settings", ("Language", "Time zone", "kept in this browser alone")),
    "missing": Shown("/no-such-page", ("There is no such page.",), status=404),
}
