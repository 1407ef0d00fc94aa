"""The same page gives the same record: the time of the fetch is handed in, and nothing below the face asks a clock."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import balkan_crawler.extraction
from balkan_crawler import extract, extract_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from balkan_crawler.model import Article

ROOM = Path(balkan_crawler.extraction.__file__).parent
FACES = {("page.py", "extract"), ("plain_text.py", "extract_text")}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "monotonic"}
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.glasnik.example.rs/vesti/skela-90210"
STORY = (
    "<p>Ronioci su i trećeg dana potrage pretražili reku od starog mosta do brane, ali bez uspeha, saopštila je juče "
    "vatrogasna brigada iz susednog grada.</p><p>Potraga se nastavlja sutra ujutru, a pridružiće joj se i dva čamca sa "
    "sonarom koje je poslala Mađarska, rekao je zamenik komandanta i zamolio građane da ne prilaze nasipu.</p>"
)


def page_of(line: str) -> bytes:
    article = f'<h1>Nova skela povezuje dve obale reke</h1><div class="date">{line}</div>{STORY}'
    return f'<html lang="sr"><body><article>{article}</article></body></html>'.encode()


def article_of(line: str, fetched_at: datetime | None = NOW) -> Article:
    article = extract(page_of(line), URL, fetched_at=fetched_at).article
    assert article is not None
    return article


def test_the_same_page_gives_the_same_record() -> None:
    page = page_of("pre 3 sata")
    assert extract(page, URL, fetched_at=NOW) == extract(page, URL, fetched_at=NOW)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=5), timedelta(days=400)])
def test_relative_dates_move_with_the_time_of_the_fetch(later: timedelta) -> None:
    assert article_of("pre 3 sata", NOW + later).published == NOW + later - timedelta(hours=3)


def test_without_a_time_of_fetch_relative_dates_are_not_read() -> None:
    assert article_of("pre 3 sata", None).published is None


def test_without_a_time_of_fetch_a_date_is_the_one_that_the_page_prints() -> None:
    then = datetime.now(UTC) - timedelta(days=90)
    assert (
        article_of(f"{then:%d.%m.%Y.} 14:05", None).published == article_of(f"{then:%d.%m.%Y.} 14:05", then).published
    )


def test_a_day_is_refused_that_lies_behind_the_fetch() -> None:
    line = "24.11.2026. 14:05"
    assert article_of(line, NOW).published is not None
    assert article_of(line, NOW - timedelta(days=3)).published is None


def test_flattened_text_reads_relative_dates_from_the_time_of_the_fetch() -> None:
    text = "Nova skela povezuje dve obale reke\npre 3 sata\nPotraga se nastavlja sutra ujutru, rekao je zamenik."
    for fetched_at in (NOW, NOW - timedelta(days=40)):
        article = extract_text(text, ("sr-Latn",), fetched_at=fetched_at).article
        assert article is not None and article.published == fetched_at - timedelta(hours=3)


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOM)))
def test_nothing_below_the_face_asks_a_clock(path: Path) -> None:
    asked = {(str(path.relative_to(ROOM)), function) for function in asking(ast.parse(path.read_text("utf-8")))}
    assert asked <= FACES


@pytest.mark.parametrize(
    "source",
    [
        "def f(): return datetime.now(UTC)",
        "def f(): return date.today()",
        "def f(): return time.time()",
        "def f(): return read_moment(text, languages)",
        "def f(): return read_moment(text, timezone=zone)",
    ],
)
def test_a_clock_would_be_found(source: str) -> None:
    assert list(asking(ast.parse(source))) == ["f"]


def test_whether_a_text_is_a_date_is_no_question_to_a_clock() -> None:
    assert not list(asking(ast.parse("def f(): return read_moment(text) is not None")))


def asking(tree: ast.Module) -> Iterator[str]:
    """Give the functions that ask a clock, or read a date without being told the present."""
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)):
        nodes = list(ast.walk(function))
        tests = {id(node.left) for node in nodes if isinstance(node, ast.Compare) and is_none(node.comparators[0])}
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        if any(is_clock(call) or (leaves_now_open(call) and id(call) not in tests) for call in calls):
            yield function.name


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_clock(call: ast.Call) -> bool:
    """Say whether a call is one of ``datetime.now`` and the like: on a module or class, not on what a page gave."""
    called = call.func
    is_of_clock = isinstance(called, ast.Attribute) and called.attr in CLOCKS
    return is_of_clock and isinstance(called.value, ast.Name) and called.value.id in {"datetime", "date", "time"}


def leaves_now_open(call: ast.Call) -> bool:
    is_reader = isinstance(call.func, ast.Name) and call.func.id in {"read_moment", "read_date"}
    return is_reader and len(call.args) < 3 and all(keyword.arg != "now" for keyword in call.keywords)


@pytest.mark.parametrize("content", ["<html>", None, 7])
def test_content_that_is_no_bytes_is_refused_in_words(content):
    with pytest.raises(TypeError, match=f"content must be bytes as served, not {type(content).__name__}"):
        extract(content, "https://example.org/news/1")
