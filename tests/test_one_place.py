"""What docs/design.md promises of additions: one change, one place. Each is planted in a copy of the package."""

from __future__ import annotations

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "balkan_crawler"

OUTLET = """
[proba_lajme]
name = "Proba Lajme"
country = "AL"
languages = ["sq"]
timezone = "Europe/Tirane"
homepage = "https://proba-lajme.al/"
feeds = ["https://proba-lajme.al/feed/"]
"""
USE_OUTLET = """
import json
from click.testing import CliRunner
from scrapy.settings import Settings
from balkan_crawler import load_outlets
from balkan_crawler.cli import main
from balkan_crawler.spiders.loader import CatalogueSpiderLoader

loader = CatalogueSpiderLoader.from_settings(Settings())
spider = loader.load("proba_lajme")
listed = json.loads(CliRunner().invoke(main, ["outlets", "list", "--json"]).output)
print(json.dumps({
    "loaded": load_outlets()["proba_lajme"].name,
    "listed": "proba_lajme" in [table["key"] for table in listed],
    "spiders": "proba_lajme" in loader.list(),
    "spider": [spider.name, spider.outlets[0].homepage],
}))
"""

FAMILY = """
[proba_press]
name = "Proba Press"
description = "A system that nobody has made. Seen in no year."
marks = ["prp-*"]
"""
USE_FAMILY = """
import json
from click.testing import CliRunner
from balkan_crawler.cli import main
from balkan_crawler.outlets import load_families
from balkan_crawler.survey.home_page import family_of, marks_in

page = b'<html><body><div class="prp-title prp-text"><p class="prp-lead prp-author prp-date">x</p></div></body></html>'
with open("mine.toml", "w") as file:
    file.write('[klix]\\nfamily = "proba_press"\\n')
shown = CliRunner().invoke(main, ["outlets", "show", "klix", "--outlets", "mine.toml"])
guessed = family_of([marks_in(page, "https://proba.rs/")], load_families())
print(json.dumps({"guessed": guessed, "shown": "Proba Press" in shown.output}))
"""

WRITER = '''"""Plain lines, for a test."""

from contextlib import contextmanager


@contextmanager
def write_lines(file, columns):
    """Write a line a row: its columns, divided by bars."""

    def write(row):
        file.write(("|".join(str(row.get(column.name)) for column in columns) + "\\n").encode())

    yield write
    file.write(b"end\\n")
'''
IMPORT = "from balkan_crawler.export.lines_writer import write_lines\n"
USE_FORMAT = """
import json
from pathlib import Path
from click.testing import CliRunner
from balkan_crawler.cli import main
from balkan_crawler.export import Export, chosen_columns, format_of, write_exports

path = Path("articles.lines")
write_exports([{"title": "Most"}], [Export(path=path, format=format_of(path), columns=chosen_columns(["title"]))])
offered = CliRunner().invoke(main, ["export", "--help"], terminal_width=200).output
print(json.dumps({"written": path.read_text(), "offered": "lines" in offered.partition("--format")[2].split("]")[0]}))
"""

LANGUAGE = "rup"
"""Aromanian, which no table has; its words here are made up."""
ONLY_FOR_A_NEW_ALPHABET = {"text/scripts.py", "text/spellings.py"}
DATES = """
tags = ["rup"]
months = [["zelkuar"], ["morvuar"], ["tavuar"], ["prikuar"], ["klomuar"], ["hepsuar"], ["dolvuar"], ["nirguar"],
          ["saptuar"], ["oktuar"], ["vonkuar"], ["trenguar"]]
weekdays = [["zurda"], ["murda"], ["kurda"], ["purda"], ["turda"], ["nurda"], ["lurda"]]
"""
PLANTED: dict[str, tuple[str, str]] = {
    "dates/languages/": ("", DATES),
    "text/languages.toml": ("[words]\n", f'{LANGUAGE} = "zelk morv tavik prikol klomet hepsu dolvan nirgat"\n'),
    "text/stems.toml": ("", f'[{LANGUAGE}]\nlanguages = "{LANGUAGE}"\nlayers = ["uli"]\nleast = 3\nends = ""\n\n'),
    "text/letters.toml": ("[languages]\n", f'{LANGUAGE} = "őűŕĺ"\n'),
    "extraction/document/phrases.toml": ("[related.whole]\n", f'{LANGUAGE} = ["drugat zelk morv"]\n'),
    "extraction/byline/bylines.toml": ("[author]", f'{LANGUAGE} = ["zelkat morvu"]\n'),
    "extraction/publication/publication.toml": ("modified = [\n    ", '"zelkuvat", '),
    "extraction/outcomes.toml": ("[soft-404.title]\n", f'{LANGUAGE} = ["zelka nu morv"]\n'),
    "urls/word_lists.toml": ("[tag]\neverywhere = [", '"zelkuri", '),
    "extraction/document/landmarks.toml": ("byline = [\n    ", '"zelkun", '),
    "extraction/metadata/kind.toml": ("live = [\n    ", '"zelkulive", '),
    "extraction/metadata/section.toml": ("home = [\n    ", '"zelkuhome", '),
    "discovery/word_lists.toml": ("story_folders = [\n    ", '"zelkust", '),
    "discovery/past/archives.toml": ("overviews = [\n    ", '"zelkuarhiv", '),
    "stories/sounds.toml": ("", f'[native.proba]\nlanguages = "{LANGUAGE}"\nletters = "x=v"\n\n'),
    "stories/called.toml": ('    "Serbia ', "Zelkusrba "),
    "stories/quantities.toml": ('3 = "', "zelkumij "),
    "survey/country.toml": ("[beginnings]\n", 'XA = ["zelkuland"]\n'),
}
"""A made-up language, by file: behind which words of the file its own go."""
READ_LANGUAGE = f"""
import json
from datetime import UTC, datetime
from balkan_crawler import extract, read_date
from balkan_crawler.discovery.past.archives import patterns
from balkan_crawler.discovery.word_lists import word_lists
from balkan_crawler.extraction.byline.names import names_in
from balkan_crawler.extraction.document.landmarks import begins_byline
from balkan_crawler.extraction.document.phrases import load_phrases
from balkan_crawler.text import identify_language, stem
from balkan_crawler.stories.names import names_of
from balkan_crawler.stories.numbers import figures_of
from balkan_crawler.stories.sounds import keys
from balkan_crawler.survey.country import country_of
from balkan_crawler.text.decoding import decode
from balkan_crawler.urls.word_lists import address_words

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DECLARED = "<meta property='og:type' content='article'>"
HOME = "<meta property='article:section' content='Zelkuhome'>"
TEXT = "<p>Zelk morv tavik prikol klomet hepsu dolvan nirgat, zelk morv tavik prikol.</p>" * 6

def page(title, body):
    source = "<html><head><title>%s</title></head><body><article><h1>%s</h1>%s</article></body></html>"
    return extract((source % (title, title, body)).encode(), "https://proba.example/a/123", fetched_at=NOW)

def called(name, language):
    found = names_of("", "", "u gradu " + name + " danas, a " + name + " sutra", language)
    return {{key for each in found for key in each.keys}}

def figures(text):
    return {{figure.key for figure in figures_of("bilo je " + text + " ljudi")}}

moment = read_date("5 vonkuar 2026", languages=("{LANGUAGE}",), now=NOW, timezone="Europe/Athens")
letters = "zőlk mőrv tavűk prŕkol klĺmet hőpsu dolvűn nirgat"
changed = page("Zelk morv tavik", "<div><span>zelkuvat</span> <time>20.11.2026 10:00</time></div>" + TEXT).article
named = country_of("https://proba.example/", (), ("en",), ["Zelkuland, zelkuland"], ())
print(json.dumps({{
    "dates/languages/": moment is not None and moment.month == 11,
    "text/languages.toml": identify_language("Zelk morv tavik prikol klomet, hepsu dolvan nirgat.") == "{LANGUAGE}",
    "text/stems.toml": stem("Zelkuli", "{LANGUAGE}") == "zelk",
    "text/letters.toml": decode(letters.encode("iso-8859-2"), languages=["{LANGUAGE}"]).text == letters,
    "extraction/document/phrases.toml": "related" in load_phrases().functions_of(["drugat", "zelk", "morv"]),
    "extraction/byline/bylines.toml": names_in("Zelkat morvu Ana Popa").people == ("Ana Popa",),
    "extraction/publication/publication.toml": changed is not None and changed.modified is not None,
    "extraction/outcomes.toml": page("Zelka nu morv", "<p>Zelk.</p>").outcome == "soft-404",
    "urls/word_lists.toml": "zelkuri" in address_words("candidates"),
    "extraction/document/landmarks.toml": begins_byline("Zelkun: Ana Popa"),
    "extraction/metadata/kind.toml": page("ZELKULIVE: morv tavik", DECLARED + TEXT).article.kind == "live",
    "extraction/metadata/section.toml": page("Zelk morv", DECLARED + HOME + TEXT).article.section is None,
    "discovery/word_lists.toml": "zelkust" in word_lists().story_folders,
    "discovery/past/archives.toml": "zelkuarhiv" in patterns().overviews,
    "stories/sounds.toml": bool(keys("Xučić", "{LANGUAGE}") & keys("Vučić", "sr")),
    "stories/called.toml": bool(called("Zelkusrba", "{LANGUAGE}") & called("Srbija", "sr")),
    "stories/quantities.toml": bool(figures("5 zelkumij") & figures("5.000")),
    "survey/country.toml": named is not None and named.value == "XA",
}}))
"""


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "balkan_crawler", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "balkan_crawler"


def insert(file: Path, behind: str, text: str) -> None:
    """Put a text behind some words of a file, at the end of their line where they are a heading with a remark."""
    whole = file.read_text("utf-8") if file.exists() else ""
    place = whole.index(behind) + len(behind)
    if behind.endswith("]"):
        place = whole.index("\n", place) + 1
    file.write_text(whole[:place] + text + whole[place:], encoding="utf-8")


def run(folder: Path, program: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def touched(copy: Path) -> set[str]:
    files = [file.relative_to(copy) for file in copy.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    same = [file for file in files if (PACKAGE / file).exists() and filecmp.cmp(PACKAGE / file, copy / file, False)]
    return {file.as_posix() for file in set(files) - set(same)}


def test_an_outlet_is_one_table(copy):
    file = copy / "outlets" / "albania.toml"
    insert(file, file.read_text("utf-8"), OUTLET)
    assert run(copy.parent, USE_OUTLET) == {
        "loaded": "Proba Lajme",
        "listed": True,
        "spiders": True,
        "spider": ["proba_lajme", "https://proba-lajme.al/"],
    }
    assert touched(copy) == {"outlets/albania.toml"}


def test_a_family_is_one_table(copy):
    file = copy / "outlets" / "families.toml"
    insert(file, file.read_text("utf-8"), FAMILY)
    assert run(copy.parent, USE_FAMILY) == {"guessed": "proba_press", "shown": True}
    assert touched(copy) == {"outlets/families.toml"}


def test_an_export_format_is_one_writer_and_one_line(copy):
    (copy / "export" / "lines_writer.py").write_text(WRITER, encoding="utf-8")
    formats = copy / "export" / "formats.py"
    insert(formats, "FORMATS: Final[Mapping[str, Format]] = {\n", '    "lines": Format(write_lines, (".lines",)),\n')
    insert(formats, "from balkan_crawler.export.csv_writer import write_csv\n", IMPORT)
    assert run(copy.parent, USE_FORMAT) == {"written": "Most\nend\n", "offered": True}
    assert touched(copy) == {"export/lines_writer.py", "export/formats.py"}


def tables_of_a_language() -> set[str]:
    """Give the files that CONTRIBUTING.md lists for a language."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("A language takes more than one table")[2]
    rows = [line for line in text.partition("\n## ")[0].splitlines() if line.startswith("| ")][1:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.rpartition(" | ")[2])}


def test_a_language_is_read_in_every_room_by_the_tables_that_contributing_lists(copy):
    assert tables_of_a_language() == {*PLANTED, *ONLY_FOR_A_NEW_ALPHABET}
    assert not any(run(ROOT, READ_LANGUAGE).values()), "read before it was planted"
    for name, (behind, text) in PLANTED.items():
        insert(copy / (f"{name}{LANGUAGE}.toml" if name.endswith("/") else name), behind, text)
    missing = [room for room, is_read in run(copy.parent, READ_LANGUAGE).items() if not is_read]
    assert not missing, f"the language is not read by what these tables are for: {missing}"
    assert len(touched(copy)) == len(PLANTED)
