"""IP addresses: which ones are of the open internet."""

from __future__ import annotations

import ipaddress
from typing import Final

_CARRIERS: Final = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "::/96")))
"""IPv6 networks whose last 32 bits are an IPv4 address: NAT64, also a site's own (RFC 6052, 8215), SIIT (2765, in force
on old translators), and IPv4-compatible addresses (4291, 2.5.5.1)."""

_CLOSED: Final = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20", "5f00::/16"))
)
"""Networks that are not the open internet's, and that Python's `ipaddress` calls global: protocol assignments
(RFC 6890), 6to4 relays (7526), site-local (3879), documentation (9637), segment routing (9602)."""

_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})
"""What stands before the IPv4 address in an ISATAP interface (RFC 5214, 6.1), whatever network it is in."""


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the open internet.

    Not so: loopback, private (RFC 1918), shared (RFC 6598), link-local, unique local, site-local, multicast,
    unspecified and reserved addresses, and IPv6 forms that carry such an IPv4 address (mapped, compatible, 6to4,
    Teredo, NAT64, ISATAP). Raises ``ValueError`` for what is no address.
    """
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        carried = _carried(parsed)
        if carried is not None:
            return is_public(str(carried))
    is_closed = any(parsed.version == network.version and parsed in network for network in _CLOSED)
    return parsed.is_global and not parsed.is_multicast and not is_closed


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Give the IPv4 address that an IPv6 address carries, if it does."""
    known = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if known is not None:
        return known
    number = int(address)
    is_isatap = (number >> 32) & 0xFFFFFFFF in _ISATAP
    if number > 1 and (is_isatap or any(address in network for network in _CARRIERS)):  # :: and ::1 are their own
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return None
