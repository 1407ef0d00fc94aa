"""The check at the end of a run finds what a test leaves behind."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import threading

from support.leaks import leaks


def test_a_process_a_thread_a_socket_and_a_database_that_are_left_are_named(tmp_path):
    stop = threading.Event()
    waiting = threading.Thread(target=stop.wait, name="left-behind")
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        database = sqlite3.connect(tmp_path / "left.db")
        database.execute("CREATE TABLE t (x)")
        waiting.start()
        try:
            found = "\n".join(leaks())
        finally:
            stop.set()
            waiting.join()
            database.close()
            child.kill()
        assert "input()" in found
        assert "thread left-behind" in found
        assert str(server.getsockname()[1]) in found
        assert "left.db" in found
