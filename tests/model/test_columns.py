"""A record's fields are columns, by their types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pytest

from balkan_crawler.model.columns import ARTICLE_COLUMNS, ARTICLE_FIELDS, Column, ColumnType, columns_of


class Colour(StrEnum):
    RED = "red"


@dataclass
class Page:
    title: str
    lead: str | None
    colour: Colour | None
    names: tuple[str, ...]
    seen: datetime | None
    views: int
    share: float


@dataclass
class Odd:
    title: str
    sizes: tuple[int, ...]


def test_each_field_is_a_column_of_its_type():
    assert columns_of(Page) == (
        Column("title", ColumnType.TEXT),
        Column("lead", ColumnType.TEXT),
        Column("colour", ColumnType.TEXT),
        Column("names", ColumnType.LIST),
        Column("seen", ColumnType.TIME),
        Column("views", ColumnType.WHOLE),
        Column("share", ColumnType.NUMBER),
    )


def test_a_field_that_no_column_can_hold_is_named():
    with pytest.raises(TypeError, match=r"Odd\.sizes: no column can hold tuple\[int, \.\.\.\]"):
        columns_of(Odd)


def test_every_field_of_the_article_is_a_column_of_its_row():
    assert set(ARTICLE_FIELDS) <= set(ARTICLE_COLUMNS)
    assert len({column.name for column in ARTICLE_COLUMNS}) == len(ARTICLE_COLUMNS)
