"""robots.txt of every odd kind: what forbids is obeyed, what cannot be read means "not now", the rest is open."""

import codecs
import gzip

from support.raw_server import Answer, Endless, InTurn, Raw
from support.scenarios import STORY, Scenario

FORBIDS = f"User-agent: *\nDisallow: {STORY}\n"
OPEN = "User-agent: *\nAllow: /\n"


def says(content, **more):
    body = content.encode() if isinstance(content, str) else content
    return {"/robots.txt": Answer(body, **{"content_type": "text/plain", **more})}


def allowed(name, content, **more):
    return Scenario(name=name, answers=says(content, **more))


def forbidden(name, content, **more):
    return Scenario(name=name, answers=says(content, **more), outcome="robots", stored=False)


def not_now(name, answer, **more):
    given = {"outcome": "none", "stored": False, "other": False, "state": "failed", "told": "robots.txt", **more}
    return Scenario(name=name, answers={"/robots.txt": answer}, **given)


MANY_STARS = "/" + "*a" * 60 + "$"
STATUSES = (
    *(allowed(f"status {status}", FORBIDS, status=f"{status} No") for status in (400, 401, 403, 404, 410, 418, 451)),
    *(not_now(f"status {status}", Answer(FORBIDS.encode(), f"{status} No")) for status in (500, 502, 504, 520, 599)),
    not_now("status 429", Answer(b"", "429 Slow down"), state="failed postponed"),
    not_now("status 503 until tomorrow", Answer(b"", "503 No", ("Retry-After: 7200",)), state="failed postponed"),
    Scenario(name="an error at first", answers={"/robots.txt": InTurn((Answer(b"", "500 No"), Answer(OPEN.encode())))}),
    not_now("never answers", Raw((), then="hang")),
    not_now("reset", Raw((), then="reset")),
    not_now("drips", Endless(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /\n", b"#", 0.2)),
    not_now("cut", Raw((b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nUser-agent: *\n",))),
    not_now("without an end", Endless(b"HTTP/1.1 200 OK\r\n\r\n", b"Disallow: /no\n" * 9000)),
)
FORMS = (
    allowed("nothing in it", ""),
    allowed("blanks alone", " \r\n\t\n" * 500),
    allowed("remarks alone", "# Disallow: /\n" * 500),
    allowed("for others alone", "User-agent: otherbot\nDisallow: /\n"),
    allowed("for a name that ours is a part of", "User-agent: balkan-crawler-pro\nDisallow: /\n"),
    allowed("forbids nothing", "User-agent: *\nDisallow:\n"),
    allowed("allows what it forbids", f"User-agent: *\nDisallow: /news/\nAllow: /news/\nDisallow: /other{STORY}\n"),
    allowed("rules before any agent", f"Disallow: {STORY}\nUser-agent: otherbot\nDisallow: /\n"),
    allowed("noise", bytes(range(1, 256)) * 40),
    allowed("a line of a megabyte", "User-agent: *\nDisallow: /" + "a" * 10**6 + "\n"),
    allowed("rules behind half a megabyte", "# remark\n" * 70_000 + FORBIDS),
    forbidden("plain", FORBIDS),
    forbidden("ours by name", f"User-agent: *\nAllow: /\n\nUser-agent: Balkan-Crawler\nDisallow: {STORY}\n"),
    forbidden("ours by name and version", f"User-agent: balkan-crawler/9.9\nDisallow: {STORY}\n"),
    forbidden("ours among others", f"User-agent: a\nUser-agent: balkan-crawler\nUser-agent: b\nDisallow: {STORY}\n"),
    forbidden("old line ends", FORBIDS.replace("\n", "\r")),
    forbidden("Windows line ends", FORBIDS.replace("\n", "\r\n")),
    forbidden("no last line end", FORBIDS.rstrip()),
    forbidden("capitals", FORBIDS.replace("User-agent", "USER-AGENT").replace("Disallow", "DISALLOW")),
    forbidden("tabs and blanks", f"\tUser-agent\t:  * \n  Disallow :\t{STORY}\t\n"),
    forbidden("remarks behind rules", f"User-agent: * # all\nDisallow: {STORY} # this\n"),
    forbidden("a mark of UTF-8", codecs.BOM_UTF8 + FORBIDS.encode()),
    forbidden("UTF-16", FORBIDS.encode("utf-16")),
    forbidden("gzip without a label", gzip.compress(FORBIDS.encode())),
    forbidden("bytes of another charset", b"# \xe8\xe6\xf0\n" + FORBIDS.encode()),
    forbidden("stars", "User-agent: *\nDisallow: /*/ferry*number-0\n"),
    forbidden("stars and an end", "User-agent: *\nDisallow: /*-0$\n"),
    forbidden("percent signs", f"User-agent: *\nDisallow: {STORY.replace('ferry', '%66erry')}\n"),
    forbidden("twice the same agent", f"User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: {STORY}\n"),
    forbidden("rules of no meaning between", f"User-agent: *\nNoindex: /\nFoo\n: :\nDisallow: {STORY}\n"),
    forbidden("an image's type", FORBIDS, content_type="image/png"),
    forbidden("no type", FORBIDS, content_type=None),
    forbidden("a hundred thousand agents", "".join(f"User-agent: bot{n}\n" for n in range(20_000)) + FORBIDS),
    forbidden("ten thousand rules with stars", FORBIDS + "".join(f"Disallow: {MANY_STARS}{n}\n" for n in range(3_000))),
    forbidden("stars alone by the thousand", FORBIDS + "Disallow: /" + "*" * 100_000 + "zzz\n"),
    allowed(
        "delays of no meaning",
        "User-agent: *\nCrawl-delay: soon\nCrawl-delay: -5\nCrawl-delay: nan\nVisit-time: 0-0\n"
        "Request-rate: 1/0\nRequest-rate: x/y\n",
    ),
    allowed(
        "sitemaps to anywhere",
        OPEN
        + "Sitemap: file:///etc/passwd\nSitemap: javascript:1\nSitemap: http://10.0.0.1/s.xml\nSitemap: "
        + "a" * 9000
        + "\n",
    ),
    Scenario(
        name="moved to a forbidding one",
        answers={
            "/robots.txt": Answer(b"", "301 Moved", ("Location: /robots2.txt",)),
            "/robots2.txt": Answer(FORBIDS.encode()),
        },
        outcome="robots",
        stored=False,
    ),
)

SCENARIOS = (*STATUSES, *FORMS)


def test_each_answer_comes_to_what_was_promised(played, scenario):
    played.check(scenario)


def test_the_neighbours_are_whole_and_nothing_is_logged_with_a_traceback(played):
    played.check_neighbours()
