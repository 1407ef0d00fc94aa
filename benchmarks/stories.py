"""How well stories are found, how much it matters which article one begins with, and how long it takes.

    python benchmarks/stories.py                 # the events that rules were tried out on, among 3,000 other articles
    python benchmarks/stories.py --part aside    # those kept aside
    python benchmarks/stories.py --part aside --missed

Precision and recall are of pairs: of two articles that one story shows together, and of two that tell of one event.
Events are made up (tests/data/stories), and so are the other articles of the same days.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from balkan_crawler.model.columns import Row
from balkan_crawler.storage import open_store
from balkan_crawler.stories import Story, story_of
from balkan_crawler.text import script_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.events import events, everyday, fill


def percent(part: int, of: int) -> str:
    return f"{100 * part / of:5.1f} % ({part} of {of})" if of else "none"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("tuning", "aside"), default="tuning")
    parser.add_argument("--others", type=int, default=3000)
    parser.add_argument("--missed", action="store_true", help="show what was missed and what was wrong")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        numbers = fill(path, [*events(arguments.part), *everyday(arguments.others)])
        with open_store(path, read_only=True) as store:
            stories: dict[int, Story] = {}
            took = []
            for number in numbers:
                start = time.perf_counter()
                found = story_of(store, number)
                took.append((time.perf_counter() - start) * 1000)
                assert found is not None
                stories[number] = found
            others = [
                len(found.rows)
                for number in range(1, arguments.others, max(1, arguments.others // 200))
                if number not in numbers and (found := story_of(store, number))
            ]
            rows = {number: story.asked for number, story in stories.items()}
    members = {number: {int(str(row["id"])) for row in story.rows} for number, story in stories.items()}
    shown = {(number, other) for number, found in members.items() for other in found if other != number}
    by_event: defaultdict[str, list[int]] = defaultdict(list)
    for number, event in numbers.items():
        by_event[event].append(number)
    is_one = {(a, b) for found in by_event.values() for a in found for b in found if a != b}
    is_one = {pair for pair in is_one if "weather" not in numbers[pair[0]]}
    print(f"precision {percent(len(shown & is_one), len(shown))}")
    print(f"recall    {percent(len(shown & is_one), len(is_one))}")
    kinds: tuple[tuple[str, Callable[[int, int], bool]], ...] = (
        ("within one script", lambda a, b: script(rows[a]) == script(rows[b])),
        ("across scripts", lambda a, b: script(rows[a]) != script(rows[b])),
        ("within one language", lambda a, b: rows[a]["language"] == rows[b]["language"]),
    )
    for name, wanted in kinds:
        here = {pair for pair in is_one if wanted(*pair)}
        print(f"recall {name:22} {percent(len(here & shown), len(here))}")
    languages: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    for a, b in is_one:
        languages[str(rows[a]["language"])][(a, b) in shown] += 1
    print("recall by language " + ", ".join(f"{tag} {c[True]}/{c.total()}" for tag, c in sorted(languages.items())))
    same = [
        len(members[a] & members[b]) / len(members[a] | members[b])
        for found in by_event.values()
        for a, b in combinations(found, 2)
        if b in members[a] or a in members[b]
    ]
    print(
        f"members that two articles of a story agree on: {100 * statistics.mean(same):.1f} %, all in "
        f"{100 * sum(each == 1 for each in same) / len(same):.1f} % of pairs"
    )
    print(f"other articles: largest story {max(others)}, alone {percent(sum(o == 1 for o in others), len(others))}")
    print(f"took {statistics.median(took):.1f} ms, at most {max(took):.1f}")
    if arguments.missed:
        for a, b in sorted(is_one - shown):
            print("missed", numbers[a], rows[a]["language"], rows[b]["language"])
        for a, b in sorted(shown - is_one):
            print("wrong", numbers[a], rows[a]["language"], numbers.get(b, "another article"), b)


def script(row: Row) -> str | None:
    return script_of(str(row["title"]))


if __name__ == "__main__":
    main()
