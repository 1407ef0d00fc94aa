"""What knowledge of an outlet is worth: learned on the first pages of a site, scored on the rest.

    python benchmarks/templates.py FARM [--first 10] [--jobs 2] [--show N]
    python benchmarks/templates.py --greek FOLDER

FARM is what ``build_varied.py`` wrote: ``truth.json`` and a folder a host. With ``--greek``, FOLDER holds real pages
with ``gold.jsonl``, which names the outlet of each; its outlets of eight pages or more are sites. Prints, for
extraction with and without knowledge: F1, precision, recall, near-perfect, pages with a text that must not be in a body
among those that hold one, titles, authors, walls taken for articles, CPU a page; the share of pages that were read by
their template, without the classifier, with their CPU; and the CPU of trafilatura on the same pages, in turns.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import trafilatura
from scoring import NEAR_PERFECT, f1, mean, plain, precision_recall, same_names

from balkan_crawler.extraction import extract
from balkan_crawler.extraction.knowledge.lessons import updated
from balkan_crawler.model.knowledge import Knowledge
from balkan_crawler.text import clean_text

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
FEWEST_PAGES = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One page with what is true of it; ``never`` must not stand in its body."""

    url: str
    file: Path
    body: str
    title: str | None = None
    authors: list[str] | None = None
    never: tuple[str, ...] = ()
    is_article: bool = True
    is_after: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How one page came out."""

    url: str
    precision: float
    recall: float
    leaks: bool | None
    title: bool | None
    authors: bool | None
    is_article: bool
    was_article: bool
    is_after: bool
    seconds: float
    is_fast: bool = False

    @property
    def f1(self) -> float:
        """F1 of the page alone."""
        return f1(self.precision, self.recall)


def farm_sites(folder: Path) -> dict[str, list[Case]]:
    """Give a farm's pages by site, in the order of their numbers."""
    truth: dict[str, dict[str, Any]] = json.loads((folder / "truth.json").read_text("utf-8"))
    sites: dict[str, list[Case]] = defaultdict(list)
    for url, told in truth.items():
        file = folder / told["site"] / "news" / url.rpartition("/")[2]
        case = Case(
            url,
            file,
            clean_text(told["body"]),
            told["title"],
            told["authors"],
            tuple(told["never"]),
            told["article"],
            told["after"],
        )
        sites[f"{told['site']} {told['kind']}"].append(case)
    return sites


def greek_sites(folder: Path) -> dict[str, list[Case]]:
    """Give real pages by outlet, of those with some pages."""
    sites: dict[str, list[Case]] = defaultdict(list)
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        url = gold["url"] or f"http://{gold['outlet']}/{gold['file'].partition('.')[0]}"
        sites[gold["outlet"]].append(Case(url, folder / gold["file"], clean_text(gold["body"])))
    return {outlet: cases for outlet, cases in sites.items() if len(cases) >= FEWEST_PAGES}


def content_of(file: Path) -> bytes:
    """Read a page, unpacked."""
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def score(case: Case, extraction: Any, seconds: float) -> Score:
    """Compare a page with what is true of it."""
    article = extraction.article
    found = article.body if article else ""
    lead = article.lead if article else None
    if lead and plain(case.body).startswith(plain(lead)[:60]):
        found = f"{lead}\n{found}"
    precision, recall = precision_recall(case.body, found)
    return Score(
        url=case.url,
        precision=precision,
        recall=recall,
        leaks=any(text in found for text in case.never) if case.never else None,
        title=plain(case.title) == plain(article.title if article else "") if case.title else None,
        authors=same_names(case.authors, article.authors if article else ()) if case.authors else None,
        is_article=case.is_article,
        was_article=article is not None,
        is_after=case.is_after,
        seconds=seconds,
        is_fast=extraction.lesson is not None and not extraction.lesson.is_full,
    )


def read_site(first: int, job: tuple[str, list[Case]]) -> dict[str, list[Score]]:
    """Score a site's pages behind the first ones, without and with what these taught."""
    _, cases = job
    knowledge = Knowledge()
    scores: dict[str, list[Score]] = defaultdict(list)
    for number, case in enumerate(cases):
        content = content_of(case.file)
        if number >= first:
            begun = time.process_time()
            trafilatura.bare_extraction(content, url=case.url, with_metadata=True)
            scores["trafilatura"].append(
                Score("", 0, 0, None, None, None, True, True, False, time.process_time() - begun)
            )
            begun = time.process_time()
            plainly = extract(content, case.url, fetched_at=NOW)
            scores["without"].append(score(case, plainly, time.process_time() - begun))
        begun = time.process_time()
        learned = extract(content, case.url, fetched_at=NOW, knowledge=knowledge)
        if number >= first:
            scores["with"].append(score(case, learned, time.process_time() - begun))
        if learned.lesson is not None:
            knowledge = updated(knowledge, learned.lesson)
    size = len(json.dumps(knowledge.to_json(), separators=(",", ":")))
    scores["size"] = [Score("", size, 0, None, None, None, True, True, False, 0)]
    return scores


def summary(scores: list[Score]) -> str:
    """Give one line of numbers."""
    articles = [each for each in scores if each.is_article]
    precision, recall = mean(each.precision for each in articles), mean(each.recall for each in articles)
    leaks = [each.leaks for each in articles if each.leaks is not None]
    titles = [each.title for each in articles if each.title is not None]
    authors = [each.authors for each in articles if each.authors is not None]
    walls = [each.was_article for each in scores if not each.is_article]
    after = [each for each in articles if each.is_after]
    parts = {
        "n": str(len(articles)),
        "F1": f"{f1(precision, recall):.4f}",
        "P": f"{precision:.4f}",
        "R": f"{recall:.4f}",
        "near": f"{mean(each.f1 >= NEAR_PERFECT for each in articles):.3f}",
        "leaks": f"{sum(leaks)}/{len(leaks)}",
        "titles": f"{mean(titles):.3f}",
        "authors": f"{mean(authors):.3f} of {len(authors)}",
        "walls": f"{sum(walls)}/{len(walls)}",
        "ms": f"{1000 * mean(each.seconds for each in scores):.1f}",
        "after": f"{f1(mean(e.precision for e in after), mean(e.recall for e in after)):.4f}",
        "fast": f"{mean(each.is_fast for each in scores):.3f}",
        "fast ms": f"{1000 * mean(each.seconds for each in scores if each.is_fast):.1f}",
    }
    return "  ".join(f"{name} {value}" for name, value in parts.items())


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("farm", type=Path, nargs="?")
    parser.add_argument("--greek", type=Path)
    parser.add_argument("--first", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", type=int, default=0, help="the worst pages with knowledge")
    given = parser.parse_args()
    sites = greek_sites(given.greek) if given.greek else farm_sites(given.farm)
    together: dict[str, list[Score]] = defaultdict(list)
    with ProcessPoolExecutor(given.jobs) as pool:
        for site, found in zip(sites, pool.map(partial(read_site, given.first), sites.items()), strict=True):
            print(f"{site:28} {found.pop('size')[0].precision / 1024:.0f} KiB", flush=True)
            for name, scores in found.items():
                together[name] += scores
                if name == "trafilatura":
                    continue
                print(f"   {name:8} {summary(scores)}")
    reference = 1000 * mean(each.seconds for each in together.pop("trafilatura"))
    print(f"trafilatura with metadata: {reference:.1f} ms a page")
    for name, scores in together.items():
        print(f"{name:8} {summary(scores)}")
    worst = sorted((each for each in together["with"] if each.is_article), key=lambda each: each.f1)[: given.show]
    before = {each.url: each.f1 for each in together["without"]}
    for each in worst:
        numbers = f"{each.f1:.3f} (without {before[each.url]:.3f}) P {each.precision:.3f} R {each.recall:.3f}"
        print(f"{numbers}  {each.url}", file=sys.stderr)


if __name__ == "__main__":
    main()
