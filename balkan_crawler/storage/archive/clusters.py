"""Near-duplicates: the persistent index of fingerprints, and the clusters of articles that tell one story's text.

The index is a table of (band, article), looked up by the bands of the text at hand; nothing is kept in memory. A band
key is cut to 32 bits: at a million articles a text then meets a stranger in one of four look-ups, which `same_story`
sends away, and the table, touched at 32 random places by each article, is a third smaller.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler import text
from balkan_crawler.preparation import bands_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from balkan_crawler.storage.archive.transaction import Transaction
    from balkan_crawler.text.fingerprints import Fingerprint

REFRESH: Final = """
    UPDATE _clusters SET
        (url, date) = (SELECT url, date FROM articles WHERE cluster = :id ORDER BY appeared, id LIMIT 1),
        size = (SELECT count(*) FROM articles WHERE cluster = :id)
    WHERE id = :id
"""
"""Names the earliest article of the cluster ``id``, and counts its articles."""
MOST_COMPARED: Final = 64
_PUT: Final = "INSERT OR REPLACE INTO _fingerprints (article, signature) VALUES (?, ?)"
_PUT_BAND: Final = "INSERT OR IGNORE INTO _bands (band, article) VALUES (?, ?)"


@dataclass(frozen=True, slots=True)
class Like:
    """An indexed article whose text is the same story, and the cluster it is in, if any."""

    article: int
    cluster: int | None


def alike(writing: Transaction, fingerprint: bytes | None, bands: Sequence[int], article: int = 0) -> list[Like]:
    """Give the indexed articles whose text is the same story, of those that share the most bands; not itself.

    One like of a cluster is enough.
    """
    mark = _read(fingerprint) if fingerprint is not None else None
    if mark is None:
        return []
    shared = Counter(writing.bands.articles(writing.db, bands))
    del shared[article]
    if not shared:
        return []
    if not writing.bands.unwritten.isdisjoint(shared):
        writing.settle()
    candidates = _candidates(writing.db, [number for number, _ in islice(shared.most_common(), MOST_COMPARED)])
    found: list[Like] = []
    clusters: set[int] = set()
    marks = [other for _, other in candidates]
    for (like, _), is_same in zip(candidates, text.same_stories(mark, marks) if marks else (), strict=True):
        if is_same and (like.cluster is None or like.cluster not in clusters):
            found.append(like)
            if like.cluster is not None:
                clusters.add(like.cluster)
    return found


def _candidates(db: sqlite3.Connection, numbers: list[int]) -> list[tuple[Like, Fingerprint]]:
    """Give those of the articles whose fingerprints can be compared, in the order of their numbers here."""
    rows = db.execute(
        """
        SELECT article, cluster, signature FROM _fingerprints JOIN articles ON id = article
        WHERE article IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(numbers),),
    )
    by_number = {number: (Like(number, cluster), _read(stored)) for number, cluster, stored in rows}
    found = (by_number.get(number) for number in numbers)
    return [(each[0], each[1]) for each in found if each is not None and each[1] is not None]


def gather(writing: Transaction, articles: Sequence[Like]) -> int | None:
    """Put articles into one cluster, and give it: the oldest of those they are in, which takes the others in, or a new.

    Whoever calls it brings one article more, and then has the cluster refreshed.
    """
    if not articles:
        return None
    db = writing.db
    known = sorted({each.cluster for each in articles if each.cluster is not None})
    if known:
        cluster = known[0]
        if len(known) > 1:
            writing.settle()  # what is added may be of one of those that end
        for other in known[1:]:
            db.execute("UPDATE articles SET cluster = ? WHERE cluster = ?", (cluster, other))
            db.execute("DELETE FROM _clusters WHERE id = ?", (other,))
    else:
        made = db.execute(
            "INSERT INTO _clusters (url, date, size) SELECT url, date, 0 FROM articles WHERE id = ? RETURNING id",
            (articles[0].article,),
        ).fetchone()
        cluster = int(made[0])
    alone = [(cluster, each.article) for each in articles if each.cluster is None]
    if alone:
        db.executemany("UPDATE articles SET cluster = ? WHERE id = ?", alone)
    return cluster


def index(writing: Transaction, article: int, fingerprint: bytes | None, bands: Sequence[int]) -> None:
    """Let an article be indexed that is not, and whose likes were looked for."""
    if fingerprint is None:
        return
    writing.backlog.add(_PUT, (article, fingerprint))
    writing.backlog.add(_PUT_BAND, *((band, article) for band in bands))
    writing.bands.add(article, bands)


def replace(
    writing: Transaction, article: int, fingerprint: bytes | None, bands: Sequence[int], cluster: int | None
) -> int | None:
    """Index an edited article anew. It stays in its cluster, or joins one that it is like now."""
    _unindex(writing.db, article)
    like = alike(writing, fingerprint, bands, article)
    index(writing, article, fingerprint, bands)
    if not like:
        return cluster
    joined = gather(writing, [Like(article, cluster), *like])
    assert joined is not None
    refresh(writing.db, joined)
    return joined


def _unindex(db: sqlite3.Connection, article: int) -> None:
    """Take an article out of the index."""
    row = db.execute("SELECT signature FROM _fingerprints WHERE article = ?", (article,)).fetchone()
    former = _read(row[0]) if row else None
    if former is not None:  # one of an earlier rule leaves its bands behind; they lead to no likeness any more
        rows = [(band, article) for band in bands_of(former)]
        db.executemany("DELETE FROM _bands WHERE band = ? AND article = ?", rows)
    db.execute("DELETE FROM _fingerprints WHERE article = ?", (article,))


def remove(db: sqlite3.Connection, article: int, cluster: int | None) -> None:
    """Forget an article whose row is gone, and count the cluster that it was in."""
    _unindex(db, article)
    if cluster is not None:
        _shrink(db, cluster)


def correct(
    writing: Transaction, article: int, fingerprint: bytes | None, bands: Sequence[int], cluster: int | None
) -> int | None:
    """Index an article anew whose text had been read wrong: it leaves its cluster where it is not like it any more."""
    writing.db.execute("UPDATE articles SET cluster = NULL WHERE id = ?", (article,))
    found = replace(writing, article, fingerprint, bands, None)
    if cluster is not None and found != cluster:
        _shrink(writing.db, cluster)
    return found


def _shrink(db: sqlite3.Connection, cluster: int) -> None:
    """Count a cluster that an article has left; where one other is left in it, there is none any more."""
    (left,) = db.execute("SELECT count(*) FROM articles WHERE cluster = ?", (cluster,)).fetchone()
    if left > 1:
        refresh(db, cluster)
    else:
        db.execute("UPDATE articles SET cluster = NULL WHERE cluster = ?", (cluster,))
        db.execute("DELETE FROM _clusters WHERE id = ?", (cluster,))


def refresh(db: sqlite3.Connection, cluster: int) -> None:
    """Name the earliest article of a cluster, and count its articles."""
    db.execute(REFRESH, {"id": cluster})


def _read(stored: bytes) -> Fingerprint | None:
    from balkan_crawler.text.fingerprints import Fingerprint  # here, since it loads numpy, which reading does not need

    return Fingerprint.from_bytes(stored)
