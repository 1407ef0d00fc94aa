"""What writers are given, a row an article; see `balkan_crawler.model.columns.Cell` for what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping

Row = Mapping[str, object]
