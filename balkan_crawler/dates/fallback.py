"""dateparser for what the project's own grammar has no words for, tied down so that it guesses as little as it can."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

_KNOWN_SCRIPTS: Final = {"sr": "sr-Latn", "cnr": "sr-Latn", "me": "sr-Latn", "sr-Latn": "sr-Latn", "sr-Cyrl": "sr"}
_SETTINGS: Final = {
    "DATE_ORDER": "DMY",
    "PREFER_DATES_FROM": "past",
    "REQUIRE_PARTS": ["day", "month"],
    "NORMALIZE": True,
    "PARSERS": ["absolute-time", "relative-time"],
}


def read_with_dateparser(text: str, languages: tuple[str, ...], now: datetime, zone: tzinfo) -> datetime | None:
    """Read a date with dateparser in the given languages only, day before month; ``None`` when it reads none.

    A stated offset is kept; else the time is in ``zone``. Imports dateparser, which is slow, on first use. Languages
    it does not know are left out.
    """
    from dateparser import parse
    from dateparser.data.languages_info import language_locale_dict

    names = [_KNOWN_SCRIPTS.get(tag, tag) for tag in languages]
    names = [name if name == "sr-Latn" else name.split("-")[0].lower() for name in names]
    usable = [name for name in dict.fromkeys(names) if name in language_locale_dict]
    if not usable:
        return None
    settings = _SETTINGS | {"RELATIVE_BASE": now.astimezone(zone).replace(tzinfo=None)}
    try:
        found = parse(text, languages=usable, settings=settings)
    except (ValueError, OverflowError, RecursionError, TypeError, AttributeError):  # it raises these on odd text
        return None
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)
