"""Redirects: to where a story went it is followed, to nowhere and to places inside it is not."""

from support.raw_server import Answer, Raw
from support.scenarios import OTHER, PAGE, STORY, Scenario, feed_of, page, refused

NEW = "/news/ferry-decision-number-0-moved"


def to(location, status="302 Found", body=b"moved"):
    return Answer(body, status, (f"Location: {location}",))


def hops(count):
    paths = {f"/hop/{number}": to(f"/hop/{number + 1}") for number in range(1, count)}
    return {STORY: to("/hop/1"), **paths, f"/hop/{count}": Answer(PAGE)}


def followed(name, location, status="302 Found"):
    return Scenario(name=name, answers={STORY: to(location, status), NEW: Answer(PAGE)}, path=NEW)


def not_followed(
    name,
    location,
    outcome="http-302 http-404 bad-redirect redirects connection dns private-address off-site elsewhere",
    status="302 Found",
    **more,
):
    return Scenario(name=name, answers={STORY: to(location, status)}, outcome=outcome, stored=False, **more)


SCENARIOS = (
    *(
        followed(f"moved with {status}", NEW, status)
        for status in ("301 Moved", "302 Found", "303 Other", "307 Here", "308 There")
    ),
    followed("moved by a whole address", f"@ORIGIN@{NEW}"),
    followed("moved by a relative address", NEW.rpartition("/")[2]),
    followed("moved with a name and a password", f"@LOGIN@{NEW}"),
    followed("moved by an address without its scheme", f"@HOST@{NEW}"),
    followed("moved with a fragment", f"{NEW}#top"),
    followed("moved with spaces around", f"   {NEW}   "),
    followed("moved with tracking", f"{NEW}?utm_source=x&fbclid=y"),
    followed("moved to a path with dots", f"/a/b/../..{NEW}"),
    Scenario(
        name="moved with a body of a megabyte", answers={STORY: to(NEW, body=b"x" * 10**6), NEW: Answer(PAGE)}, path=NEW
    ),
    Scenario(
        name="moved with a body that is cut",
        answers={
            STORY: Raw((f"HTTP/1.1 302 Found\r\nLocation: {NEW}\r\nContent-Length: 5000\r\n\r\nmoved".encode(),)),
            NEW: Answer(PAGE),
        },
        outcome="cut connection bad-answer",
        stored=False,
    ),
    Scenario(name="moved five times", answers=hops(5), path="/hop/5"),
    Scenario(name="moved twenty times", answers=hops(20), outcome="redirects", stored=False),
    refused("moved to itself", to(STORY), "redirects"),
    refused("moved to itself with another fragment", to(f"{STORY}#again"), "redirects"),
    Scenario(
        name="moved there and back",
        answers={STORY: to("/there"), "/there": to(STORY)},
        outcome="redirects",
        stored=False,
    ),
    refused(
        "moved until a cookie comes back",
        Answer(b"", "302 Found", (f"Location: {STORY}", "Set-Cookie: seen=1; Path=/")),
        "redirects",
    ),
    refused("moved nowhere", Answer(PAGE, "301 Moved"), "http-301"),
    refused("moved to nothing", to(""), "http-302 redirects"),
    refused(
        "moved to two places",
        Answer(b"", "302 Found", (f"Location: {STORY}", "Location: /robots.txt")),
        "redirects not-html http-302 no-text empty unreadable",
    ),
    *(
        not_followed(f"moved to {name}", address)
        for name, address in {
            "a file": "file:///etc/passwd",
            "FTP": "ftp://127.3.0.1/a",
            "data": "data:text/html,<h1>Ferry</h1>",
            "a script": "javascript:alert(1)",
            "mail": "mailto:ferry@example.org",
            "about": "about:blank",
            "gopher": "gopher://127.3.0.1/",
            "view-source": "view-source:@ORIGIN@/",
            "S3": "s3://bucket/key",
            "websocket": "ws://127.3.0.1/",
            "a blob": "blob:@ORIGIN@/1",
            "an intent": "intent://x#Intent;end",
            "no host": "http:///news",
            "a host of dots": "http://..../",
            "a bad port": "http://127.3.0.1:99999/",
            "a bad IPv6": "http://[::1/",
            "a host with a space": "http://a b/",
            "a host with a byte": "http://\udcff\udcfe/",
            "a host of 300 letters": "http://" + "a" * 300 + ".rs/",
            "a label of 64": "http://" + "a" * 64 + ".rs/",
            "port zero": "http://127.3.0.1:0/",
        }.items()
    ),
    *(
        not_followed(f"moved inside to {name}", address, "private-address bad-redirect")
        for name, address in {
            "loopback": "http://127.0.0.1/",
            "loopback in short": "http://127.1/",
            "loopback as a number": "http://2130706433/",
            "loopback in hex": "http://0x7f000001/",
            "loopback in octal": "http://0177.0.0.1/",
            "loopback in IPv6": "http://[::1]/",
            "loopback mapped": "http://[::ffff:127.0.0.1]/",
            "localhost": "http://localhost/",
            "nothing": "http://0.0.0.0/",
            "ten": "http://10.0.0.1/",
            "the home": "http://192.168.1.1/admin",
            "the office": "http://172.16.0.1/",
            "link-local": "http://169.254.1.1/",
            "the cloud": "http://169.254.169.254/latest/meta-data/",
            "the cloud in IPv6": "http://[fd00:ec2::254]/",
            "a carrier": "http://100.64.0.1/",
            "NAT64": "http://[64:ff9b::7f00:1]/",
            "full-width digits": "http://１２７.0.0.1/",
            "with a name": "http://user:pass@127.0.0.1/",
            "multicast": "http://224.0.0.1/",
            "all": "http://255.255.255.255/",
        }.items()
    ),
    Scenario(
        name="moved inside by a page's own word",
        answers={
            STORY: Answer(
                b"<html><head><meta http-equiv=refresh content='0;url=http://169.254.169.254/'></head><body></body></html>"
            )
        },
        outcome="private-address no-text empty",
        stored=False,
    ),
    Scenario(
        name="moved inside behind a hop",
        answers={STORY: to("/hop"), "/hop": to("http://10.0.0.1/")},
        outcome="private-address",
        stored=False,
    ),
    not_followed("moved to TLS where none is", "@TLS@/x", "elsewhere"),
    Scenario(name="moved to the front page", answers={STORY: to("/")}, outcome="front-page", stored=False),
    Scenario(
        name="moved to what robots.txt forbids",
        answers={
            STORY: to("/secret/0"),
            "/secret/0": Answer(PAGE),
            "/robots.txt": Answer(b"User-agent: *\nDisallow: /secret/\n"),
        },
        outcome="robots",
        stored=False,
    ),
    Scenario(
        name="moved to a page that is not there", answers={STORY: to("/nothing-here")}, outcome="http-404", stored=False
    ),
    Scenario(
        name="moved to a log-in",
        answers={
            STORY: to("/login"),
            "/login": Answer(
                b"<html><head><title>Log in</title></head><body><form><h1>Log in</h1>"
                b"<input name=user><input type=password></form></body></html>"
            ),
        },
        outcome="no-text listing challenge http-401 soft-404 empty subscription",
        stored=False,
    ),
    not_followed(
        "moved by an address of a megabyte",
        "/" + "a" * 10**6,
        "bad-redirect http-302 cut connection http-404 redirects",
    ),
    not_followed(
        "moved by an address of three thousand letters", "/" + "a" * 3000, "bad-redirect http-302 http-404 redirects"
    ),
    page(
        "a page that refreshes itself in ten minutes",
        Answer(PAGE.replace(b"<head>", b"<head><meta http-equiv=refresh content=600>")),
    ),
    refused(
        "a page that refreshes itself at once",
        Answer(PAGE.replace(b"<head>", f"<head><meta http-equiv=refresh content='0;url={STORY}'>".encode())),
        "redirects",
    ),
    page(
        "a page that refreshes into a file",
        Answer(PAGE.replace(b"<head>", b"<head><meta http-equiv=refresh content='0;url=file:///etc/passwd'>")),
    ),
    page(
        "a page that refreshes into a script",
        Answer(PAGE.replace(b"<head>", b"<head><meta http-equiv=refresh content='0;url=javascript:alert(1)'>")),
    ),
    page(
        "a page that refreshes into a bad address",
        Answer(PAGE.replace(b"<head>", b"<head><meta http-equiv=refresh content='0;url=http://[::1/'>")),
    ),
    Scenario(
        name="a page that refreshes to an address with a name",
        answers={STORY: Answer(f"<meta http-equiv=refresh content='0;url=@LOGIN@{NEW}'>".encode()), NEW: Answer(PAGE)},
        path=NEW,
    ),
    Scenario(
        name="a feed that moved", answers={"/feed.xml": to("/feed2.xml", "301 Moved"), "/feed2.xml": Answer(feed_of())}
    ),
    Scenario(
        name="a feed that moved inside",
        answers={"/feed.xml": to("http://192.168.0.1/feed")},
        outcome="none",
        stored=False,
        other=False,
        state="failed",
        told="192.168.0.1",
    ),
    Scenario(
        name="a feed that moved into a file",
        answers={"/feed.xml": to("file:///etc/passwd")},
        outcome="none",
        stored=False,
        other=False,
        state="failed",
        told="/feed.xml",
    ),
    Scenario(
        name="a feed that moves in a circle",
        answers={"/feed.xml": to("/feed.xml")},
        outcome="none",
        stored=False,
        other=False,
        state="failed",
        told="/feed.xml",
    ),
    Scenario(
        name="robots.txt that moved inside",
        answers={"/robots.txt": to("http://10.0.0.1/robots.txt")},
        outcome="none article",
        stored=None,
        other=False,
        state="failed done",
    ),
    Scenario(
        name="robots.txt that moves in a circle",
        answers={"/robots.txt": to("/robots.txt")},
        outcome="none article",
        stored=None,
        other=False,
        state="failed done",
    ),
    Scenario(
        name="both stories moved to one",
        answers={STORY: to(NEW), OTHER: to(NEW), NEW: Answer(PAGE)},
        path=NEW,
        other=False,
        heals=False,
    ),
)


def test_each_answer_comes_to_what_was_promised(played, scenario):
    played.check(scenario)


def test_the_neighbours_are_whole_and_nothing_is_logged_with_a_traceback(played):
    played.check_neighbours()
