"""One outlet in plain words, for a person to read: what is known of it, and which file says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from balkan_crawler.model import Family, Outlet
from balkan_crawler.outlets.fields import DEFAULT_DELAY

NONE = "none declared"


def describe(outlet: Outlet, family: Family | None, origin: Mapping[str, Path]) -> list[tuple[str, str]]:
    """Say everything about an outlet as pairs of a label and a text; a text may hold several lines.

    ``origin`` names the file that gives each field, as `origin_of` finds it.
    """
    lines = [
        ("name", outlet.name),
        ("country", outlet.country),
        ("languages", ", ".join(outlet.languages)),
        ("time zone", outlet.timezone),
        ("home page", outlet.homepage),
        ("feeds", "\n".join(outlet.feeds) or NONE),
        ("sitemaps", "\n".join(outlet.sitemaps) or NONE),
        ("section pages", "\n".join(outlet.sections) or NONE),
        ("article URLs", _article_urls(outlet)),
        ("CMS family", f"{family.name}\n{family.description}" if family else NONE),
        ("manners", _manners(outlet)),
        ("revisits", _revisits(outlet)),
        ("kind", "news agency" if outlet.agency else "news site"),
        ("paywall", "yes, on all or some articles" if outlet.paywall else "none known"),
        ("group", outlet.group or "none known"),
        ("life", _life(outlet)),
        ("evidence", _evidence(outlet)),
        ("its table", _origin(origin)),
    ]
    return [(label, text) for label, text in lines if text]


def _article_urls(outlet: Outlet) -> str:
    if outlet.article_url is None:
        return NONE
    return "\n".join([outlet.article_url, *(f"such as {example}" for example in outlet.article_url_examples)])


def _manners(outlet: Outlet) -> str:
    delay = f"{DEFAULT_DELAY:g} s between two requests (the default)"
    if outlet.delay is not None:
        delay = f"{outlet.delay:g} s between two requests"
    at_once = f", {outlet.concurrency} at a time" if outlet.concurrency > 1 else ""
    reason = f"\nbecause: {outlet.delay_reason}" if outlet.delay_reason else ""
    verified = f"\nits certificate is not verified, because: {outlet.unverified_tls}" if outlet.unverified_tls else ""
    strict = "\nnothing is fetched while a web page is in the place of robots.txt" if outlet.strict_robots else ""
    return delay + at_once + reason + verified + strict


def _revisits(outlet: Outlet) -> str:
    if outlet.revisits is None:
        return "as by default"
    hours = ", ".join(f"{age / timedelta(hours=1):g}" for age in outlet.revisits)
    return f"articles again when {hours} hours old" if hours else "none"


def _life(outlet: Outlet) -> str:
    since = f"since {outlet.since}" if outlet.since else ""
    closed = f"closed on {outlet.closed}: {outlet.closed_reason}; crawled only when named" if outlet.closed else ""
    return "\n".join(part for part in (since, closed) if part)


def _evidence(outlet: Outlet) -> str:
    if outlet.evidence == 0:
        return "in no public list known to us"
    lists = "one public list" if outlet.evidence == 1 else f"{outlet.evidence} public lists"
    return f"in {lists}; its feed's own URL {'stood' if outlet.verified else 'did not stand'} in one"


def _origin(origin: Mapping[str, Path]) -> str:
    """Name the files, and of each but the first the fields that it overrides."""
    fields: dict[Path, list[str]] = {}
    for name, file in origin.items():
        fields.setdefault(file, []).append(name)
    first, *others = fields
    return "\n".join([_place(first), *(f"{_place(file)} overrides {', '.join(fields[file])}" for file in others)])


def _place(file: Path) -> str:
    return f"{file.name} of the shipped catalogue" if file.parent == Path(__file__).parent else str(file)
