"""What a row must be like for PostgreSQL, and what becomes of one that is not."""

from __future__ import annotations

import pytest

from balkan_crawler.storage.copying.canonical import canonical_rows
from balkan_crawler.storage.copying.copy_format import block
from balkan_crawler.storage.copying.fitting import Fits, Needs
from balkan_crawler.storage.copying.tables import Kind, Table

COLUMNS = {
    "key": Kind.TEXT, "number": Kind.NUMBER, "real": Kind.REAL, "flag": Kind.FLAG, "time": Kind.TIME, "day": Kind.DAY,
    "list": Kind.LIST, "object": Kind.OBJECT, "blob": Kind.BLOB,
}  # fmt: skip
TABLE = Table(name="t", key=("key",), columns=COLUMNS, asked={})
NEEDS = Needs(kinds=frozenset(Kind), needed=frozenset({"key", "list"}), indexes=(("key",),))
ROW = {"key": "k", "number": 1, "real": 0.5, "flag": 1, "time": "2026-11-23T12:00:00+00:00", "day": "2026-11-23",
       "list": '["a"]', "object": "{}", "blob": b"\0"}  # fmt: skip


def row(**cells):
    return tuple((ROW | cells).values())


def fitted(*rows, replaces=False):
    fits = Fits(TABLE, NEEDS, replaces)
    return list(fits.fitting(rows)), fits


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"key": ""},
        {"key": "e\u0301 is not \u00e9, \U0001f600\\\t\n"},
        {"number": 2**63 - 1},
        {"real": float("inf")},
        {"time": "0001-01-01T00:00:00+00:00", "day": "0001-01-01"},
        {"time": "9999-12-31T23:59:59.999999+00:00", "day": "9999-12-31"},
        {"list": "[]", "object": '{"a": [1, {"b": null}]}'},
        {"list": '["\\\\u0000 is written out"]'},
        {"number": None, "real": None, "flag": None, "time": None, "day": None, "object": None, "blob": None},
        {"key": "ж" * 1300},
    ],
)
def test_a_row_fits_as_it_is(cells):
    rows, fits = fitted(row(), row(**cells))
    assert rows == [row(), row(**cells)]
    assert not fits.refused
    assert not fits.replaced


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"key": "a\0b"}, "a NUL character in key"),
        ({"key": "a\udcffb"}, "text that is not Unicode in key"),
        ({"key": 5}, "no text in key"),
        ({"key": None}, "nothing in key"),
        ({"list": None}, "nothing in list"),
        ({"key": "ж" * 1301}, "a key of more than 2,600 bytes"),
        ({"number": "many"}, "no number in number"),
        ({"number": 1.5}, "no number in number"),
        ({"real": "x"}, "no real in real"),
        ({"flag": 2}, "no flag in flag"),
        ({"time": "yesterday"}, "a time that cannot be read, or is not of the years 1 to 9999 in time"),
        ({"time": "2026-02-30T12:00:00+00:00"}, "a time that cannot be read, or is not of the years 1 to 9999 in time"),
        ({"time": "infinity"}, "a time that cannot be read, or is not of the years 1 to 9999 in time"),
        ({"day": "10000-01-01"}, "a time that cannot be read, or is not of the years 1 to 9999 in day"),
        ({"list": "[1"}, "no JSON in list"),
        ({"list": "[NaN]"}, "no JSON in list"),
        ({"list": '["\\u0000"]'}, "a NUL character in list"),
        ({"object": '{"\\ud800": 1}'}, "text that is not Unicode in object"),
        ({"blob": "text"}, "no blob in blob"),
    ],
)
def test_a_row_that_does_not_fit_is_counted_and_named_and_the_others_go_on(cells, reason):
    rows, fits = fitted(row(), row(**cells), row())
    assert rows == [row(), row()]
    assert fits.refused == {reason: 1}
    assert fits.named[0].startswith(reason)


def test_characters_that_no_text_takes_are_replaced_where_that_is_wanted():
    bad = row(key="a\0\udcff", list='["\\u0000", "\\ud800"]', object='{"x": "\\u0000"}')
    rows, fits = fitted(bad, row(number="many"), replaces=True)
    assert rows == [row(key="a��", list='["�", "�"]', object='{"x": "�"}')]
    assert fits.replaced == 1
    assert fits.refused == {"no number in number": 1}


def test_a_value_has_one_form_whoever_wrote_it():
    written = row(time="2026-11-23T13:00:00.500+01:00", list='["\\u0161",  "\\ud83d\\ude00"]', real=1, flag=True)
    form = row(time="2026-11-23T12:00:00.500000+00:00", list='["š", "😀"]', real=1.0, flag=1)
    assert canonical_rows(TABLE, [written]) == canonical_rows(TABLE, [form]) == [form]
    assert repr(canonical_rows(TABLE, [written])) == repr([form])
    strange = row(time="yesterday", list="[", object='{"b":1, "a":2}')
    assert canonical_rows(TABLE, [strange]) == [strange]


def test_cells_stand_in_lines_of_their_own_however_odd_they_are():
    assert block(TABLE, [row(key="\\N\t\\.\r\n", number=None)]).decode() == (
        '\\\\N\\t\\\\.\\r\\n\t\\N\t0.5\tt\t2026-11-23 12:00:00+00\t2026-11-23\t["a"]\t{}\t\\\\x00\n'
    )


def test_what_is_not_of_its_kind_is_written_such_that_nothing_else_is_written_so():
    odd = [
        *({"key": value} for value in (5, 5.0, b"5", "5", "\\?5", None, "\\N", "a\0b", "T\udcff")),
        *({"number": value} for value in ("1", 1.0, b"1")),
        *({"time": value} for value in ("2026-11-23 12:00:00+00", "2026-11-23T12:00:00.1+00:00", 5, "")),
        *({"real": value} for value in (1, "x", -0.0, 0.0)),
        *({"flag": value} for value in (0, 2, "t")),
        *({"blob": value} for value in ("\0", "\\x00")),
    ]
    written = [block(TABLE, [row(**cells)]) for cells in odd]
    assert len(set(written)) == len(odd)
    assert block(TABLE, [row(**cells) for cells in odd]) == b"".join(written)
    assert block(TABLE, []) == b""
