"""Whether a change of the code changes what is taken out of pages: every field of every page, before and after.

``python benchmarks/unchanged.py record FILE`` writes what the code of today gives, as one line of hashes a page, and
the CPU time that it took; ``compare FILE`` says which fields of which pages differ now. Pages are those of tests/data
and, where they lie beside the project, the annotated ones. Hashes only, so that no page's text gets into the file.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import hashlib
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the code of this checkout, whatever is installed

from balkan_crawler import extract, load_outlets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from balkan_crawler.model import Outlet

HERE = Path(__file__).resolve().parent.parent
BESIDE = HERE.parent / "shared"
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("task", choices=("record", "compare"))
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--folder", type=Path, action="append", help="only the pages below this folder")
    options = arguments.parse_args()
    paths = sorted(pages(options.folder or [HERE / "tests" / "data", BESIDE]))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = dict(pool.map(measure, paths, chunksize=8))
    seconds = sum(record["seconds"] for record in found.values())
    print(f"{len(found)} pages, {1000 * seconds / max(1, len(found)):.1f} ms CPU a page")
    if options.task == "record":
        lines = (json.dumps({"page": page, **record}) for page, record in sorted(found.items()))
        options.file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return 0
    before = {line.pop("page"): line for line in map(json.loads, options.file.read_text("utf-8").splitlines())}
    return report(before, found)


def report(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """Print what differs on the pages that both have; 1 where anything does."""
    both = sorted(before.keys() & after.keys())
    changed = 0
    for page in both:
        then, now = before[page]["fields"], after[page]["fields"]
        fields = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
        if fields:
            changed += 1
            print(f"{page}: {', '.join(fields)}")
    cost = [sum(side[page]["seconds"] for page in both) for side in (before, after)]
    ratio = cost[1] / cost[0] if cost[0] else 1.0
    print(f"{changed} of {len(both)} pages changed; {ratio:.3f} times the CPU time of before (on this machine, today)")
    return int(changed > 0)


def pages(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in folder.resolve().rglob("*") if path.name.endswith((".html", ".html.gz")))


def measure(path: Path) -> tuple[str, dict[str, Any]]:
    """Give a page's name, the hash of each field of its extraction, and the CPU seconds that it took."""
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    url = addresses().get(path, "https://example.org/news/1")
    begin = time.process_time()
    try:
        result = extract(content, url, outlet() if "balkan" in path.parts else None, fetched_at=NOW)
    except Exception as error:  # a page that fails is a result too
        return name_of(path), {"fields": {"error": digest(repr(error))}, "seconds": time.process_time() - begin}
    seconds = time.process_time() - begin
    fields = {f"extraction.{field.name}": getattr(result, field.name) for field in dataclasses.fields(result)}
    if result.article is not None:
        fields |= {f.name: getattr(result.article, f.name) for f in dataclasses.fields(result.article)}
    del fields["extraction.article"]
    return name_of(path), {"fields": {name: digest(repr(value)) for name, value in fields.items()}, "seconds": seconds}


def name_of(path: Path) -> str:
    for root in (HERE, BESIDE.parent):
        if path.is_relative_to(root):
            return str(path.relative_to(root))
    return str(path)


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@cache
def outlet() -> Outlet:
    return load_outlets()["euronews_al"]


@cache
def addresses() -> Mapping[Path, str]:
    """Give the URL of each page that a ``gold.jsonl`` beside it tells of."""
    return {
        gold.parent / case["file"]: case["url"]
        for root in (HERE / "tests" / "data", BESIDE)
        for gold in root.rglob("gold.jsonl")
        for case in map(json.loads, gold.read_text("utf-8").strip().split("\n"))
        if "file" in case and "url" in case
    }


if __name__ == "__main__":
    sys.exit(main())
