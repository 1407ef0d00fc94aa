"""Score extraction on annotated pages beside other extractors, in one run.

    python benchmarks/extraction.py [FOLDER ...] [--extractors balkan,trafilatura,...] [--worst N] [--teasers FILE]

FOLDER: annotated pages in one of the gold formats of ``annotated.py``; by default the four collections beside the
project and the project's own Balkan pages. Extractors: ``balkan``, ``trafilatura``, ``trafilatura-precision``,
``newspaper`` (pip install newspaper4k) and ``readability`` (pip install readability-lxml); one that is not installed
is left out. Prints body F1, precision, recall and share of near-perfect pages, exact title, day and minute of
publication, author set, passages, and pages a second with their ratio to trafilatura's.

For the Balkan pages and for ``--teasers`` (a ``gold.jsonl`` of teasers, see tests/data/teasers) it also prints teaser
recall, in and right after the text, precision, how many of those found have the right headline, heading and place, and
the leak rate: the share of articles whose body has a line that is an annotated teaser's headline or an unwanted line.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import annotated
import scoring
from hashed_teasers import hash_line, hash_teaser, read_teasers

from balkan_crawler import extract
from balkan_crawler.model import Outlet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from balkan_crawler.model import Extraction

TESTS: Final = Path(__file__).resolve().parent.parent / "tests" / "data"
COLLECTIONS: Final = ("pages", "pages-english", "pages-passages", "pages-days")


@dataclass(frozen=True, slots=True)
class Found:
    """What an extractor made of a page; ``published`` in ISO 8601, as precise as it is known."""

    text: str = ""
    title: str = ""
    published: str = ""
    authors: tuple[str, ...] = ()


def outlet_of(case: annotated.Case) -> Outlet | None:
    """Give the outlet of a page whose gold tells of it."""
    facts = case.gold.get("outlet")
    if not facts:
        return None
    home = "/".join(case.url.split("/")[:3]) + "/"
    return Outlet(
        key="outlet",
        name=facts["name"],
        country=facts["country"],
        languages=tuple(facts["languages"]),
        timezone=facts["timezone"],
        homepage=home,
    )


def extracted(case: annotated.Case) -> Extraction:
    """Run our own extraction with what the gold knows of the outlet and the time of the fetch."""
    fetched = datetime.fromisoformat(case.gold["fetched"]) if case.gold.get("outlet") else None
    return extract(case.content, case.url, outlet_of(case), fetched)


def by_balkan(case: annotated.Case) -> Found:
    """Read with our own."""
    result = extracted(case)
    article = result.article
    if article is None:
        return Found(published=result.published.isoformat() if result.published else "")
    apart = article.lead and article.lead not in article.body
    text = f"{article.lead}\n{article.body}" if apart else article.body
    published = article.published.isoformat() if article.published else ""
    return Found(text, article.title, published, article.authors)


def by_trafilatura(case: annotated.Case, favor_precision: bool = False) -> Found:
    """Read with trafilatura and its metadata, without comments."""
    import trafilatura

    found: Any = trafilatura.bare_extraction(
        case.content, url=case.url, with_metadata=True, include_comments=False, favor_precision=favor_precision
    )
    if found is None:
        return Found()
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Found(found.text or "", found.title or "", found.date or "", authors)


def by_trafilatura_precision(case: annotated.Case) -> Found:
    """Read with trafilatura that rather loses text than adds any."""
    return by_trafilatura(case, favor_precision=True)


def by_newspaper(case: annotated.Case) -> Found:
    """Read with newspaper4k."""
    import newspaper

    article = newspaper.Article(case.url, fetch_images=False)
    article.download(input_html=case.content.decode("utf-8", "replace"))
    article.parse()
    published = article.publish_date
    stated = published.isoformat() if isinstance(published, datetime) else str(published or "")
    return Found(article.text, article.title, stated, tuple(article.authors))


def by_readability(case: annotated.Case) -> Found:
    """Read with readability-lxml, its HTML turned to text a block a line."""
    import lxml.html
    import readability

    document = readability.Document(case.content.decode("utf-8", "replace"), url=case.url)
    root = lxml.html.fromstring(document.summary())
    blocks = [" ".join("".join(each.itertext()).split()) for each in root.iter("p", "h2", "h3", "li")]
    return Found("\n".join(block for block in blocks if block), document.short_title())


EXTRACTORS: Mapping[str, Callable[[annotated.Case], Found]] = {
    "balkan": by_balkan,
    "trafilatura": by_trafilatura,
    "trafilatura-precision": by_trafilatura_precision,
    "newspaper": by_newspaper,
    "readability": by_readability,
}


PACKAGES: Final = frozenset({"trafilatura", "newspaper", "readability"})
"""The modules that other extractors come in."""


def run(extractor: str, cases: Sequence[annotated.Case]) -> tuple[list[Found], float, int]:
    """Give what an extractor found, the pages a CPU second, and how many pages made it fail."""
    found, errors = [], 0
    start = time.process_time()
    for case in cases:
        try:
            found.append(EXTRACTORS[extractor](case))
        except ImportError as error:
            if error.name in PACKAGES:
                raise
            errors += 1  # newspaper4k wants further packages for some languages
            found.append(Found())
        except Exception as error:
            errors += 1
            print(f"  {extractor}: {case.gold['file']}: {type(error).__name__}: {error}")
            found.append(Found())
    return found, len(cases) / max(time.process_time() - start, 1e-9), errors


def measures(cases: Sequence[annotated.Case], found: Sequence[Found]) -> dict[str, float]:
    """Give the measures that the gold format of the cases allows."""
    pairs = list(zip(cases, found, strict=True))
    result: dict[str, float] = {}
    if cases[0].format == "passages":
        counts = [scoring.passages(case.gold["must"], case.gold["must_not"], each.text) for case, each in pairs]
        kept, lost, leaked = (sum(column) for column in zip(*counts, strict=True))
        return {"passages_f1": 2 * kept / max(1, 2 * kept + lost + leaked), "recall": kept / max(1, kept + lost)}
    if cases[0].format == "day":
        right = sum(case.gold["day"] == each.published[:10] for case, each in pairs)
        none = sum(not each.published for each in found)
        return {"day_right": right / len(pairs), "day_wrong": (len(pairs) - right - none) / len(pairs)}
    result.update(scoring.body_scores([(case.text, each.text) for case, each in pairs]))
    result["title"] = scoring.mean(scoring.plain(c.gold["title"]) == scoring.plain(f.title) for c, f in pairs)
    result["day"] = scoring.mean(_stated(c)[:10] == f.published[:10] for c, f in pairs)
    timed = [(c, f) for c, f in pairs if len(_stated(c)) > 10]
    if timed:
        result["minute"] = scoring.mean(_minute(_stated(c)) == _minute(f.published) for c, f in timed)
    result["authors"] = scoring.mean(scoring.same_names(c.gold["authors"] or (), f.authors) for c, f in pairs)
    return result


def _stated(case: annotated.Case) -> str:
    return str(case.gold.get("published") or case.gold.get("day") or "")


def _minute(stated: str) -> str:
    """Give a time in UTC to the minute; what is no time stays as it is."""
    try:
        time_read = datetime.fromisoformat(stated)
    except ValueError:
        return stated
    return str(time_read.timestamp() // 60) if time_read.tzinfo else stated[:16]


def score_teasers(cases: Iterable[annotated.Case]) -> dict[str, float]:
    """Measure teaser recall and precision and the leak rate, on pages whose gold has teasers.

    A teaser is found where its address is, or its headline; ``right`` are the shares of those found whose headline,
    heading and place are as annotated.
    """
    wanted = near = hits = near_hits = found = leaks = pages = 0
    right = dict.fromkeys(("title", "heading", "place"), 0)
    for case in cases:
        page, result = case.gold["file"], extracted(case)
        gold = {teaser.address: teaser for teaser in read_teasers(case.gold)}
        teasers = [hash_teaser(page, each.url, each.title, each.heading, each.place) for each in result.teasers]
        offered = {teaser.address: teaser for teaser in teasers}
        by_title = {teaser.title: teaser for teaser in teasers}
        pairs = [
            (teaser, same)
            for address, teaser in gold.items()
            if (same := offered.get(address) or by_title.get(teaser.title))
        ]
        close = sum(teaser.place != "beside" for teaser in gold.values())
        lines = {hash_line(page, line) for line in (result.article.body if result.article else "").split("\n")}
        unwanted = {hash_line(page, line) for line in case.gold.get("unwanted", ())}
        unwanted |= {teaser.title for teaser in gold.values()}
        pages, wanted, near, found = pages + 1, wanted + len(gold), near + close, found + len(offered)
        hits, near_hits = hits + len(pairs), near_hits + sum(teaser.place != "beside" for teaser, _ in pairs)
        leaks += bool(lines & unwanted - {""})
        for name in right:
            right[name] += sum(getattr(teaser, name) == getattr(same, name) for teaser, same in pairs)
    return {
        "pages": pages,
        "recall_in_or_after_text": near_hits / max(1, near),
        "recall": hits / max(1, wanted),
        "precision": hits / max(1, found),
        **{f"{name}_right": count / max(1, hits) for name, count in right.items()},
        "leak_rate": leaks / max(1, pages),
    }


def show(name: str, values: Mapping[str, float]) -> None:
    """Print one line of measures."""
    print(f"  {name:22s}", "  ".join(f"{key} {value:.3f}" for key, value in values.items()))


def main() -> None:
    """Score every collection with every extractor."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folders", nargs="*", type=Path)
    ask.add_argument("--extractors", default=",".join(EXTRACTORS))
    ask.add_argument("--worst", type=int, default=0)
    ask.add_argument("--teasers", type=Path, default=TESTS / "teasers" / "gold.jsonl")
    given = ask.parse_args()
    beside = [annotated.BESIDE / name for name in COLLECTIONS]
    folders = given.folders or [folder for folder in (*beside, TESTS / "balkan") if folder.is_dir()]
    for folder in folders:
        cases = [case for case in annotated.read_cases(folder) if case.gold.get("outcome", "article") == "article"]
        print(f"{folder.name}: {len(cases)} pages")
        rates: dict[str, float] = {}
        for name in given.extractors.split(","):
            try:
                found, rates[name], errors = run(name, cases)
            except ImportError as error:
                print(f"  {name:22s} is not installed ({error.name})")
                continue
            show(name, {**measures(cases, found), "pages_per_second": rates[name], "errors": errors})
            if given.worst and cases[0].format == "body":
                worst = sorted(zip(cases, found, strict=True), key=lambda pair: _f1(*pair))[: given.worst]
                for case, each in worst:
                    print(f"    F1 {_f1(case, each):.2f}  {case.gold['file']}")
        if "balkan" in rates and "trafilatura" in rates:
            print(f"  a page costs {rates['trafilatura'] / rates['balkan']:.2f} times what trafilatura's costs")
        if cases and "teasers" in cases[0].gold:
            show("teasers", score_teasers(cases))
    if not given.folders and annotated.BESIDE.is_dir():
        print(f"{given.teasers.parent.name}: teasers annotated by hand")
        for split in ("tune", "held", "fresh", "sealed"):
            show(split, score_teasers(teaser_cases(given.teasers, split)))


def teaser_cases(gold: Path, split: str) -> Iterable[annotated.Case]:
    """Give the pages of a teaser annotation: bytes and addresses lie in the collections beside the project."""
    for line in gold.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["split"] == split:
            folder = annotated.BESIDE / entry["collection"]
            yield annotated.read_case(folder, {**entry, "url": addresses_of(folder)[entry["file"]]})


@cache
def addresses_of(folder: Path) -> dict[str, str]:
    """The address of each page of a collection, by its file."""
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return {gold["file"]: gold["url"] for gold in map(json.loads, lines)}


def _f1(case: annotated.Case, found: Found) -> float:
    return scoring.f1(*scoring.precision_recall(case.text, found.text))


if __name__ == "__main__":
    main()
