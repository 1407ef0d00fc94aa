"""The file that makes views of the tables for whoever asks them with DuckDB: the latest state of each article. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.parquet_archive.tables import ALIASES, ARTICLES, CORRECTIONS, OUTLETS, SUPERSEDED, TEASERS, VERSIONS

if TYPE_CHECKING:
    from balkan_crawler.parquet_archive.manifest import Manifest

VIEWS: Final = "archive.sql"
_HEAD: Final = """\
-- Views of this folder for DuckDB: the latest state of each article, and what belongs to it. In the folder:
--     duckdb -init archive.sql
-- or in Python, from anywhere:
--     db = duckdb.connect()
--     db.execute("SET file_search_path = 'FOLDER'")
--     db.execute(open("FOLDER/archive.sql").read())
"""
_HIVE: Final = "hive_partitioning = true, hive_types = {'month': VARCHAR, 'country': VARCHAR}, union_by_name = true"


def views(manifest: Manifest) -> str:
    """Write the statements, for the tables that there are files of."""
    there = {file.table for file in manifest.files}
    statements = []
    for table, url, day in (
        (ARTICLES, "url", "date"),
        (VERSIONS, "url", "date"),
        (CORRECTIONS, "url", "date"),
        (TEASERS, "article_url", "article_date"),
        (ALIASES, "article_url", "article_date"),
    ):
        if table.name not in there:
            continue
        latest = ""
        if SUPERSEDED.name in there:
            latest = f"""
WHERE NOT EXISTS (
    SELECT 1 FROM read_parquet('{SUPERSEDED.name}/**/*.parquet', {_HIVE}) AS older
    WHERE older.url = found.{url} AND older.date = found.{day} AND older.generation = found.generation
)"""
        columns = "* EXCLUDE (generation)" if table is not ARTICLES else "* EXCLUDE (generation, digest, change)"
        statements.append(
            f"CREATE OR REPLACE VIEW {table.name} AS\n"
            f"SELECT {columns} FROM read_parquet('{table.name}/**/*.parquet', {_HIVE}) AS found{latest};"
        )
    if OUTLETS.name in there:
        statements.append(
            f"CREATE OR REPLACE VIEW {OUTLETS.name} AS\n"
            f"SELECT * EXCLUDE (generation) FROM read_parquet('{OUTLETS.name}/*.parquet', union_by_name = true)\n"
            "QUALIFY row_number() OVER (PARTITION BY key ORDER BY generation DESC) = 1;"
        )
    return "\n".join([_HEAD, *statements, ""])
