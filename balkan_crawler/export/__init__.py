"""Articles out of the archive as files: CSV, JSON, JSON Lines, Parquet.

`write_exports` streams rows into any number of files at once; `FORMATS` names the formats. A new format is one module
with one writer and one line in `formats`.
"""

from __future__ import annotations

from balkan_crawler.export.columns import chosen_columns
from balkan_crawler.export.formats import FORMATS, Format, format_of
from balkan_crawler.export.writing import Export, write_exports
from balkan_crawler.model.columns import ARTICLE_COLUMNS, Column, ColumnType

__all__ = [
    "ARTICLE_COLUMNS",
    "FORMATS",
    "Column",
    "ColumnType",
    "Export",
    "Format",
    "chosen_columns",
    "format_of",
    "write_exports",
]
