"""A PostgreSQL server of the tests' own: on a socket in a temporary folder, started once, stopped at the end."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
"""Where packages of Debian, Red Hat and Homebrew put the server's programs, beside the path."""
_QUICK = "fsync=off synchronous_commit=off full_page_writes=off shared_buffers=64MB max_connections=200"
"""Nothing here has to outlive a power cut."""


def programs() -> Path | None:
    """Give the folder with ``initdb`` and ``pg_ctl``, of the newest version; ``None`` where there is none."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = [path for pattern in FOLDERS for path in Path("/").glob(f"{pattern[1:]}/initdb")]
    return max(found).parent if found else None


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the folder of its data and of its socket."""

    folder: Path
    user: str
    programs: Path
    options: str
    port: int = 5432

    def url(self, database: str = "postgres", user: str | None = None) -> str:
        """Give the URL of a database."""
        port = "" if self.port == 5432 else f"&port={self.port}"
        return f"postgresql:///{database}?host={self.folder}{port}&user={user or self.user}"

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the server's owner; gives its rows, if any."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def database_for(self, folder: Path, template: str = "template1") -> str:
        """Give the URL of a database that belongs to a folder; it is made where there is none."""
        name = _name(folder)
        if not self.run(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, folder: Path) -> None:
        """Drop the database of a folder."""
        self.run(f"DROP DATABASE IF EXISTS {_name(folder)} WITH (FORCE)")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = ["listen_addresses=''", f"port={self.port}", *self.options.split()]
        options = f"-k {self.folder} " + " ".join(f"-c {each}" for each in words)
        self._control("start", "-w", "-o", options, "-l", str(self.folder / "log"))

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: ``immediate`` as a crash would, ``fast`` in good order."""
        self._control("stop", "-w", "-m", mode)

    def _control(self, *words: str) -> None:
        self.call("pg_ctl", "-D", str(self.folder / "data"), *words)

    def call(self, program: str, *words: str) -> None:
        """Run one of the server's programs as its user."""
        _run([str(self.programs / program), *words])


def free_port() -> int:
    """Give a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _name(folder: Path) -> str:
    return f"of_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


@contextmanager
def server(options: str = _QUICK, port: int = 5432, more: str = "") -> Iterator[Server]:
    """Run a server with settings (``name=value``) and ``more``; root runs it as ``postgres``: PostgreSQL refuses root.

    It has a socket alone, of this port, unless ``listen_addresses`` is one of the settings.
    """
    found = programs()
    assert found is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path takes no more than 107 bytes
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        data = str(folder / "data")
        _run([str(found / "initdb"), "-D", data, "-A", "trust", "-U", user, "-E", "UTF8", "--locale=C", "-N"])
        made = Server(folder, user, found, f"{options} {more}", port)
        made.start()
        try:
            yield made
        finally:
            with suppress(subprocess.CalledProcessError):  # a test may have stopped it
                made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(words: list[str]) -> None:
    as_user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(words, check=True, capture_output=True, cwd="/", **as_user)  # type: ignore[call-overload]
