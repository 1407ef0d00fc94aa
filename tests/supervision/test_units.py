"""The systemd units that are shipped: what systemd itself says of them, where it is installed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from balkan_crawler.supervision import units
from balkan_crawler.supervision.tasks import read_tasks

FOLDER = Path(units.__file__).parent / "units"
SHIPPED = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*"))
SERVICES = [name for name in SHIPPED if name.endswith(".service")]
MOST_EXPOSED = 3.0
"""Of ten; what `systemd-analyze security` calls fine for a service that speaks to the network."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


def lines(text, key):
    return [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{key}=")]


@pytest.fixture
def installed(tmp_path):
    """Put all units where systemd-analyze finds them, with programs that are there."""
    program = tmp_path / "balkan-crawler"
    program.symlink_to(sys.executable)
    for name in SHIPPED:
        text = (FOLDER / name).read_text("utf-8")
        text = re.sub(r"(?<=ExecStart=)\S+", str(program), text).replace("%h/balkan", str(tmp_path))
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(re.sub(r"(?m)^(User|Documentation)=.*\n", "", text), "utf-8")
    return tmp_path


@needs_systemd
@pytest.mark.parametrize("kind", units.KINDS)
def test_systemd_finds_nothing_wrong(installed, kind):
    files = [installed / name for name in SHIPPED if name.startswith(f"{kind}/")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "balkan" in line]
    assert (done.returncode, said) == (0, [])


@needs_systemd
def test_the_service_of_the_machine_may_do_little(installed):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", FOLDER / "system" / "balkan-crawler.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert exposure is not None, done.stdout + done.stderr
    assert float(exposure[1]) < MOST_EXPOSED, done.stdout


def test_each_timer_starts_a_service_and_each_task_has_one():
    for name in SHIPPED:
        if name.endswith(".timer"):
            assert name.replace(".timer", ".service") in SERVICES
    for task in read_tasks():
        text = (FOLDER / "user" / f"balkan-crawler-{task.name}.service").read_text("utf-8")
        [command] = lines(text, "ExecStart")
        assert tuple(command.split()[1:]) == task.arguments
        assert f"user/balkan-crawler-{task.name}.timer" in SHIPPED


@pytest.mark.parametrize("name", SERVICES)
def test_wrong_usage_is_not_tried_again_and_the_first_signal_is_the_main_process_alone(name):
    text = (FOLDER / name).read_text("utf-8")
    assert lines(text, "KillMode") == ["mixed"]
    assert lines(text, "RestartPreventExitStatus")[0].split()[0] == "2"


@pytest.mark.parametrize("kind", units.KINDS)
def test_a_unit_names_the_program_where_it_is(kind):
    text = units.unit(kind, Path("/home/a b/50%/balkan-crawler"))
    [command] = lines(text, "ExecStart")
    assert command.split()[:2] == ["/home/a\\x20b/50%%/balkan-crawler", "run"]
