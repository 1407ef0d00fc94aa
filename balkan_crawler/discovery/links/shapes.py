"""The shape of an outlet's article URLs, learned from URLs that are known to be articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from typing import Final

from balkan_crawler.discovery.links.url_parts import UrlParts, is_service_page, take_apart
from balkan_crawler.discovery.word_lists import word_lists

_LEAST_URLS: Final = 5
_MOST_URLS: Final = 2_000
"""URLs that a shape is learned from; of more, so many that are spread evenly over them."""
_LEAST_SHARE, _LEAST_BARE_SHARE = 0.03, 0.1
_LEAST_COVERED: Final = 0.6
_LEAST_WORDS, _MOST_WORDS_ASKED = 3, 4
_LEAST_FIXED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of article URL; an outlet may have a few (news and video, before and after a redesign).

    ``depth`` is the least and greatest number of segments before the story's; ``first`` the first one, where it is
    always the same and no number tells the story, or it is a word for "story"; ``after`` the segments behind the
    story's (``*`` for one that changes); ``digits`` the least and greatest length of its number; ``least_words`` the
    least words of its slug where there is no number.
    """

    story: str
    depth: tuple[int, int]
    first: str | None
    after: tuple[str, ...]
    date: int
    digits: tuple[int, int]
    least_words: int
    suffix: str
    query: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleShape:
    """What an outlet's article URLs look like; plain data, may be pickled and kept.

    ``sections`` are the path segments seen before stories (never a story themselves), ``learned_from`` the number of
    URLs, ``covered`` those that have one of the forms.
    """

    forms: tuple[Form, ...]
    sections: frozenset[str]
    learned_from: int
    covered: int

    def matches(self, url: str) -> bool:
        """Say whether ``url`` has one of the forms and is no listing or service page; ``False`` for what is no URL."""
        parts = take_apart(url)
        if parts is None or not parts.segments or is_service_page(parts, self.sections):
            return False
        if parts.story == "slug" and parts.segments[-1] in self.sections:
            return False
        return any(_has_form(parts, form) for form in self.forms)

    def describe(self) -> str:
        """Give the shape in words, with the number of links it rests on."""
        forms = "; or ".join(_described(form) for form in self.forms)
        return f"{forms} (learned from {self.learned_from} links, {self.covered} of that shape)"


def learn_shape(urls: Sequence[str]) -> ArticleShape | None:
    """Learn the shape of an outlet's article URLs from those of its feeds and sitemaps.

    Forms that fewer than 3 % of the URLs have are left out, bare slugs below 10 %. ``None`` where there are fewer than
    five different URLs, or the forms cover less than 60 % of them: then nothing can be said. Of more than 2,000 URLs so
    many are looked at.
    """
    urls = urls[:: -(-len(urls) // _MOST_URLS) or 1]
    taken = {parts.segments + parts.query + (parts.number,): parts for url in urls if (parts := take_apart(url))}
    known = [parts for parts in taken.values() if parts.segments and parts.story != "none"]
    if len(known) < _LEAST_URLS:
        return None
    groups: dict[tuple[object, ...], list[UrlParts]] = {}
    for parts in known:
        groups.setdefault(_key(parts), []).append(parts)
    kept = sorted((group for group in groups.values() if len(group) >= _least(group, taken)), key=len, reverse=True)
    covered = sum(map(len, kept))
    if covered < _LEAST_COVERED * len(taken):
        return None
    sections = Counter(segment for group in kept for parts in group for segment in set(parts.before))
    return ArticleShape(
        forms=tuple(_form(group) for group in kept),
        sections=frozenset(segment for segment, count in sections.items() if count > 1),
        learned_from=len(taken),
        covered=covered,
    )


def _least(group: list[UrlParts], taken: Sized) -> float:
    """Ask more of bare slugs, since pages of rules and campaigns have them too."""
    is_bare = group[0].story == "slug" and not group[0].date
    return max(2, (_LEAST_BARE_SHARE if is_bare else _LEAST_SHARE) * len(taken))


def _key(parts: UrlParts) -> tuple[object, ...]:
    return parts.story, len(parts.after), parts.date, parts.suffix, parts.query


def _form(group: list[UrlParts]) -> Form:
    depths = [len(parts.before) for parts in group]
    lengths = Counter(len(parts.number) for parts in group)
    digits = [length for length, count in lengths.items() if count >= _LEAST_SHARE * len(group)]
    slugs = sorted(parts.slug_words for parts in group)
    after = tuple(_fixed(parts.after[place] for parts in group) or "*" for place in range(len(group[0].after)))
    numbered = group[0].story != "slug"
    return Form(
        story=group[0].story,
        depth=(min(depths), max(depths) + numbered),
        first=_first(group, numbered) if min(depths) else None,
        after=after,
        date=group[0].date,
        digits=(min(digits), max(digits) + 1),
        least_words=0 if numbered else _least_words(group, slugs[len(slugs) // 50]),
        suffix=group[0].suffix,
        query=group[0].query,
        count=len(group),
    )


def _first(group: list[UrlParts], numbered: bool) -> str | None:
    """Give the segment that all begin with; where a number tells the story, only one that means just "story".

    The feed of one section must not keep out the others.
    """
    first = _fixed(parts.before[0] for parts in group)
    return first if not numbered or first in word_lists().story_folders else None


def _least_words(group: list[UrlParts], seen: int) -> int:
    """Ask of bare slugs up to four words, since sections have names of three; less where a date or suffix tells too."""
    if group[0].date > 1:
        return 1
    return _LEAST_WORDS if group[0].suffix else max(_LEAST_WORDS, min(seen, _MOST_WORDS_ASKED))


def _fixed(segments: Iterable[str]) -> str | None:
    """Give the segment that all have, if there are enough of them to tell and it is a word, not one story's slug."""
    counts = Counter(segments)
    is_fixed = len(counts) == 1 and counts.total() >= _LEAST_FIXED
    return next((segment for segment in counts if is_fixed and segment.isalnum()), None)


def _has_form(parts: UrlParts, form: Form) -> bool:
    least, most = form.depth
    shortest, longest = form.digits
    return (
        parts.story == form.story
        and least <= len(parts.before) <= most
        and (form.first is None or parts.before[0] == form.first)
        and len(parts.after) == len(form.after)
        and all(wanted in ("*", segment) for wanted, segment in zip(form.after, parts.after, strict=True))
        and parts.date == form.date
        and shortest <= len(parts.number) <= longest
        and parts.slug_words >= form.least_words
        and parts.suffix == form.suffix
        and parts.query == form.query
    )


def _described(form: Form) -> str:
    words = [f"/{form.first}/" if form.first else "/"]
    least, most = form.depth
    if most:
        words.append(f"{least} to {most} sections," if least != most else f"{least} section{'s' if least > 1 else ''},")
    if form.date:
        words.append(f"{('year', 'year and month', 'year, month and day')[form.date - 1]},")
    digits = f" of {form.digits[0]} to {form.digits[1]} digits" if form.digits[0] else ""
    words.append(f"a {form.story}{digits}" if form.least_words == 0 else f"a slug of {form.least_words} words or more")
    if form.after:
        words.append("then /" + "/".join(form.after))
    if form.suffix:
        words.append(f"ending in .{form.suffix}")
    if form.query:
        words.append(f"with ?{'&'.join(form.query)}")
    return " ".join(words)
