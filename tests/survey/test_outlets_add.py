"""`outlets add` makes a table from a URL alone, and a clear finding where it cannot; never a half-written file."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from support import servers
from support.servers import NeverAnswers, Page, RedirectsTo

from balkan_crawler.cli import main
from balkan_crawler.configuration import own_outlets
from balkan_crawler.demo import OUTLET_KEYS
from balkan_crawler.outlets import load_outlets
from balkan_crawler.survey.add import key_of

CONSENT = """<html><head><title>Before you continue</title></head><body><div class="consent"><h1>We value your privacy
</h1><p>We and our partners store and access information on a device, such as cookies. Accept all cookies, manage your
privacy settings or reject all. Legitimate interest, personalised ads and content.</p><button>Accept all</button>
<button>Reject all</button></div></body></html>"""

OTHER_FEEDS = {"dunavski_glasnik", "kvarnerska_kronika"}
"""The home page of the first names a feed that the demo's table leaves out; the feed of the second is named nowhere."""


@pytest.fixture
def croatian(demo):
    return [article for article in demo[1].articles if article.language == "hr"]


@pytest.fixture(scope="module")
def added(demo, tmp_path_factory):
    """Add every outlet of the demo to one file, and check what was added."""
    folder = tmp_path_factory.mktemp("added")
    file, allowed = folder / "mine.toml", ["--allow-private"]
    results = {}
    for outlet in demo[1].outlets:
        words = ["outlets", "add", outlet.homepage, "--output", str(file), "--yes", "--delay", "0", "--key", outlet.key]
        results[outlet.key] = CliRunner().invoke(main, [*words, *allowed])
    quick = folder / "quick.toml"
    quick.write_text("".join(f'[{key}]\ndelay = 0\ndelay_reason = "a test on loopback"\n' for key in OUTLET_KEYS))
    words = ["outlets", "check", *OUTLET_KEYS, "--outlets", str(file), "--outlets", str(quick), "--json"]
    check = CliRunner().invoke(main, [*words, "--history", str(folder / "checks.jsonl"), *allowed])
    return results, load_outlets(file, shipped=False), json.loads(check.stdout), file


@pytest.mark.parametrize("key", OUTLET_KEYS)
def test_an_outlet_of_the_demo_gets_the_table_it_should_have(added, demo, key):
    results, outlets, _, _ = added
    (expected,) = [outlet for outlet in demo[1].outlets if outlet.key == key]
    assert results[key].exit_code == 0, results[key].stderr
    found = outlets[key]
    assert (found.name, found.country, found.timezone) == (expected.name, expected.country, expected.timezone)
    assert found.languages == expected.languages
    assert found.homepage == expected.homepage
    if key not in OTHER_FEEDS:
        assert found.feeds == expected.feeds
    assert set(expected.sitemaps) <= set(found.sitemaps)
    assert found.feeds or found.sitemaps


def test_every_added_outlet_of_the_demo_passes_its_check(added):
    assert {record["outlet"]: record["fine"] for record in added[2]} == dict.fromkeys(OUTLET_KEYS, True)


def test_a_table_says_what_was_only_guessed_and_what_was_learned(added):
    tables = added[3].read_text("utf-8").split("\n\n")
    by_key = {table.strip().partition("]")[0].lstrip("["): table for table in tables}
    assert "# TODO country: guessed from its language, sq" in by_key["gazeta_e_bregut"]
    assert "# TODO" not in by_key["ezerski_vesnik"]
    assert all("# Article URLs: " in table for table in by_key.values())


def test_families_are_told_by_their_class_names(added):
    families = {key: outlet.family for key, outlet in added[1].items()}
    assert families["gazeta_e_bregut"] == "tagdiv"
    assert families["dunavski_glasnik"] == "pangea"
    assert families["sharr_courier"] is None


def test_the_table_goes_to_standard_output_and_nothing_else_does(run, demo, tmp_path):
    homepage = demo[1].outlets[4].homepage
    result = run("add", homepage, "--yes", "--delay", 0, "--articles", 2)
    file = tmp_path / "printed.toml"
    file.write_text(result.stdout, encoding="utf-8")
    (outlet,) = load_outlets(file, shipped=False).values()
    assert outlet.homepage == homepage
    assert "2 of 2 sample pages are articles" in result.stderr


def test_an_added_outlet_is_known_from_then_on_and_its_place_is_told(run, demo):
    homepage = demo[1].outlets[4].homepage
    added = run("add", homepage, "--yes", "--delay", 0, "--articles", 1, "--key", "mine")
    assert f"added to {own_outlets()}; try it: balkan-crawler outlets check mine\n" in added.stderr
    assert own_outlets().read_text("utf-8") == added.stdout
    assert CliRunner().invoke(main, ["outlets", "show", "mine"]).exit_code == 0
    assert "is the outlet mine" in run("add", homepage, "--yes", "--delay", 0).stderr


def test_an_outlet_is_added_to_the_file_that_the_configuration_names(run, demo, tmp_path):
    (tmp_path / "balkan.toml").write_text("outlets = ['named/mine.toml']")
    added = run("add", demo[1].outlets[4].homepage, "--yes", "--delay", 0, "--articles", 1, "--key", "mine")
    assert added.exit_code == 0, added.stderr
    assert f"added to {tmp_path / 'named' / 'mine.toml'}; try it: balkan-crawler outlets check mine\n" in added.stderr
    assert not own_outlets().exists()
    assert CliRunner().invoke(main, ["outlets", "show", "mine"]).exit_code == 0


def test_a_table_may_only_be_printed(run, demo, tmp_path):
    words = ["--yes", "--delay", 0, "--articles", 1, "--output", "-"]
    added = run("add", demo[1].outlets[4].homepage, *words)
    assert added.stdout.startswith("[")
    assert "added to" not in added.stderr
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_what_the_user_says_is_taken_and_not_doubted(run, demo):
    words = ["--yes", "--delay", 0, "--name", "Mine", "--country", "XK", "--language", "sq", "--key", "mine"]
    result = run("add", demo[1].outlets[0].homepage, *words)
    assert "[mine]" in result.stdout
    assert 'name = "Mine"\ncountry = "XK"\nlanguages = ["sq"]' in result.stdout
    assert "# TODO country" not in result.stdout


def test_a_site_without_feed_and_sitemap_is_added_with_that_said(run, plain_site, croatian, tmp_path):
    with servers.serve(plain_site(croatian)) as (site,):
        result = run("add", site.url("/"), "--yes", "--delay", 0, "--output", "mine.toml")
    assert result.exit_code == 0, result.stderr
    (outlet,) = load_outlets(tmp_path / "mine.toml", shipped=False).values()
    assert (outlet.name, outlet.languages, outlet.feeds, outlet.sitemaps) == ("Glas", ("hr",), (), ())
    assert "# TODO no feed and no sitemap was found" in (tmp_path / "mine.toml").read_text("utf-8")


def test_two_outlets_on_one_host_are_two_tables(run, plain_site, croatian, demo, tmp_path):
    english = [article for article in demo[1].articles if article.language == "en"]
    with servers.serve(plain_site(croatian) | plain_site(english, "/en/")) as (site,):
        words = ["--yes", "--delay", 0, "--output", "mine.toml"]
        first = run("add", site.url("/"), *words)
        second = run("add", site.url("/en/"), *words, "--country", "HR")
        again = run("add", site.url("/en/"), *words)
    assert (first.exit_code, second.exit_code, again.exit_code) == (0, 0, 1)
    outlets = load_outlets(tmp_path / "mine.toml", shipped=False)
    assert [outlet.languages for outlet in outlets.values()] == [("hr",), ("en",)]
    assert f"it is the outlet {list(outlets)[1]} (" in again.stderr


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ({"/": Page("no", status=403)}, "answers with HTTP status 403"),
        ({"/": Page("gone", status=404)}, "answers with HTTP status 404"),
        ({"/": NeverAnswers()}, "no whole answer in 0.4 seconds"),
        ({"/": Page(CONSENT)}, "shows a consent wall"),
        ({"/": RedirectsTo("/consent?return=/"), "/consent": Page(CONSENT)}, "shows a consent wall"),
        ({"/": Page("")}, "is no web page"),
        ({"/": Page("<html><title>Glas</title><p>Uskoro</p></html>")}, "leads to an article"),
        ({"/": RedirectsTo("http://127.0.2.1:9/")}, "connection refused"),
    ],
    ids=["403", "404", "never-answers", "consent-wall", "consent-page", "empty", "no-article", "redirect-to-nowhere"],
)
def test_what_cannot_be_added_is_one_clear_line_and_no_file(run, tmp_path, pages, said):
    with servers.serve(pages) as (site,):
        seconds = 0.4 if "0.4" in said else 20
        result = run("add", site.url("/"), "--yes", "--delay", 0, "--timeout", seconds, "--output", "mine.toml")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_to_another_outlet_names_it(run, demo, tmp_path):
    running, web = demo
    known = tmp_path / "known.toml"
    known.write_text(
        f'[known]\nname = "Known"\ncountry = "AL"\nlanguages = ["sq"]\ntimezone = "Europe/Tirane"\n'
        f'homepage = "{web.outlets[0].homepage}"\n'
    )
    with servers.serve({"/": RedirectsTo(running.origins["sharr_courier"] + "/")}) as (site,):
        elsewhere = run("add", site.url("/"), "--yes", "--delay", 0)
        site.pages["/"] = RedirectsTo(web.outlets[0].homepage)
        to_known = run("add", site.url("/"), "--yes", "--delay", 0, "--outlets", known)
    assert f"it redirects to another site, {running.origins['sharr_courier']}/" in elsewhere.stderr
    assert "it is the outlet known (Known) already" in to_known.stderr
    assert (elsewhere.exit_code, to_known.exit_code) == (1, 1)


def test_the_address_of_an_article_is_no_outlet(run, demo):
    (article, *_) = [one for one in demo[1].articles if "sharr" not in one.url and one.language == "hr"]
    result = run("add", article.url, "--yes", "--delay", 0)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "it is an article and no home page" in result.stderr


def test_a_typing_mistake_is_one_line(run, monkeypatch):
    import socket

    def look_up(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "gethostbyname", look_up)
    result = run("add", "euronews.all", "--yes", "--delay", 0)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no such host" in result.stderr
    assert (result.stderr.count("\n"), result.stderr.count("Traceback")) == (1, 0)


@pytest.mark.parametrize(
    "typed", ["ftp://example.com", "htps://klix.ba/", "klix ba", "https:/", "http://[::1", "", "javascript:alert(1)"]
)
def test_what_is_no_web_address_is_wrong_use_and_one_line(run, tmp_path, typed):
    result = run("add", typed, "--yes", "--delay", 0, "--output", "mine.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].startswith(("balkan-crawler: ", "Error: "))
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_taken_is_refused_and_named(run, demo, tmp_path):
    result = run("add", demo[1].outlets[0].homepage, "--yes", "--delay", 0, "--key", "klix", "--output", "mine.toml")
    assert result.exit_code == 1
    assert "the key klix is taken by" in result.stderr
    assert not (tmp_path / "mine.toml").exists()


def test_a_broken_file_stays_as_it_is(run, demo, tmp_path):
    (tmp_path / "mine.toml").write_text("[half\n")
    result = run("add", demo[1].outlets[0].homepage, "--yes", "--delay", 0, "--output", "mine.toml")
    assert result.exit_code == 2
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("mine.toml", "[half\n")]


def test_a_file_keeps_its_comments_and_its_own_tables(run, plain_site, croatian, tmp_path):
    before = "# mine\n[klix]\ndelay = 9"
    (tmp_path / "mine.toml").write_text(before)
    with servers.serve(plain_site(croatian)) as (site,):
        result = run("add", site.url("/"), "--yes", "--delay", 0, "--output", "mine.toml")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "mine.toml").read_text("utf-8").startswith(before + "\n\n[site_127")
    assert load_outlets(tmp_path / "mine.toml")["klix"].delay == 9.0


def test_a_shorter_delay_is_for_sites_of_your_own():
    result = CliRunner().invoke(main, ["outlets", "add", "https://example.com/", "--delay", "0.5"])
    assert result.exit_code == 2
    assert "--allow-private" in result.stderr


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example-vesti.rs/", "example_vesti"),
        ("https://vesti.example.co.rs/en/", "example_vesti_en"),
        ("https://klix.rs/", "klix_rs"),
        ("http://127.0.0.9:8000/", "site_127_0_0_9_8000"),
    ],
)
def test_keys_are_made_of_hosts_and_never_taken(url, key):
    assert key_of(url, load_outlets()) == key


def test_on_a_terminal_name_country_and_language_are_confirmed(run, demo, monkeypatch):
    from balkan_crawler.cli import outlets_add

    monkeypatch.setattr(outlets_add, "_on_terminal", lambda: True)
    words = ["outlets", "add", demo[1].outlets[0].homepage, "--delay", "0", "--allow-private", "--articles", "3"]
    result = CliRunner().invoke(main, words, input="\nKosovo\nXK\nsq en\n")
    assert result.exit_code == 0, result.stderr
    assert 'name = "Gazeta e Bregut"\ncountry = "XK"\nlanguages = ["sq", "en"]' in result.stdout
    assert "is no ISO 3166 country code" in result.stderr
    assert "# TODO" not in result.stdout
