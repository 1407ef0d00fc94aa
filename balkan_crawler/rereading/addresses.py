"""What a user may name as a cluster. Pure."""

from __future__ import annotations

import re
from typing import Final

from balkan_crawler.errors import ClusterAddressError

_LOCAL: Final = re.compile(r"local(?::([1-9]\d{0,2}))?")
_ADDRESS: Final = re.compile(r"(?:tcp|tls|ws|wss|ucx)://(?:\[[0-9a-fA-F:]+\]|[^\s/:@\[\]]+):\d{1,5}/?")
_ACCOUNT: Final = re.compile(r"//[^/]*@")


def check_address(named: str) -> None:
    """Check that a user named a scheduler, or a cluster on this machine. Raises `ClusterAddressError`."""
    if _LOCAL.fullmatch(named) is None and _ADDRESS.fullmatch(named) is None:
        raise ClusterAddressError(_ACCOUNT.sub("//...@", named))


def is_local(named: str) -> bool:
    """Say whether the cluster is to be made on this machine."""
    return _LOCAL.fullmatch(named) is not None


def local_workers(named: str) -> int | None:
    """Give how many workers a cluster on this machine is to have; ``None``: one a core."""
    found = _LOCAL.fullmatch(named)
    return int(found[1]) if found is not None and found[1] else None
