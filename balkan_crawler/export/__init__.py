"""Articles out of the archive as files: CSV, Excel, JSON, JSON Lines, Parquet, Markdown, plain text, Atom.

`write_exports` streams rows into any number of files at once; `FORMATS` names the formats. A new format is one module
with one writer and one line in `formats`.
"""

from __future__ import annotations

from balkan_crawler.export.atom_writer import Feed
from balkan_crawler.export.columns import chosen_columns
from balkan_crawler.export.formats import FORMATS, Format, format_of
from balkan_crawler.export.local_times import in_local_time
from balkan_crawler.export.manifest import refuse_manifest, write_manifest
from balkan_crawler.export.writing import Export, write_exports
from balkan_crawler.model.columns import ARTICLE_COLUMNS, Column, ColumnType

__all__ = [
    "ARTICLE_COLUMNS",
    "FORMATS",
    "Column",
    "ColumnType",
    "Export",
    "Feed",
    "Format",
    "chosen_columns",
    "format_of",
    "in_local_time",
    "refuse_manifest",
    "write_exports",
    "write_manifest",
]
