"""Which backups of a folder are kept: pure, by the times in their names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balkan_crawler.maintenance.rotation import backups_among, name_of, to_remove

NOW = datetime(2026, 11, 30, 3, 30, tzinfo=UTC)


def nightly(nights, stem="balkan"):
    return backups_among([Path(name_of(stem, NOW - timedelta(days=night))) for night in range(nights)], stem)


def left(backups, **options):
    gone = to_remove(backups, NOW, **options)
    return [f"{backup.moment:%m-%d}" for backup in backups if backup not in gone]


def test_a_name_gives_the_minute_in_utc_and_is_read_back():
    zone = NOW.astimezone().tzinfo
    assert name_of("balkan", NOW.astimezone(zone)) == "balkan-2026-11-30T0330.db"
    assert name_of("balkan", NOW, 2, packed=True) == "balkan-2026-11-30T0330-2.db.zst"
    [backup] = backups_among([Path("b/balkan-2026-11-30T0330-2.db.zst")], "balkan")
    assert (backup.moment, backup.number) == (NOW, 2)


@pytest.mark.parametrize(
    "name",
    [
        "balkan.db",
        "balkan-2026-11-30T0330.db-wal",
        "balkan-2026-11-30T0330.db.zst.old",
        "balkan-2026-13-30T0330.db",
        "balkan-replaced-2026-11-30T0330.db",
        "my-balkan-2026-11-30T0330.db",
        ".balkan-2026-11-30T0330.db.1234.part",
        "balkan2-2026-11-30T0330.db",
    ],
)
def test_a_file_of_another_name_is_no_backup(name):
    assert backups_among([Path(name)], "balkan") == []


def test_the_newest_of_seven_days_and_of_four_weeks_before_are_kept():
    weeks = ["11-01", "11-08", "11-15", "11-22"]
    assert left(nightly(60)) == [*weeks, "11-24", "11-25", "11-26", "11-27", "11-28", "11-29", "11-30"]


def test_after_a_year_of_nights_a_month_is_covered_by_eleven():
    kept = []
    for night in range(365):
        moment = NOW + timedelta(days=night)
        kept += backups_among([Path(name_of("balkan", moment))], "balkan")
        gone = to_remove(kept, moment)
        kept = [backup for backup in kept if backup not in gone]
        assert len(kept) <= 11
    assert (kept[-1].moment - kept[0].moment).days >= 28


def test_several_of_a_day_leave_the_newest_of_it():
    names = ["balkan-2026-11-30T0100.db", "balkan-2026-11-30T0330.db", "balkan-2026-11-30T0330-2.db"]
    gone = to_remove(backups_among([Path(name) for name in names], "balkan"), NOW)
    assert [backup.path.name for backup in gone] == names[:2]


def test_with_a_number_the_newest_so_many_are_kept():
    assert left(nightly(9), keep=3) == ["11-28", "11-29", "11-30"]
    assert left(nightly(2), keep=3) == ["11-29", "11-30"]


def test_a_machine_that_was_off_for_months_loses_none_by_it():
    backups = nightly(7)
    assert to_remove(backups, NOW + timedelta(days=200)) == []


def test_backups_of_a_clock_that_ran_ahead_drive_no_others_out():
    ahead = backups_among([Path(f"balkan-2031-01-{day:02d}T0330.db") for day in range(1, 10)], "balkan")
    assert to_remove([*nightly(3), *ahead], NOW, keep=3) == []
