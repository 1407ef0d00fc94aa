"""What tells whether an article here and there is the same, with all that is stored of it. Pure."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.model.columns import Column, ColumnType
from balkan_crawler.parquet_archive.tables import ARTICLES, BESIDE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.storage.months_contract import WholeArticle

MOVING: Final = frozenset({"cluster", "last_seen"})
"""Columns that change without the article: other copies come and leave, and it is visited again."""
_TO_THE_SECOND: Final = len("2026-11-23T08:30:00+00:00")
_COLUMNS: Final = tuple(column for column in ARTICLES.own if column.name not in MOVING)


def digest_of(article: Mapping[str, object], beside: Sequence[Sequence[Mapping[str, object]]]) -> str:
    """Give the SHA-256 of an article and its rows of `BESIDE`, but for what `MOVING` names.

    It is the same over every engine, and over files: times are compared as moments, numbers by their value. A column
    that is empty counts as one that is not there, so that files outlive a new one.
    """
    values: list[object] = [_values(article, _COLUMNS)]
    for table, rows in zip(BESIDE, beside, strict=True):
        values.append([_values(row, table.own) for row in rows])
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_whole(whole: WholeArticle) -> str:
    """Give the digest of an article as a store gives it."""
    return digest_of(whole.article, beside_of(whole))


def beside_of(whole: WholeArticle) -> tuple[Sequence[Mapping[str, object]], ...]:
    """Give what is stored beside an article, in the order of `BESIDE`."""
    return whole.versions, whole.corrections, whole.teasers, whole.aliases


def _values(row: Mapping[str, object], columns: Sequence[Column]) -> dict[str, object]:
    return {
        column.name: _value(value, column.type)
        for column in columns
        if (value := row[column.name]) is not None and value != []
    }


def _value(value: object, kind: ColumnType) -> object:
    if kind is ColumnType.TIME and isinstance(value, str):
        is_as_written = len(value) == _TO_THE_SECOND and value.endswith("+00:00")
        return value if is_as_written else datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return float(value) if kind is ColumnType.NUMBER and isinstance(value, int) else value
