"""HTML pages as trees, for finding links."""

from __future__ import annotations

from typing import Final

from lxml import etree, html

from balkan_crawler.errors import DiscoveryError
from balkan_crawler.text.decoding import decode
from balkan_crawler.urls import canonical_or_none

_READ_AT_MOST: Final = 12_000_000


def read_tree(content: bytes | str | html.HtmlElement, url: str, languages: tuple[str, ...] = ()) -> html.HtmlElement:
    """Give a page's tree (a tree as it is); raises `DiscoveryError` where there is no HTML.

    ``languages`` are the outlet's (BCP 47): they help to tell the charset of bytes that declare none.
    """
    if isinstance(content, etree._Element):
        return content
    text = (decode(content, None, languages).text if isinstance(content, bytes) else content)[:_READ_AT_MOST]
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    data = text.replace("\0", "").encode("utf-8", "replace")
    try:
        tree = html.document_fromstring(data, parser=parser) if data.strip() else None
    except (etree.ParserError, ValueError, AssertionError) as error:
        raise DiscoveryError(url, f"no HTML page ({error})") from None
    if tree is None:
        raise DiscoveryError(url, "the page is empty")
    return tree


def base_of(tree: html.HtmlElement, url: str) -> str:
    """Give the address that the page's links are relative to: its ``base``, or its own where that is no address."""
    declared = next((base.get("href") for base in tree.iter("base") if base.get("href")), None)
    return canonical_or_none(declared, url) or url
