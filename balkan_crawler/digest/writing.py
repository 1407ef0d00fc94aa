"""A digest in words: plain text of at most 76 columns that reads as a mail, or one line for a log. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.digest.record import Digest
    from balkan_crawler.storage import ChangedHeadline

_WIDTH: Final = 76
_MOST_NAMED: Final = 8
_MOST_HANDS: Final = 8


def headline(digest: Digest) -> str:
    """Say what the days brought, in a sentence without a full stop."""
    when = _when(digest)
    if not digest.articles:
        if digest.began is None:
            return f"{when}: the archive is empty; `balkan-crawler crawl` fetches its first articles"
        if digest.is_missing:
            since = f" since {_day(digest.last_run)}" if digest.last_run else " yet"
            return f"{when}: nothing was crawled{since}"
        usual = f", where {digest.usual:,} are usual" if digest.usual else ""
        return f"{when}: no article{usual}"
    brought = f"{counted(digest.articles, 'article')} of {counted(digest.outlets, 'outlet')}"
    if not digest.is_over:
        return f"{when}: {brought} so far"
    if digest.usual is not None:
        return f"{when}: {brought}; {digest.usual:,} are usual"
    return f"{when}: {brought}"


def one_line(digest: Digest) -> str:
    """Write a digest as one line for a log."""
    parts = [headline(digest)]
    parts += [f"{len(digest.new)} new"] if digest.new else []
    parts += [f"{counted(len(digest.silent), 'outlet')} fell silent"] if digest.silent else []
    parts += [f"{counted(len(digest.hand), 'thing')} to look after"] if digest.hand else []
    return "; ".join(parts)


def in_words(digest: Digest) -> str:
    """Write a digest as text, a part a paragraph; what is not there is left out."""
    parts = [
        _paragraph(f"{headline(digest)}.{_remark(digest)}"),
        list(_countries(digest)),
        list(_comings_and_goings(digest)),
        _listed(
            "Most copied",
            (f"{each.outlets} outlets, {each.first_outlet} first: {each.title}" for each in digest.copied),
        ),
        _listed("Headlines that changed most", map(_change, digest.headlines)),
        _hands(digest),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _when(digest: Digest) -> str:
    if not digest.is_week:
        return f"{digest.first:%A}, {_day(digest.first)}"
    begin = (
        f"{digest.first.day}" if digest.first.month == digest.last.month else f"{digest.first.day} {digest.first:%B}"
    )
    begin += f" {digest.first.year}" if digest.first.year != digest.last.year else ""
    return f"The week of {begin} to {_day(digest.last)}"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _remark(digest: Digest) -> str:
    if digest.articles and digest.began is not None and digest.last < digest.began:
        return f" The archive began only on {_day(digest.began)}."
    if digest.articles and digest.is_beginning:
        return f" The archive began {'in this week' if digest.is_week else 'on this day'}, so nothing is usual yet."
    if digest.articles and digest.usual is None and digest.is_over:
        return " What is usual shows when more days are known."
    return ""


def _countries(digest: Digest) -> Iterator[str]:
    """Write the countries: for a day in a sentence, for a week a line each."""
    if not digest.is_week:
        counts = ", ".join(
            f"{each.country} {each.articles:,}" + (f" ({each.usual:,})" if each.usual is not None else "")
            for each in digest.countries
        )
        usual = " (what is usual)" if any(each.usual is not None for each in digest.countries) else ""
        if counts:
            yield from _paragraph(f"By country{usual}: {counts}.")
        return
    width = max((len(f"{each.articles:,}") for each in digest.countries), default=0)
    for each in digest.countries:
        usual = f"   usually {each.usual:,}" if each.usual is not None else ""
        yield f"  {each.country}  {each.articles:>{width},}{usual}"


def _comings_and_goings(digest: Digest) -> Iterator[str]:
    if digest.new:
        yield from _paragraph(f"New: {_named(digest.new)}.")
    if digest.silent:
        named = [
            f"{each.outlet} (since {each.latest_day.day} {each.latest_day:%B}, before {_pace(each.articles_a_day)})"
            for each in digest.silent
        ]
        yield from _paragraph(f"Fell silent: {_named(named)}.")
    if digest.silent_before:
        are = "outlet has" if digest.silent_before == 1 else "outlets have"
        yield from _paragraph(f"{digest.silent_before:,} {'other ' * bool(digest.silent)}{are} been silent for longer.")


def _pace(articles_a_day: float) -> str:
    if articles_a_day < 1:
        return f"one in {round(1 / articles_a_day)} days"
    return f"{articles_a_day:,.0f} a day"


def _change(each: ChangedHeadline) -> str:
    times = f" ({each.changes} times)" if each.changes > 1 else ""
    return f"{each.outlet}{times}: {each.before} → {each.after}"


def _hands(digest: Digest) -> list[str]:
    if not digest.hand:
        return ["Nothing needs a hand."] if digest.began is not None and not digest.is_missing else []
    lines = _listed("Needs a hand", digest.hand[:_MOST_HANDS])
    if len(digest.hand) > _MOST_HANDS:
        lines.append(f"  and {len(digest.hand) - _MOST_HANDS:,} more; `balkan-crawler stats` shows all")
    return lines


def _named(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _listed(label: str, items: Iterable[str]) -> list[str]:
    lines = [line for item in items for line in _paragraph(item, "  ")]
    return [f"{label}:", *lines] if lines else []


def _paragraph(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if indent else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
