"""The columns of an export are those of the archive, in an order that programs can rely on."""

from __future__ import annotations

import pytest

from balkan_crawler.export import ARTICLE_COLUMNS, chosen_columns
from balkan_crawler.model.columns import TEASER_COLUMNS

RELEASED = """
    url date outlet country title lead body authors agencies published modified date_source date_precision
    modified_source language script section tags image access access_evidence kind words charset replacement_share
    body_hash cluster first_seen last_seen edited crawl
""".split()


def test_columns_keep_their_places_and_new_ones_come_last():
    assert [column.name for column in ARTICLE_COLUMNS][: len(RELEASED)] == RELEASED
    assert [column.name for column in TEASER_COLUMNS] == "position url title excerpt heading place".split()


def test_chosen_columns_come_in_the_order_named_and_once():
    assert [column.name for column in chosen_columns(["title", "url", "title"])] == ["title", "url"]


def test_an_unknown_column_is_named():
    with pytest.raises(KeyError, match="headline"):
        chosen_columns(["title", "headline"])
