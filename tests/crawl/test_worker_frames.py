"""Frames: whatever is sent arrives as it was, in whatever pieces the socket gives it."""

import pickle
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.extensions.workers.calls import (
    pack_call,
    pack_error,
    pack_result,
    unpack_answer,
    unpack_call,
)
from balkan_crawler.extensions.workers.frames import Frame, FrameReader, head_of, receive

parts = st.lists(st.binary(max_size=300), max_size=5).map(tuple)
frames = st.lists(st.builds(Frame, st.integers(0, 2**32 - 1), parts), max_size=5)
values = st.recursive(
    st.none() | st.integers() | st.text() | st.binary(max_size=50) | st.integers(4095, 4097).map(bytes),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def packed(sent):
    return b"".join(part for frame in sent for part in (head_of(frame), *frame.parts))


@given(frames, st.lists(st.integers(1, 400)))
def test_frames_arrive_in_pieces_of_any_size(sent, sizes):
    data, reader, found = packed(sent), FrameReader(), []
    for size in [*sizes, len(data)]:
        piece, data = data[:size], data[size:]
        found += reader.feed(piece)
    assert found == sent


@given(frames, st.integers(1, 50))
def test_frames_are_received_one_after_the_other(sent, size):
    data = memoryview(packed(sent))

    def take(count):
        nonlocal data
        taken, data = bytes(data[:count]), data[count:]
        return taken

    assert [receive(take) for _ in sent] == sent


@given(st.lists(values, max_size=6), st.dictionaries(st.text(min_size=1), values, max_size=3), st.floats(0, 100))
def test_a_call_arrives_as_it_was_made(arguments, named, seconds):
    frame = pack_call(7, seconds, print, tuple(arguments), named)
    assert unpack_call(frame) == (seconds, print, arguments, named)


def test_the_bytes_of_a_page_are_sent_as_they_are():
    page = bytes(300_000)
    frame = pack_call(7, 1, print, ("url", page), {})
    assert frame.parts[1] is page
    assert len(frame.parts[0]) < 1000


def test_more_pages_than_a_frame_has_parts_arrive_all_the_same():
    pages = [bytes([number % 256]) * 5000 for number in range(300)]
    assert unpack_call(pack_call(7, 1, print, pages, {}))[2] == pages


@given(values)
def test_a_result_arrives_as_it_was(value):
    assert unpack_answer(pack_result(7, value)) == value


class StubbornError(Exception):
    def __init__(self, one):
        super().__init__(one)
        self.lock = threading.Lock()  # which nothing can pickle


def test_an_error_arrives_with_the_place_where_it_was_raised():
    try:
        int("seven")
    except ValueError as error:
        frame = pack_error(7, error)
    with pytest.raises(ValueError, match="seven") as raised:
        unpack_answer(frame)
    assert 'int("seven")' in "".join(raised.value.__notes__)


def test_an_error_that_cannot_be_pickled_is_named():
    with pytest.raises(RuntimeError, match="StubbornError: one"):
        unpack_answer(pack_error(7, StubbornError("one")))


def test_what_no_worker_could_find_is_said_by_the_one_who_asks():
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pack_call(7, 1, lambda: None, (), {})


def test_a_socket_carries_frames():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sent = Frame(3, (b"head", b"x" * 1000))
        ours.sendall(packed([sent]))
        assert receive(lambda count: theirs.recv(count, socket.MSG_WAITALL) if count else b"") == sent
