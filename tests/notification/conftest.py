"""Channels to servers on loopback, an authority that is trusted, and a clock that only the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from support.certificates import issue, server_context

from balkan_crawler.configuration import EmailChannel, Encryption
from balkan_crawler.notification import Notice, announce, tell
from balkan_crawler.storage import open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "tajna lozinka č 42"


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """An authority that is trusted here."""
    identity = issue("Authority of the tests", is_authority=True)
    (tmp_path / "authority.pem").write_bytes(identity.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return identity


@pytest.fixture
def tls(authority, tmp_path):
    """The context of a server that shows who it is."""
    return server_context(tmp_path, issue("a server", authority, hosts=["127.0.0.1", "127.0.2.1"]))


@pytest.fixture
def wrong_tls(tmp_path):
    """The context of a server that nobody vouches for."""
    return server_context(tmp_path, issue("a stranger", hosts=["127.0.0.1"]))


@pytest.fixture
def mail_to():
    """Make a channel to a mail server."""

    def make(server, tls="none", **fields):
        given = {"host": "127.0.0.1", "port": server.port, "sender": "robot@example.org", "to": ("you@example.org",)}
        return EmailChannel(tls=Encryption(tls), **(given | fields))

    return make


@pytest.fixture
def desk(tmp_path):
    """Tell notices, over one store, on a clock that the test moves."""

    class Desk:
        now = NOON
        path = tmp_path / "archive.db"
        environment = MappingProxyType({})
        seconds = 5.0

        def tell(self, channels, *titles, scope="health", notices=()):
            holding = [*notices, *(Notice(key=title.split(":")[0], title=title, text="Evidence.") for title in titles)]
            return self._with(lambda **given: tell(holding, scope=scope, channels=channels, **given))

        def announce(self, channels, *notices):
            return self._with(lambda **given: announce(notices, channels=channels, **given))

        def _with(self, call):
            return call(store=store, now=self.now, environment=self.environment, seconds=self.seconds)

        def later(self, **delta):
            self.now += timedelta(**delta)

    with open_store(tmp_path / "archive.db") as store:
        yield Desk()
