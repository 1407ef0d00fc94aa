"""The data dictionary for people: as a page, and as metadata for Datasette. Pure."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from balkan_crawler.storage.file.dictionary import Question, TableMeaning

_BEGINNING: Final = """# The data

Every table and view of the database, with the type and the meaning of each column and a query to begin with. The
database is one SQLite file: any program that reads SQLite opens it, also while a crawl is at work.
[analysts.md](analysts.md) begins with questions.

- Times are ISO 8601 in UTC (`2026-11-23T08:30:00+00:00`), days `2026-11-23`; such texts sort by time.
- Text is NFC without control characters, paragraphs are divided by one newline. What is not known is `NULL`.
- Lists are JSON arrays; the views `tags`, `authors` and `agencies` have one row an element.
- An article's key is its `url` and `date`. To count stories and not their copies, ask `unique_articles`.
- Exports have the columns of `articles` and the outlet's `country`, without `id`, `identity`, `appeared`,
  `state_hash` and `page_hash`.
"""
_SECTIONS: Final = (
    ("Tables", "", False, False),
    ("Views", "Made for questions: nothing is stored in them, and they need no internal column.", True, False),
    (
        "The crawler's own tables",
        "What a crawl remembers, and indexes. They may change with any version; the views stay.",
        False,
        True,
    ),
)


def as_markdown(tables: Sequence[TableMeaning]) -> str:
    """Write the page ``docs/data.md``."""
    parts = [_BEGINNING]
    for title, text, is_view, is_inner in _SECTIONS:
        parts += [f"## {title}\n", *([f"{text}\n"] if text else [])]
        parts += [_section(table) for table in tables if (table.is_view, table.is_inner) == (is_view, is_inner)]
    return "\n".join(parts)


def _section(table: TableMeaning) -> str:
    key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    rows = [f"| `{column.name}` | {column.type} | {column.meaning} |" for column in table.columns]
    return "\n".join(
        [
            f"### {table.name}\n",
            textwrap.fill(f"{table.meaning}{key}", 120, break_on_hyphens=False) + "\n",
            f"```sql\n{table.example};\n```\n",
            "| column | type | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def as_datasette(tables: Sequence[TableMeaning], questions: Sequence[Question], database: str) -> str:
    """Write metadata for Datasette (https://docs.datasette.io/en/stable/metadata.html), in YAML.

    ``database`` is what Datasette calls it: the name of its file without the ending.
    """
    described = {
        table.name: {
            "description": table.meaning,
            **({"hidden": True} if table.is_inner else {}),
            "columns": {column.name: column.meaning for column in table.columns},
        }
        for table in tables
    }
    asked = {
        question.name: {"title": question.title, "description": question.says, "sql": question.sql}
        for question in questions
    }
    return "\n".join(
        _yaml(
            {
                "title": "News of the Balkans",
                "databases": {
                    database: {
                        "description": "An archive of balkan_crawler. Times are UTC; count stories in unique_articles.",
                        "tables": described
                        | {name: {"hidden": True} for name in ("_sqlite_migrations", "sqlite_sequence")},
                        "queries": asked,
                    }
                },
            }
        )
    )


def _yaml(values: dict[str, Any], indent: str = "") -> Iterator[str]:
    """Write mappings in YAML; every other value as JSON, which YAML includes."""
    for name, value in values.items():
        key = name if name.isidentifier() else json.dumps(name, ensure_ascii=False)
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _yaml(value, f"{indent}  ")
        elif isinstance(value, str) and "\n" in value:
            yield f"{indent}{key}: |-"
            yield from (f"{indent}  {line}" for line in value.split("\n"))
        else:
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}"
