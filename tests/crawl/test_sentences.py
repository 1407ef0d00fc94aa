"""Every way in which Twisted and OpenSSL fail is told in a sentence, however deep it lies in others."""

import pytest
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet import error as internet
from twisted.internet.defer import CancelledError
from twisted.python.failure import Failure
from twisted.web import http
from twisted.web._newclient import (
    BadResponseVersion,
    ConnectionAborted,
    ParseError,
    RequestGenerationFailed,
    RequestNotSent,
    RequestTransmissionFailed,
    ResponseFailed,
    ResponseNeverReceived,
)

from balkan_crawler.errors import BadAnswerError, UnverifiedError
from balkan_crawler.network.certificates import FlawedCertificateError, flaw_of
from balkan_crawler.network.heads import AnswerBoundsError
from balkan_crawler.network.sentences import in_words

URL = "https://gazeta.example/a"
HANDSHAKE = SSL.Error([("SSL routines", "", "ssl/tls alert handshake failure"), ("SSL routines", "", "no ciphers")])


def within(*errors, kind=ResponseNeverReceived):
    return kind([Failure(each) for each in errors])


def caused(error, cause):
    error.__cause__ = cause
    return error


SENTENCES = {
    "handshake": (within(HANDSHAKE), "TLS failed: ssl/tls alert handshake failure, no ciphers"),
    "handshake, without a reason": (within(SSL.Error([])), "TLS failed"),
    "handshake, with nothing": (within(SSL.Error()), "TLS failed"),
    "system call": (within(SSL.SysCallError(-1, "Unexpected EOF")), "TLS failed"),
    "wrapped twice": (within(within(HANDSHAKE)), "TLS failed: ssl/tls alert handshake failure, no ciphers"),
    "while sending": (within(HANDSHAKE, kind=RequestTransmissionFailed), "TLS failed: ssl/tls alert"),
    "lost": (within(internet.ConnectionLost()), "connection lost before an answer"),
    "lost, unwrapped": (internet.ConnectionLost(), "connection lost before an answer"),
    "done": (within(internet.ConnectionDone()), "connection lost before an answer"),
    "aborted": (within(ConnectionAborted()), "connection lost before an answer"),
    "not sent": (RequestNotSent(), "connection lost before an answer"),
    "not made": (within(OSError(9, "Bad file descriptor"), kind=RequestGenerationFailed), "the connection failed"),
    "no route": (internet.NoRouteError(), "no route to its host"),
    "no connection": (internet.ConnectError(), "no connection"),
    "no port": (internet.ConnectBindError(), "this machine has no free connection"),
    "parse": (within(ParseError("wrong number of parts", b"x"), kind=ResponseFailed), "no HTTP that can be read"),
    "version": (within(BadResponseVersion("bad", b"x"), kind=ResponseFailed), "no HTTP that can be read"),
    "chunk": (
        caused(ResponseDataLossError(), within(http._MalformedChunkedDataError("x"), kind=ResponseFailed)),
        "no HTTP that can be read",
    ),
    "cut": (caused(ResponseDataLossError(), within(http._DataLoss("x"), kind=ResponseFailed)), "cut off"),
    "bounds": (within(AnswerBoundsError("has a head of more than 5 bytes")), "its answer has a head of more than 5"),
    "certificate": (within(FlawedCertificateError(flaw_of(10, 0).flaw, "its certificate has expired")), "has expired"),
    "dns": (CannotResolveHostError("DNS lookup failed: [Errno -2] <x>"), "no such host"),
    "time": (DownloadTimeoutError("x"), "no whole answer in 30 seconds"),
    "refused": (DownloadConnectionRefusedError("Connection was refused by other side: 111."), "connection refused"),
    "cancelled": (caused(DownloadCancelledError("<x>"), CancelledError()), "more than 12,582,912 bytes"),
}


@pytest.mark.parametrize(("error", "sentence"), SENTENCES.values(), ids=SENTENCES)
@pytest.mark.parametrize("is_wrapped", [True, False])
def test_each_failure_is_a_sentence(error, sentence, is_wrapped):
    if is_wrapped and isinstance(error, ResponseFailed):
        error = caused(DownloadFailedError(str(error)), error)
    told = in_words(error, URL)
    assert sentence in str(told)
    assert not set("[]<>{}'\"") & set(str(told))


def test_flaws_and_bad_answers_are_errors_of_our_own_tree():
    flawed = in_words(within(flaw_of(20, 0)), URL)
    assert isinstance(flawed, UnverifiedError)
    assert (flawed.flaw, flawed.url) == ("tls-incomplete", URL)
    assert isinstance(in_words(within(AnswerBoundsError("x")), URL), BadAnswerError)


def test_a_fault_of_ours_stays_what_it_is():
    fault = ZeroDivisionError("ours")
    assert in_words(fault, URL) is fault
    assert in_words(KeyError("ours"), URL).args == ("ours",)


def test_errors_that_hold_one_another_end():
    first, second = DownloadFailedError("a"), DownloadFailedError("b")
    first.__cause__, second.__cause__ = second, first
    assert str(in_words(first, URL)) == "the connection failed"
