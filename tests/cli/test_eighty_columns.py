"""What every command prints fits a terminal of 80 columns, with no word broken and no key or heading cut.

A word that is broken or cut leaves a piece that a wide terminal does not show; that is what is looked for.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from support.demos import store_truth
from support.outlets import make_outlet
from support.terminals import on_a_terminal

from balkan_crawler.cli import backfill, crawl_report, main, outlets_check, reextract
from balkan_crawler.cli.demo import show_stored
from balkan_crawler.cli.tables import cells
from balkan_crawler.demo import OUTLET_KEYS, build_web
from balkan_crawler.discovery import Span
from balkan_crawler.discovery.sources import SourceKind
from balkan_crawler.location import Location
from balkan_crawler.model import (
    Article,
    DateSource,
    FoundSource,
    Knowledge,
    Repair,
    RepairKind,
    Search,
    SourceState,
    Teaser,
    UrlState,
    Visit,
    pack,
)
from balkan_crawler.model.knowledge import PlaceTally
from balkan_crawler.rereading.results import Rereading
from balkan_crawler.spiders.run_results import Order, OutletRun, OutletState, Plan, Run
from balkan_crawler.storage import CrawlReport, open_store
from balkan_crawler.survey.records import ArticleCheck, Check, Finding, Robots, SourceCheck

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG = "regionalna_televizija_podrinje"
OUTLETS = (
    make_outlet(LONG, name="Regionalna televizija srednjeg i donjeg Podrinja, Radija i Tednika", languages=("bs",)),
    make_outlet("vesti", name="Вечерње вести из Подриња и Семберије", languages=("sr-Cyrl",)),
    make_outlet("foni", name="Η Φωνή του Παγασητικού και της Μαγνησίας", country="GR", languages=("el",)),
    make_outlet("novini", name="Новини от Дунавската равнина и Балкана", country="BG", languages=("bg",)),
)
TEXTS = {
    LONG: "Novi most preko rijeke otvoren je u ponedjeljak, a stari će biti obnovljen najdalje do kraja zime.",
    "vesti": "Мост преко реке отворен је у понедељак, а стари ће бити обновљен најдаље до краја године.",
    "foni": "Η νέα γέφυρα άνοιξε τη Δευτέρα, ενώ η παλιά θα επισκευαστεί μέχρι το τέλος του χειμώνα.",
    "novini": "Мостът над реката беше открит в понеделник, а старият ще бъде обновен до края на зимата.",
}
REASON = f"https://{LONG}-proba.rs/feed could not be read: HTTP status 503"

CHANNELS = f"""
[notification.email]
host = "smtp.{LONG.replace("_", "-")}.example"
from = "robot@example.org"
to = ["urednica.regionalne.televizije@example.org", "dezurna.sluzba.tehnike@example.org"]
[notification.webhook]
url = "https://obavestenja.{LONG.replace("_", "-")}.example/services/tajna"
"""


def articles(key, number, edition=""):
    text = TEXTS[key]
    url = f"https://{key.replace('_', '-')}-proba.rs/vijesti/{'novi-most-preko-rijeke-' * 4}{number}"
    article = Article(
        url=url,
        title=f"{text} {number}{edition}",
        body=f"{text}\n{text[:60]}{edition} {number}",
        published=NOW - timedelta(hours=number),
        date_source=DateSource.JSON_LD,
    )
    teasers = (Teaser(url=f"{url}/t", title=text, place="after", position=1),)
    return Visit(
        url=url, outlet=key, state=UrlState.DONE, outcome="article", status=200, article=article, teasers=teasers
    )


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """Fill an archive with all that is long: keys, names, texts of four alphabets, counts, reasons."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "balkan.db"
    write_files(tmp_path)
    (tmp_path / "balkan.toml").write_text(CHANNELS)
    with open_store(path) as store:
        store.register(OUTLETS, NOW)
        for outlet in OUTLETS:
            [lease] = store.lease([outlet.key], "elsewhere:1:1", NOW, 60)
            crawl = store.start_crawl(CrawlReport(outlet=outlet.key, started=NOW), "1.0")
            store.commit(lease, [articles(outlet.key, number) for number in range(3)], NOW)
            store.commit(lease, [articles(outlet.key, 0, " исправљено")], NOW + timedelta(hours=1))
            failing = SourceState(
                url=f"https://{outlet.key}.rs/feed", outlet=outlet.key, failures=9, failing_since=NOW, reason=REASON
            )
            store.record_source(lease, failing)
            for kind in RepairKind:
                store.note_repair(lease, repair(outlet.key, kind))
            store.note_search(lease, Search(outlet=outlet.key, at=NOW, tries=3, result=REASON))
            store.keep_knowledge(lease, outlet.key, pack(knowledge()), NOW)
            state, reason = ("failed", REASON) if outlet.key == LONG else ("done", None)
            store.finish_crawl(
                crawl, CrawlReport(outlet=outlet.key, started=NOW, ended=NOW, state=state, reason=reason)
            )
            store.release(lease, NOW, NOW)
    with closing(sqlite3.connect(path)) as db, db:
        for key in TEXTS:
            db.executemany(
                "INSERT INTO _outcomes (outlet, day, outcome, pages) VALUES (?, '2026-11-22', ?, 123456789)",
                [(key, outcome) for outcome in ("listing", "soft-404", "http-503", "gallery-index", "tls-incomplete")],
            )
            db.execute("INSERT INTO _fetches VALUES (?, '2026-11-22', 'poll', 987654321, 0)", (key,))
            db.execute("INSERT INTO _oddities VALUES (?, '2026-11-22', 'canonical-refused', 987654321)", (key,))
    return path


def repair(key, kind):
    new = tuple(FoundSource(kind="feed", url=f"https://{key}.rs/{path}") for path in ("rss/sve-vesti", "rss/sport"))
    return Repair(outlet=key, at=NOW, kind=kind, evidence=REASON, old=(f"https://{key}.rs/feed",), new=new)


def write_files(folder):
    """Write pages to read and a list of feeds to import, with long texts and addresses."""
    text, cards = (
        TEXTS["vesti"],
        "".join(f"<a href='/{'duga-adresa-' * 9}{n}'>{TEXTS[LONG]} {n}</a>" for n in range(40)),
    )
    body = "".join(f"<p>{text} {text} {number}</p>" for number in range(9))
    head = f"<title>{text}</title><meta property=og:title content='{text}'>"
    (folder / "page.html").write_text(
        f"<html><head>{head}</head><body><article><h1>{text}</h1>{body}</article><aside>{cards}</aside></body></html>"
    )
    (folder / "listing.html").write_text(f"<html><body><main>{cards}</main></body></html>")
    feeds = "".join(
        f"<outline type='rss' text='{outlet.name}' xmlUrl='https://{outlet.key}-{end}/feed' htmlUrl='https://{outlet.key}-{end}/'/>"
        for outlet in OUTLETS
        for end in ("proba.rs", "proba.example", "proba.org")
    )
    (folder / "feeds.opml").write_text(f"<opml version='2.0'><body>{feeds}</body></opml>")


def knowledge():
    place = " > ".join(["div.site-container-inner", "main.single-post", "article.post-content", "div.entry", "p"])
    tally = PlaceTally(articles=1234, words=123_456_789, chosen=123_456_000, name=place)
    other = PlaceTally(articles=1234, words=123_456_789, chosen=0, name=f"{place} > aside")
    return Knowledge(
        articles=1234, trials=(True, False), places={1: tally, 2: other}, struck={1: TEXTS["vesti"], 2: TEXTS["foni"]}
    )


COMMANDS = [
    ["stats"],
    ["stats", "--all"],
    ["stats", "--outlet", LONG],
    ["stats", "--by-country"],
    ["health", "--all"],
    ["search", "most OR γέφυρα"],
    ["search", "nigdevezde"],
    ["history", articles(LONG, 0).url],
    ["history", articles("vesti", 1).url],
    ["history", "--outlet", LONG],
    ["repairs"],
    ["repairs", LONG],
    ["templates", LONG],
    ["outlets", "list"],
    ["outlets", "list", "--country", "GR"],
    *(["outlets", "show", key] for key in ("euronews_al", "danas", "balkaninsight", "dw_albanian", "rferl_balkan")),
    ["crawl", "--dry-run", "--country", "BA"],
    ["crawl", "--dry-run", "--country", "BA", "--table"],
    ["config"],
    ["notify"],
    ["digest", "--day", "2026-11-23"],
    ["digest", "--week", "--day", "2026-11-23"],
    ["doctor", "--offline"],
    ["maintain", "--dry-run"],
    ["outlets", "export", "--country", "AL", "--force", "--output", "outlets.opml"],
    ["outlets", "import", "feeds.opml", "--output", "mine.toml"],
    ["extract", "page.html"],
    ["extract", "page.html", "listing.html"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_fits(made_up, monkeypatch, words):
    if words[:2] == ["outlets", "show"] and words[2] not in catalogue():
        words = [*words[:2], sorted(catalogue())[len(words[2])]]

    def output():
        Path("mine.toml").unlink(missing_ok=True)
        said = CliRunner().invoke(main, words).output
        return (
            re.sub(r"\d", "0", said) if words[0] in {"doctor", "maintain"} else said
        )  # the time may change between two runs

    check_fit(monkeypatch, output, err=True)


def catalogue():
    from balkan_crawler.outlets import load_outlets

    return load_outlets()


def check_fit(monkeypatch, output, *, err=False):
    on_a_terminal(monkeypatch, 100_000, err=err)
    wide = output()
    on_a_terminal(monkeypatch, 80, err=err)
    narrow = output()
    assert narrow.strip() and "Traceback" not in narrow
    for line in narrow.splitlines():
        assert cells(line) <= 80 or len(line.split()) == 1, line
    known = set(words_of(wide))
    assert [word for word in words_of(narrow) if word not in known] == []


def words_of(text):
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return [word.rstrip(":") for word in plain.split() if not set(word) <= set("─")]


def made_up_run(**fields):
    run = Run(order=Order(database=Location.of("a-folder/balkan.db")), started=NOW)
    for number, outlet in enumerate(OUTLETS):
        run.outlets[outlet.key] = OutletRun(
            outlet=outlet,
            started=NOW,
            state=OutletState.DONE,
            new=123_456,
            edited=12_345,
            corrected=1234,
            fetched=1_234_567,
            revisits=123_456,
            failed=12_345,
            sources_read=1,
            counts=Counter({"article": 5, "listing": 123_456, "soft-404": 12_345, "http-503": 123}),
            oddities=Counter({"redesigned": number}),
            repairs=[repair(outlet.key, list(RepairKind)[number])],
            failed_sources=[REASON, f"https://{outlet.key}.rs/rss is not a feed: an HTML page"],
        )
    failing = make_outlet("radio_televizija_istocno_sarajevo")
    run.outlets[failing.key] = OutletRun(outlet=failing, started=NOW, state=OutletState.FAILED, reason=REASON)
    run.not_due, run.next_due = ("a", "b"), NOW
    run.keeping_ended = "no space is left on the device that the folder for pages is on"
    return run


@pytest.mark.parametrize("table_wanted", [True, False])
def test_the_end_of_a_crawl_fits(monkeypatch, capsys, table_wanted):
    def output():
        crawl_report.tell(made_up_run(), quiet=False, json_wanted=False, table_wanted=table_wanted)
        said = capsys.readouterr()
        return re.sub(r"in \d+ s", "in 1 s", said.out + said.err)

    check_fit(monkeypatch, output, err=True)


@pytest.mark.parametrize("plan_only", [True, False])
def test_the_end_of_a_backfill_fits(monkeypatch, capsys, plan_only):
    run = made_up_run()
    span = Span(date(2012, 1, 1), date(2026, 11, 23))
    run.order = Order(span=span, plan_only=plan_only)
    run.outlets[LONG].plan = Plan(
        id=1,
        span=span,
        zone=ZoneInfo("Europe/Sarajevo"),
        sources=[f"https://{LONG}-proba.rs/{'wp-json/wp/v2/posts/' * 3}, WordPress's open interface"],
        expected=1_234_567,
        estimated=True,
        undated=12_345,
        left=123_456,
        outside=1234,
        delay=2.0,
    )

    def output():
        backfill._tell(run, LONG, quiet=False, json_wanted=False)
        said = capsys.readouterr()
        return said.out + said.err

    check_fit(monkeypatch, output, err=True)


@pytest.mark.parametrize("several", [True, False])
def test_a_check_of_outlets_fits(monkeypatch, capsys, several):
    pages = tuple(
        ArticleCheck(
            url=articles(LONG, 0).url,
            outcome=outcome,
            title=TEXTS[LONG],
            words=123_456,
            published=NOW,
            authors=12,
            language="sr",
            script="Cyrl",
            teasers=1234,
            lacks=("authors", "lead"),
            doubts=("published",),
        )
        for outcome in ("article", "gallery-index")
    )
    sources = (SourceCheck(kind=SourceKind.FEED, url="https://a.rs/feed", entries=1, newest=NOW),)
    findings = (Finding(code="robots-unreadable", text=REASON), Finding(code="odd-published", text=REASON))
    checks = [
        Check(
            outlet=outlet.key,
            checked=NOW,
            reachable=True,
            robots=Robots.UNREADABLE,
            family="wordpress-with-a-long-name",
            sources=sources,
            articles=pages,
            findings=findings,
        )
        for outlet in OUTLETS[: 4 if several else 1]
    ]

    def output():
        outlets_check.print_checks(checks, {LONG: (f"new: {REASON}",)})
        return capsys.readouterr().out

    check_fit(monkeypatch, output)


def test_the_end_of_reading_again_fits(monkeypatch, capsys):
    results = Rereading(
        files=1234,
        records=1_234_567,
        pages=123_456,
        unreadable={Path("pages") / ("a-long-name-of-a-file-" * 4 + ".warc.gz"): "no-warc"},
        left_out=Counter({"no-response": 1_234_567, "unknown-outlet": 123_456, "too-large": 1234}),
        damaged=Counter({"broken-record": 1234}),
        readings=Counter({"corrected": 123_456, "new": 1234, "same": 123_456, "older": 123, "later": 1, "twin": 1}),
        outcomes=Counter({"gallery-index": 1234, "soft-404": 12_345}),
        changed=Counter({"published": 1234, "teasers": 123, "agencies": 1}),
    )

    def output():
        reextract._tell(results, 1234.5, json_wanted=False)
        said = capsys.readouterr()
        return said.out + said.err

    check_fit(monkeypatch, output, err=True)


def test_the_end_of_the_demo_fits(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    origins = {key: f"http://127.0.1.{number}:8000" for number, key in enumerate(OUTLET_KEYS, start=1)}
    with open_store("demo.db") as store:
        for edition in (1, 2):
            store_truth(store, build_web(NOW, origins, edition), NOW + timedelta(hours=edition))

    def output():
        show_stored(Path("demo.db"))
        return capsys.readouterr().out

    check_fit(monkeypatch, output)
