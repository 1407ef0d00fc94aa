"""The table [schedule] of balkan.toml."""

import json

import pytest
from click.testing import CliRunner

from balkan_crawler.cli import main
from balkan_crawler.configuration import read_configuration
from balkan_crawler.configuration.schedule import Hour, read_hour
from balkan_crawler.errors import ConfigurationError


def read(folder, text):
    file = folder / "balkan.toml"
    file.write_text(f"[schedule]\n{text}\n", "utf-8")
    return read_configuration(file).schedule


def test_hours_are_read_as_people_write_them(tmp_path):
    found = read(tmp_path, 'nightly = "3:05"\nweekly = "monday 07:00"\nhealth-every = 30')
    assert (found.nightly, found.weekly, found.health_every) == ("03:05", "Mon 07:00", 30.0)
    assert read(tmp_path, 'nightly = "Never"').nightly == "never"
    assert read(tmp_path, "").weekly is None
    assert str(read_hour("Sun 23:59", weekly=True)) == "Sun 23:59"
    assert isinstance(read_hour("00:00"), Hour)
    assert read_hour("never", weekly=True) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('nightly = "24:00"', "nightly: expected a time such as 03:30"),
        ("nightly = 3", "nightly: "),
        ('weekly = "07:00"', "weekly: expected a day and time such as Mon 07:00"),
        ('weekly = "Someday 07:00"', "weekly: expected a day and time"),
        ("health-every = -1", "health-every: expected a number of minutes"),
        ("health-every = true", "health-every: expected a number"),
        ('nigthly = "03:30"', "schedule.nigthly: unknown key (did you mean nightly?)"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_meant(tmp_path, line, said):
    with pytest.raises(ConfigurationError, match="schedule") as told:
        read(tmp_path, line)
    assert said in str(told.value)


def test_a_schedule_that_is_no_table_is_told(tmp_path):
    (tmp_path / "balkan.toml").write_text('schedule = "nightly"')
    with pytest.raises(ConfigurationError, match="schedule: expected a table"):
        read_configuration(tmp_path / "balkan.toml")


def test_config_shows_it_and_the_environment_wins_over_the_file(tmp_path):
    file = tmp_path / "balkan.toml"
    file.write_text('[schedule]\nnightly = "04:00"\nweekly = "Fri 18:00"\n')
    answer = CliRunner().invoke(
        main, ["config", "--config", str(file), "--json"], env={"BALKAN_WEEKLY": "Sat 08:00"}, prog_name="b"
    )
    values = json.loads(answer.stdout)["values"]
    assert values["schedule.nightly"] == {"value": "04:00", "from": "file"}
    assert values["schedule.weekly"] == {"value": "Sat 08:00", "from": "environment BALKAN_WEEKLY"}
    assert values["schedule.health_every"] == {"value": 60.0, "from": "default"}


def test_an_hour_that_nobody_can_read_is_wrong_usage():
    done = CliRunner().invoke(main, ["run", "--nightly", "half past three"], prog_name="b")
    assert done.exit_code == 2
    assert "expected a time such as 03:30, or never" in done.stderr
