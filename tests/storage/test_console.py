"""SQL that people type: what is answered, and how everything else ends in a sentence and changes nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.archives import fill, visit

from balkan_crawler.errors import StatementError, StatementFault, StoreError
from balkan_crawler.storage import names_to_fill_in, open_store
from balkan_crawler.storage.archive.console_process import answer
from balkan_crawler.storage.file.connection import address_of

WRITES = [
    "UPDATE articles SET title = 'x'",
    "DELETE FROM articles",
    "INSERT INTO outlets SELECT * FROM outlets",
    "REPLACE INTO outlets SELECT * FROM outlets",
    "DROP TABLE articles",
    "CREATE TABLE mine (x)",
    "CREATE TEMP TABLE mine (x)",
    "CREATE TEMP VIEW mine AS SELECT 1",
    "CREATE VIRTUAL TABLE temp.mine USING fts5(x)",
    "ALTER TABLE articles RENAME TO others",
    "INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')",
    "INSERT INTO articles_fts (articles_fts, rank) VALUES ('secure-delete', 1)",
    "WITH x AS (SELECT 1) DELETE FROM articles",
    "EXPLAIN DELETE FROM articles",
    "ATTACH DATABASE ':memory:' AS other",
    "ATTACH '{folder}/other.db' AS other",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO '{folder}/copy.db'",
    "REINDEX",
    "ANALYZE",
    "BEGIN IMMEDIATE",
    "BEGIN",
    "SAVEPOINT here",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA user_version = 7",
    "PRAGMA application_id = 7",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA hard_heap_limit = 1",
    "PRAGMA optimize",
    "PRAGMA temp_store_directory = '/'",
    "SELECT load_extension('libc.so.6')",
    "SELECT * FROM pragma_journal_mode",
]
TOO_MUCH = [
    "SELECT randomblob(1000000000)",
    "SELECT zeroblob(1e9)",
    "SELECT hex(zeroblob(3000000))",
    "SELECT replace(printf('%.*c', 1000000, 'a'), 'a', printf('%.*c', 1000000, 'b'))",
    "SELECT group_concat(hex(zeroblob(1000000))) FROM articles",
]
TOO_SLOW = [
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION SELECT x + 1 FROM n) SELECT x FROM n",
    "WITH RECURSIVE n(x) AS (SELECT zeroblob(1000000) UNION ALL SELECT x FROM n) SELECT x FROM n",
    "SELECT instr(replace(hex(zeroblob(1900000)), '0', 'a'), replace(hex(zeroblob(900000)), '0', 'a') || 'b')",
]
NOT_UNDERSTOOD = [
    ("SELEC 1", "syntax error"),
    ("SELECT nonsense FROM articles", "no such column"),
    ("SELECT * FROM nowhere", "no such table"),
    ("SELECT * FROM mentions WHERE text MATCH '\"'", "unterminated string"),
    ("SELECT abs(-9223372036854775808)", "integer overflow"),
    ("SELECT 'a", "unrecognized token"),
    ("SELECT 1\0", "NUL"),
    ("SELECT '\ud800'", "surrogates"),
    ("SELECT " + "(" * 5000 + "1" + ")" * 5000, "overflow"),
    ("SELECT " + ",".join("1" * 500), "too many columns"),
    ("SELECT 1 WHERE " + " AND ".join(["1"] * 3000), "too large"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("console") / "a.db"
    fill(path, [visit(number) for number in range(60)])
    return path


@pytest.fixture(scope="module")
def store(archive):
    with open_store(archive, read_only=True) as store:
        yield store


def rows(store, statement, values=None, seconds=20.0):
    with store.ask(statement, values, seconds=seconds) as answer:
        return answer.columns, list(answer.rows)


def fault(store, statement, seconds=20.0, values=None):
    with pytest.raises(StatementError) as raised:
        rows(store, statement, values, seconds)
    return raised.value


def content(path):
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump()), sorted(each.name for each in path.parent.iterdir())


def test_a_question_is_answered_with_its_columns_and_values(store):
    statement = "SELECT title, words FROM articles WHERE id > :least AND title <> ':other' ORDER BY id LIMIT :most"
    columns, found = rows(store, statement, {"least": "2", "most": "2"})
    assert columns == ("title", "words")
    assert found == [("Vest broj 2", 21), ("Vest broj 3", 21)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM mentions WHERE text MATCH 'dunav*'",
        "SELECT snippet(articles_fts, 0, '', '', '', 5) FROM articles_fts WHERE articles_fts MATCH 'most' LIMIT 1",
        "SELECT value FROM json_each('[1]')",
        "SELECT * FROM articles_a_day LIMIT 1",
        "PRAGMA table_info(articles)",
        "SELECT name FROM pragma_table_info('articles')",
        "EXPLAIN QUERY PLAN SELECT * FROM articles",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 9) SELECT * FROM n",
        "VALUES (1)",
        " SELECT 1 ; -- and no more",
    ],
)
def test_whatever_only_reads_is_answered(store, statement):
    assert rows(store, statement)[1]


def test_values_of_every_kind_are_given_as_they_are(store):
    statement = "SELECT NULL, 1, 1.5, 9e999, x'ff00', CAST(x'c3' AS TEXT), 'Ђ', 9223372036854775807"
    assert rows(store, statement)[1] == [(None, 1, 1.5, float("inf"), b"\xff\x00", "\ufffd", "Ђ", 2**63 - 1)]


def test_many_rows_come_one_after_the_other(store):
    statement = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) SELECT x FROM n"
    with store.ask(statement, seconds=30) as answer:
        assert sum(1 for _ in answer.rows) == 200_000


@pytest.mark.parametrize("statement", WRITES)
def test_whatever_would_do_more_than_read_is_refused_and_changes_nothing(store, archive, statement):
    before = content(archive)
    refused = fault(store, statement.format(folder=archive.parent))
    assert refused.fault in (StatementFault.WRITES, StatementFault.WRONG)
    assert content(archive) == before


@pytest.mark.parametrize("statement", WRITES[:6])
def test_writing_is_named_as_such(store, statement):
    assert fault(store, statement).fault is StatementFault.WRITES


@pytest.mark.parametrize("statement", TOO_MUCH)
def test_a_value_too_large_is_refused(store, statement):
    assert fault(store, statement).fault is StatementFault.BIG


@pytest.mark.slow
@pytest.mark.parametrize("statement", TOO_SLOW)
def test_what_takes_too_long_is_ended_wherever_it_is(store, statement):
    assert fault(store, statement, seconds=0.5).fault is StatementFault.SLOW


@pytest.mark.slow
def test_memory_is_bounded(store):
    many = ", ".join(f"printf('%.*c', 3900000 + {number}, 'a')" for number in range(100))
    assert fault(store, f"SELECT {many}").fault in (StatementFault.BIG, StatementFault.SLOW)


@pytest.mark.parametrize(("statement", "words"), NOT_UNDERSTOOD)
def test_what_is_not_understood_is_told_in_the_database_s_words(store, statement, words):
    wrong = fault(store, statement)
    assert wrong.fault in (StatementFault.WRONG, StatementFault.BIG)
    assert words in wrong.detail or wrong.fault is StatementFault.BIG


def test_several_statements_are_refused(store):
    assert fault(store, "SELECT 1; SELECT 2").fault is StatementFault.SEVERAL
    assert fault(store, "SELECT 1; DROP TABLE articles").fault is StatementFault.SEVERAL


@pytest.mark.parametrize("statement", ["", "  ", ";", "-- nothing", "/* nothing"])
def test_nothing_is_not_answered(store, statement):
    assert fault(store, statement).fault is StatementFault.NOTHING


def test_what_was_not_filled_in_is_told(store):
    lacking = fault(store, "SELECT :name")
    assert lacking.fault is StatementFault.VALUES and ":name" in lacking.detail
    assert fault(store, "SELECT ?").fault is StatementFault.VALUES


def test_an_archive_that_is_gone_is_told(tmp_path):
    fill(tmp_path / "a.db", [visit(1)])
    with open_store(tmp_path / "a.db", read_only=True) as store:
        for file in tmp_path.iterdir():
            file.unlink()
        with pytest.raises(StoreError, match=r"a\.db"), store.ask("SELECT 1") as found:
            list(found.rows)
    assert not (tmp_path / "a.db").exists()


def test_a_crawl_can_write_while_an_answer_is_read(tmp_path):
    fill(tmp_path / "a.db", [visit(number) for number in range(20)])
    with open_store(tmp_path / "a.db", read_only=True) as store, store.ask("SELECT title FROM articles") as answer:
        first = next(answer.rows)
        fill(tmp_path / "a.db", [visit(100)])
        assert len([first, *answer.rows]) == 20
    with open_store(tmp_path / "a.db", read_only=True) as store:
        assert rows(store, "SELECT count(*) FROM articles")[1] == [(21,)]


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("SELECT :a, :b, :a", ("a", "b")),
        ("SELECT ':a', \":b\", [:c], `:d`, :e", ("e",)),
        ("SELECT 'it''s :a' -- :b\n, :c /* :d */", ("c",)),
        ("SELECT @a, $b", ("a", "b")),
        ("SELECT '12:30'", ()),
        ("SELECT a::text, :ž", ("ž",)),
        ("SELECT ':a", ("a",)),
        ("/* :a", ()),
    ],
)
def test_names_to_fill_in_are_found_outside_of_texts_and_comments(statement, names):
    assert names_to_fill_in(statement) == names


WORDS = (
    "SELECT DELETE UPDATE INSERT INTO FROM WHERE articles articles_fts outlets _searches PRAGMA query_only = OFF "
    "ATTACH VACUUM WITH RECURSIVE a AS ( ) , ; * 1 'x' :a ? x'00' MATCH LIKE '%' UNION ALL zeroblob(9) json_each hex "
    "NULL EXPLAIN sqlite_master title LIMIT ORDER BY count(*) -- /* */ \" ' [ CREATE TEMP TABLE DROP BEGIN COMMIT"
).split()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)))
def test_any_text_is_answered_or_refused_and_changes_nothing(archive, statement):
    """In this process, by the code that runs in one of its own: 300 processes would take long."""
    before = archive.read_bytes()
    messages = list(answer(address_of(archive, read_only=True), statement, {"a": "1"}, 1.0, 1.0))
    assert messages[-1][0] in ("end", "fault")
    if messages[-1][0] == "fault":
        assert messages[-1][1] in StatementFault.__members__
    assert archive.read_bytes() == before
