"""Near-duplicates: the persistent index of fingerprints, and the clusters of articles that tell one story's text.

The index is a table of (band, article), looked up by the bands of the text at hand; nothing is kept in memory. A band
key is cut to 32 bits: at a million articles a text then meets a stranger in one of four look-ups, which `same_story`
sends away, and the table, touched at 32 random places by each article, is a third smaller.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler import text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from balkan_crawler.text.fingerprints import Fingerprint

NEWEST_OF_A_BAND: Final = 32
"""So many articles of one band are looked at: thousands may share a standing phrase, and one like is enough."""

MOST_COMPARED: Final = 64


def add(db: sqlite3.Connection, article: int, words: Sequence[str]) -> int | None:
    """Index an article by its body's folded words and link it with its like; gives its cluster, if it has any like."""
    mark = text.fingerprint_of_words(words)
    if mark is None:
        return None
    bands = _bands(mark)
    like = _alike(db, article, mark, bands)
    db.execute("INSERT OR REPLACE INTO fingerprints (article, signature) VALUES (?, ?)", (article, mark.to_bytes()))
    db.executemany("INSERT OR IGNORE INTO bands (band, article) VALUES (?, ?)", [(band, article) for band in bands])
    return _link(db, article, like) if like else None


def replace(db: sqlite3.Connection, article: int, words: Sequence[str], cluster: int | None) -> int | None:
    """Index an edited article anew. It stays in its cluster, or joins one that it is like now."""
    row = db.execute("SELECT signature FROM fingerprints WHERE article = ?", (article,)).fetchone()
    former = _read(row[0]) if row else None
    if former is not None:  # one of an earlier rule leaves its bands behind; they lead to no likeness any more
        rows = [(band, article) for band in _bands(former)]
        db.executemany("DELETE FROM bands WHERE band = ? AND article = ?", rows)
    db.execute("DELETE FROM fingerprints WHERE article = ?", (article,))
    return add(db, article, words) or cluster


def correct(db: sqlite3.Connection, article: int, words: Sequence[str], cluster: int | None) -> int | None:
    """Index an article anew whose text had been read wrong: it leaves its cluster where it is not like it any more."""
    db.execute("UPDATE articles SET cluster = NULL WHERE id = ?", (article,))
    found = replace(db, article, words, None)
    if cluster is not None and found != cluster:
        _shrink(db, cluster)
    return found


def _shrink(db: sqlite3.Connection, cluster: int) -> None:
    """Count a cluster that an article has left; where one other is left in it, there is none any more."""
    (left,) = db.execute("SELECT count(*) FROM articles WHERE cluster = ?", (cluster,)).fetchone()
    if left > 1:
        refresh(db, cluster)
    else:
        db.execute("UPDATE articles SET cluster = NULL WHERE cluster = ?", (cluster,))
        db.execute("DELETE FROM clusters WHERE id = ?", (cluster,))


def refresh(db: sqlite3.Connection, cluster: int) -> None:
    """Name the earliest article of a cluster, and count its articles."""
    db.execute(
        """
        UPDATE clusters SET
            (url, date) = (SELECT url, date FROM articles WHERE cluster = :id ORDER BY appeared, id LIMIT 1),
            size = (SELECT count(*) FROM articles WHERE cluster = :id)
        WHERE id = :id
        """,
        {"id": cluster},
    )


def _bands(mark: Fingerprint) -> list[int]:
    return sorted(key >> 32 for key in text.band_keys(mark))


def _read(stored: bytes) -> Fingerprint | None:
    from balkan_crawler.text.fingerprints import Fingerprint  # here, since it loads numpy, which reading does not need

    return Fingerprint.from_bytes(stored)


def _alike(db: sqlite3.Connection, article: int, mark: Fingerprint, bands: list[int]) -> list[int]:
    """Give the indexed articles whose text is the same story, of those that share the most bands."""
    newest = (
        f"SELECT article FROM (SELECT article FROM bands WHERE band = ? ORDER BY article DESC LIMIT {NEWEST_OF_A_BAND})"
    )
    met = db.execute(" UNION ALL ".join([newest] * len(bands)), bands)
    shared = Counter(number for (number,) in met)
    del shared[article]
    found: list[int] = []
    clusters: set[int] = set()
    for number, _ in islice(shared.most_common(), MOST_COMPARED):
        stored, cluster = db.execute(
            "SELECT signature, cluster FROM fingerprints JOIN articles ON id = article WHERE article = ?", (number,)
        ).fetchone() or (b"", None)
        other = _read(stored) if cluster not in clusters else None  # one like of a cluster is enough
        if other is not None and text.same_story(mark, other):
            found.append(number)
            if cluster is not None:
                clusters.add(cluster)
    return found


def _link(db: sqlite3.Connection, article: int, like: list[int]) -> int:
    """Put articles into one cluster: a new one, or the oldest of those they are in, which takes the others in."""
    numbers = [article, *like]
    places = ", ".join("?" * len(numbers))
    known = db.execute(
        f"SELECT DISTINCT cluster FROM articles WHERE id IN ({places}) AND cluster IS NOT NULL ORDER BY cluster",
        numbers,
    ).fetchall()
    if known:
        cluster = int(known[0][0])
        for (other,) in known[1:]:
            db.execute("UPDATE articles SET cluster = ? WHERE cluster = ?", (cluster, other))
            db.execute("DELETE FROM clusters WHERE id = ?", (other,))
    else:
        made = db.execute("INSERT INTO clusters (url, date, size) VALUES ('', '', 0) RETURNING id").fetchone()
        cluster = int(made[0])
    db.execute(
        f"UPDATE articles SET cluster = ? WHERE id IN ({places}) AND cluster IS NOT ?", (cluster, *numbers, cluster)
    )
    refresh(db, cluster)
    return cluster
