"""A workbook gives back, in a reader that is not ours, what was written; nothing in it is a formula or a link."""

from __future__ import annotations

import sys
import tempfile
import zipfile
from datetime import datetime

import pytest

from balkan_crawler.errors import ExportUnwritableError, MissingExtraError
from balkan_crawler.export import Export, chosen_columns, write_exports, xlsx_writer

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

ROW = {
    "url": "https://proba.rs/vest/1",
    "date": "2026-11-23",
    "outlet": "proba",
    "title": 'Ђоковић: "Đoković, ë ș ğ ώ" 😀',
    "lead": None,
    "body": "Prvi pasus.\nDrugi & <treći>.",
    "authors": ["Ana Anić", "Иво Ивић"],
    "agencies": [],
    "published": "2026-11-23T23:30:00+00:00",
    "words": 7,
    "replacement_share": 0.25,
}


def workbook(folder, rows, **options):
    path = folder / "out.xlsx"
    export = Export(path=path, format="xlsx", replace=True, **options)
    write_exports(rows, [export])
    return openpyxl.load_workbook(path), export


def cells(folder, rows, **options):
    book, _ = workbook(folder, rows, **options)
    heading, *lines = book.active.iter_rows()
    names = [cell.value for cell in heading]
    return [dict(zip(names, line, strict=True)) for line in lines]


def test_every_letter_and_type_is_read_back(tmp_path):
    (row,) = cells(tmp_path, [ROW])
    assert row["title"].value == ROW["title"]
    assert row["body"].value == ROW["body"]
    assert row["authors"].value == "Ana Anić; Иво Ивић"
    assert (row["lead"].value, row["agencies"].value) == (None, None)
    assert (row["words"].value, row["replacement_share"].value) == (7, 0.25)
    assert (row["date"].value, row["date"].number_format) == (datetime(2026, 11, 23), "yyyy-mm-dd")
    assert row["published_utc"].value == datetime(2026, 11, 23, 23, 30)
    assert row["published_utc"].number_format == "yyyy-mm-dd hh:mm"
    assert (row["url"].data_type, row["url"].hyperlink) == ("s", None)


def test_local_times_are_named_so(tmp_path):
    (row,) = cells(tmp_path, [ROW | {"published": "2026-11-24T00:30:00+01:00"}], is_local=True)
    assert row["published_local"].value == datetime(2026, 11, 24, 0, 30)


def test_the_header_is_frozen_and_has_filters(tmp_path):
    book, _ = workbook(tmp_path, [ROW, ROW], columns=chosen_columns(["title", "url"]))
    assert (book.active.freeze_panes, book.active.auto_filter.ref) == ("A2", "A1:B3")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+381 11", "-10 stepeni", "@vlada", "{=1}", "=HYPERLINK(\"http://zlo.example\")", "<r><t>x</t></r>",
        "<r></r>", "_x0041_", "'navodnik", "  razmaci  ", "http://zlo.example", "internal:Sheet1!A1", "1e5", "0012",
        "TRUE", "\ttab", "kraj\x0b\x00", "]]>", "&amp;", "\ud800",
    ],
)  # fmt: skip
def test_text_is_text(tmp_path, text):
    (row,) = cells(tmp_path, [ROW | {"title": text}])
    assert (row["title"].data_type, row["title"].hyperlink) == ("s", None)
    expected = text.replace("\ud800", "\ufffd").replace("\x0b\x00", "_x000B__x0000_")
    found = row["title"].value.replace("_x005F_", "_")  # openpyxl leaves Excel's escapes as they are
    assert found.removeprefix(" " if text.startswith("<r>") else "") == expected


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_read_back(tmp_path, day):
    (row,) = cells(tmp_path, [ROW | {"date": day, "published": f"{day}T12:00:00+00:00"}])
    assert str(row["date"].value)[:10] == day


@pytest.mark.parametrize("letter", ["č", "😀"])
def test_a_text_that_no_cell_can_hold_is_cut_with_a_mark(tmp_path, letter):
    book, export = workbook(tmp_path, [ROW | {"body": letter * 40_000}], columns=chosen_columns(["body"]))
    text = book.active["A2"].value
    assert text.endswith(f"{letter} [...cut]")
    assert len(text.encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert export.cut == [export.path]


def test_a_full_sheet_is_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_writer, "MOST_ROWS", 4)
    rows = [ROW | {"words": number} for number in range(7)]
    book, _ = workbook(tmp_path, rows, columns=chosen_columns(["words"]))
    sheets = {sheet.title: [cell.value for (cell,) in sheet.iter_rows()] for sheet in book.worksheets}
    assert sheets == {"articles": ["words", 0, 1, 2], "articles 2": ["words", 3, 4, 5], "articles 3": ["words", 6]}
    assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A1:A4", "A1:A4", "A1:A2"]


def test_a_workbook_without_articles_has_its_header(tmp_path):
    book, _ = workbook(tmp_path, [])
    assert (book.active.max_row, book.active["A1"].value) == (1, "url")


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[xlsx\]'"):
        workbook(tmp_path, [ROW])
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_its_temporary_files(tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    workbook(tmp_path, [ROW])

    def failing():
        yield ROW
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        workbook(tmp_path, failing())
    assert list((tmp_path / "temporary").iterdir()) == []
    assert zipfile.ZipFile(tmp_path / "out.xlsx").testzip() is None


def test_without_room_for_its_temporary_files_it_is_one_error(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(ExportUnwritableError, match=r"out\.xlsx"):
        workbook(tmp_path, [ROW])
    assert list(tmp_path.iterdir()) == []
