"""What several sites on one network address are asked together: shared hosting is one machine, whoever's sites it has.

The numbers, why they are so, and the networks that they do not hold for, stand in ``shared_addresses.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from balkan_crawler.data import read_table
from balkan_crawler.manners.addresses import is_public


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLimit:
    """What an address is asked at most: requests ``at_once``, with ``delay`` seconds between two of them.

    ``sites`` of it are held at once, by all crawlers of an archive together.
    """

    at_once: int
    delay: float
    sites: int


def limit_of(address: str) -> AddressLimit | None:
    """Give the limit of an IP address; ``None`` for networks that serve others' sites, and one's own machines."""
    if not is_public(address):
        return None  # loopback, or a network of one's own: whoever opens it to the crawler knows what it bears
    parsed = ip_address(address)
    if any(parsed in network for network in _serving_others()):
        return None
    return _limit()


@cache
def _limit() -> AddressLimit:
    return AddressLimit(**read_table(__name__, "shared_addresses.toml")["limits"])


@cache
def _serving_others() -> tuple[IPv4Network | IPv6Network, ...]:
    networks = read_table(__name__, "shared_addresses.toml")["networks"]
    return tuple(ip_network(each) for ranges in networks.values() for each in ranges)
