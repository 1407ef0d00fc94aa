"""What all tests share: the package as it was installed, generated examples that repeat in CI, one run of the demo."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
TEST_INSTALLED = "TEST_INSTALLED"
"""Set by `.ci/run`: tests of a package that is not the installed one are refused."""

settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")


def _leave_checkout_aside() -> None:
    """Take the checkout from the head of the import path, where `python -m pytest` puts the current folder.

    What is installed is tested then, also by the processes that tests start; the checkout only where nothing is.
    """
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if sys.path.count(str(ROOT)) > named.count(str(ROOT)):
        sys.path.remove(str(ROOT))
        importlib.invalidate_caches()
        if importlib.util.find_spec("balkan_crawler") is None:
            sys.path.append(str(ROOT))


_leave_checkout_aside()


def pytest_report_header() -> str:
    """Say which package is tested."""
    return f"balkan_crawler: {_tested()}"


def pytest_sessionstart() -> None:
    """Refuse to test the checkout where the installed package was asked for."""
    if os.environ.get(TEST_INSTALLED) and not _tested().is_relative_to(sysconfig.get_path("purelib")):
        raise pytest.UsageError(f"{TEST_INSTALLED} is set, but the package would be imported from {_tested()}")


def _tested() -> Path:
    found = importlib.util.find_spec("balkan_crawler")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the configuration, the environment and the added outlets of whoever runs the tests away from them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("BALKAN_")]:
            patch.delenv(name)
        home = str(tmp_path_factory.mktemp("home"))
        for name in ("XDG_CONFIG_HOME", "APPDATA", "HOME") if sys.platform != "linux" else ("XDG_CONFIG_HOME",):
            patch.setenv(name, home)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Fail at the end of the run, after all other fixtures, where processes, threads, sockets or files are left."""
    yield
    from support.leaks import leaks  # here as below: `support` imports the package, which has to be the right one
    from support.reactor import close_kept_pool

    close_kept_pool()
    assert leaks() == []


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Run `balkan-crawler demo` once: give its database (copy it before you change it) and the finished process."""
    from support.newsrooms import COMMAND, environment

    folder = tmp_path_factory.mktemp("demo")
    (folder / "balkan.toml").write_text("nonsense")  # settings of the user are none of the demo's
    settings = environment() | {"BALKAN_LIMIT": "1"}
    done = subprocess.run(
        [*COMMAND, "demo"], cwd=folder, capture_output=True, text=True, timeout=240, env=settings, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "demo.db", done
