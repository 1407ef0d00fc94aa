"""The columns of an export are those of the archive, in an order that programs can rely on."""

from __future__ import annotations

import pytest

from balkan_crawler.export import ARTICLE_COLUMNS, chosen_columns
from balkan_crawler.storage.archive.article_queries import COLUMNS


def test_an_export_has_every_column_of_the_archive_in_its_order():
    assert tuple(column.name for column in ARTICLE_COLUMNS) == COLUMNS


def test_chosen_columns_come_in_the_order_named_and_once():
    assert [column.name for column in chosen_columns(["title", "url", "title"])] == ["title", "url"]


def test_an_unknown_column_is_named():
    with pytest.raises(KeyError, match="headline"):
        chosen_columns(["title", "headline"])
