"""What came of outlets, on its way from a crawling process to the one that tells it: packed, outlets by their keys."""

from __future__ import annotations

import base64
import io
import pickle
from typing import TYPE_CHECKING, Any

from balkan_crawler.model import Outlet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.spiders.run_results import OutletRun


def pack(runs: Mapping[str, OutletRun]) -> str:
    """Pack what came of outlets so far, as text."""
    packed = io.BytesIO()
    _Packer(packed, pickle.HIGHEST_PROTOCOL).dump(dict(runs))
    return base64.b64encode(packed.getvalue()).decode("ascii")


def unpack(packed: str, outlets: Mapping[str, Outlet]) -> dict[str, OutletRun]:
    """Unpack what a process of this program packed; ``outlets`` are known to both."""
    runs: dict[str, OutletRun] = _Unpacker(io.BytesIO(base64.b64decode(packed)), outlets).load()
    return runs


class _Packer(pickle.Pickler):
    def persistent_id(self, obj: Any) -> str | None:
        return obj.key if isinstance(obj, Outlet) else None


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, outlets: Mapping[str, Outlet]) -> None:
        super().__init__(file)
        self._outlets = outlets

    def persistent_load(self, pid: Any) -> Outlet:
        return self._outlets[pid]
