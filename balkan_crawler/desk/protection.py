"""What browsers are told and what is not answered, so that no page of anybody else's can use a reader's desk.

Headers: https://owasp.org/www-project-secure-headers/. Names of hosts: a page of another site whose name suddenly means
this machine (DNS rebinding) asks with a foreign ``Host``. Forms: browsers say from where a form was sent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer."""
LONGEST_ADDRESS: Final = 8_000
"""Characters of an address with its parameters; longer ones are answered 414. What browsers and proxies all take."""
LONGEST_FORM: Final = 65_536
"""Bytes of a form."""
LONGEST_HEADERS: Final = 65_536
"""Bytes of a request's headers, and `MOST_HEADERS` their number; browsers send less than a tenth of either."""
MOST_HEADERS: Final = 200


def is_loopback(host: str) -> bool:
    """Say whether a name or address is this machine's own, which nobody else can reach."""
    bare = host.strip("[]").partition("%")[0]
    if bare.lower().rstrip(".") == "localhost" or bare.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def is_own_host(header: str) -> bool:
    """Say whether a ``Host`` header names this machine by a name of its own, with any port."""
    try:
        host = urlsplit(f"//{header}").hostname
    except ValueError:
        return False
    return host is not None and is_loopback(host)


def are_too_large(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Say whether a request has more headers than anybody needs, which would take long to read."""
    return len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > LONGEST_HEADERS


def is_own_form(host: str, origin: str | None, site: str | None) -> bool:
    """Say whether a form was sent from a page of this desk: by ``Sec-Fetch-Site``, else by ``Origin``.

    Whoever sends neither is no browser.
    """
    if site is not None:
        return site in ("same-origin", "none")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == host.lower() and bool(host)
    except ValueError:
        return False


def is_drawn_in(site: str | None, destination: str | None) -> bool:
    """Say whether a page of another site uses an answer, as a picture or in a frame, say, and does not lead to it.

    Such a page could have statements worked on, though it may not read what is answered
    (https://www.w3.org/TR/fetch-metadata/).
    """
    return site in ("cross-site", "same-site") and destination != "document"
