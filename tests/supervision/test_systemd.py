"""What systemd is told, by a real datagram socket."""

import os
import socket
from contextlib import closing

import pytest

from balkan_crawler.supervision.systemd import ServiceManager


@pytest.fixture(params=["file", "abstract"])
def listener(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a path of a socket has a hundred letters at most
    name = f"@balkan-crawler-test-{os.getpid()}" if request.param == "abstract" else "notify"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        heard.bind(name.replace("@", "\0"))
        heard.settimeout(5)
        yield name, heard


def test_each_state_is_a_datagram_of_its_own(listener):
    name, heard = listener
    manager = ServiceManager.of({"NOTIFY_SOCKET": name})
    manager.ready()
    manager.status("12 sites\nat work: Вести")
    manager.alive()
    manager.stopping()
    said = [heard.recv(1000).decode() for _ in range(4)]
    assert said == ["READY=1", "STATUS=12 sites at work: Вести", "WATCHDOG=1", "STOPPING=1"]


def test_the_variables_are_taken_away_from_the_processes_that_are_started():
    variables = {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "300000000", "WATCHDOG_PID": str(os.getpid()), "A": "b"}
    assert ServiceManager.of(variables).watchdog == 300
    assert variables == {"A": "b"}


@pytest.mark.parametrize(
    "variables",
    [{}, {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "x"}, {"WATCHDOG_USEC": "0"}],
)
def test_a_watchdog_that_is_not_ours_is_none(variables):
    assert ServiceManager.of(variables).watchdog is None


@pytest.mark.parametrize("address", [None, "", "/nowhere/at/all", "@nobody-listens-here"])
def test_where_nobody_listens_nothing_is_said_and_nothing_fails(address):
    ServiceManager(address).ready()
