"""Names whose servers do not answer take neither time nor threads from others."""

import asyncio
import socket
import threading
from contextlib import contextmanager

import pytest
from twisted.internet.error import DNSLookupError

from balkan_crawler.network.lookups import MOST_OF_SITE, Lookups
from balkan_crawler.spiders.visitor import reactor_loop


@contextmanager
def hanging(monkeypatch):
    """Let names that begin with ``slow`` hang until the end of the block; yields the names that were asked for."""
    end, asked = threading.Event(), []

    def look_up(name):
        asked.append(name)
        if name.startswith("slow"):
            end.wait(20)
        if name.startswith("no"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return "192.0.2.7"

    monkeypatch.setattr(socket, "gethostbyname", look_up)
    try:
        yield asked
    finally:
        end.set()


def in_reactor(names, seconds):
    """Look names up at once; gives for each its address, or the error."""
    loop = reactor_loop()

    async def whole():
        from twisted.internet import reactor

        lookups = Lookups(reactor, seconds)
        answers = [lookups.find(name).asFuture(asyncio.get_running_loop()) for name in names]
        return await asyncio.gather(*answers, return_exceptions=True)

    return asyncio.run_coroutine_threadsafe(whole(), loop).result(30)


def test_a_hundred_sites_that_hang_keep_no_other_waiting(monkeypatch):
    with hanging(monkeypatch):
        slow = [f"slow.site{number}.al" for number in range(100)]
        *lost, found = in_reactor([*slow, "quick.example.rs"], 1.0)
    assert found == "192.0.2.7"
    assert all(isinstance(error, DNSLookupError) for error in lost)


def test_one_site_has_two_look_ups_at_once_whatever_its_names(monkeypatch):
    with hanging(monkeypatch) as asked:
        told = in_reactor([f"slow{number}.site.al" for number in range(50)], 0.3)
        assert len(asked) == MOST_OF_SITE
    assert all(isinstance(error, DNSLookupError) for error in told)


def test_what_waited_for_its_sites_turn_is_looked_up(monkeypatch):
    with hanging(monkeypatch):
        assert set(in_reactor([f"a{number}.site.al" for number in range(20)], 10)) == {"192.0.2.7"}


@pytest.mark.parametrize("name", ["no.such.al", "a" * 70 + ".al", ".al", "a..al"])
def test_a_name_that_is_unknown_or_none_fails_as_such(monkeypatch, name):
    with hanging(monkeypatch):
        [error] = in_reactor([f"no{name}"], 5)
    assert isinstance(error, DNSLookupError)
