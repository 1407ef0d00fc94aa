"""A miniature Balkan web on loopback: made-up outlets whose pages are as hard as real ones, with the truth about each.

`build_web` makes all its pages for a given moment, `serve` puts them on loopback addresses, one to an outlet. The
command `balkan-crawler demo` crawls it; tests use it as a world in which the right answer of every page is known.
"""

from balkan_crawler.demo.server import LoopbackWeb, serve
from balkan_crawler.demo.stories import OUTLET_KEYS
from balkan_crawler.demo.web import Expected, Web, build_web, outlets_toml

__all__ = ["OUTLET_KEYS", "Expected", "LoopbackWeb", "Web", "build_web", "outlets_toml", "serve"]
