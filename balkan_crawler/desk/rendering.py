"""Pages as HTML: Jinja's templates with what every page may use, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from markupsafe import Markup

from balkan_crawler.desk.languages import LANGUAGES, locale_of, words_of

if TYPE_CHECKING:
    from babel import Locale
    from jinja2.runtime import Context

    from balkan_crawler.desk.page import Asked, Page

STATIC: Final = files("balkan_crawler.desk") / "static"


def render(page: Page, asked: Asked, name: str) -> str:
    """Give a page's HTML; ``name`` is the archive's."""
    template = _environment(asked.reader.language).get_template(page.template)
    return template.render({"asked": asked, "reader": asked.reader, "archive": name, **page.values})


@cache
def static_version() -> str:
    """Give what the addresses of static files end with, so that browsers may keep them until they change."""
    sums = sha256()
    for file in sorted(STATIC.iterdir(), key=lambda file: file.name):
        sums.update(file.read_bytes())
    return sums.hexdigest()[:12]


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("balkan_crawler.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(words_of(language), newstyle=True)  # type: ignore[attr-defined]
    locale = locale_of(language)
    environment.globals |= {"languages": LANGUAGES, "language_tag": language, "static": static_address}
    environment.filters |= {
        "number": _written_once(lambda number: format_decimal(number, locale=locale)),
        "share": _written_once(
            lambda share: format_percent(share, format="#,##0.#%" if 0 < share < 0.1 else None, locale=locale)
        ),
        "day": _written_once(lambda day, form="medium": format_date(_as_day(day), form, locale=locale)),
        "weekday": _written_once(lambda day: format_date(_as_day(day), "EEEE", locale=locale)),
        "country": _written_once(lambda code: country_name(code, locale)),
        "language": _written_once(lambda tag: language_name(tag, locale)),
        "weblink": weblink,
        "moment": _moment,
        "clock": _clock,
        "query": lambda values: urlencode(values, doseq=True),
    }
    return environment


def _written_once(write: Callable[..., str]) -> Callable[..., str]:
    """Keep what was written lately: Babel takes a tenth of a millisecond for a number, and pages have hundreds."""
    return lru_cache(maxsize=4096, typed=True)(write)


def static_address(name: str) -> str:
    """Give the address of a static file."""
    return f"/static/{name}?{static_version()}"


def weblink(url: object) -> str | None:
    """Give an address that a browser may be sent to; ``None`` for what is none of the web's."""
    text = str(url or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def country_name(code: str, locale: Locale) -> str:
    """Name a country in the language of the interface; an unknown code stands for itself."""
    return str(locale.territories.get(code.upper(), code))


def language_name(tag: str | None, locale: Locale) -> str:
    """Name a language in that of the interface; an unknown tag stands for itself."""
    begin, _, script = (tag or "").partition("-")
    name = str(locale.languages.get(begin, begin))
    return f"{name} ({locale.scripts.get(script, script)})" if script and name else name


def read_moment(moment: str | datetime) -> datetime:
    """Give a moment that the archive keeps as a text."""
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


def _as_day(day: str | date) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


@pass_context
def _moment(context: Context, moment: str | datetime, form: str = "medium") -> Markup:
    """Write a moment as ``<time>`` in the reader's zone, with the day."""
    return _time(context, moment, lambda local, locale: format_datetime(local, _FORMS.get(form, form), locale=locale))


@pass_context
def _clock(context: Context, moment: str | datetime) -> Markup:
    """Write a moment as ``<time>`` in the reader's zone, hours and minutes alone."""
    return _time(context, moment, lambda local, locale: format_time(local, "short", locale=locale))


_FORMS: Final[Mapping[str, str]] = {"medium": "d MMM y, HH:mm", "short": "d MMM, HH:mm"}


def _time(context: Context, moment: str | datetime, write: Any) -> Markup:
    local = context["reader"].local(read_moment(moment))
    locale = locale_of(context["reader"].language)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), write(local, locale))
