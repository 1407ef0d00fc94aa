"""What a reader chooses for their own browser: language, time zone, light or dark."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from starlette.responses import RedirectResponse, Response

from balkan_crawler.desk.languages import LANGUAGES
from balkan_crawler.desk.page import Page

if TYPE_CHECKING:
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked

_YEAR = 365 * 24 * 3600


def settings(desk: Desk, asked: Asked) -> Page | Response:
    """Show the choices, or keep those that were sent, as cookies."""
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    if asked.form is None:
        return Page(template="settings.html", values={"zones": zones})
    response = RedirectResponse("/settings", 303)
    known = {"language": tuple(LANGUAGES), "zone": ("UTC", *zones), "theme": ("auto", "light", "dark")}
    for name, values in known.items():
        chosen = asked.form.get(name, ("",))[-1]
        if chosen in values:
            response.set_cookie(name, chosen, max_age=_YEAR, samesite="lax")
    return response
