"""``python -m balkan_crawler`` is ``balkan-crawler``."""

from __future__ import annotations

from balkan_crawler.cli import main

if __name__ == "__main__":
    main(prog_name="balkan-crawler")
