"""The loopback server: sites of their own, conditional requests, and an end that leaves nothing behind."""

import http.client
import socket
import threading
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from balkan_crawler.demo import serve
from balkan_crawler.demo.server import Page

MODIFIED = datetime(2026, 11, 23, 12, 0, 0, 500, tzinfo=UTC)
PAGE = Page(content_type="text/plain", content=b"one", modified=MODIFIED)


@pytest.fixture
def web():
    with serve(["first", "second"]) as running:
        running.show({"first": {"/page": PAGE}, "second": {"/page": Page(**{**_fields(PAGE), "content": b"two"})}})
        yield running


def _fields(page):
    return {"content_type": page.content_type, "content": page.content, "modified": page.modified}


def ask(origin, path="/page", method="GET", **headers):
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=5)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def test_each_outlet_is_a_site_of_its_own(web):
    assert ask(web.origins["first"])[1] == b"one"
    assert ask(web.origins["second"])[1] == b"two"
    assert len(set(web.origins.values())) == 2


def test_an_unchanged_page_is_not_sent_again(web):
    _, _, headers = ask(web.origins["first"])
    assert ask(web.origins["first"], If_None_Match=headers["ETag"])[:2] == (304, b"")
    assert ask(web.origins["first"], If_Modified_Since=headers["Last-Modified"])[:2] == (304, b"")


def test_a_changed_page_is_sent_again(web):
    _, _, headers = ask(web.origins["first"])
    web.show({"first": {"/page": Page(content_type="text/plain", content=b"new", modified=MODIFIED)}})
    assert ask(web.origins["first"], If_None_Match=headers["ETag"])[:2] == (200, b"new")


@pytest.mark.parametrize("since", ["", "nonsense", "Mon, 23 Nov 2026 11:59:59 GMT", "Mon, 23 Nov 2026 11:59:59 -0000"])
def test_an_older_or_unreadable_date_gets_the_page(web, since):
    assert ask(web.origins["first"], If_Modified_Since=since)[:2] == (200, b"one")


def test_the_query_is_ignored_and_the_log_keeps_it(web):
    assert ask(web.origins["first"], "/page?utm_source=feed")[0] == 200
    assert ask(web.origins["first"], "/none")[0] == 404
    assert web.requests == [("first", "/page?utm_source=feed", 200), ("first", "/none", 404)]


def test_a_head_request_gets_no_content(web):
    status, content, headers = ask(web.origins["first"], method="HEAD")
    assert (status, content, headers["Content-Length"]) == (200, b"", "3")


def test_leaving_the_block_closes_ports_and_threads():
    before = threading.active_count()
    with serve(["first"]) as web:
        address = urlsplit(web.origins["first"])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=1)
    assert threading.active_count() == before
