"""Each format gives back, in a reader that is not ours, what was written."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.export import Export, write_exports
from balkan_crawler.export.cells import guarded

ROW = {
    "url": "https://proba.rs/vest/1",
    "date": "2026-11-23",
    "outlet": "proba",
    "country": "RS",
    "title": 'Ђоковић: "Đoković, ë ș ğ ώ"',
    "lead": None,
    "body": "Prvi pasus.\nDrugi, sa ; i \u2028 u sebi.",
    "authors": ["Ana Anić", "Иво Ивић"],
    "agencies": [],
    "published": "2026-11-23T11:30:00+00:00",
    "words": 7,
    "replacement_share": 0.25,
}
TEASERS = [
    {"position": 1, "url": "https://proba.rs/2", "title": "=Drugi", "excerpt": None, "heading": "Još", "place": "after"}
]


def write(folder, name, rows=(ROW,), **options):
    teasers = options.pop("teasers", None)
    path = folder / f"out.{name}"
    assert write_exports(rows, [Export(path=path, format=name, **options)], teasers) == len(rows)
    return path


def test_a_csv_is_read_back_with_every_letter(tmp_path):
    with write(tmp_path, "csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == ROW["title"]
    assert row["body"] == ROW["body"]
    assert row["authors"] == "Ana Anić; Иво Ивић"
    assert (row["lead"], row["agencies"], row["words"]) == ("", "", "7")


def test_a_csv_begins_with_a_byte_order_mark_and_ends_lines_as_rfc_4180_says(tmp_path):
    data = write(tmp_path, "csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfurl,date,")
    assert data.count(b"\r\n") == 2
    assert b'"Prvi pasus.\nDrugi' in data


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+381 11 1234",
        "-2 stepena",
        "@vlada",
        "\t=1",
        "\r=1",
        '"=HYPERLINK("http://127.0.0.1")"',
        "„=cmd|' /C calc'!A0",
        "＝1+1",
        "＋1",
        "  =1",
        "\u200b=1",
        "|calc",
        "\n=1",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path, text):
    path = write(tmp_path, "csv", [{**ROW, "title": text, "authors": [text, "B"]}])
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == f"'{text}"
    assert row["authors"] == f"'{text}; B"


def test_raw_leaves_cells_as_they_are(tmp_path):
    with write(tmp_path, "csv", [{**ROW, "title": "=1+1"}], raw=True).open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == "=1+1"


@pytest.mark.parametrize("text", ["Vučić = Вучић", "1-1", "a@b.rs", "“Citat” – kaže", "", "2026"])
def test_an_ordinary_cell_stays_as_it_is(text):
    assert guarded(text) == text


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=4))
def test_any_text_survives_csv_json_and_json_lines(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("any")
    rows = [{**ROW, "title": text} for text in texts]
    kinds = ("csv", "json", "jsonl")
    write_exports(rows, [Export(path=folder / f"x.{kind}", format=kind, raw=True) for kind in kinds])
    with (folder / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == texts
    assert [row["title"] for row in json.loads((folder / "x.json").read_bytes())] == texts
    lines = (folder / "x.jsonl").read_text("utf-8").splitlines()  # splits at every line end that Unicode knows
    assert [json.loads(line)["title"] for line in lines] == texts


def test_json_is_one_array_with_lists_and_nulls(tmp_path):
    data = write(tmp_path, "json", [ROW, ROW]).read_bytes()
    first, second = json.loads(data)
    assert first == second
    assert (first["authors"], first["lead"], first["words"]) == (ROW["authors"], None, 7)
    assert "Ђоковић".encode() in data
    assert "\u2028".encode() not in data


@pytest.mark.parametrize(("name", "text"), [("json", "[]\n"), ("jsonl", "")])
def test_no_articles_make_a_sound_document(tmp_path, name, text):
    assert write(tmp_path, name, []).read_text() == text


def test_parquet_has_real_types(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(write(tmp_path, "parquet", teasers=lambda row: TEASERS))
    (row,) = table.to_pylist()
    assert row["date"] == date(2026, 11, 23)
    assert row["published"] == datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    assert (row["authors"], row["agencies"], row["lead"]) == (ROW["authors"], [], None)
    assert (row["words"], row["replacement_share"]) == (7, 0.25)
    assert row["teasers"] == TEASERS
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["date"], types["published"]) == ("date32[day]", "timestamp[us, tz=UTC]")


def test_parquet_is_written_in_batches_and_compressed(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{**ROW, "url": f"https://proba.rs/{number}"} for number in range(2_500)]
    document = parquet.ParquetFile(write(tmp_path, "parquet", rows))
    assert [document.metadata.row_group(place).num_rows for place in range(3)] == [1_000, 1_000, 500]
    assert document.metadata.row_group(0).column(0).compression == "ZSTD"
    assert document.read(["url"]).column("url").to_pylist() == [row["url"] for row in rows]


def test_parquet_without_articles_has_its_columns(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(write(tmp_path, "parquet", []))
    assert (table.num_rows, table.schema.names[:2]) == (0, ["url", "date"])


def test_parquet_without_its_extra_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[parquet\]'"):
        write(tmp_path, "parquet")
    assert list(tmp_path.iterdir()) == []


def test_teasers_nest_in_json_and_stand_beside_a_csv(tmp_path):
    (row,) = json.loads(write(tmp_path, "json", teasers=lambda row: TEASERS).read_bytes())
    assert row["teasers"] == TEASERS
    write(tmp_path, "csv", teasers=lambda row: TEASERS)
    text = (tmp_path / "out-teasers.csv").read_text("utf-8-sig")
    (teaser,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (teaser["article_url"], teaser["article_date"]) == (ROW["url"], ROW["date"])
    assert (teaser["title"], teaser["heading"]) == ("'=Drugi", "Još")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_has_the_delimiter_that_is_asked_for_and_no_line_about_it(tmp_path, delimiter):
    row = {**ROW, "title": 'Most; "stari", \t i novi', "authors": ["A; B", "C"]}
    path = write(tmp_path, "csv", [row], delimiter=delimiter)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=delimiter))
    assert path.read_bytes().startswith(b"\xef\xbb\xbfurl" + delimiter.encode())
    assert [(line["title"], line["authors"]) for line in lines] == [(row["title"], "A; B; C")]


@pytest.mark.parametrize("letter", ["č", "😀", "="])
@pytest.mark.parametrize("length", [32_766, 32_767, 32_768, 100_000])
def test_a_cell_that_is_too_long_for_a_spreadsheet_is_cut_with_a_mark(tmp_path, letter, length):
    body = letter * length
    export = Export(path=tmp_path / "out.csv", format="csv")
    write_exports([{**ROW, "body": body}], [export])
    csv.field_size_limit(1_000_000)
    with export.path.open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    units = len(line["body"].encode("utf-16-le")) // 2
    whole = len((body if letter != "=" else f"'{body}").encode("utf-16-le")) // 2
    if whole <= 32_767:
        assert (units, export.cut) == (whole, [])
    else:
        assert 32_765 <= units <= 32_767
        assert line["body"].endswith(f"{letter} [...cut]")
        assert export.cut == [export.path]


def test_a_raw_csv_cuts_nothing(tmp_path):
    path = write(tmp_path, "csv", [{**ROW, "body": "a" * 50_000}], raw=True)
    assert "a" * 50_000 in path.read_text("utf-8-sig")
