"""Some hundreds of made-up inputs for whatever reads foreign bytes; `benchmarks/fuzz.py` runs as many as there is time.

The numbers stand for the same inputs wherever this runs, until samples or ways of changing them do.
"""

import sys

import pytest
from support.fuzz_targets import ITSELF, TARGETS, made
from support.fuzzing import Campaign, fuzz

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and of CPU time are Linux's"),
]
INPUTS = {"page": 15, "links": 40, "decoding": 60}
"""How many inputs; of whatever is not named here, 200."""


@pytest.mark.parametrize("name", [name for name in TARGETS if name != ITSELF])
def test_no_input_breaks_what_reads_it(name):
    campaign = Campaign(name)
    most = INPUTS.get(name, 200)
    assert list(fuzz(campaign, 0, most)) == []
    assert campaign.run == most


def test_an_input_is_made_of_its_number_alone():
    assert made("urls", 7) == made("urls", 7) != made("urls", 8)


def test_whatever_goes_wrong_is_noticed_and_costs_only_itself():
    campaign = Campaign(ITSELF)
    found = {fault.number: fault.what.strip().splitlines()[-1] for fault in fuzz(campaign, 0, 6)}
    assert found == {
        1: "ValueError: planted",
        2: "the process ended: more CPU time than it may take",
        3: "the process ended: 3",
        4: "MemoryError",
    }
    assert campaign.run == 6
