"""Search: a list of articles, what they are counted by, when they appeared; and all of it as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.desk.page import Page, in_a_sentence
from balkan_crawler.desk.plots.timeline import timeline
from balkan_crawler.desk.searching import Sought, plain, sought_in
from balkan_crawler.errors import QueryError
from balkan_crawler.facets import LABELS, Index
from balkan_crawler.storage.filters import FACETS, FIELDS, Facet
from balkan_crawler.text.search_words import SearchWords, read_search
from balkan_crawler.text.snippets import Piece, beginning, snippet, with_marks

if TYPE_CHECKING:
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.facets import Found
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Filter, Store, StoredOutlet, Suggestions

A_PAGE: Final = 20
"""Articles of a page."""
DEEPEST: Final = 50
"""Pages that can be turned to while facets are still being counted: the archive itself counts off what comes before."""
TOP: Final = 10
"""Values of a facet that are shown."""
MORE: Final = 100
"""Those behind "more"."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article of the list: its number and row, headline and snippet in pieces, and how many copies it has."""

    number: int
    row: Row
    headline: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    copies: int


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet: what it is called, how many articles have it, and the address that chooses or drops it."""

    name: str
    articles: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FacetShown:
    """A facet with its values, and the address of a page with more of them, where there are more."""

    facet: Facet
    values: tuple[Value, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """Another search that would find something: what it is, how many articles it finds, its address."""

    kind: str
    words: str
    articles: int
    address: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of articles by number, how many are found and can be listed; and what they are counted by, if known."""

    numbers: Sequence[int]
    total: int
    listed: int
    found: Found | None = None


def search(desk: Desk, asked: Asked) -> Page:
    """Show a page of what is looked for."""
    sought, asked = sought_in(asked), plain(asked)
    if sought.problem is None:
        try:
            return _results(desk, asked, sought)
        except QueryError as error:
            sought = Sought(wanted=sought.wanted, problem=in_a_sentence(error))
    values = {**_EMPTY, "sought": sought, **_form(asked), "asked": asked}
    return Page(template="search.html", values=values, status=400)


_EMPTY: Final[Mapping[str, object]] = {
    "hits": (),
    "total": 0,
    "pages": 0,
    "listed": 0,
    "facets": (),
    "plot": None,
    "is_counting": False,
    "ways": (),
    "outlets": {},
    "chips": (),
}


def _form(asked: Asked) -> dict[str, object]:
    """Give what the form keeps of an address though it shows no field for it."""
    return {"kept": [(facet.value, value) for facet in FACETS for value in asked.all(facet)]}


def _results(desk: Desk, asked: Asked, sought: Sought) -> Page:
    wanted = sought.wanted
    words = None if wanted.query is None else read_search(wanted.query)
    kept = desk.prepared.get("facets")
    index: Index | None = None if kept is None else kept.value
    with desk.reading() as store:
        listed = _listed(store, index, wanted, sought.page)
        hits = _hits(store, index, words, listed.numbers)
        outlets = store.outlets()
        facets = _facets(store, asked, wanted, listed.found, outlets) if listed.found is not None else ()
        ways = _ways(asked, store.suggest(wanted), wanted) if wanted.query and not listed.total else ()
    pages = -(-listed.listed // A_PAGE)
    if index is None:
        pages = min(pages, DEEPEST)
    values = {
        "sought": sought,
        "hits": hits,
        "total": listed.total,
        "listed": listed.listed,
        "pages": pages,
        "facets": facets,
        "plot": timeline(listed.found.days(), wanted.since, wanted.until) if listed.found is not None else None,
        "is_counting": index is None,
        "ways": ways,
        "outlets": outlets,
        "chips": tuple(_chips(asked, wanted)),
        **_form(asked),
        "asked": asked,
    }
    return Page(template="search.html", values=values, status=404 if sought.page > max(1, pages) else 200)


def _listed(store: Store, index: Index | None, wanted: Filter, page: int) -> Listed:
    """Find the articles of a page: in the index, or else by asking the archive for all up to there."""
    first = A_PAGE * (page - 1)
    if index is not None:
        found = index.found(store, wanted)
        return Listed(found.numbers(first, A_PAGE), len(found), found.listed, found)
    total = store.count(wanted)
    if page > DEEPEST:
        return Listed((), total, total)
    numbers = store.numbers(replace(wanted, limit=first + A_PAGE))[first:]
    return Listed([int(number) for number in numbers], total, total)


def _hits(store: Store, index: Index | None, words: SearchWords | None, numbers: Sequence[int]) -> list[Hit]:
    rows = store.rows_of(numbers)
    clusters = [int(str(row["cluster"] or 0)) for row in rows.values()]
    sizes = [0] * len(clusters) if index is None else index.sizes(clusters)
    return [
        Hit(
            number=number,
            row=row,
            headline=(Piece(str(row["title"])),) if words is None else with_marks(str(row["title"]), words, "title"),
            snippet=_cut(row, words),
            copies=max(0, size - 1),
        )
        for (number, row), size in zip(rows.items(), sizes, strict=True)
    ]


def _cut(row: Row, words: SearchWords | None) -> tuple[Piece, ...]:
    text = " ".join(str(row[name]) for name in ("lead", "body") if row[name])
    return beginning(text) if words is None else snippet(text, words)


def _facets(
    store: Store, asked: Asked, wanted: Filter, found: Found, outlets: Mapping[str, StoredOutlet]
) -> tuple[FacetShown, ...]:
    counts = {facet: found.counts(facet, MORE if asked.one("more") == facet else TOP) for facet in FACETS}
    labels = [label for facet in LABELS for count in counts[facet] for label in count.labels]
    names = store.label_names(labels)
    shown = []
    for facet in FACETS:
        chosen: tuple[str, ...] = getattr(wanted, FIELDS[facet])
        values = [
            Value(str(count.name), count.articles, _without(asked, facet, str(count.name)), is_chosen=True)
            for count in found.counts_of(facet, chosen)
        ]
        ids = {tuple(found.codes(facet, [name])) for name in chosen}
        for count in counts[facet]:
            name = count.name or next((names[label] for label in count.labels if label in names), None)
            if name is not None and tuple(found.codes(facet, [name])) not in ids:
                address = asked.address(None, **{facet.value: (*chosen, name), "page": None})
                values.append(Value(name, count.articles, address, is_chosen=False))
        all_of_them = found.values(facet)
        is_more = asked.one("more") != facet and all_of_them > TOP
        more = asked.address(None, more=facet.value) + f"#facet-{facet}" if is_more else None
        shown.append(FacetShown(facet, tuple(values), more))
    return tuple(shown)


def _without(asked: Asked, facet: Facet, name: str) -> str:
    """Give the address without one of the chosen values, whichever case it is written in there."""
    folded = name.casefold()
    left = tuple(value for value in asked.all(facet) if value.casefold() != folded)
    return asked.address(None, **{facet.value: left or None, "page": None})


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter that can be taken away: its kind (a facet, ``since``, ``until``), value, address without it."""

    kind: str
    name: str
    address: str


def _chips(asked: Asked, wanted: Filter) -> Iterator[Chip]:
    for facet in FACETS:
        for name in getattr(wanted, FIELDS[facet]):
            yield Chip(facet.value, name, _without(asked, facet, name))
    for kind in ("since", "until"):
        day = getattr(wanted, kind)
        if day is not None:
            yield Chip(kind, day.isoformat(), asked.address(None, **{kind: None, "page": None}))
    if wanted.unique:
        yield Chip("unique", "", asked.address(None, unique=None, page=None))


def _ways(asked: Asked, suggestions: Suggestions, wanted: Filter) -> tuple[Way, ...]:
    """Give other searches that would find something; those nearest to what was asked first."""
    query = str(wanted.query)

    def way(kind: str, words: str, articles: int, sought: str) -> Way:
        return Way(kind, words, articles, asked.address("/search", **_ONLY_QUERY, q=sought))

    if suggestions.anywhere:
        return (way("anywhere", query, suggestions.anywhere, query),)
    ways: list[Way] = []
    if len(suggestions.alone) > 1:
        ways += [way("alone", word, found, _quoted(word)) for word, found in suggestions.alone.items() if found]
    for word, near in suggestions.like.items():
        ways += [way("like", other, found, query.replace(word, other)) for other, found in near if word in query]
        ways += [way("like", other, found, other) for other, found in near if word not in query]
    return tuple(ways)


_ONLY_QUERY: Final[Mapping[str, Any]] = dict.fromkeys(
    (*(facet.value for facet in FACETS), "since", "until", "unique", "page", "more")
)


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words else words
