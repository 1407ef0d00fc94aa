"""What is no request, or a hostile one: a status and a sentence, no traceback, and the desk goes on."""

from __future__ import annotations

import logging
import socket
import time
from contextlib import ExitStack, suppress

import psutil
import pytest
from support.desks import served

from balkan_crawler.desk import application, connection
from balkan_crawler.desk.protection import LONGEST_FORM

LONGEST = 60
HOST = "Host: localhost"
END = "Connection: close"


def request(*lines, body=b""):
    return "\r\n".join((*lines, "", "")).encode("utf-8", "surrogateescape") + body


def read(client):
    """Read until the desk ends the connection; what it had not read of ours may end it early."""
    got = b""
    with suppress(ConnectionResetError):
        while chunk := client.recv(65536):
            got += chunk
    return got


def is_held(port):
    """Say whether the desk, in this process, holds a connection."""
    held = psutil.Process().net_connections(kind="tcp4")
    return any(one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED for one in held)


def told(port, sent):
    """Send bytes, and give the status and the rest of what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as client:
        with suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(sent)
        got = read(client)
    head, _, body = got.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    return (int(words[1]) if len(words) == 3 else 0), head.decode("latin-1").lower(), body.decode("utf-8", "replace")


def errors_in(caplog):
    """Give what was logged as an error; how much else there is hangs on what the process ran before."""
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


HOSTILE = {
    "another way to ask": (request("OPTIONS /settings HTTP/1.1", HOST, END), 405, "Nothing here answers"),
    "a way that nobody knows": (request("FOO /settings HTTP/1.1", HOST, END), 405, "Nothing here answers"),
    "an echo": (request("TRACE /settings HTTP/1.1", HOST, END), 405, "Nothing here answers"),
    "all of the server": (request("OPTIONS * HTTP/1.1", HOST, END), 404, "no such page"),
    "a tunnel": (request("CONNECT news.example:443 HTTP/1.1", HOST, END), 404, "no such page"),
    "a zero in the path": (request("GET /%00 HTTP/1.1", HOST, END), 404, "no such page"),
    "a zero in a file's name": (request("GET /static/%00 HTTP/1.1", HOST, END), 404, "no such page"),
    "a way out of the folder": (request("GET /static/..%2fapplication.py HTTP/1.1", HOST, END), 404, "no such page"),
    "the way as it is": (request("GET /static/../application.py HTTP/1.1", HOST, END), 404, "no such page"),
    "an absolute path": (request("GET /static/%2fetc%2fpasswd HTTP/1.1", HOST, END), 404, "no such page"),
    "a folder": (request("GET /static/ HTTP/1.1", HOST, END), 404, "no such page"),
    "a name too long for files": (request(f"GET /static/{'a' * 5000} HTTP/1.1", HOST, END), 404, "no such page"),
    "an address too long": (request(f"GET /search?q={'a' * 1_000_000} HTTP/1.1", HOST, END), 414, "too long"),
    "no text in the path": (request("GET /%ff%fe HTTP/1.1", HOST, END), 404, "no such page"),
    "no slash": (request("GET settings HTTP/1.1", HOST, END), 404, "no such page"),
    "a host in the path": (request("GET //news.example/.. HTTP/1.1", HOST, END), 404, "no such page"),
    "letters that are none of HTTP's": (request("GET /пут HTTP/1.1", HOST, END), 400, "no request of HTTP's"),
    "two hosts": (request("GET /settings HTTP/1.1", HOST, "Host: news.example", END), 400, "no request of HTTP's"),
    "no host": (request("GET /settings HTTP/1.1", END), 400, "no request of HTTP's"),
    "no host in the old way": (request("GET /settings HTTP/1.0"), 421, "names of this machine"),
    "half an address as host": (request("GET /settings HTTP/1.1", "Host: [::1", END), 421, "names of this machine"),
    "another host as target": (request("GET http://news.example/ HTTP/1.1", HOST, END), 421, "names of this machine"),
    "a header too large": (request("GET /settings HTTP/1.1", HOST, f"A: {'a' * 500_000}", END), 431, "too large"),
    "too many headers": (
        request("GET /settings HTTP/1.1", HOST, *(f"A{i}: a" for i in range(5000)), END), 431, "too large"
    ),
    "a head that does not end": (b"GET /settings HTTP/1.1\r\nA: " + b"a" * 3_000_000, 431, "too large"),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "no request of HTTP's"),
    "words": (b"hello\r\n\r\n", 400, "no request of HTTP's"),
    "a length below nothing": (
        request("POST /settings HTTP/1.1", HOST, "Content-Length: -5", END), 400, "no request of HTTP's"
    ),
    "pieces of no length": (
        request("POST /settings HTTP/1.1", HOST, "Transfer-Encoding: chunked", END, body=b"zz\r\n\r\n"),
        400,
        "no request of HTTP's",
    ),
    "a form too long": (
        request("POST /settings HTTP/1.1", HOST, f"Content-Length: {10**14}", END, body=b"a" * (LONGEST_FORM + 1)),
        400,
        "too long",
    ),
    "a form of too many fields": (
        request("POST /settings HTTP/1.1", HOST, "Content-Length: 6000", END, body=b"a=1&b=" * 1000),
        400,
        "fields",
    ),
    "bytes beyond the end": (request("GET /static/desk.css HTTP/1.1", HOST, "Range: bytes=900000-", END), 416, ""),
    "bytes of nonsense": (request("GET /static/desk.css HTTP/1.1", HOST, "Range: bytes=a", END), 400, "range"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_request_is_answered_with_a_sentence(desk, name, caplog):
    sent, status, sentence = HOSTILE[name]
    answered, head, body = told(desk.port, sent)
    assert answered == status
    assert sentence.lower() in body.lower()
    assert "content-security-policy: default-src 'none'" in head
    assert "Traceback" not in body and errors_in(caplog) == []
    assert desk.get("/settings").status == 200


def test_what_is_odd_but_right_is_answered(desk):
    for lines in (
        ("GET http://localhost/settings HTTP/1.1", "Host: news.example"),
        ("HEAD /settings HTTP/1.1", HOST),
        ("GET /settings HTTP/1.1", HOST, "Cookie: language=\udcff; zone=%00; theme=\udc80", "Accept-Language: \udcff"),
        ("GET /settings HTTP/1.1", HOST, "Upgrade: websocket", "Connection: upgrade"),
        ("GET /settings?q=%ff%fe%c3&q HTTP/1.1", HOST),
    ):
        status, _, body = told(desk.port, request(*lines, END))
        assert status == 200, lines
        assert bool(body) is not lines[0].startswith("HEAD")


def test_a_page_that_takes_no_form_says_what_it_takes(desk):
    _, head, _ = told(desk.port, request("DELETE /settings HTTP/1.1", HOST, END))
    assert "allow: " in head and "get" in head


def test_parts_of_a_file_are_given(desk):
    status, head, body = told(desk.port, request("GET /static/desk.css HTTP/1.1", HOST, "Range: bytes=0-9", END))
    assert (status, len(body)) == (206, 10) and "content-range: bytes 0-9/" in head


def test_what_follows_a_request_is_answered_by_itself(desk):
    status, _, body = told(desk.port, request("GET /settings HTTP/1.1", HOST) + b"\x00\x01 nonsense\r\n\r\n")
    assert status == 200
    assert "HTTP/1.1 400" in body and "no request of HTTP's" in body


@pytest.mark.parametrize("begun", [b"", b"GET /settings HT", b"GET /settings HTTP/1.1\r\nA: b\r\n"])
def test_a_request_that_does_not_arrive_is_not_waited_for(demo_archive, monkeypatch, begun):
    monkeypatch.setattr(connection, "LONGEST_ARRIVAL", 0.3)
    with served(demo_archive) as desk:
        status, _, body = told(desk.port, begun)
        assert (status, body) == (408, "The request did not arrive in time.")


def test_a_form_that_does_not_arrive_is_not_waited_for(demo_archive, monkeypatch):
    monkeypatch.setattr(application, "LONGEST_ARRIVAL", 0.3)
    with served(demo_archive, password="tajna") as desk:
        sent = request("POST /login HTTP/1.1", HOST, "Content-Length: 10", END, body=b"a=")
        status, _, body = told(desk.port, sent)
        assert status == 400 and "did not arrive in time" in body
    with served(demo_archive) as desk:
        sent = request("POST /settings HTTP/1.1", HOST, "Content-Length: 10", END, body=b"a=")
        status, _, body = told(desk.port, sent)
        assert status == 400 and "did not arrive in time" in body


def test_a_form_too_long_for_the_password_is_a_sentence(demo_archive, caplog):
    with served(demo_archive, password="tajna") as desk:
        got = desk.post("/login", {"password": "a" * (LONGEST_FORM + 1)})
        assert got.status == 400 and "too long" in got.text and errors_in(caplog) == []


def test_a_client_that_does_not_read_on_is_let_go(demo_archive, monkeypatch):
    monkeypatch.setattr(connection, "LONGEST_PAUSE", 0.3)
    with served(demo_archive) as desk, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(LONGEST)
        client.connect(("127.0.0.1", desk.port))
        client.sendall(request("GET /settings HTTP/1.1", HOST) * 1000)
        assert client.recv(1) == b"H"
        until = time.monotonic() + LONGEST
        while is_held(desk.port) and time.monotonic() < until:
            time.sleep(0.05)
        assert not is_held(desk.port)
        assert desk.get("/settings").status == 200


def test_who_comes_when_all_connections_are_taken_is_told_so(demo_archive, monkeypatch):
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 20)
    with served(demo_archive) as desk:
        with ExitStack() as stack:
            held = [stack.enter_context(socket.create_connection(("127.0.0.1", desk.port))) for _ in range(20)]
            for client in held:
                client.sendall(b"GET /settings HT")
            status, _, body = told(desk.port, request("GET /settings HTTP/1.1", HOST, END))
            assert (status, body) == (503, "Too many connections are open. Try again in a moment.")
            for client in held:
                client.sendall(request("TP/1.1", HOST, END))
                assert read(client).startswith(b"HTTP/1.1 200")
        assert desk.get("/settings").status == 200


def test_a_thousand_connections_leave_the_desk_well(demo_archive):
    with served(demo_archive) as desk:
        for _ in range(10):
            with ExitStack() as stack:
                for _ in range(100):
                    client = stack.enter_context(socket.create_connection(("127.0.0.1", desk.port)))
                    client.sendall(b"GET / HTTP/1.1\r\nHost:")
        answers = (desk.get("/settings").status for _ in range(1000))
        assert next(status for status in answers if status != 503) == 200  # as soon as it heard that they have gone
