"""An exchange that takes too long is cut, also where bytes keep coming, and nothing of it goes on."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress

import pytest

from balkan_crawler.errors import ChannelError
from balkan_crawler.notification.exchange import in_words, side_by_side


def drip(listener, stop):
    peer, _ = listener.accept()
    with closing(peer), suppress(OSError):
        while not stop.wait(0.02):
            peer.sendall(b".")


def test_what_drips_is_cut_and_its_thread_ends():
    ended, stop = threading.Event(), threading.Event()

    def read_on(line, seconds):
        with closing(line.connect("127.0.0.1", port, seconds)) as opened:
            try:
                while opened.recv(1):
                    pass
            finally:
                ended.set()
        return "never"

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        peer = threading.Thread(target=drip, args=(listener, stop))
        peer.start()
        try:
            found = dict(side_by_side({"slow": read_on, "quick": lambda line, seconds: "a remark"}, 0.2))
            assert ended.wait(5)
        finally:
            stop.set()
            peer.join()
    assert found["quick"] == "a remark"
    # what it did counts where it ended well in the last moment; where the peer met the cut first, it is told as one
    assert found["slow"] == "never" or found["slow"].reason == "no whole answer in 0.2 seconds"


def test_what_cannot_be_cut_is_left():
    stop = threading.Event()
    errands = {"hangs": lambda line, seconds: str(stop.wait(20)), "works": lambda line, seconds: None}
    found = dict(side_by_side(errands, 0.05))
    stop.set()
    assert found["works"] is None
    assert isinstance(found["hangs"], ChannelError)
    assert found["hangs"].reason == "no whole answer in 0.05 seconds"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no such host, or no network"),
        (OSError(113, "No route to host"), "No route to host"),
        (OSError(), "the connection failed"),
        (UnicodeEncodeError("ascii", "secret", 0, 1, "no"), "its answer cannot be read"),
        (KeyError("secret"), "failed (KeyError)"),
    ],
)
def test_failures_are_words_without_what_was_sent(error, words):
    assert in_words(error).reason == words
