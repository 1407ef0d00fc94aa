"""Robots, back-off, the address guard and the limits, with the project's settings against real servers."""

import time

import pytest
from support.crawling import crawl, crawl_in_a_process
from support.servers import (
    DropsConnection,
    EmptyPage,
    EndlessBody,
    GzipBomb,
    InTurn,
    NeverAnswers,
    Page,
    RedirectLoop,
    RedirectsTo,
    RedirectsToFile,
    RedirectsToPrivateAddress,
    RobotsIsHtml,
    RobotsUnavailable,
    ServerError,
    SlowBytes,
    TooManyRequests,
    WrongContentLength,
    serve,
)

from balkan_crawler.manners.agent import user_agent
from balkan_crawler.version import __version__

pytestmark = pytest.mark.slow

PAGE = Page("<html><p>Vest dana</p></html>")
ROBOTS = Page("User-agent: balkan-crawler\nDisallow: /tajno\n\nUser-agent: *\nDisallow: /\n", "text/plain")


@pytest.fixture(scope="module")
def manners():
    """One crawl over nine sites, each with another robots.txt."""
    sites = {
        "rules": {"/robots.txt": ROBOTS, "/vest": PAGE, "/druga": PAGE, "/tajno/vest": PAGE},
        "none": {"/vest": PAGE},
        "html": {"/robots.txt": RobotsIsHtml(), "/vest": PAGE},
        "down": {"/robots.txt": RobotsUnavailable(), "/vest": PAGE, "/druga": PAGE},
        "busy": {"/robots.txt": TooManyRequests(), "/vest": PAGE},
        "mute": {"/robots.txt": NeverAnswers(), "/vest": PAGE},
        "reset": {"/robots.txt": DropsConnection(), "/vest": PAGE},
        "moved": {"/robots.txt": RedirectsTo("/rules"), "/rules": ROBOTS, "/vest": PAGE, "/tajno": PAGE},
        "late": {"/robots.txt": InTurn((ServerError(), ROBOTS)), "/vest": PAGE},
    }
    with serve(*sites.values()) as running:
        named = dict(zip(sites, running, strict=True))
        asked = {(name, path): site.url(path) for name, site in named.items() for path in sites[name]}
        urls = {key: url for key, url in asked.items() if key[1] not in ("/robots.txt", "/rules")}
        told = crawl(list(urls.values()))
    return named, {key: told[url] for key, url in urls.items()}


def test_robots_txt_is_asked_for_once_a_host_and_before_any_page(manners):
    sites, _ = manners
    assert sites["rules"].asked()[0] == "/robots.txt"
    assert sites["rules"].asked("/robots.txt") == ["/robots.txt"]


def test_rules_for_this_robot_count_and_forbidden_pages_are_never_requested(manners):
    sites, told = manners
    assert told["rules", "/vest"]["status"] == told["rules", "/druga"]["status"] == 200
    assert told["rules", "/tajno/vest"]["error"] == "DisallowedByRobots"
    assert sites["rules"].asked("/tajno/vest") == []


@pytest.mark.parametrize("site", ["none", "html"])
def test_a_site_without_robots_txt_is_open_also_where_a_web_page_is_in_its_place(manners, site):
    assert manners[1][site, "/vest"]["status"] == 200


@pytest.mark.parametrize("site", ["down", "busy", "mute", "reset"])
def test_without_a_readable_robots_txt_no_page_is_requested(manners, site):
    sites, told = manners
    assert told[site, "/vest"]["error"] == "RobotsUnavailableError"
    assert sites[site].asked("/vest") == []


def test_every_waiting_request_hears_that_robots_txt_failed(manners):
    assert manners[1]["down", "/druga"]["error"] == "RobotsUnavailableError"


def test_a_redirected_robots_txt_holds(manners):
    told = manners[1]
    assert (told["moved", "/vest"]["status"], told["moved", "/tajno"]["error"]) == (200, "DisallowedByRobots")


def test_robots_txt_that_fails_once_is_asked_for_again(manners):
    sites, told = manners
    assert told["late", "/vest"]["status"] == 200
    assert len(sites["late"].asked("/robots.txt")) == 2


def test_the_robot_gives_its_name_and_no_address_of_others_where_it_has_no_contact(manners):
    assert manners[0]["rules"].requests[0].headers["user-agent"] == f"balkan-crawler/{__version__}"


@pytest.fixture(scope="module")
def trouble():
    """One crawl over twelve sites, each in another trouble; no site holds up another."""
    pages = {
        "busy": {"/1": TooManyRequests("120"), "/2": TooManyRequests(), "/3": TooManyRequests()},
        "unavailable": {"/1": TooManyRequests("3600", status=503)},
        "error": {"/1": ServerError()},
        "passing": {"/1": InTurn((ServerError(503), PAGE))},
        "mute": {"/1": NeverAnswers()},
        "reset": {"/1": InTurn((DropsConnection(), PAGE))},
        "cut": {"/1": WrongContentLength()},
        "slow": {"/1": SlowBytes()},
        "loop": {"/1": RedirectLoop()},
        "file": {"/1": RedirectsToFile()},
        "bomb": {"/1": GzipBomb()},
        "endless": {"/1": EndlessBody()},
        "empty": {"/1": EmptyPage()},
        "gone": {"/1": Page("", status=410)},
    }
    with serve(*pages.values()) as running:
        sites = dict(zip(pages, running, strict=True))
        urls = {(name, path): sites[name].url(path) for name in pages for path in pages[name]}
        told = crawl(list(urls.values()), {"DOWNLOAD_TIMEOUT": 2, "DOWNLOAD_DELAY": 0.05})
    return sites, {key: told[url] for key, url in urls.items()}


@pytest.mark.parametrize(
    ("site", "error"),
    [
        ("busy", "RetryLaterError"),
        ("unavailable", "RetryLaterError"),
        ("mute", "DownloadTimeoutError"),
        ("slow", "DownloadTimeoutError"),
        ("cut", "ResponseDataLossError"),
        ("loop", "IgnoreRequest"),
        ("bomb", "DownloadCancelledError"),
        ("endless", "DownloadCancelledError"),
    ],
)
def test_trouble_reaches_the_errback_by_its_name(trouble, site, error):
    assert trouble[1][site, "/1"].get("error") == error


def test_after_429_nothing_more_is_asked_of_the_site(trouble):
    sites, told = trouble
    assert {told["busy", path]["error"] for path in ("/1", "/2", "/3")} == {"RetryLaterError"}
    assert len(sites["busy"].asked()) == 2, "robots.txt and the first page"


def test_server_errors_are_retried_twice_and_then_passed_on(trouble):
    sites, told = trouble
    assert told["error", "/1"]["status"] == 500
    assert len(sites["error"].asked("/1")) == 3


@pytest.mark.parametrize("site", ["passing", "reset"])
def test_passing_trouble_passes(trouble, site):
    assert trouble[1][site, "/1"]["status"] == 200


def test_a_redirect_loop_ends_after_five_steps(trouble):
    asked = trouble[0]["loop"].asked()
    assert len([path for path in asked if path != "/robots.txt"]) == 6


def test_a_redirect_to_a_file_is_not_followed(trouble):
    assert trouble[1]["file", "/1"]["status"] == 302


def test_empty_and_gone_pages_reach_the_spider(trouble):
    told = trouble[1]
    assert (told["empty", "/1"]["size"], told["gone", "/1"]["status"]) == (0, 410)


def test_crawl_delay_and_the_default_delay_hold_between_requests():
    patient = Page("User-agent: *\nCrawl-delay: 1.2\n", "text/plain")
    with serve({"/robots.txt": patient, "/1": PAGE, "/2": PAGE}, {"/1": PAGE, "/2": PAGE}) as (asking, other):
        begun = time.monotonic()  # not the first arrival: the way to the server takes as long as it likes
        crawl([asking.url("/1"), asking.url("/2"), other.url("/1"), other.url("/2")], {"DOWNLOAD_DELAY": 0.5})
        for site, delay in ((asking, 1.2), (other, 0.5)):
            assert len(site.requests) == 3
            assert site.requests[2].at - begun >= 2 * delay


def test_private_addresses_are_refused_on_every_way_before_a_connection():
    pages = {"/robots.txt": ROBOTS, "/vest": PAGE}
    with serve(pages) as (site,):
        port = site.origin.rpartition(":")[2]
        urls = [site.url("/vest"), f"http://localhost:{port}/vest", "http://[::1]/"]
        told = crawl_in_a_process([*urls, "http://169.254.169.254/latest/"], {"BALKAN_ALLOW_PRIVATE": False})
        assert {url: line.get("error") for url, line in told.items()} == dict.fromkeys(told, "PrivateAddressError")
        assert len(told) == 4
        assert site.requests == []


def test_a_site_may_not_redirect_to_an_address_of_the_inner_network():
    with serve({"/vest": RedirectsToPrivateAddress()}, {}) as (site, _):
        # the guard must be shut, and the first hop is loopback itself: so this one address is taken for public
        told = crawl_in_a_process([site.url("/vest")], {"BALKAN_ALLOW_PRIVATE": False, "_PUBLIC": "127.0.2.1"})
        assert told[site.url("/vest")]["error"] == "PrivateAddressError"
        assert "169.254.169.254" in told[site.url("/vest")]["message"]
        assert site.asked("/vest") == ["/vest"]


def test_other_schemes_are_refused():
    told = crawl(["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/html,x"])
    assert {line["error"] for line in told.values()} == {"InvalidUrlError"}


def test_the_whole_project_starts_and_ends_with_its_workers_and_a_contact_of_the_users():
    whole = {
        "balkan_crawler.extensions.politeness.Politeness": 100,
        "balkan_crawler.extensions.worker_pool.WorkerPool": 200,
    }
    with serve({"/vest": PAGE}) as (site,):
        told = crawl_in_a_process([site.url("/vest")], {"EXTENSIONS": whole, "BALKAN_CONTACT": "desk@example.org"})
        assert told[site.url("/vest")]["status"] == 200
        assert {request.headers["user-agent"] for request in site.requests} == {user_agent("desk@example.org")}


def test_no_codec_of_python_that_a_page_names_is_ever_used():
    names = ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7", "rot13", "zlib", "base64_codec"]
    slow = [Page(b"a-" + b"b" * 3_000_000, f"text/html; charset={name}") for name in names]
    with serve(*({"/1": page} for page in slow)) as sites:
        told = crawl([site.url("/1") for site in sites], {"DOWNLOAD_TIMEOUT": 20})
    assert [line["size"] for line in told.values()] == [3_000_002] * len(names)


@pytest.mark.parametrize(
    ("markup", "followed"),
    [
        ("<meta http-equiv='refresh' content='0; url=/2'>", True),
        ("<META HTTP-EQUIV=Refresh CONTENT='3;URL=/2'>", True),
        ("<meta http-equiv='refresh' content='300; url=/2'>", False),
        ("<noscript><meta http-equiv='refresh' content='0; url=/2'></noscript>", False),
        ("<meta http-equiv='refresh' content='0; url=file:///etc/passwd'>", False),
    ],
)
def test_a_pages_own_redirect_is_followed_where_a_reader_would_be_taken_along(markup, followed):
    with serve({"/1": Page(f"<html><head>{markup}</head><body>old</body></html>"), "/2": PAGE}) as (site,):
        told = crawl([site.url("/1")])
    assert told[site.url("/1")]["url"] == site.url("/2" if followed else "/1")
