"""IP addresses: which ones are of the open internet."""

from __future__ import annotations

import ipaddress
from typing import Final

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
"""The prefix of IPv4 addresses in IPv6 (RFC 6052, 2.1)."""


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the open internet.

    Not so: loopback, private (RFC 1918), shared (RFC 6598), link-local, unique local, multicast, unspecified and
    reserved addresses, and IPv6 forms that carry such an IPv4 address (mapped, 6to4, Teredo, NAT64). Raises
    ``ValueError`` for what is no address.
    """
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        carried = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if carried is None and parsed in _NAT64:
            carried = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(str(carried))
    return parsed.is_global and not parsed.is_multicast
