"""The words that the full-text index holds of an article, and indexing all articles anew when that has changed.

Indexed are folded words (`balkan_crawler.text.folding`), while the index names ``articles`` as its content
(https://www.sqlite.org/fts5.html#external_content_tables): ``snippet()`` and ``highlight()`` show the text as it stands
there, since a text has as many words folded as not. Its own rebuild would index the texts unfolded; nobody is to ask
for it. Such an index forgets a text only when it is told it again word by word.

SQL typed by people is not folded, but for marks. So the other spellings of a word (`balkan_crawler.text.spellings`)
stand in the index at its place, too. FTS5 takes one text of an article at a time, but what it was told of one article
before stays where the words are others; where they are the same, the later ones count. So an article is told in layers
(`preparation.searched`), that of the folded words last. The holes of a layer are told away with the next one: they
would be a fifth of the index, and FTS5 counts each article once, as its ranking wants.

The body is the first column, since places in the first one take two bytes less for each word of an article: the index
with all spellings is smaller than it was without, the body being the third.

An archive of an earlier rule is indexed anew in transactions of `BATCH` articles. The table ``_rules`` says how far
that has come, so that the next opening goes on where one was broken off.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final, TypeAlias

from balkan_crawler.preparation import HOLE, SEARCHED_CELLS, searched

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from balkan_crawler.preparation import Searched

RULE: Final = "3"
"""Version of what is indexed: folding, spellings, columns, tokenizer. Raise it with any change."""
BATCH: Final = 2000
"""Articles of one transaction: a second's work."""
COLUMNS: Final = "body, title, lead, authors, tags, section"
"""The columns of the index, which are those of ``articles``, in the order of the layers."""
CELLS: Final = ", ".join(SEARCHED_CELLS)
"""The columns of ``articles`` that what is indexed is made of."""
_ADD: Final = f"INSERT INTO articles_fts (rowid, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ONE_HOLE: Final = ("",) * COLUMNS.count(",") + (HOLE,)
_REMOVE: Final = f"INSERT INTO articles_fts (articles_fts, rowid, {COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)"


def write(db: sqlite3.Connection, changes: Mapping[int, tuple[Searched, Searched]]) -> None:
    """Change what the index holds of articles, from what it was told before to what it is told now; empty for nothing.

    FTS5 writes out what it holds whenever an article comes up again after it was added to, so all articles go through
    each round together.
    """
    rounds = [_rounds(number, *change) for number, change in sorted(changes.items())]
    for together in zip_longest(*rounds, fillvalue=()):
        for statements in together:
            for statement, values in statements:
                db.execute(statement, values)


_Statement: TypeAlias = tuple[str, tuple[int | str, ...]]


def _rounds(number: int, before: Searched, after: Searched) -> list[list[_Statement]]:
    """Give the statements that change one article, divided behind each one that adds."""
    statements = [*_removing(number, before), *_adding(number, after)]
    rounds: list[list[_Statement]] = [[]]
    for statement in statements:
        rounds[-1].append(statement)
        if statement[0] is _ADD:
            rounds.append([])
    return rounds


def _adding(number: int, layers: Searched) -> Iterator[_Statement]:
    for place, layer in reversed(list(enumerate(layers))):
        if place:
            yield _ADD, (number, *layer[:-1], f"{layer[-1]} {HOLE}")
            yield _REMOVE, (number, *_ONE_HOLE)
        else:
            yield _ADD, (number, *layer)


def _removing(number: int, layers: Searched) -> Iterator[_Statement]:
    for place, layer in reversed(list(enumerate(layers))):
        if place:
            yield _ADD, (number, *_ONE_HOLE)
            yield _REMOVE, (number, *layer[:-1], f"{layer[-1]} {HOLE}")
        else:
            yield _REMOVE, (number, *layer)


def is_outdated(db: sqlite3.Connection) -> bool:
    """Say whether articles are not indexed yet by the rule of this program."""
    return _state(db) != RULE


def index_all(db: sqlite3.Connection, writing: Callable[[sqlite3.Connection], AbstractContextManager[object]]) -> None:
    """Index the articles that are not yet; ``writing`` makes one transaction. Two programs may do it together."""
    while is_outdated(db):
        with writing(db):
            _index_some(db)


def forget_all(db: sqlite3.Connection) -> None:
    """Note that no article is indexed, within a transaction of the caller; `index_all` then indexes all anew."""
    db.execute("DELETE FROM _rules WHERE name = 'full_text'")


def came_to(db: sqlite3.Connection) -> tuple[bool, int | None]:
    """Say whether indexing by the rule of this program was begun, and the number of the last article of it."""
    rule, _, last = _state(db).partition(":")
    return rule == RULE, int(last) if rule == RULE and last else None


def begin(db: sqlite3.Connection) -> None:
    """Empty the index, and note that it is begun, within a transaction of the caller."""
    db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    note(db, 0)


def note(db: sqlite3.Connection, last: int | None) -> None:
    """Note the last article that is indexed, ``None`` where all are, within a transaction of the caller."""
    state = RULE if last is None else f"{RULE}:{last}"
    db.execute("INSERT OR REPLACE INTO _rules (name, version) VALUES ('full_text', ?)", (state,))


def _index_some(db: sqlite3.Connection) -> None:
    begun, last = came_to(db)
    if begun and last is None:
        return
    if not begun:
        begin(db)
    found = db.execute(
        f"SELECT id, {CELLS} FROM articles WHERE id > ? ORDER BY id LIMIT ?", (last or 0, BATCH)
    ).fetchall()
    write(db, {number: ((), searched(dict(zip(SEARCHED_CELLS, cells, strict=True)))) for number, *cells in found})
    note(db, found[-1][0] if len(found) == BATCH else None)


def _state(db: sqlite3.Connection) -> str:
    """Give the rule that articles are indexed by, with the last one's number after a colon where some are not yet."""
    row = db.execute("SELECT version FROM _rules WHERE name = 'full_text'").fetchone()
    return "" if row is None else str(row[0])
