"""Whether the tests notice a break of the code: random single breaks, each in a copy of the package of its own.

    python benchmarks/mutants.py [--count 40] [--seed 1] [--room extraction/body] [--jobs 2] [--results FILE]

A break is one of: a comparison turned round, `and` for `or`, a number changed by one, a truth value turned, `not` left
out, `return None`, `continue` or `break` left out, a condition forced, an argument left out; none in annotations,
logging or `__repr__`. Each is tried on the tests that mirror its room first, then on all fast ones, then on all, up to
the first test that fails. Tests that take five times as long as they do without a break have noticed it, too.

Prints each break with the test that noticed it, then the breaks that survived as differences: whether one of these
changes nothing that anybody could see is for a human to say. What was tried is kept in ``--results``, so that a run
that was stopped goes on where it was. Nothing of the checkout is changed.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = "balkan_crawler"
TIMES_AS_LONG: Final = 5.0
"""How many times as long as without a break tests may take before they have noticed it."""
SHORTEST_LIMIT: Final = 60.0
"""Seconds that tests may always take: starting them varies more than five times on a busy machine."""

MIRRORS: Final = {
    "spiders": ("crawl",),
    "middlewares": ("crawl",),
    "extensions": ("crawl",),
    "pipelines": ("crawl",),
    "settings": ("crawl",),
    "manners": ("manners", "crawl"),
    "revisiting": ("crawl", "storage"),
    "report": ("cli",),
    "model": ("model", "storage", "discovery"),
    "cli": ("cli", "outlets", "survey"),
    "data": ("outlets",),
}
"""Folders of tests that mirror a room, where they are not just the one of its own name."""

FLIPPED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One break: the file below the package, its line, what was done, and bytes from ``start`` to ``end`` replaced."""

    path: str
    line: int
    kind: str
    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a break: the test that noticed it, or None; ``difference`` is the break as a unified diff."""

    mutant: Mutant
    noticed_by: str | None
    stage: str
    seconds: float
    difference: str


def mutants_of(path: str, source: bytes) -> Iterator[Mutant]:
    """Give every break of a module that this benchmark knows of."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def at(node: ast.expr | ast.stmt, kind: str, replacement: str) -> Mutant:
        assert node.end_lineno is not None and node.end_col_offset is not None
        start, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
        return Mutant(path, node.lineno, kind, start, end, replacement)

    for node in _code(ast.parse(source)):
        match node:
            case ast.Compare(left=left, ops=[op, *others], comparators=comparators):
                flipped = ast.Compare(left, [FLIPPED[type(op)](), *others], comparators)
                yield at(node, "comparison", f"({ast.unparse(flipped)})")
            case ast.BoolOp(op=op, values=values):
                other = ast.Or() if isinstance(op, ast.And) else ast.And()
                yield at(node, "and/or", f"({ast.unparse(ast.BoolOp(other, values))})")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield at(node, "not dropped", f"({ast.unparse(operand)})")
            case ast.Constant(value=bool() as value):
                yield at(node, "truth value", repr(not value))
            case ast.Constant(value=int() as value):
                yield at(node, "number", repr(value + 1))
            case ast.Return(value=ast.expr() as returned) if not _is_none(returned):
                yield at(node, "return", "return None")
            case ast.Continue() | ast.Break():
                yield at(node, "jump dropped", "pass")
            case ast.Call(args=args, keywords=keywords) if len(args) + len(keywords) > 1 and not _names_log(node):
                less = ast.Call(node.func, args if keywords else args[:-1], keywords[:-1])
                yield at(node, "argument", ast.unparse(less))
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            for forced in ("True", "False") if not isinstance(node, ast.While) else ("False",):
                yield at(node.test, "condition", forced)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs: no annotations, logging, `__repr__`, decorators, nor the insides of f-strings."""
    yield node
    for name, child in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for each in child if isinstance(child, list) else [child]:
            if isinstance(each, ast.AST) and not _is_aside(each):
                yield from _code(each)


def _is_aside(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef(name="__repr__") | ast.JoinedStr():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Call():
            return _names_log(node)
    return False


def _names_log(call: ast.Call) -> bool:
    return re.search(r"(?i)\blog(ger|ging)?\b|_log\b", ast.unparse(call.func)) is not None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def choose(room: str, count: int, seed: int) -> list[Mutant]:
    """Choose breaks at random: lines first, so that a line of ten numbers counts no more than another."""
    by_line: dict[tuple[str, int], list[Mutant]] = {}
    for file in sorted((CHECKOUT / PACKAGE).rglob("*.py")):
        path = file.relative_to(CHECKOUT / PACKAGE).as_posix()
        if path.startswith(room):
            for mutant in mutants_of(path, file.read_bytes()):
                by_line.setdefault((path, mutant.line), []).append(mutant)
    chance = random.Random(seed)
    lines = chance.sample(sorted(by_line), min(count, len(by_line)))
    return [chance.choice(by_line[line]) for line in lines]


def stages_of(mutant: Mutant) -> dict[str, list[str]]:
    """Give pytest's arguments for each stage, those likeliest to notice the break soonest."""
    tests = CHECKOUT / "tests"
    room = mutant.path.partition("/")[0].removesuffix(".py")
    mirror = [str(tests / name) for name in MIRRORS.get(room, (room,)) if (tests / name).is_dir()]
    fast = ["-m", "not slow"]
    first = {"mirror": [*fast, *mirror], "mirror, slow": ["-m", "slow", *mirror]} if mirror else {}
    aside = [f"--ignore={folder}" for folder in mirror]
    ordered = {"fast": [*fast, *aside, str(tests)], "slow": ["-m", "slow", *aside, str(tests)]}
    return {
        name: (first | ordered)[name] for name in ("mirror", "fast", "mirror, slow", "slow") if name in first | ordered
    }


class Trial:
    """Runs tests on copies of the package; how long they take without a break is measured when it is first needed."""

    def __init__(self) -> None:
        self._baselines: dict[tuple[str, ...], float] = {}
        self._measuring = Lock()

    def judge(self, mutant: Mutant) -> Verdict:
        """Try one break, stage by stage."""
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
            difference = break_copy(Path(folder), mutant)
            for stage, arguments in stages_of(mutant).items():
                noticed = run_tests(Path(folder), arguments, self._limit(arguments))
                if noticed:
                    return Verdict(mutant, noticed, stage, time.monotonic() - began, difference)
        return Verdict(mutant, None, "all", time.monotonic() - began, difference)

    def _limit(self, arguments: Sequence[str]) -> float:
        """Give the seconds that these tests may take; raise SystemExit where they fail without any break."""
        key = tuple(arguments)
        with self._measuring:
            if key not in self._baselines:
                with tempfile.TemporaryDirectory(prefix="unbroken-") as folder:
                    break_copy(Path(folder), None)
                    began = time.monotonic()
                    if failed := run_tests(Path(folder), arguments, None):
                        raise SystemExit(f"without any break this fails: {failed}")
                    self._baselines[key] = time.monotonic() - began
        return max(SHORTEST_LIMIT, TIMES_AS_LONG * self._baselines[key])


def break_copy(folder: Path, mutant: Mutant | None) -> str:
    """Copy the package into a folder with the break, if any, and give the difference."""
    shutil.copytree(CHECKOUT / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    if mutant is None:
        return ""
    file = folder / PACKAGE / mutant.path
    source = file.read_bytes()
    broken = source[: mutant.start] + mutant.replacement.encode() + source[mutant.end :]
    ast.parse(broken)
    file.write_bytes(broken)
    before, after = (text.decode().splitlines(keepends=True) for text in (source, broken))
    return "".join(difflib.unified_diff(before, after, mutant.path, mutant.path, n=2))


def run_tests(folder: Path, arguments: Sequence[str], limit: float | None) -> str | None:
    """Name the first test that fails on a copy of the package; ``too long`` where the limit in seconds runs out."""
    command = [sys.executable, "-m", "pytest", "-c", str(CHECKOUT / "pyproject.toml"), "--rootdir", str(CHECKOUT)]
    command += ["-x", "-rfE", "--tb=no", "-p", "no:cacheprovider", f"--basetemp={folder / 'tests'}", *arguments]
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "CI": "true"}
    environment.pop("TEST_INSTALLED", None)
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return "too long"
    if process.returncode in (0, 5):  # 5: no test of these was to be run
        return None
    named = re.search(r"^(?:FAILED|ERROR) \S*?(tests/\S+)", output, re.MULTILINE)
    return named[1] if named else f"pytest ended with {process.returncode}: {output[-300:].strip()}"


def main() -> None:
    """Break, test, and say what was noticed."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--count", type=int, default=40)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--room", default="", help="only modules whose path below the package begins so")
    ask.add_argument("--jobs", type=int, default=2)
    ask.add_argument("--minutes", type=float, default=90.0, help="begin no further break after this time")
    ask.add_argument("--results", type=Path, default=Path("mutants.jsonl"))
    given = ask.parse_args()
    chosen, end = choose(given.room, given.count, given.seed), time.monotonic() + 60 * given.minutes
    known = {
        json.dumps(entry["mutant"], sort_keys=True): entry
        for entry in map(json.loads, given.results.read_text("utf-8").splitlines() if given.results.exists() else ())
    }
    trial, writing = Trial(), Lock()

    def judge(mutant: Mutant) -> dict[str, object] | None:
        key = json.dumps(asdict(mutant), sort_keys=True)
        if key in known or time.monotonic() > end:
            return known.get(key)
        entry = asdict(trial.judge(mutant))
        with writing, given.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        print(f"{mutant.path}:{mutant.line} {mutant.kind}: {entry['noticed_by'] or 'SURVIVED'}", flush=True)
        return entry

    with ThreadPoolExecutor(given.jobs) as threads:
        entries = [entry for entry in threads.map(judge, chosen) if entry]
    survivors = [entry for entry in entries if not entry["noticed_by"]]
    for entry in survivors:
        print(f"\nsurvived:\n{entry['difference']}")
    print(f"\n{len(entries) - len(survivors)} of {len(entries)} breaks were noticed ({len(chosen)} chosen)")


if __name__ == "__main__":
    main()
