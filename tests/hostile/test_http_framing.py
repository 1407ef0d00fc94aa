"""Answers that break HTTP, or stretch it: what is whole is stored, what is not is asked for again."""

from support.raw_server import Answer, Endless, InTurn, Raw
from support.scenarios import OTHER_PAGE, PAGE, STORY, Scenario, page, refused

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
LAST = b"0\r\n\r\n"
NETWORK = "cut connection timeout bad-answer"
"""What may be said of an answer that is none: to the user they are one."""
HALF = len(PAGE) // 2


def chunk(data, size=None):
    return b"%s\r\n%s\r\n" % (b"%x" % len(data) if size is None else size, data)


def smuggled():
    """An answer with a second one behind it, which nobody has asked for."""
    false = OTHER_PAGE.replace(b"Ferry decision number 1", b"A headline that nobody asked for")
    return OK + LENGTH + b"\r\n" + PAGE + OK + b"Content-Length: %d\r\n\r\n" % len(false) + false


CHUNKS = (
    refused("chunk size beyond all memory", Raw((CHUNKED + b"FFFFFFFFFFFFFFFF\r\n" + PAGE,)), NETWORK + " too-large"),
    refused("chunk size of forty digits", Raw((CHUNKED + b"F" * 40 + b"\r\n" + PAGE,)), NETWORK + " too-large"),
    refused("chunk size negative", Raw((CHUNKED + chunk(PAGE, b"-1") + LAST,)), NETWORK),
    refused("chunk size with a sign", Raw((CHUNKED + chunk(PAGE, b"+%x" % len(PAGE)) + LAST,)), NETWORK),
    refused("chunk size no number", Raw((CHUNKED + chunk(PAGE, b"zz") + LAST,)), NETWORK),
    refused("chunk size empty", Raw((CHUNKED + chunk(PAGE, b"") + LAST,)), NETWORK),
    refused("chunk size with 0x", Raw((CHUNKED + chunk(PAGE, b"0x%x" % len(PAGE)) + LAST,)), NETWORK),
    page("chunk extensions", Raw((CHUNKED + chunk(PAGE, b"%x;name=value" % len(PAGE)) + LAST,))),
    refused(
        "chunk extension of a megabyte", Raw((CHUNKED + chunk(PAGE, b"%x;%s" % (len(PAGE), b"a" * 10**6)),)), NETWORK
    ),
    page("chunk sizes in capitals and with zeros", Raw((CHUNKED + chunk(PAGE, b"000%X" % len(PAGE)) + LAST,))),
    page("chunks of one byte", Raw((CHUNKED, b"".join(chunk(bytes([byte])) for byte in PAGE) + LAST))),
    refused("chunk longer than it says", Raw((CHUNKED + chunk(PAGE, b"%x" % HALF) + LAST,)), NETWORK),
    refused("chunk shorter than it says", Raw((CHUNKED + chunk(PAGE, b"%x" % (len(PAGE) + 99)) + LAST,)), NETWORK),
    refused("chunks without the last", Raw((CHUNKED + chunk(PAGE),)), NETWORK),
    refused("chunks without the last and no close", Raw((CHUNKED + chunk(PAGE),), then="hang"), NETWORK),
    page("trailers", Raw((CHUNKED + chunk(PAGE) + b"0\r\nX-Sum: 1\r\nContent-Type: image/png\r\n\r\n",))),
    refused(
        "trailers of megabytes", Endless(CHUNKED + chunk(PAGE) + b"0\r\n", b"X-Sum: %s\r\n" % (b"a" * 1000)), NETWORK
    ),
    page(
        "chunked and a length",
        Raw((OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(PAGE) + LAST,)),
        f"article {NETWORK}",
        None,
    ),
    page(
        "chunked twice",
        Raw(
            (
                OK
                + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk(chunk(PAGE) + LAST)
                + LAST,
            )
        ),
        f"article {NETWORK}",
        None,
    ),
    refused(
        "transfer encoding unknown",
        Raw((OK + b"Transfer-Encoding: rot13\r\n\r\n" + chunk(PAGE) + LAST,)),
        f"{NETWORK} not-html",
    ),
)

LENGTHS = (
    page("length stated twice alike", Raw((OK + LENGTH + LENGTH + b"\r\n" + PAGE,)), f"article {NETWORK}", None),
    refused(
        "length stated twice with two values", Raw((OK + b"Content-Length: 5\r\n" + LENGTH + b"\r\n" + PAGE,)), NETWORK
    ),
    page(
        "length as a list",
        Raw((OK + b"Content-Length: %d, %d\r\n\r\n" % (len(PAGE), len(PAGE)) + PAGE,)),
        f"article {NETWORK}",
        None,
    ),
    refused("length too long", Raw((OK + b"Content-Length: 99999\r\n\r\n" + PAGE,)), NETWORK),
    refused("length too long and no close", Raw((OK + b"Content-Length: 99999\r\n\r\n" + PAGE,), then="hang"), NETWORK),
    refused("length negative", Raw((OK + b"Content-Length: -5\r\n\r\n" + PAGE,)), NETWORK),
    refused("length no number", Raw((OK + b"Content-Length: long\r\n\r\n" + PAGE,)), NETWORK),
    refused("length empty", Raw((OK + b"Content-Length: \r\n\r\n" + PAGE,)), NETWORK),
    refused(
        "length of an exabyte",
        Raw((OK + b"Content-Length: 1152921504606846976\r\n\r\n" + PAGE,)),
        NETWORK + " too-large",
    ),
    refused(
        "length of a thousand digits",
        Raw((OK + b"Content-Length: " + b"9" * 1000 + b"\r\n\r\n" + PAGE,)),
        NETWORK + " too-large",
    ),
    refused("length in other digits", Raw((OK + "Content-Length: ١٢٣\r\n\r\n".encode() + PAGE,)), NETWORK),
    page("no length and a close", Raw((OK + b"\r\n" + PAGE,))),
    page("no length in HTTP 1.0", Raw((OK.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n" + PAGE,))),
    page(
        "no length and no last tags",
        Raw((OK + b"\r\n" + PAGE.replace(b"</body>", b"").replace(b"</html>", b""),)),
    ),
    refused("half a page without a length and a reset", Raw((OK + b"\r\n" + PAGE[:HALF],), 0.2, "reset"), NETWORK),
    refused("half a page without a length and a close", Raw((OK + b"\r\n" + PAGE[:HALF],), 0.2), NETWORK),
    page("a page without ends", Answer(PAGE.replace(b"</body></html>", b""))),
    refused("closed after the headers", Raw((OK + LENGTH + b"Connection: close\r\n\r\n",)), NETWORK),
    refused("reset in the middle", Raw((OK + LENGTH + b"\r\n" + PAGE[:HALF],), 0.2, "reset"), NETWORK),
)

STATUS_LINES = (
    refused("no status line", Raw((PAGE,)), NETWORK),
    refused("status line of garbage", Raw((b"HELLO THERE\r\n\r\n" + PAGE,)), NETWORK),
    refused("status line binary", Raw((bytes(range(256)) * 9 + b"\r\n\r\n" + PAGE,)), NETWORK),
    refused("status of another protocol", Raw((b"ICY 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,)), NETWORK),
    refused("status of SSH", Raw((b"SSH-2.0-OpenSSH_9.9\r\n",), then="hang"), NETWORK),
    page("status without a reason", Raw((OK.replace(b" OK", b"") + LENGTH + b"\r\n" + PAGE,))),
    page("status with a long reason", Raw((OK.replace(b"OK", b"O" * 9000) + LENGTH + b"\r\n" + PAGE,))),
    page("status with a reason in bytes", Raw((OK.replace(b"OK", bytes(range(160, 256))) + LENGTH + b"\r\n" + PAGE,))),
    refused("status negative", Raw((OK.replace(b"200", b"-200") + LENGTH + b"\r\n" + PAGE,)), f"{NETWORK} http--200"),
    refused(
        "status of four digits", Raw((OK.replace(b"200", b"2000") + LENGTH + b"\r\n" + PAGE,)), f"{NETWORK} http-2000"
    ),
    refused("status zero", Raw((OK.replace(b"200", b"000") + LENGTH + b"\r\n" + PAGE,)), f"{NETWORK} http-0"),
    refused("status 999", Raw((OK.replace(b"200 OK", b"999 No") + LENGTH + b"\r\n" + PAGE,)), "http-999"),
    refused("status no number", Raw((OK.replace(b"200", b"two") + LENGTH + b"\r\n" + PAGE,)), NETWORK),
    page(
        "HTTP of a version to come",
        Raw((OK.replace(b"HTTP/1.1", b"HTTP/7.3") + LENGTH + b"\r\n" + PAGE,)),
        f"article {NETWORK}",
        None,
    ),
    refused("no answer at all", Raw(()), NETWORK),
    refused("only line ends", Raw((b"\r\n" * 1000,)), NETWORK),
    refused("nothing for ever", Raw((), then="hang"), NETWORK),
    refused("reset at once", Raw((), then="reset"), NETWORK),
)

HEADERS = (
    page("lines that end in a line feed alone", Raw(((OK + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + PAGE,))),
    page("header without a colon", Raw((OK + b"Nonsense\r\n" + LENGTH + b"\r\n" + PAGE,)), f"article {NETWORK}", None),
    page("header without a name", Raw((OK + b": nothing\r\n" + LENGTH + b"\r\n" + PAGE,)), f"article {NETWORK}", None),
    page(
        "header with a space before the colon",
        Raw((OK + LENGTH.replace(b":", b" :") + b"\r\n" + PAGE,)),
        f"article {NETWORK}",
        None,
    ),
    page("header folded", Raw((OK + b"X-Long: one\r\n two\r\n\tthree\r\n" + LENGTH + b"\r\n" + PAGE,))),
    page("header with a NUL", Raw((OK + b"X-Odd: a\0b\r\n" + LENGTH + b"\r\n" + PAGE,)), f"article {NETWORK}", None),
    page("headers in bytes", Raw((OK + b"X-Odd: " + bytes(range(128, 256)) + b"\r\n" + LENGTH + b"\r\n" + PAGE,))),
    refused("header line of megabytes", Endless(OK + b"X-Long: ", b"a" * 10_000), NETWORK + " too-large"),
    refused("headers without an end", Endless(OK, b"X-More: again\r\n" * 500), NETWORK + " too-large"),
    refused("headers that drip", Endless(OK, b"X-More: again\r\n", 0.2), NETWORK),
    page("five hundred cookies", Answer(PAGE, headers=tuple(f"Set-Cookie: c{n}=1; Path=/" for n in range(400)))),
    page("content type twice", Answer(PAGE, headers=("Content-Type: application/pdf",)), "article not-html", None),
    page("content type missing", Answer(PAGE, content_type=None)),
    page("content type of garbage", Answer(PAGE, content_type=";;; charset==;")),
    page("content type in bytes", Answer(PAGE, content_type="text/\udcff\udcfe; charset=\udcff")),
    page("an attachment", Answer(PAGE, headers=("Content-Disposition: attachment; filename=../../etc/passwd",))),
    page(
        "link and refresh headers",
        Answer(PAGE, headers=("Refresh: 600; url=/elsewhere", "Link: <file:///etc/passwd>; rel=canonical")),
    ),
    page(
        "a closing connection that stays open", Raw((OK + LENGTH + b"Connection: close\r\n\r\n" + PAGE,), then="hang")
    ),
)

BESIDE_THE_ANSWER = (
    page(
        "one early hint", Raw((b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + OK + LENGTH + b"\r\n" + PAGE,))
    ),
    page("ten continues", Raw((b"HTTP/1.1 100 Continue\r\n\r\n" * 10 + OK + LENGTH + b"\r\n" + PAGE,))),
    page(
        "a hundred thousand continues",
        Raw((b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000 + OK + LENGTH + b"\r\n" + PAGE,)),
        f"article {NETWORK}",
        None,
    ),
    refused("continues without an end", Endless(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 500), NETWORK + " too-large"),
    refused("continues that drip", Endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.2), NETWORK),
    refused(
        "another protocol unasked",
        Raw((b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + PAGE,)),
        f"{NETWORK} http-101",
    ),
    page("an answer behind the answer", Raw((smuggled,), then="keep")),
    page("an answer behind the answer later", Raw((OK + LENGTH + b"\r\n" + PAGE, smuggled), 0.05, "keep")),
    page("garbage behind the answer", Raw((OK + LENGTH + b"\r\n" + PAGE + b"\0\xff" * 500,), then="keep")),
    page(
        "the rest of a page behind its length",
        Raw((OK + b"Content-Length: 40\r\n\r\n" + PAGE,), then="keep"),
        "article no-text empty",
        False,
        heals=True,
    ),
    refused("half a page in endless drops", Endless(OK + b"\r\n" + PAGE[:HALF], b" ", 0.2), NETWORK),
    refused(
        "a whole page and then endless drops",
        Endless(OK + b"Content-Length: 99999999\r\n\r\n" + PAGE, b" ", 0.2),
        NETWORK + " too-large",
    ),
    refused("a body without an end", Endless(CHUNKED, chunk(b"<p>more</p>" * 5000)), "too-large"),
    refused("a body without an end and length", Endless(OK + b"\r\n", b"<p>more</p>" * 5000), "too-large"),
)

STATUSES = (
    *(
        refused(f"status {status} with a page", Answer(PAGE, f"{status} Odd"), f"http-{status}")
        for status in (
            205,
            206,
            300,
            301,
            305,
            306,
            400,
            401,
            402,
            403,
            404,
            405,
            407,
            408,
            410,
            418,
            421,
            451,
            500,
            501,
            502,
            504,
            511,
            520,
            521,
            525,
            526,
            530,
            599,
        )
    ),
    *(page(f"status {status} with a page", Answer(PAGE, f"{status} Odd")) for status in (201, 203, 226)),
    refused("status 202 without a page", Answer(b"", "202 Accepted"), "empty http-202"),
    refused(
        "status 204 with a page",
        Raw((OK.replace(b"200 OK", b"204 No Content") + LENGTH + b"\r\n" + PAGE,), then="keep"),
        "http-204",
    ),
    refused(
        "status 304 unasked with a page",
        Raw((OK.replace(b"200 OK", b"304 Not Modified") + LENGTH + b"\r\n" + PAGE,), then="keep"),
        "unasked-304",
    ),
    refused(
        "status 206 unasked with a range",
        Answer(PAGE, "206 Partial Content", ("Content-Range: bytes 0-99/5000",)),
        "http-206",
    ),
    page("status 200 with a range", Answer(PAGE, headers=(f"Content-Range: bytes 0-{len(PAGE) - 1}/{len(PAGE)}",))),
    refused(
        "a log-in by header",
        Answer(PAGE, "401 No", tuple(f'WWW-Authenticate: Basic realm="{n}"' for n in range(50))),
        "http-401",
    ),
    page("an error first", InTurn((Answer(PAGE, "500 No"), Answer(PAGE)))),
)

PLEAS = tuple(
    Scenario(
        name=f"{status} and Retry-After {name}",
        answers={STORY: Answer(b"later", f"{status} Later", (f"Retry-After: {value}",))},
        outcome=outcome,
        stored=False,
        other=False,
        state="postponed done",
        holds=(),
    )
    for status, outcome in ((429, "none"), (503, "none http-503"))
    for name, value in {
        "negative": "-5",
        "huge": "9" * 30,
        "past": "Wed, 21 Oct 2015 07:28:00 GMT",
        "of the year 9999": "Fri, 31 Dec 9999 23:59:59 GMT",
        "a list": "120, 300",
        "no number": "soon",
        "broken": "1.5",
        "other digits": "\udcd9\udca1\udcd9\udca2",
        "empty": "",
        "no date": "Mon, 99 Foo 2026 99:99:99 GMT",
    }.items()
)

SCENARIOS = (*CHUNKS, *LENGTHS, *STATUS_LINES, *HEADERS, *BESIDE_THE_ANSWER, *STATUSES, *PLEAS)


def test_each_answer_comes_to_what_was_promised(played, scenario):
    played.check(scenario)


def test_the_neighbours_are_whole_and_nothing_is_logged_with_a_traceback(played):
    played.check_neighbours()
