"""Tags, authors and agencies under one name, whatever script and case a page writes them in.

Triggers of the schema list every spelling in ``labels`` and the articles that have it in ``article_labels``, whoever
writes to ``articles``. What SQL cannot do is to fold a spelling: that is done here, at the end of each transaction of
ours, for those that are new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.text import words

if TYPE_CHECKING:
    import sqlite3

RULE: Final = "1"
"""The version of the folding (`balkan_crawler.text.fold`); raise it with any change there, and all are folded anew."""

KINDS: Final = {"tag": "tags", "author": "authors", "agency": "agencies"}
"""The kinds of labels, with the columns of ``articles`` that hold them."""

_NAME: Final = """
    UPDATE labels SET folded = :folded, name = coalesce(
        (SELECT name FROM labels WHERE kind = :kind AND folded = :folded ORDER BY id LIMIT 1), written
    )
    WHERE id = :id RETURNING name <> written
"""
_ONE_OF_AN_ARTICLE: Final = """
    DELETE FROM article_labels WHERE label = :id AND EXISTS (
        SELECT 1 FROM article_labels AS other JOIN labels ON labels.id = other.label
        WHERE other.article = article_labels.article AND kind = :kind AND folded = :folded AND labels.id <> :id
    )
"""


def fold_new(db: sqlite3.Connection) -> None:
    """Fold the spellings that are new, inside a transaction of the caller.

    A spelling takes the name of the first one that folds to the same. An article that has both is listed once.
    """
    for number, kind, written in db.execute(
        "SELECT id, kind, written FROM labels WHERE folded IS NULL ORDER BY id"
    ).fetchall():
        values = {"id": number, "kind": kind, "folded": " ".join(words(written)) or written}
        [(is_another,)] = db.execute(_NAME, values).fetchall()
        if is_another:
            db.execute(_ONE_OF_AN_ARTICLE, values)


def drop_unused(db: sqlite3.Connection) -> None:
    """Delete the spellings that no article is listed under, inside a transaction of the caller.

    An edit leaves them behind, too; they are looked for where articles are taken out, which is seldom.
    """
    db.execute("DELETE FROM labels WHERE id NOT IN (SELECT label FROM article_labels)")


def is_outdated(db: sqlite3.Connection) -> bool:
    """Say whether the spellings were folded by another rule than that of this program."""
    row = db.execute("SELECT version FROM rules WHERE name = 'labels'").fetchone()
    return row is None or row[0] != RULE


def fold_anew(db: sqlite3.Connection) -> None:
    """List and fold all labels anew, inside a transaction of the caller: it reads every article.

    Three seconds for 80,000. SQLite is not left to choose the order of the joins, since it would try all labels first.
    """
    db.execute("DELETE FROM article_labels")
    db.execute("DELETE FROM labels")
    for kind, column in KINDS.items():
        db.execute(
            f"""
            INSERT INTO labels (kind, written, name)
            SELECT ?, value, value FROM articles CROSS JOIN json_each(articles.{column})
            WHERE true ON CONFLICT DO NOTHING
            """,
            (kind,),
        )
        db.execute(
            f"""
            INSERT INTO article_labels (label, article, outlet, date)
            SELECT labels.id, articles.id, outlet, date
            FROM articles CROSS JOIN json_each(articles.{column})
            CROSS JOIN labels ON labels.kind = ? AND written = value
            WHERE true ON CONFLICT DO NOTHING
            """,
            (kind,),
        )
    fold_new(db)
    db.execute("INSERT OR REPLACE INTO rules (name, version) VALUES ('labels', ?)", (RULE,))
