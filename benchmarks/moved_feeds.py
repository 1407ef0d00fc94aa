"""Outlets that move, die, flap, refuse and are sold: how many end as a careful person would have it.

    python benchmarks/moved_feeds.py [--days 28] [--folder FOLDER]

Plays each kind of move of ``tests/support/moves.py`` at a site of its own on loopback, a crawl a day by a clock that is
moved, and prints what was repaired, what is polled in the end, and how many documents were asked for beside robots.txt,
the stories and what is polled. The folder, with database and outlets file, stays where it was named.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from support.moves import NEWS
from support.played_moves import KEYS, Played, is_right, play
from support.reactor import close_kept_pool


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = options.folder or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            tell(play(folder, options.days))
        finally:
            close_kept_pool()


def tell(played: Played) -> None:
    """Print a line a kind of move, and how many ended rightly."""
    right = 0
    for key, move in KEYS.items():
        kinds, polled = played.kinds(key), played.polled(key)
        is_well = is_right(move, kinds, polled)
        right += is_well
        usual = {"/robots.txt", "/feed.xml", *polled, *NEWS}
        more = sum(path.partition("?")[0] not in usual for day in played.asked for path in day[key])
        done = ", ".join(kinds) or "left alone"
        print(f"{'right' if is_well else 'WRONG'}  {move.name:<58} {done:<20} {more:>3}  {' '.join(sorted(polled))}")
    print(f"{right} of {len(KEYS)} kinds of moves ended rightly, in {len(played.asked)} days")


if __name__ == "__main__":
    main()
