"""A visitor is as guarded as a crawl: limits of size and time, redirects one by one, whole answers only."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support import servers
from support.servers import EndlessBody, GzipBomb, Page, RedirectsTo, SlowBytes, WrongContentLength

from balkan_crawler.errors import (
    FetchError,
    InvalidUrlError,
    PrivateAddressError,
    RetryLaterError,
    RobotsDisallowedError,
    RobotsUnavailableError,
)
from balkan_crawler.survey import Manners, Visitor


def visitor(**changes):
    manners = {"agent": "balkan-crawler/0 (+test)", "delay": 0.0, "allow_private": True, "seconds": 5.0}
    return Visitor(Manners(**(manners | changes)))


def test_an_answer_is_unpacked_and_says_where_it_came_from():
    packed = Page(gzip.compress("Žuti".encode()), "text/plain", headers=(("Content-Encoding", "gzip"),))
    with servers.serve({"/page": packed, "/old": RedirectsTo("/page")}) as (site,):
        answer = visitor().fetch(site.url("/old"))
        agents = {request.headers["user-agent"] for request in site.requests}
    assert (answer.content.decode(), answer.status, answer.url) == ("Žuti", 200, site.url("/page"))
    assert answer.asked == site.url("/old")
    assert agents == {"balkan-crawler/0 (+test)"}


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (GzipBomb(), "more than 100,000 bytes"),
        (EndlessBody(), "more than 100,000 bytes"),
        (SlowBytes(), "no whole answer in 0.5 seconds"),
        (servers.NeverAnswers(), "no whole answer in 0.5 seconds"),
        (WrongContentLength(), "1,000 bytes are missing"),
        (servers.RedirectLoop(), "more than 5 redirects"),
        (servers.RedirectsToFile(), "redirects to no web address"),
        (servers.DropsConnection(), ""),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_is_too_much_or_not_whole_is_an_error_that_names_the_page(behaviour, said):
    with servers.serve({"/page": behaviour}) as (site,):
        with pytest.raises(FetchError) as caught:
            visitor(most_bytes=100_000, seconds=0.5 if "0.5" in said else 20).fetch(site.url("/page"))
        assert said in str(caught.value)
        assert site.origin in str(caught.value)


def test_a_closed_port_and_an_unknown_name_are_errors_of_their_own(monkeypatch):
    with servers.serve({}) as (site,):
        origin = site.origin
    with pytest.raises(RobotsUnavailableError):
        visitor().fetch(origin + "/")

    def look_up(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(RobotsUnavailableError, match="no such host"):
        visitor().fetch("http://gazeta.invalid/")
    with pytest.raises(InvalidUrlError):
        visitor().fetch("ftp://example.com/")


def test_a_redirect_is_held_against_the_robots_txt_of_where_it_leads():
    rules = Page("User-agent: *\nDisallow: /secret\n", "text/plain")
    with servers.serve({"/robots.txt": rules}, {}) as (other, site):
        site.pages["/"] = RedirectsTo(other.url("/secret"))
        with pytest.raises(RobotsDisallowedError):
            visitor().fetch(site.url("/"))
        assert other.asked() == ["/robots.txt"]


def test_without_leave_no_private_address_is_connected_to():
    with servers.serve({"/": Page("x")}) as (site,):
        with pytest.raises(PrivateAddressError):
            visitor(allow_private=False).fetch(site.url("/"))
        with pytest.raises(PrivateAddressError):
            visitor(allow_private=False).fetch(f"http://localhost:{site.origin.rpartition(':')[2]}/")
        assert site.asked() == []


def test_robots_txt_is_asked_for_once_and_its_delay_kept(monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    rules = Page("User-agent: *\nCrawl-delay: 7\n", "text/plain")
    with servers.serve({"/robots.txt": rules, "/a": Page("a"), "/b": Page("b")}) as (site,):
        polite = visitor()
        polite.fetch(site.url("/a"))
        polite.fetch(site.url("/b"))
        assert site.asked() == ["/robots.txt", "/a", "/b"]
    assert max(slept) > 6


def test_retry_after_closes_the_visit():
    with servers.serve({"/": servers.TooManyRequests("90", 503), "/b": Page("b")}) as (site,):
        polite = visitor()
        for path in ("/", "/b"):
            with pytest.raises(RetryLaterError):
                polite.fetch(site.url(path))
        assert site.asked() == ["/robots.txt", "/"]


@pytest.fixture
def https_origin(tmp_path):
    """Serve one page over TLS with a certificate that nobody vouches for, as many regional sites do."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gazeta.example")])
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    )
    file = tmp_path / "site.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.end_headers()
            self.wfile.write(b"over TLS")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_https_is_spoken_also_where_nobody_vouches_for_the_certificate(https_origin):
    assert visitor(seconds=20).fetch(https_origin + "/").content == b"over TLS"


def test_a_site_that_speaks_no_tls_is_an_error_in_words():
    with servers.serve({"/": Page("plain")}) as (site,), pytest.raises(RobotsUnavailableError) as caught:
        visitor(seconds=5).fetch(site.url("/").replace("http:", "https:"))
    assert "\n" not in str(caught.value)
