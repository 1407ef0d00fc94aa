"""Who a server says it is, verified: chain and host name, with each flaw told apart from the others."""

from __future__ import annotations

import os
from enum import StrEnum
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

import certifi
from OpenSSL import SSL
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Callable

    from OpenSSL.crypto import X509
    from twisted.protocols.tls import TLSMemoryBIOProtocol

_LEGACY_SERVER_CONNECT: Final = 0x4
"""OpenSSL's ``SSL_OP_LEGACY_SERVER_CONNECT``: servers that do not know of safe renegotiation (RFC 5746) are spoken to,
as Scrapy does; it weakens no certificate."""


class Flaw(StrEnum):
    """What is wrong with a certificate; the value is the visit's outcome."""

    INCOMPLETE = "tls-incomplete"
    EXPIRED = "tls-expired"
    WRONG_NAME = "tls-name"
    UNTRUSTED = "tls-untrusted"
    INVALID = "tls-invalid"


_ISSUER_MISSING: Final = frozenset({2, 20, 21})
_SELF_SIGNED: Final = frozenset({18, 19})
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
"""``X509_V_ERR_*`` of OpenSSL's x509_vfy.h."""


class FlawedCertificateError(Exception):
    """A server's certificate is not good for its host; never leaves this room but as the cause of another error."""

    def __init__(self, flaw: Flaw, detail: str) -> None:
        super().__init__(detail)
        self.flaw = flaw


def flaw_of(code: int, depth: int) -> FlawedCertificateError:
    """Say what an error of OpenSSL's verification means, found ``depth`` certificates above the server's own.

    A server's certificate whose issuer was neither sent nor is trusted is called incomplete: nearly all such servers
    leave out the intermediate certificate, and one of an unknown authority cannot be told from them.
    """
    if code in _ISSUER_MISSING and depth == 0:
        return FlawedCertificateError(Flaw.INCOMPLETE, "its server leaves out the intermediate certificate")
    if code in _ISSUER_MISSING:
        return FlawedCertificateError(Flaw.UNTRUSTED, "its certificate is of an authority that is not known here")
    if code in _SELF_SIGNED:
        whom = "by itself" if depth == 0 else "by an authority that is not known here"
        return FlawedCertificateError(Flaw.UNTRUSTED, f"its certificate is signed {whom}")
    if code in (_EXPIRED, _NOT_YET_VALID):
        when = "has expired" if code == _EXPIRED else "is not valid yet"
        return FlawedCertificateError(Flaw.EXPIRED, f"its certificate {when}")
    return FlawedCertificateError(Flaw.INVALID, f"its certificate is not valid (OpenSSL's reason {code})")


@implementer(IPolicyForHTTPS)
class CertificatePolicy:
    """Scrapy's and Twisted's way to ask how a host is to be met; ``is_exempt`` names hosts that are not verified."""

    def __init__(self, is_exempt: Callable[[str], bool]) -> None:
        self._is_exempt = is_exempt

    def creatorForNetloc(self, hostname: bytes, port: int) -> HostConnections:
        """Give what makes the connections to one host."""
        host = hostname.decode("ascii").strip("[]")  # of an IPv6 address
        return HostConnections(host, is_verified=not self._is_exempt(host))


@implementer(IOpenSSLClientConnectionCreator)
class HostConnections:
    """Makes the TLS connections to one host; one whose certificate has a flaw ends before a byte is asked for."""

    def __init__(self, host: str, *, is_verified: bool = True) -> None:
        self._host = host
        self._is_verified = is_verified
        try:
            ip_address(host)
            self._name: DNS_ID | IPAddress_ID = IPAddress_ID(host)
        except ValueError:
            self._name = DNS_ID(host)

    def clientConnectionForTLS(self, protocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """Make a connection, as Twisted asks for it."""
        connection = SSL.Connection(_context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")), None)
        if isinstance(self._name, DNS_ID):
            connection.set_tlsext_host_name(self._host.encode("ascii"))

        def verify(_: SSL.Connection, certificate: X509, code: int, depth: int, is_good: int) -> bool:
            if not self._is_verified:
                return True
            error = None if is_good else flaw_of(code, depth)
            if error is None and depth == 0 and not self._is_named(certificate):
                error = FlawedCertificateError(Flaw.WRONG_NAME, "its certificate is for another host name")
            if error is None:
                return True
            protocol.failVerification(Failure(error))  # type: ignore[no-untyped-call]
            return False

        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, verify)
        return connection

    def _is_named(self, certificate: X509) -> bool:
        """Say whether a certificate names the host; one that cannot be read does not."""
        try:
            verify_service_identity(extract_patterns(certificate), [self._name], [])
        except Exception:  # it is called from within OpenSSL, which would take any other end for a yes
            return False
        return True


@cache
def _context(file: str | None, folder: str | None) -> SSL.Context:
    """Give the settings of all connections, with the authorities that are trusted.

    These are the ones that ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name, as all of OpenSSL does; where neither is set,
    those of the system and Mozilla's (certifi), since pyOpenSSL finds none on macOS and Windows.
    """
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_COMPRESSION | _LEGACY_SERVER_CONNECT)
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_default_verify_paths()  # reads both variables
    if not (file or folder):
        context.load_verify_locations(certifi.where())
    return context
