"""Outlets go to feed readers as OPML, and lists of feed readers come in as tables of outlets; nothing is fetched."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from click.testing import CliRunner

from balkan_crawler.cli import main
from balkan_crawler.outlets import load_outlets
from balkan_crawler.outlets.opml import read_opml

FEEDLY = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Subscriptions</title></head><body>
<outline text="Vesti" title="Vesti">
  <outline type="rss" text="Ribarske novosti" title="Ribarske novosti &amp; mreže"
    xmlUrl="https://ribarske-novosti.rs/feed/" htmlUrl="https://ribarske-novosti.rs/"/>
  <outline text="Sport"><outline text="Lokalno">
    <outline type="rss" text="RN sport" xmlUrl="https://ribarske-novosti.rs/sport/feed/"
      htmlUrl="https://ribarske-novosti.rs"/>
  </outline></outline>
  <outline type="rss" text="Još jednom" xmlUrl="http://www.ribarske-novosti.rs/feed"/>
</outline>
<outline type="rss" title="Lajme të lumit" xmlurl="https://rss.lajmetelumit.al/all.xml"/>
<outline text="Danas" xmlUrl="{danas}" htmlUrl="https://www.danas.rs/"/>
<outline text="Folder without feeds"/>
</body></opml>"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words, **given: CliRunner().invoke(main, ["outlets", *map(str, words)], **given)


@pytest.fixture
def listed(tmp_path):
    """Write a list of these outlines, and give its path."""

    def write(*outlines):
        (tmp_path / "feeds.opml").write_text(f"<opml version='2.0'><body>{''.join(outlines)}</body></opml>", "utf-8")
        return tmp_path / "feeds.opml"

    return write


def test_the_catalogue_is_read_back_feed_by_feed_with_country_and_language(run):
    result = run("export", "--country", "ME", "--country", "al")
    root = ElementTree.fromstring(result.stdout_bytes)
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [folder.get("text") for folder in root.findall("body/outline")] == ["AL", "ME"]
    feeds = {outline.get("xmlUrl"): outline for outline in root.iter("outline") if outline.get("xmlUrl")}
    chosen = [outlet for outlet in load_outlets().values() if outlet.country in ("AL", "ME") and not outlet.closed]
    assert list(feeds) == [
        feed for each in sorted(chosen, key=lambda each: (each.country, each.key)) for feed in each.feeds
    ]
    outlet = next(each for each in chosen if each.feeds)
    outline = feeds[outlet.feeds[0]]
    assert (outline.get("text"), outline.get("htmlUrl")) == (outlet.name, outlet.homepage)
    assert (outline.get("language"), outline.get("category")) == (outlet.languages[0], f"/{outlet.country}")
    assert f"{sum(not each.feeds for each in chosen)} outlets without a feed" in result.stderr


def test_a_file_is_replaced_by_force_alone(run, tmp_path):
    (tmp_path / "a.opml").write_text("mine")
    refused = run("export", "--output", "a.opml")
    assert (refused.exit_code, (tmp_path / "a.opml").read_text()) == (2, "mine")
    assert "a.opml exists already" in refused.stderr
    assert run("export", "--output", "a.opml", "--force").exit_code == 0
    assert len(read_opml((tmp_path / "a.opml").read_bytes())) > 500


def test_a_list_of_another_program_becomes_tables_that_a_crawl_takes(run, tmp_path):
    feed = load_outlets()["danas"].feeds[0]
    (tmp_path / "feeds.opml").write_text(FEEDLY.replace("{danas}", feed), "utf-8")
    result = run("import", "feeds.opml", "--output", "mine.toml")
    assert result.exit_code == 0
    assert "left out, since they are outlets already: danas\n" in result.stderr
    assert "added 2 outlets to mine.toml; try one: balkan-crawler outlets check ribarske_novosti" in result.stdout
    new = load_outlets(tmp_path / "mine.toml", shipped=False)
    assert list(new) == ["ribarske_novosti", "lajmetelumit"]
    fish, river = new.values()
    assert (fish.name, fish.country, fish.languages) == ("Ribarske novosti & mreže", "RS", ("sr-Latn",))
    assert fish.feeds == ("https://ribarske-novosti.rs/feed/", "https://ribarske-novosti.rs/sport/feed/")
    assert (fish.homepage, fish.timezone) == ("https://ribarske-novosti.rs/", "Europe/Belgrade")
    assert (river.name, river.homepage, river.country) == ("Lajme të lumit", "https://lajmetelumit.al/", "AL")
    assert "# TODO languages: guessed from its country" in (tmp_path / "mine.toml").read_text("utf-8")


def test_a_second_import_adds_nothing_twice(run, tmp_path, listed):
    listed('<outline text="A" xmlUrl="https://prva-novina.rs/feed"/>')
    assert run("import", "feeds.opml", "--output", "mine.toml").exit_code == 0
    before = (tmp_path / "mine.toml").read_bytes()
    again = run("import", "feeds.opml", "--output", "mine.toml")
    assert (again.exit_code, (tmp_path / "mine.toml").read_bytes()) == (1, before)
    listed('<outline text="B" xmlUrl="https://druga-novina.rs/feed"/>')
    assert run("import", "feeds.opml", "--output", "mine.toml").exit_code == 0
    assert list(load_outlets(tmp_path / "mine.toml", shipped=False)) == ["prva_novina", "druga_novina"]


@pytest.mark.parametrize(
    "feed", ["feed://nova-novina.rs/f", "feed:http://nova-novina.rs/f", "FEED:http://nova-novina.rs/f"]
)
def test_feeds_of_readers_that_have_a_scheme_of_their_own_are_read(feed):
    listed = f"\n\n<?xml version='1.0'?><opml><body><outline xmlUrl='{feed}'/></body></opml>"
    for before in (b"", b"\xef\xbb\xbf"):
        (found,) = read_opml(before + listed.encode())
        assert found.feed == "http://nova-novina.rs/f"


@pytest.mark.parametrize(
    ("outline", "options", "country", "languages"),
    [
        ('text="A" xmlUrl="https://a-novina.example/f" category="/RS,/vesti"', [], "RS", ("sr-Latn",)),
        ('text="A" xmlUrl="https://a-novina.example/f" language="sq-AL" category="/XK"', [], "XK", ("sq",)),
        ('text="A" xmlUrl="https://a-novina.example/f" language="bg-bg"', [], "BG", ("bg",)),
        ('text="A" xmlUrl="https://a-novina.example/f" language="SR-cyrl-RS"', ["--country", "ba"], "BA", ("sr-Cyrl",)),
        ('text="A" xmlUrl="https://a-novina.example/f"', ["--country", "HR", "--language", "hr"], "HR", ("hr",)),
        ('text="A" xmlUrl="https://a-novina.rs/f" language="klingon"', ["--country", "HR"], "RS", ("sr-Latn",)),
        ('text="A" xmlUrl="https://a-novina.example/f" language="de"', ["--country", "AT"], "AT", ("de",)),
    ],
)
def test_country_and_language_are_told_or_asked_for(run, tmp_path, listed, outline, options, country, languages):
    listed(f"<outline {outline}/>")
    assert run("import", "feeds.opml", "--output", "mine.toml", *options).exit_code == 0
    (outlet,) = load_outlets(tmp_path / "mine.toml", shipped=False).values()
    assert (outlet.country, outlet.languages) == (country, languages)


def test_country_and_language_of_those_that_tell_none_leave_the_others_alone(run, tmp_path, listed):
    listed('<outline text="A" xmlUrl="https://a-novina.example/f"/><outline text="B" xmlUrl="https://b-novina.rs/f"/>')
    assert run("import", "feeds.opml", "--output", "a.toml", "--country", "AT", "--language", "de").exit_code == 0
    told = {each.country: each.languages for each in load_outlets(tmp_path / "a.toml", shipped=False).values()}
    assert told == {"AT": ("de",), "RS": ("sr-Latn",)}
    listed('<outline text="B" xmlUrl="https://b-novina.rs/f"/>')
    assert run("import", "feeds.opml", "--output", "b.toml", "--language", "sr-Cyrl").exit_code == 0
    (outlet,) = load_outlets(tmp_path / "b.toml", shipped=False).values()
    assert outlet.languages == ("sr-Cyrl",)


@pytest.mark.parametrize(
    ("outline", "reason"),
    [
        ('xmlUrl="ftp://novina.rs/feed"', "must begin with https:// or http://"),
        ('xmlUrl="feed"', "must begin with https:// or http://"),
        ('xmlUrl="https://novina/feed"', "'novina' is no host name"),
        ('xmlUrl="javascript:alert(1)"', "must begin with"),
        ('xmlUrl="https://ja:tajna@novina.rs/feed"', "must not hold a user name or a password"),
        ('xmlUrl="https://feeds.feedburner.com/Novina"', "its home page (htmlUrl) is not stated"),
        ('xmlUrl="https://novina.example/feed"', "its country could not be told; give it with --country"),
        ('xmlUrl="https://novina.rs/feed" htmlUrl="https://no host/"', "holds a space"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line_and_the_rest_is_taken(run, tmp_path, listed, outline, reason):
    listed("\n", f'<outline text="Loša" {outline}/>', '<outline text="Dobra" xmlUrl="https://dobra-novina.rs/feed"/>')
    result = run("import", "feeds.opml", "--output", "mine.toml")
    assert result.exit_code == 0
    said = [line for line in result.stderr.splitlines() if "left out" in line]
    assert len(said) == 1
    assert said[0].startswith("line 2, Loša: left out: ")
    assert reason in said[0]
    assert list(load_outlets(tmp_path / "mine.toml", shipped=False)) == ["dobra_novina"]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", 2, "is no sound XML"),
        (b"<opml><body><outline text='a'></body></opml>", 2, "is no sound XML"),
        (b"\x89PNG\r\n", 2, "is no sound XML"),
        (b"<rss version='2.0'><channel/></rss>", 2, "a document of the kind <rss>"),
        (b"<html><body>Log in</body></html>", 2, "a document of the kind <html>"),
        (b"<opml><body/></opml>", 1, "it names no feeds"),
        (b"<opml>" + b"<outline text='a'>" * 5_000 + b"</outline>" * 5_000 + b"</opml>", 2, "is no sound XML"),
        (
            b"<!DOCTYPE opml [<!ENTITY a 'aaaaaaaaaa'>"
            + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
            + b"]><opml><body><outline text='&j;' xmlUrl='https://novina.rs/&j;'/></body></opml>",
            2,
            "is no sound XML",
        ),
    ],
    ids=["empty", "unclosed", "picture", "feed", "page", "no-feeds", "deep", "bomb"],
)
def test_what_is_no_list_is_one_line_and_nothing_is_written(run, tmp_path, content, code, said):
    (tmp_path / "feeds.opml").write_bytes(content)
    (tmp_path / "mine.toml").write_text("")
    result = run("import", "feeds.opml", "--output", "mine.toml")
    assert (result.exit_code, result.stderr.count("\n"), said in result.stderr) == (code, 1, True), result.stderr
    assert result.stderr.startswith("balkan-crawler: feeds.opml ")
    assert (tmp_path / "mine.toml").read_text() == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.opml", "mine.toml"]


def test_files_of_the_system_are_not_read_through_a_list(run, tmp_path):
    (tmp_path / "secret").write_text("tajna")
    (tmp_path / "feeds.opml").write_text(
        f"<!DOCTYPE opml [<!ENTITY s SYSTEM 'file://{tmp_path}/secret'>]><opml><body>"
        "<outline text='Novina' xmlUrl='https://nova-novina.rs/feed'>&s;</outline></body></opml>"
    )
    assert "tajna" not in run("import", "feeds.opml").output


def test_a_list_that_is_not_there_is_one_line(run):
    result = run("import", "none.opml")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "none.opml cannot be read as OPML: No such file or directory" in result.stderr


def test_a_list_comes_through_a_pipe_and_tables_go_to_standard_output(run, tmp_path):
    result = run("import", "-", input=FEEDLY.replace("{danas}", "https://danas-drugi.rs/feed"))
    assert result.exit_code == 0
    (tmp_path / "mine.toml").write_text(result.stdout, "utf-8")
    assert len(load_outlets(tmp_path / "mine.toml", shipped=False)) == 2


def test_a_file_that_cannot_be_written_stays_as_it_is(run, tmp_path, listed):
    listed('<outline text="A" xmlUrl="https://prva-novina.rs/feed"/>')
    (tmp_path / "mine.toml").write_text("no = table")
    result = run("import", "feeds.opml", "--output", "mine.toml")
    assert (result.exit_code, (tmp_path / "mine.toml").read_text()) == (2, "no = table")
    result = run("import", "feeds.opml", "--output", "feeds.opml/mine.toml")
    told = "feeds.opml is not added: feeds.opml/mine.toml cannot be written"
    assert (result.exit_code, told in result.stderr) == (1, True)
