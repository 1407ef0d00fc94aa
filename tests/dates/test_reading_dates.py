from __future__ import annotations

import csv
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.dates import likelier, read_date, read_moment
from balkan_crawler.dates.words import language_tables
from balkan_crawler.model import DatePrecision

BELGRADE = ZoneInfo("Europe/Belgrade")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=BELGRADE)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "dates.tsv"
LANGUAGES = sorted(language_tables())


def forms(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith(("#", "language\t")))
        return [(row[0], row[1], row[2]) for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row]


def shown(when: datetime | None) -> str:
    return when.strftime("%Y-%m-%d %H:%M") if when else "-"


@pytest.mark.parametrize(("language", "text", "expected"), forms(Path(__file__).with_name("forms.tsv")))
def test_a_form_is_read_as_written(language: str, text: str, expected: str) -> None:
    assert shown(read_date(text, (language,), NOW)) == expected


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="no collection of forms beside the project")
def test_every_collected_form_is_read() -> None:
    wrong = [row for row in forms(SHARED) if shown(read_date(row[1], (row[0],), NOW)) != row[2]]
    assert not wrong


@settings(max_examples=400, deadline=None)
@given(
    when=st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2100, 12, 30)),
    language=st.sampled_from(LANGUAGES),
    form=st.sampled_from(
        ["{d}. {m} {y}. {t}", "{d} {m} {y}, {t}", "{d} {M} {y} | {t}", "{t} {d} {m} {y}", "{m} {d}, {y} - {t}"]
    ),
    data=st.data(),
)
def test_a_date_in_words_comes_back_in_every_language_and_form(
    when: datetime, language: str, form: str, data: st.DataObject
) -> None:
    month = data.draw(st.sampled_from(language_tables()[language]["months"][when.month - 1]))
    text = form.format(d=when.day, m=month, M=month.upper(), y=when.year, t=f"{when:%H:%M}")
    expected = when.replace(second=0, microsecond=0, fold=0, tzinfo=BELGRADE).astimezone(UTC)
    found = read_date(text, (language,), NOW)
    assert found is not None
    assert found.astimezone(UTC) == expected  # times that come twice a year are unlike any of another zone


@settings(max_examples=300, deadline=None)
@given(
    when=st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2100, 12, 30)),
    language=st.sampled_from(LANGUAGES),
    form=st.sampled_from(
        ["%d.%m.%Y. %H:%M", "%d/%m/%Y %H:%M", "%d-%m-%Y | %H:%M", "%Y-%m-%d %H:%M", "%H:%M >> %d.%m.%Y."]
    ),
)
def test_a_date_in_numbers_comes_back_day_first(when: datetime, language: str, form: str) -> None:
    expected = when.replace(second=0, microsecond=0, fold=0, tzinfo=BELGRADE).astimezone(UTC)
    found = read_date(when.strftime(form), (language,), NOW)
    assert found is not None and found.astimezone(UTC) == expected  # times of a repeated hour equal none of other zones


@settings(max_examples=300, deadline=None)
@given(
    when=st.datetimes(
        min_value=datetime(1990, 1, 3),
        max_value=datetime(2100, 12, 29),
        timezones=st.sampled_from([UTC, BELGRADE, ZoneInfo("Europe/Istanbul"), ZoneInfo("America/New_York")]),
    )
)
def test_iso_with_an_offset_comes_back_to_the_second_with_its_offset(when: datetime) -> None:
    when = when.replace(microsecond=0)
    if when.utcoffset() is None or when.utcoffset() % timedelta(minutes=1):  # type: ignore[operator]
        return
    moment = read_moment(when.isoformat(), ("bg",), NOW)
    assert moment is not None
    assert moment.time == datetime.fromisoformat(when.isoformat())
    assert moment.time.utcoffset() == when.utcoffset()
    assert moment.precision is DatePrecision.SECOND


@settings(max_examples=500, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=220),
        st.text(alphabet="0123456789.:/- ,+TZuhagopre'", max_size=40),
        st.lists(
            st.sampled_from(
                [
                    "23",
                    "11",
                    "2026",
                    "0",
                    "99",
                    ".",
                    ":",
                    "/",
                    "-",
                    " ",
                    "novembar",
                    "pre",
                    "sata",
                    "u",
                    "önce",
                    "GMT",
                    "+9",
                    "pm",
                    "Ažurirano",
                    "32",
                ]
            ),
            max_size=12,
        ).map(" ".join),
    ),
    language=st.sampled_from([*LANGUAGES, "hu", "xx", ""]),
)
def test_no_text_raises_and_every_answer_is_aware_and_in_range(text: str, language: str) -> None:
    when = read_date(text, (language,), NOW)
    assert when is None or (when.tzinfo is not None and 1990 <= when.year <= 2101)


def test_a_local_time_that_the_change_of_clocks_skips_moves_on_by_an_hour() -> None:
    assert read_date("29.03.2026. 02:30", now=NOW) == datetime(2026, 3, 29, 3, 30, tzinfo=BELGRADE)


def test_of_a_local_time_that_comes_twice_the_first_is_meant() -> None:
    when = read_date("25.10.2026. 02:30", now=NOW)
    assert when is not None
    assert when.utcoffset() == timedelta(hours=2)


def test_hours_ago_count_real_hours_over_a_change_of_clocks() -> None:
    morning = datetime(2026, 3, 29, 4, 0, tzinfo=BELGRADE)
    assert read_date("pre 2 sata", now=morning) == datetime(2026, 3, 29, 1, 0, tzinfo=BELGRADE)


def test_the_answer_is_in_the_asked_time_zone() -> None:
    when = read_date("23.11.2026 14:05", ("tr",), NOW, "Europe/Istanbul")
    assert when is not None
    assert when.utcoffset() == timedelta(hours=3)


def test_a_moment_keeps_the_offset_that_the_text_states_and_a_date_moves_to_the_zone() -> None:
    moment = read_moment("2026-11-23T14:05:00-05:00", now=NOW)
    assert moment is not None
    assert moment.time.isoformat() == "2026-11-23T14:05:00-05:00"
    assert read_date("2026-11-23T14:05:00-05:00", now=NOW).isoformat() == "2026-11-23T20:05:00+01:00"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("23.11.2026.", DatePrecision.DAY),
        ("23.11.2026. 14:05", DatePrecision.MINUTE),
        ("23.11.2026. 14:05:07", DatePrecision.SECOND),
        ("pre 3 sata", DatePrecision.MINUTE),
        ("pre 3 dana", DatePrecision.DAY),
        ("1795439100", DatePrecision.SECOND),
    ],
)
def test_the_precision_is_the_smallest_unit_stated(text: str, precision: DatePrecision) -> None:
    moment = read_moment(text, now=NOW)
    assert moment is not None
    assert moment.precision is precision


def test_a_date_without_a_year_is_the_nearest_past_one() -> None:
    new_year = datetime(2026, 1, 2, 9, 0, tzinfo=BELGRADE)
    assert shown(read_date("31. decembar, 23:10", now=new_year)) == "2025-12-31 23:10"
    assert shown(read_date("2. januar, 08:00", now=new_year)) == "2026-01-02 08:00"
    assert shown(read_date("29. februar", now=new_year)) == "2024-02-29 00:00"


def test_a_language_without_a_table_is_read_by_dateparser_day_first() -> None:
    assert shown(read_date("2026. november 23. 14:05", ("hu",), NOW)) == "2026-11-23 14:05"
    assert shown(read_date("23 listopada 2026", ("pl",), NOW)) != "-"
    assert read_date("ez nem 5 dátum", ("hu",), NOW) is None


def test_the_grammar_alone_reads_a_byline_without_importing_dateparser() -> None:
    code = (
        "import sys; from balkan_crawler import read_date; assert read_date('23. novembra 2026. u 14:05');"
        "sys.exit(any(name in sys.modules for name in ('dateparser', 'numpy', 'scrapy', 'trafilatura')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ("2026-11-24T21:00:00+00:00", "2026-11-24T21:00:00+00:00"),
        ("2026-11-24T23:30:00+00:00", "2026-11-24T23:30:00+01:00"),
        ("2026-11-25T00:10:00+01:00", None),
        ("2026-11-26T12:00:00+00:00", None),
        ("2026-11-24T23:30:00-05:00", "2026-11-24T23:30:00+01:00"),
        ("2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_on_a_day_that_has_not_begun_is_taken_for_local_time(stated: str, meant: str | None) -> None:
    now = datetime(2026, 11, 24, 22, 35, tzinfo=UTC)  # 23:35 in Belgrade
    found = likelier(datetime.fromisoformat(stated), now, BELGRADE)
    assert found == (datetime.fromisoformat(meant) if meant else None)


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("Wed, 11/04/2026 - 08:15", "en", "2026-11-04"),
        ("Sat, 11/04/2026 - 10:15", "en", "2026-04-11"),
        ("Çar, 11/04/2026 - 08:15", "tr", "2026-11-04"),
        ("Сряда, 11/04/2026", "bg", "2026-11-04"),
        ("sre, 04/11/2026 - 08:15", "sr", "2026-11-04"),
        ("Τετ, 11/04/2026 - 08:15", "el", "2026-11-04"),
        ("Fri, 11/04/2026 - 08:15", "en", "2026-04-11"),
        ("Mon - Wed, 11/04/2026", "en", "2026-04-11"),
    ],
)
def test_the_day_of_the_week_decides_between_day_and_month(text, language, day):
    assert str(read_date(text, [language]))[:10] == day
