"""A real mail server on loopback for the tests of notification: STARTTLS, TLS, log-in, and named ways to misbehave.

Each answer may be replaced by another line, or by a way to fail: `HANG`, `DRIP`, `CLOSE`. Nothing outlives its ``with``
block.
"""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

HANG = "hang"
DRIP = "drip"
CLOSE = "close"
_LONGEST = 30.0


@dataclass
class MailServer:
    """A running server: what it offers, what it answers, and what it was sent."""

    answers: dict[str, str] = field(default_factory=dict)
    """What to answer in place of the usual, by what was said (``EHLO``, ``RCPT``, ``.``, ``*`` for the greeting)."""
    extensions: tuple[str, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    is_tls_at_once: bool = False
    port: int = 0
    said: list[str] = field(default_factory=list)
    log_ins: list[tuple[str, str]] = field(default_factory=list)
    readable: list[str] = field(default_factory=list)
    """Commands that came without TLS."""
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails that it took, parsed."""
        parsed = [message_from_bytes(raw, _class=EmailMessage, policy=SMTP) for raw in self.sent]
        assert all(isinstance(mail, EmailMessage) for mail in parsed)
        return parsed


class _Gone(Exception):
    """The conversation is over."""


class _Talk(socketserver.StreamRequestHandler):
    mail_server: MailServer

    def handle(self) -> None:
        server = self.mail_server
        self.is_secure = False
        with suppress(ssl.SSLError, ConnectionError, _Gone, ValueError):
            if server.is_tls_at_once:
                self._secure()
            self._answer("*", "220 mail.example ESMTP")
            self._talk(server)

    def _secure(self) -> None:
        assert self.mail_server.tls is not None
        self.connection = self.mail_server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = socketserver._SocketWriter(self.connection)  # type: ignore[attr-defined]
        self.is_secure = True

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _talk(self, server: MailServer) -> None:
        sender = ""
        receivers: list[str] = []
        while line := self._line():
            word = line.split(" ")[0].split(":")[0].upper()
            if word == "EHLO":
                offered = [*server.extensions]
                offered += ["STARTTLS"] if server.tls and not self.is_secure else []
                offered += ["AUTH PLAIN LOGIN"] if server.users else []
                lines = ["mail.example", *offered]
                ends = ["-"] * (len(lines) - 1) + [" "]
                self._answer("EHLO", "\r\n".join(f"250{end}{text}" for end, text in zip(ends, lines, strict=True)))
            elif word == "STARTTLS":
                self._answer("STARTTLS", "220 go on")
                self._secure()
            elif word == "AUTH":
                self._log_in(server, line)
            elif word == "MAIL":
                sender, receivers = line.split("<")[1].split(">")[0], []
                self._answer("MAIL", "250 ok")
            elif word == "RCPT":
                address = line.split("<")[1].split(">")[0]
                key = f"RCPT {address}" if f"RCPT {address}" in server.answers else "RCPT"
                if server.answers.get(key, "2").startswith("2"):
                    receivers.append(address)
                self._answer(key, "250 ok")
            elif word == "DATA":
                is_taken = server.answers.get("DATA", "354").startswith("354")  # a test may change it once it is told
                self._answer("DATA", "354 go on")
                if is_taken:
                    self._take(server, sender, tuple(receivers))
            elif word == "QUIT":
                self._answer("QUIT", "221 bye")
                return
            else:
                self._answer(word, "250 ok")

    def _take(self, server: MailServer, sender: str, receivers: tuple[str, ...]) -> None:
        content = self._content()
        if server.answers.get(".", "250").startswith("250"):
            server.envelopes.append((sender, receivers))
            server.sent.append(content)
        self._answer(".", "250 taken")

    def _log_in(self, server: MailServer, line: str) -> None:
        _, kind, first = line.split(" ")
        if kind == "PLAIN":
            _, user, password = base64.b64decode(first).decode().split("\0")
        else:
            user = base64.b64decode(first).decode()
            self._answer("AUTH LOGIN", "334 UGFzc3dvcmQ6")
            password = base64.b64decode(self._line()).decode()
        server.log_ins.append((user, password))
        is_known = server.users.get(user) == password
        self._answer("AUTH", "235 welcome" if is_known else f"535 no {password} {line} for you")

    def _line(self) -> str:
        line = self.rfile.readline(10_000).decode().rstrip("\r\n")
        self.mail_server.said.append(line)
        if not self.is_secure:
            self.mail_server.readable.append(line)
        return line

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _answer(self, key: str, usual: str) -> None:
        text = self.mail_server.answers.get(key, usual)
        if text == CLOSE:
            raise _Gone
        if text == HANG:
            self.mail_server.closing.wait(_LONGEST)
            raise _Gone
        if text == DRIP:
            while not self.mail_server.closing.wait(0.05):
                self.wfile.write(b"250-drop\r\n")
            raise _Gone
        self.wfile.write(text.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


@contextmanager
def serve_mail(**settings: object) -> Iterator[MailServer]:
    """Run a server until the block ends."""
    server = MailServer(**settings)  # type: ignore[arg-type]
    handler = type("Talk", (_Talk,), {"mail_server": server})
    with _Server(("127.0.0.1", 0), handler) as running:
        server.port = running.server_address[1]
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            running.shutdown()
            thread.join()
