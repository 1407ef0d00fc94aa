"""More readers than a desk can serve: each is answered, the last ones with a sentence and at once."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import ExitStack

from support.desks import served

from balkan_crawler.desk import application
from balkan_crawler.desk.page import sentence
from balkan_crawler.desk.readers import AT_ONCE

ASKED, WAITING = 20, 4
ASKING = b"GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def read(client):
    return b"".join(iter(lambda: client.recv(65536), b""))


def test_who_would_wait_too_long_is_told_so_at_once_and_the_others_get_their_page(demo_archive, monkeypatch):
    gate = threading.Event()

    def slow(desk, asked):
        gate.wait(60)
        return sentence("Here it is.", 200)

    monkeypatch.setattr(application, "MOST_WAITING", WAITING)
    monkeypatch.setattr(application, "ROUTES", (("/slow", slow, False),))
    with served(demo_archive) as desk, ExitStack() as stack, selectors.DefaultSelector() as answered:
        for _ in range(ASKED):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", desk.port), timeout=60))
            client.sendall(ASKING)
            answered.register(client, selectors.EVENT_READ)
        refused = []
        while len(refused) < ASKED - AT_ONCE - WAITING:
            for key, _ in answered.select(60):
                refused.append(read(key.fileobj))
                answered.unregister(key.fileobj)
        gate.set()
        shown = [read(key.fileobj) for key in answered.get_map().values()]
    assert {answer.split(b"\r\n")[0] for answer in refused} == {b"HTTP/1.1 503 Service Unavailable"}
    assert all(b"retry-after: " in answer.lower() and b"Too many readers" in answer for answer in refused)
    assert len(shown) == AT_ONCE + WAITING
    assert all(answer.startswith(b"HTTP/1.1 200") and b"Here it is." in answer for answer in shown)


def test_who_went_away_while_waiting_keeps_nobody_from_a_page(demo_archive, monkeypatch):
    gate, begun = threading.Event(), []

    def slow(desk, asked):
        begun.append(asked.one("who"))
        gate.wait(60)
        return sentence("Here it is.", 200)

    monkeypatch.setattr(application, "ROUTES", (("/slow", slow, False),))
    with served(demo_archive) as desk, ExitStack() as stack:

        def asking(who):
            client = socket.create_connection(("127.0.0.1", desk.port), timeout=60)
            client.sendall(ASKING.replace(b"/slow", b"/slow?who=" + who))
            return client

        first = [stack.enter_context(asking(b"first")) for _ in range(AT_ONCE)]
        while len(begun) < AT_ONCE:
            gate.wait(0.01)
        for _ in range(10):
            asking(b"gone").close()
        last = stack.enter_context(asking(b"last"))
        desk.get("/settings")  # heard after all of these have come and gone
        gate.set()
        assert all(b"Here it is." in read(client) for client in (*first, last))
    assert begun.count("gone") == 0 and begun.count("last") == 1
