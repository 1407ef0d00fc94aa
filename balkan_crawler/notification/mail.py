"""E-mail: a message as a mail, and the talk with the server that takes it."""

from __future__ import annotations

import base64
import smtplib
import socket
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Final

from balkan_crawler.configuration import EmailChannel, Encryption
from balkan_crawler.errors import ChannelError
from balkan_crawler.notification.exchange import Line, context
from balkan_crawler.notification.message import NAME, cut
from balkan_crawler.notification.record import Message
from balkan_crawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST: Final = 100_000
"""Characters of a mail's text."""
_LONGEST_ANSWER: Final = 200


def compose_mail(channel: EmailChannel, message: Message, now: datetime) -> EmailMessage:
    """Write a message as a plain-text mail."""
    mail = EmailMessage(policy=SMTP)
    domain = channel.sender.rpartition("@")[2]
    mail["From"] = Address(NAME, addr_spec=channel.sender)
    mail["To"] = [Address(addr_spec=address) for address in channel.to]
    mail["Subject"] = clean_line(message.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=domain)  # without it the name of this machine would be looked up
    mail["List-Id"] = f"{NAME} <{NAME}.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(cut(message.text, _LARGEST), cte="quoted-printable")
    return mail


def send_mail(
    channel: EmailChannel, password: str | None, mail: EmailMessage, line: Line, seconds: float
) -> str | None:
    """Give a mail to its server; gives a remark where some of its addresses were refused.

    It is sent once the server has taken it, whatever becomes of the connection then. Raises `ChannelError`, or what
    `in_words` has words for.
    """
    client = _Client(channel, line, seconds)
    try:
        client.ehlo_or_helo_if_needed()
        if channel.tls is Encryption.STARTTLS:
            if not client.has_extn("starttls"):
                raise ChannelError("the server offers no STARTTLS, so nothing was sent")
            client.starttls(context=context())
            client.ehlo_or_helo_if_needed()
        if channel.user is not None and password is not None:
            _log_in(client, channel.user, password)
        refused = client.sendmail(channel.sender, list(channel.to), mail.as_bytes())
    except smtplib.SMTPRecipientsRefused as error:
        raise ChannelError(_refused(error.recipients)) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise ChannelError(f"the mail was refused: {_answer(error.smtp_code, error.smtp_error, password)}") from error
    finally:
        client.leave()
    return _refused(refused) if refused else None


class _Client(smtplib.SMTP):
    """An SMTP client on a line that can be cut."""

    def __init__(self, channel: EmailChannel, line: Line, seconds: float) -> None:
        self._line = line
        self._context = context() if channel.tls is Encryption.TLS else None
        super().__init__(channel.host, channel.port, local_hostname="localhost", timeout=seconds)
        self.local_hostname = self._own_name()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Open the connection, as the class above asks for it."""
        opened = self._line.connect(host, port, timeout)
        if self._context is None:
            return opened
        try:
            return self._context.wrap_socket(opened, server_hostname=host)
        except BaseException:
            opened.close()
            raise

    def _own_name(self) -> str:
        """Give the address that the server sees, as a name: looking up one's own may take long (RFC 5321, 4.1.3)."""
        assert self.sock is not None
        family, address = self.sock.family, self.sock.getsockname()[0]
        return f"[IPv6:{address}]" if family is socket.AF_INET6 else f"[{address}]"

    def leave(self) -> None:
        """Say farewell without waiting for an answer."""
        try:
            self.putcmd("quit")
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self.close()


def _log_in(client: _Client, user: str, password: str) -> None:
    """Log in by PLAIN or LOGIN in UTF-8, which `smtplib` does in ASCII only, or else by what it knows besides."""
    offered = str(client.esmtp_features.get("auth", "")).upper().split()
    if "PLAIN" in offered:
        code, _ = client.docmd("AUTH", f"PLAIN {_encoded(f'{chr(0)}{user}{chr(0)}{password}')}")
    elif "LOGIN" in offered:
        code, _ = client.docmd("AUTH", f"LOGIN {_encoded(user)}")
        if code == 334:
            code, _ = client.docmd(_encoded(password))
    elif "CRAM-MD5" in offered and (user + password).isascii():
        code, _ = client.login(user, password)
    else:
        raise ChannelError("the server offers no way to log in that is known here")
    if code not in (235, 503):
        raise ChannelError(f"user or password refused ({code})")


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _refused(recipients: Mapping[str, tuple[int, bytes]]) -> str:
    told = "; ".join(f"{address} was refused: {_answer(*answer, None)}" for address, answer in recipients.items())
    return told[: 3 * _LONGEST_ANSWER]


def _answer(code: int, text: bytes | str, password: str | None) -> str:
    """Give a server's answer in a line, without the password, should the server repeat it."""
    said = clean_line(text.decode(errors="replace") if isinstance(text, bytes) else text)
    for secret in (password, _encoded(password)) if password else ():
        said = said.replace(secret, "...")
    return f"{code} {said}"[:_LONGEST_ANSWER]
