"""Random input for whatever reads foreign bytes, for hours: does anything crash, hang, or fill the memory?

    python benchmarks/fuzz.py TARGET|all [--minutes 10] [--from 0]
    python benchmarks/fuzz.py TARGET --number N [--write FILE]

Each input is made of the target's name and a number (tests/support/fuzz_targets.py); each call may take 2 seconds of
CPU time and 512 MiB of memory. Prints every fault with its number as it is found, and in the end how many were run and
the slowest. With ``--number`` one input is run in this process, without limits, so that its traceback can be looked at.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from support.fuzz_targets import ITSELF, TARGETS, made
from support.fuzzing import Campaign, fuzz

_MOST = 10**9


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--minutes", type=float, default=10.0, help="for each target")
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--number", type=int)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.number is not None:
        content = made(options.target, options.number)
        if options.write is not None:
            options.write.write_bytes(content)
        begin = time.process_time()
        TARGETS[options.target].call(content)
        print(f"{len(content):,} bytes, {time.process_time() - begin:.3f} s of CPU time")
        return
    for name in [name for name in TARGETS if name != ITSELF] if options.target == "all" else [options.target]:
        campaign = Campaign(name)
        faults = 0
        for fault in fuzz(campaign, options.start, _MOST, time.monotonic() + 60 * options.minutes):
            faults += 1
            print(f"{fault.target} {fault.number}: {fault.what.strip()[-1500:]}", flush=True)
        slowest = f"slowest {campaign.slowest:.2f} s (number {campaign.slowest_number})"
        print(f"{name}: {campaign.run:,} inputs from number {options.start}, {faults} faults, {slowest}", flush=True)


if __name__ == "__main__":
    main()
