"""Tags, authors and agencies under one name, whatever script and case a page writes them in.

Every spelling stands in ``_labels``, the articles that have it in ``_article_labels``. Whoever writes to ``articles``
need not know of them: triggers of the schema keep both. What SQL cannot do is to fold a spelling: that is done here, at
the end of each transaction of ours, for those that are new. For articles that are new, which are most, the triggers
stand aside and `NewLabels` lists all of a transaction at once, in half of the time.

An archive of an earlier rule is listed anew in transactions of `BATCH` articles. The table ``_rules`` says how far that
has come.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Final

from balkan_crawler.text import folded_name

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

RULE: Final = "1"
"""The version of the folding (`balkan_crawler.text.fold`); raise it with any change there, and all are folded anew."""

KINDS: Final = {"tag": "tags", "author": "authors", "agency": "agencies"}
"""The kinds of labels, with the columns of ``articles`` that hold them."""
BATCH: Final = 2000
"""Articles of one transaction that are listed anew: a fraction of a second's work."""
LONGEST: Final = 500
"""Letters of a spelling; a longer one is a text, and stands in its article only."""
MOST_KNOWN: Final = 200_000
"""Spellings that are kept in mind."""

_ASIDE: Final = "labels_of_new_articles"
"""The row of ``_rules`` that makes the trigger of new articles stand aside; nobody else sees it, since it is gone again
at the end of the transaction."""
_NAME: Final = """
    UPDATE _labels SET folded = :folded, name = coalesce(
        (SELECT name FROM _labels WHERE kind = :kind AND folded = :folded ORDER BY id LIMIT 1), written
    )
    WHERE id = :id RETURNING name <> written
"""
_NEW: Final = """
    INSERT INTO _labels (kind, written, folded, name) VALUES (:kind, :written, :folded, coalesce(
        (SELECT name FROM _labels WHERE kind = :kind AND folded = :folded ORDER BY id LIMIT 1), :written
    ))
"""
_FIND: Final = """
    SELECT kind, written, _labels.id, folded FROM json_each(?) AS asked
    JOIN _labels ON kind = asked.value ->> 0 AND written = asked.value ->> 1
"""
_LISTED: Final = "INSERT OR IGNORE INTO _article_labels (label, article, outlet, date) VALUES (?, ?, ?, ?)"
_ONE_OF_AN_ARTICLE: Final = """
    DELETE FROM _article_labels WHERE label = :id AND EXISTS (
        SELECT 1 FROM _article_labels AS other JOIN _labels ON _labels.id = other.label
        WHERE other.article = _article_labels.article AND kind = :kind AND folded = :folded AND _labels.id <> :id
    )
"""


class KnownLabels:
    """The numbers and folds of spellings, for as long as only this connection has changed them."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], tuple[int, str]] = {}
        self._version = -1

    def clear(self) -> None:
        """Forget them: a transaction was undone, or spellings were deleted."""
        self._numbers.clear()

    def begin(self, db: sqlite3.Connection) -> None:
        """Forget what another connection may have changed; inside a transaction, so that it stays so."""
        (version,) = db.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._numbers) > MOST_KNOWN:
            self._numbers.clear()
        self._version = version

    def numbers_of(
        self, db: sqlite3.Connection, spellings: Iterable[tuple[str, str]]
    ) -> Mapping[tuple[str, str], tuple[int, str]]:
        """Give number and fold of spellings, each a kind and a text; those that are new are listed in their order."""
        unknown = [each for each in dict.fromkeys(spellings) if each not in self._numbers]
        if unknown:
            self._find(db, unknown)
        new = [
            {"kind": kind, "written": written, "folded": folded_name(written)}
            for kind, written in unknown
            if (kind, written) not in self._numbers
        ]
        if new:
            db.executemany(_NEW, new)
            self._find(db, unknown)
        return self._numbers

    def _find(self, db: sqlite3.Connection, spellings: Sequence[tuple[str, str]]) -> None:
        found = db.execute(_FIND, (json.dumps(spellings),)).fetchall()
        if any(folded is None for *_, folded in found):  # another program's, listed by a trigger
            fold_new(db)
            found = db.execute(_FIND, (json.dumps(spellings),)).fetchall()
        self._numbers |= {(kind, written): (number, folded) for kind, written, number, folded in found}


class NewLabels:
    """The labels of articles that one transaction adds. The caller calls `expect` before the first, `write` after."""

    def __init__(self, known: KnownLabels) -> None:
        self.known = known
        self._articles: list[tuple[int, str, str, Sequence[object]]] = []
        self._is_expecting = False

    def expect(self, db: sqlite3.Connection) -> None:
        """Let the trigger stand aside."""
        if not self._is_expecting:
            self.known.begin(db)
            db.execute("INSERT OR REPLACE INTO _rules (name, version) VALUES (?, '')", (_ASIDE,))
            self._is_expecting = True

    def add(self, article: int, outlet: str, day: str, cells: Sequence[object]) -> None:
        """Take an article's labels: its cells in the order of `KINDS`."""
        self._articles.append((article, outlet, day, cells))

    def write(self, db: sqlite3.Connection) -> None:
        """List what was taken, and let the trigger do its work again."""
        if not self._is_expecting:
            return
        db.execute("DELETE FROM _rules WHERE name = ?", (_ASIDE,))
        listed = [
            [
                (kind, written)
                for kind, cell in zip(KINDS, cells, strict=True)
                for written in json.loads(str(cell))
                if len(written) <= LONGEST
            ]
            for *_, cells in self._articles
        ]
        known = self.known.numbers_of(db, chain.from_iterable(listed))
        rows: list[tuple[int, int, str, str]] = []
        for (article, outlet, day, _), spellings in zip(self._articles, listed, strict=True):
            numbers: dict[tuple[str, str], int] = {}
            for kind, written in spellings:
                number, folded = known[kind, written]
                numbers[kind, folded] = min(number, numbers.get((kind, folded), number))
            rows += [(number, article, outlet, day) for number in numbers.values()]
        db.executemany(_LISTED, sorted(rows))
        self._articles.clear()
        self._is_expecting = False


def fold_new(db: sqlite3.Connection) -> None:
    """Fold the spellings that are new, inside a transaction of the caller.

    A spelling takes the name of the first one that folds to the same. An article that has both is listed once.
    """
    for number, kind, written in db.execute(
        "SELECT id, kind, written FROM _labels WHERE folded IS NULL ORDER BY id"
    ).fetchall():
        values = {"id": number, "kind": kind, "folded": folded_name(written)}
        [(is_another,)] = db.execute(_NAME, values).fetchall()
        if is_another:
            db.execute(_ONE_OF_AN_ARTICLE, values)


def drop_unused(db: sqlite3.Connection) -> None:
    """Delete the spellings that no article is listed under, inside a transaction of the caller.

    An edit leaves them behind, too; they are looked for where articles are taken out, which is seldom.
    """
    db.execute("DELETE FROM _labels WHERE id NOT IN (SELECT label FROM _article_labels)")


def is_outdated(db: sqlite3.Connection) -> bool:
    """Say whether articles are not listed yet by the rule of this program."""
    return _state(db) != RULE


def list_all(db: sqlite3.Connection, writing: Callable[[sqlite3.Connection], AbstractContextManager[object]]) -> None:
    """List the labels of articles that are not yet; ``writing`` makes one transaction. Two programs may do it together.

    What is written meanwhile is listed by the triggers.
    """
    known = KnownLabels()
    while is_outdated(db):
        with writing(db):
            _list_some(db, NewLabels(known))


def _list_some(db: sqlite3.Connection, labels: NewLabels) -> None:
    rule, _, last = _state(db).partition(":")
    if rule == RULE and not last:
        return
    if rule != RULE:
        db.execute("DELETE FROM _article_labels")
        db.execute("DELETE FROM _labels")
    labels.expect(db)
    found = db.execute(
        f"SELECT id, outlet, date, {', '.join(KINDS.values())} FROM articles WHERE id > ? ORDER BY id LIMIT ?",
        (int(last or 0), BATCH),
    ).fetchall()
    for article, outlet, day, *cells in found:
        labels.add(article, outlet, day, cells)
    labels.write(db)
    state = f"{RULE}:{found[-1][0]}" if len(found) == BATCH else RULE
    db.execute("INSERT OR REPLACE INTO _rules (name, version) VALUES ('labels', ?)", (state,))


def _state(db: sqlite3.Connection) -> str:
    """Give the rule that labels are listed by, with the last article's number after a colon where some are not yet."""
    row = db.execute("SELECT version FROM _rules WHERE name = 'labels'").fetchone()
    return "" if row is None else str(row[0])
