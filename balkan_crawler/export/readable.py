"""An article for a reader rather than a program: plain text, or Markdown (https://spec.commonmark.org). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from balkan_crawler.export.local_times import to_the_minute

if TYPE_CHECKING:
    from balkan_crawler.export.rows import Row

_INLINE: Final = re.compile(r"[\\`*_\[\]<>~|&$]")
"""What may begin markup or a character reference anywhere in a line, in CommonMark and its usual additions."""
_AT_THE_BEGINNING: Final = re.compile(r"#|[+\-=:](?!\w)|\d{1,9}[.)](?=\s|$)")
"""What begins a heading, a list or a rule at the beginning of a line."""

_LETTERS: Final = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
"""Letters beyond ASCII, as an address has them."""


def as_text(article: Row) -> str:
    """Write an article as plain text: title, what is known of it, its paragraphs, an empty line between them."""
    about = [", ".join(_about(article)), *_address(article)]
    parts = [str(article["title"]), "\n".join(filter(None, about)), *_paragraphs(article)]
    return "\n\n".join(filter(None, parts)) + "\n"


def as_markdown(article: Row) -> str:
    """Write an article as Markdown. What its outlet wrote is text: no character of it is taken for markup."""
    about = [f"*{_escaped(', '.join(_about(article)))}*" if _about(article) else "", *map(_link, _address(article))]
    title = _escaped(str(article["title"])) or "\\-"
    parts = [f"# {title}", "  \n".join(filter(None, about)), *map(_escaped, _paragraphs(article))]
    if str(article.get("lead") or "").strip():
        parts[2] = f"**{parts[2]}**"
    return "\n\n".join(filter(None, parts)) + "\n"


def _about(article: Row) -> list[str]:
    """Say where and when it appeared and who wrote it, as far as that is known."""
    names = [*_texts(article.get("authors")), *_texts(article.get("agencies"))]
    return [str(part) for part in (article.get("outlet"), _time(article), *names, article.get("section")) if part]


def _address(article: Row) -> list[str]:
    """Give the address with the letters that percent signs stand for, which every browser takes."""
    return [_LETTERS.sub(_letters, str(article["url"]))] if article.get("url") else []


def _letters(found: re.Match[str]) -> str:
    text = unquote_to_bytes(found.group()).decode("utf-8", "replace")
    return text if text.isalnum() else found.group()


def _time(article: Row) -> str:
    """Write when it was published: the day alone where no more is known, else with the offset of the clock."""
    published = article.get("published")
    if not published:
        return str(article.get("date") or "")
    if article.get("date_precision") == "day":
        return str(article.get("date") or str(published)[:10])
    time = str(published)
    offset = time[-6:] if time[-6:-5] in ("+", "-") else ""
    return f"{to_the_minute(time)} {'UTC' if offset in ('', '+00:00') else offset}"


def _paragraphs(article: Row) -> list[str]:
    lead = " ".join(str(article.get("lead") or "").split())
    return [text.strip() for text in (lead, *str(article.get("body") or "").split("\n")) if text.strip()]


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _escaped(text: str) -> str:
    text = _INLINE.sub(r"\\\g<0>", text)
    found = _AT_THE_BEGINNING.match(text)
    if found is None:
        return text
    return f"{text[: found.end() - 1]}\\{text[found.end() - 1 :]}"


def _link(url: str) -> str:
    """Write an address as a link; one that could end it early stands as text."""
    return f"<{url}>" if not re.search(r"[<>\s\\]", url) else _escaped(url)


def row_of(fields: Mapping[str, object]) -> Row:
    """Give the fields of an article that was just read as a row has them."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}
