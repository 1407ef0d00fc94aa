"""The made-up press: each outlet is added from its address alone, and passes its check."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import servers
from click.testing import CliRunner
from press_held import HELD
from press_sites import SITES

from balkan_crawler.cli import main
from balkan_crawler.outlets import load_outlets
from balkan_crawler.urls import identity

pytestmark = pytest.mark.slow

ALL = (*SITES, *HELD)
KEYS = [build.__name__ for build in ALL] + ["two_outlets_en"]


@pytest.fixture(scope="module")
def press(tmp_path_factory):
    """Add every outlet to one file and check all: site, truth, record and check of each, by name."""
    folder, now = tmp_path_factory.mktemp("press"), datetime.now(UTC)
    file, quick = folder / "mine.toml", folder / "quick.toml"
    found, added = {}, []
    with servers.serve(*({} for _ in ALL)) as sites:
        for build, site in zip(ALL, sites, strict=True):
            for one in build(site, now):
                key = build.__name__ + ("_en" if one.truth.home == "/en/" else "")
                words = ["outlets", "add", site.url(one.truth.home), "--output", str(file), "--yes", "--delay", "0"]
                added.append(CliRunner().invoke(main, [*words, "--key", key, "--allow-private"]))
                found[key] = (site, one)
        quick.write_text("".join(f'[{key}]\ndelay = 0\ndelay_reason = "a test on loopback"\n' for key in found))
        words = [
            "outlets",
            "check",
            *found,
            "--outlets",
            str(file),
            "--outlets",
            str(quick),
            "--json",
            "--articles",
            "3",
        ]
        check = CliRunner().invoke(main, [*words, "--history", str(folder / "checks.jsonl"), "--allow-private"])
    assert [result.stderr for result in added if result.exit_code] == []
    outlets = load_outlets(file, shipped=False)
    checks = {record["outlet"]: record for record in json.loads(check.stdout)}
    tables = {table.partition("]")[0].lstrip("["): table for table in file.read_text("utf-8").split("\n\n")}
    return {key: (*found[key], outlets[key], tables[key], checks[key]) for key in found}


@pytest.mark.parametrize("key", KEYS)
def test_the_table_is_right_and_leaves_nothing_to_do(press, key):
    site, one, outlet, table, _ = press[key]
    truth = one.truth
    assert "# TODO" not in table
    assert (outlet.name, outlet.country, outlet.languages) == (truth.name, truth.country, truth.languages)
    assert (outlet.timezone, outlet.family, outlet.homepage) == (truth.timezone, truth.family, site.url(truth.home))
    for field in ("feeds", "sitemaps"):
        there = {identity(site.url(path)) for path in getattr(truth, field)}
        assert {identity(url) for url in getattr(outlet, field)} <= there
    assert outlet.feeds or outlet.sitemaps or outlet.sections
    assert bool(outlet.feeds) == bool(truth.feeds)


@pytest.mark.parametrize("key", KEYS)
def test_the_check_finds_nothing_wrong(press, key):
    record = press[key][4]
    assert (record["fine"], record["reachable"]) == (True, True), record["findings"]
    assert [page["outcome"] for page in record["articles"]] == ["article"] * 3


def test_the_press_is_as_mixed_as_promised(press):
    families = {one.truth.family for _, one, *_ in press.values()} - {None}
    assert len(SITES) >= 12
    assert len(families) >= 8
    assert len({one.truth.languages for _, one, *_ in press.values()}) >= 10


def test_sections_stand_in_the_table_only_where_there_is_no_better_source(press):
    with_sections = {key for key, (_, _, outlet, *_) in press.items() if outlet.sections}
    assert with_sections == {"only_sections"}
    site, one, outlet, *_ = press["only_sections"]
    assert {identity(url) for url in outlet.sections} == {identity(site.url(path)) for path in one.overviews}
