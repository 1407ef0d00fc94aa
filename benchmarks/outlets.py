"""The catalogue put to use: adding outlets, learning their article URLs, loading all, crawling all.

    python benchmarks/outlets.py [add] [shapes] [load] [crawl] [--sites 450]

`add` adds the outlets of the made-up press (``tests/support/press_sites.py``: 12 loopback sites) from their addresses
alone and holds each table against the site's truth. `shapes` learns their article URLs and tries them on all links of
home and section pages. Both are also tried on sites that were built after the rules (``press_held.py``). `load` loads
the whole catalogue in new processes. `crawl` crawls stand-ins of the catalogue's outlets, one loopback address each,
one of which never answers; it reports the peak memory of the crawling process.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from support.press_held import HELD
from support.press_sites import SITES
from support.servers import serve

from balkan_crawler.discovery import find_article_links, learn_shape, read_feed, read_sitemap
from balkan_crawler.discovery.html import read_tree
from balkan_crawler.errors import BalkanCrawlerError
from balkan_crawler.outlets import load_outlets
from balkan_crawler.spiders.visitor import visit_settings, visiting
from balkan_crawler.survey import Visitor, Wishes, propose
from balkan_crawler.urls import canonical_url, identity

Sites = Sequence[Callable[[Any, datetime], list[Any]]]
LOADS = 15
PARTS = ("add", "shapes", "load", "crawl")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS])
    parser.add_argument("--sites", type=int, default=450)
    options = parser.parse_args()
    wanted = options.parts or PARTS
    for name, builders in (("the twelve sites", SITES), ("held back", HELD)):
        if "add" in wanted or "shapes" in wanted:
            print(f"{name}:")
        if "add" in wanted:
            add(builders)
        if "shapes" in wanted:
            shapes(builders)
    if "load" in wanted:
        load()
    if "crawl" in wanted:
        from outlets_crawl import crawl

        crawl(options.sites)


@contextmanager
def press(builders: Sites) -> Iterator[list[tuple[str, Any, list[Any]]]]:
    """Run sites of the made-up press; gives name, site and outlets of each."""
    now = datetime.now(UTC)
    with serve(*({} for _ in builders)) as sites:
        yield [(build.__name__, site, build(site, now)) for build, site in zip(builders, sites, strict=True)]


def add(builders: Sites) -> None:
    """Add each outlet from its address alone; a table needs no hand work where it holds no TODO and is right."""
    known, right, total = dict(load_outlets()), 0, 0
    with press(builders) as sites, visiting(visit_settings(allow_private=True, delay=0)) as visitor:
        for name, site, presses in sites:
            for one in presses:
                total += 1
                faults = _faults_of(site, one.truth, known, visitor)
                right += not faults
                print(f"  {name:16} {one.truth.name:24} {'; '.join(faults) or 'right'}")
    print(f"outlets add: {right} of {total} tables need no hand work, of {len(builders)} sites")


def _faults_of(site: Any, truth: Any, known: dict[str, Any], visitor: Visitor) -> list[str]:
    try:
        proposal = propose(site.url(truth.home), visitor, known, datetime.now(UTC), Wishes())
    except BalkanCrawlerError as error:
        return [f"refused: {error}"]
    outlet = proposal.outlet
    known[outlet.key] = outlet
    faults = [f"TODO {field}: {doubt}" for field, doubt in proposal.doubts.items()]
    for field in ("name", "country", "languages", "timezone", "family"):
        found, wanted = getattr(outlet, field), getattr(truth, field)
        if found != wanted:
            faults.append(f"{field} is {found!r}, not {wanted!r}")
    for field in ("feeds", "sitemaps"):
        found = {identity(url) for url in getattr(outlet, field)}
        there = {identity(site.url(path)) for path in getattr(truth, field)}
        if not found <= there:
            faults.append(f"{field} that are none: {found - there}")
    if (truth.feeds or truth.sitemaps) and not (outlet.feeds or outlet.sitemaps):
        faults.append("no feed and no sitemap")
    if not (outlet.feeds or outlet.sitemaps or outlet.sections):
        faults.append("no source at all")
    return faults


def shapes(builders: Sites) -> None:
    """Learn each outlet's shape as a crawl does, and try it on all own links of its home and section pages."""
    true = false = missed = 0
    with press(builders) as sites:
        for name, site, presses in sites:
            for one in presses:
                outlet = _outlet_of(site, one.truth)
                shape = learn_shape(_known_urls(site, one, outlet))
                wanted = {identity(site.url(path)) for path in one.articles}
                found, links = set[str](), set[str]()
                for path in one.overviews:
                    content = site_page(site, path)
                    links |= _own_links(content, site.url(path))
                    given = find_article_links(content, site.url(path), outlet, shape)
                    found |= {identity(candidate.url) for candidate in given}
                wanted &= links
                true, false, missed = (
                    true + len(found & wanted),
                    false + len(found - wanted),
                    missed + len(wanted - found),
                )
                hits, wrong = len(found & wanted), sorted(found ^ wanted)[:6]
                print(f"  {name:16} {len(wanted):4} articles of {len(links)} links, found {hits}, wrong {wrong}")
    print(f"shapes: precision {true / (true + false):.4f}, recall {true / (true + missed):.4f}")


def site_page(site: Any, path: str) -> bytes:
    """Give the bytes of a page that a site holds."""
    content = site.pages[path].content
    return content if isinstance(content, bytes) else str(content).encode()


def _outlet_of(site: Any, truth: Any) -> Any:
    from balkan_crawler.model import Outlet

    return Outlet(
        key="outlet",
        name=truth.name,
        country=truth.country,
        languages=truth.languages,
        timezone=truth.timezone,
        homepage=site.url(truth.home),
    )


def _known_urls(site: Any, one: Any, outlet: Any) -> list[str]:
    """Name what feeds and sitemaps give, which shapes are learned from."""
    urls: list[str] = []
    for path in one.truth.feeds:
        urls += [found.url for found in read_feed(site_page(site, path), site.url(path), outlet).candidates]
    queue = list(one.truth.sitemaps)
    while queue:
        path = queue.pop()
        reading = read_sitemap(site_page(site, path), site.url(path), outlet)
        urls += [found.url for found in reading.candidates]
        queue += [urlsplit(child.url).path for child in reading.children if urlsplit(child.url).path in site.pages]
    return urls


def _own_links(content: bytes, url: str) -> set[str]:
    found = set()
    for anchor in read_tree(content, url).iter("a"):
        try:
            found.add(identity(canonical_url(anchor.get("href") or "", url)))
        except BalkanCrawlerError:
            continue
    return found


def load() -> None:
    """Load the catalogue in processes of its own, after the imports that it needs."""
    code = (
        "import time; from balkan_crawler.outlets import load_outlets; start = time.perf_counter(); "
        "busy = time.process_time(); "
        "count = len(load_outlets()); print(count, time.perf_counter() - start, time.process_time() - busy)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(LOADS)
    ]
    times = sorted(float(seconds) * 1000 for _, seconds, _ in runs)
    busy = statistics.median(float(seconds) * 1000 for _, _, seconds in runs)
    print(
        f"loading {runs[0][0]} outlets: median {statistics.median(times):.0f} ms ({times[0]:.0f} to {times[-1]:.0f}), "
        f"CPU time {busy:.0f} ms"
    )


if __name__ == "__main__":
    main()
