"""Each module here is a table of scenarios of one kind, played in one crawl."""

import sys
from pathlib import Path

import pytest
from support.scenarios import play

GROUPS = sorted(file.stem for file in Path(__file__).parent.glob("test_*.py"))


def pytest_generate_tests(metafunc):
    if "scenario" in metafunc.fixturenames:
        metafunc.parametrize(
            "scenario",
            [
                pytest.param(
                    scenario,
                    id=scenario.key,
                    marks=[pytest.mark.xfail(strict=True, reason=scenario.gap)] if scenario.gap else [],
                )
                for scenario in metafunc.module.SCENARIOS
            ],
        )


@pytest.fixture(scope="module")
def played(request, tmp_path_factory):
    """The module's table, played once."""
    if sys.platform != "linux":
        pytest.skip("only Linux has all of 127.0.0.0/8 on its loopback")
    module = request.module
    group = 1 + GROUPS.index(Path(module.__file__).stem)
    return play(tmp_path_factory.mktemp("hostile"), module.SCENARIOS, group, getattr(module, "SETTINGS", None))
