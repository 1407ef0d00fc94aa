"""Is everything here that a crawl needs? The installation, the settings, the catalogue, the database, the network.

`examine` looks at all of it; it fetches nothing and changes nothing. What is found is judged by pure functions.
"""

from __future__ import annotations

from balkan_crawler.doctor.check import Check, State
from balkan_crawler.doctor.examination import examine

__all__ = ["Check", "State", "examine"]
