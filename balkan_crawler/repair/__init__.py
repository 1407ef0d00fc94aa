"""What a careful person would do about a source that moved or died: decided here, done by `balkan_crawler.spiders`.

Pure; the numbers stand in ``repair.toml``. No decision rests on one poll, and none leaves the outlet's own site.
"""

from __future__ import annotations

from balkan_crawler.repair.in_force import fallback_of, repaired, standing

__all__ = ["fallback_of", "repaired", "standing"]
