"""The views answer what analysts ask: promotions, copies, deletions, silence, weeks, tags and authors."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balkan_crawler.model import Article, Place, Teaser, UrlState, Visit
from balkan_crawler.storage import CrawlReport, open_store
from balkan_crawler.storage.file import labels
from balkan_crawler.storage.file.dictionary import questions
from balkan_crawler.storage.file.views import VIEWS

NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC)
LONG = "Skela na Dunavu ponovo vozi posle osam godina, a prvi putnici su se ukrcali jutros pred podne kod starog mosta."
LONG_CYRILLIC = (
    "Скела на Дунаву поново вози после осам година, а први путници су се укрцали јутрос пред подне код старог моста."
)


@pytest.fixture
def scene(tmp_path, make_scene, make_outlet):
    with open_store(tmp_path / "archive.db") as store:
        made = make_scene(store)
        made.register(
            make_outlet(group="Kuća", paywall=True),
            make_outlet("delo", country="SI", languages=("sl",), timezone="Europe/Ljubljana"),
            make_outlet("vesti", languages=("sr-Cyrl",)),
        )
        yield made


@pytest.fixture
def ask(tmp_path, scene):
    """Ask in SQL, as any other program does: on a connection that knows nothing of us."""
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as db:
        yield lambda statement, *values: db.execute(statement, values).fetchall()


def at(key: str, number: int) -> str:
    return f"https://{key}-proba.rs/vesti/prica-broj-{number}"


def teaser(url: str, position: int = 0) -> Teaser:
    return Teaser(url=url, title="Pročitajte i ovo", place=Place.AFTER, position=position)


def test_outlets_say_who_owns_them_and_whether_they_ask_for_money(ask):
    assert ask("SELECT key, owner, paywall FROM outlets ORDER BY key") == [
        ("danas", "Kuća", 1),
        ("delo", None, 0),
        ("vesti", None, 0),
    ]


def test_promotions_are_found_from_both_ends(scene, ask):
    scene.keep(at("delo", 1), "Burja", "Veter.", key="delo", published=NOVEMBER)
    offered = (teaser(at("delo", 1) + "?utm_source=danas"), teaser(at("delo", 404), 1))
    scene.keep(at("danas", 1), "Most", "Tekst.", published=NOVEMBER, teasers=offered)
    by_promoter = "SELECT promoter_country, outlet, country, title, teaser_url FROM promotions WHERE promoter = ?"
    assert sorted(ask(by_promoter, "danas"), key=str) == [
        ("RS", "delo", "SI", "Burja", at("delo", 1)),
        ("RS", None, None, None, at("delo", 404)),
    ]
    by_story = "SELECT promoter, promoter_title FROM promotions WHERE {} = ?"
    assert ask(by_story.format("url"), at("delo", 1)) == [("danas", "Most")]
    assert ask(by_story.format("outlet"), "delo") == [("danas", "Most")]


def test_a_teaser_counts_once_where_its_url_has_had_two_stories(scene, ask):
    for day, title in ((1, "Prvi put"), (20, "Sasvim druga priča")):
        published = NOVEMBER + timedelta(days=day)
        scene.keep(at("delo", 1), title, f"{title} i tekst o tome {day}.", key="delo", published=published)
    scene.keep(at("danas", 1), "Most", "Tekst.", published=NOVEMBER, teasers=(teaser(at("delo", 1)),))
    assert ask("SELECT count(*) FROM articles WHERE outlet = 'delo'") == [(2,)]
    assert ask("SELECT title FROM promotions") == [("Sasvim druga priča",)]


def test_copies_say_country_language_and_script_of_both_sides(scene, ask):
    scene.keep(at("vesti", 1), "Скела", LONG_CYRILLIC, key="vesti", language="sr", script="Cyrl", published=NOVEMBER)
    later = NOVEMBER + timedelta(hours=2)
    scene.keep(at("delo", 1), "Skela", LONG, key="delo", language="sl", script="Latn", published=later)
    columns = "original_outlet, original_country, original_language, original_script, outlet, country, language, script"
    assert ask(f"SELECT {columns}, minutes_later FROM copies") == [
        ("vesti", "RS", "sr", "Cyrl", "delo", "SI", "sl", "Latn", 120)
    ]
    assert ask("SELECT outlet FROM unique_articles") == [("vesti",)]
    assert ask("SELECT week, country, articles, stories, articles_of_all, stories_of_all FROM articles_a_week") == [
        ("2026-11-02", "RS", 1, 1, 2, 1),
        ("2026-11-02", "SI", 1, 0, 2, 1),
    ]


@pytest.mark.parametrize(("day", "week"), [(1, "2026-10-26"), (2, "2026-11-02"), (8, "2026-11-02"), (9, "2026-11-09")])
def test_a_week_begins_on_monday(scene, ask, day, week):
    scene.keep(at("danas", 1), "Most", "Tekst.", published=NOVEMBER.replace(day=day))
    assert ask("SELECT week FROM articles_a_week") == [(week,)]


def gone(url: str, outcome: str = "http-404") -> Visit:
    return Visit(url=url, outlet="danas", state=UrlState.FAILED, outcome=outcome, status=404)


def test_deleted_articles_are_those_whose_page_is_missing_now(scene, ask):
    for number in (1, 2, 3):
        scene.keep(at("danas", number), f"Most {number}", "Tekst.", published=NOVEMBER)
    scene.later(hours=1)
    visits = [gone(at("danas", 1)), gone(at("danas", 2), "timeout"), gone(at("danas", 3)), gone(at("danas", 9))]
    scene.store.commit(scene.leases["danas"], visits, scene.now)
    scene.later(hours=1)
    scene.keep(at("danas", 3), "Most 3", "Tekst.", published=NOVEMBER)
    assert ask("SELECT title, country, answer, is_final, last_seen < found_missing FROM deleted") == [
        ("Most 1", "RS", "http-404", 0, 1)
    ]
    for _ in range(20):
        scene.later(hours=1)
        scene.store.commit(scene.leases["danas"], [gone(at("danas", 1))], scene.now)
    assert ask("SELECT title, is_final FROM deleted") == [("Most 1", 1)]


def publish(scene, key: str, days, times: int = 1) -> None:
    for number, day in enumerate(day for day in days for _ in range(times)):
        published = NOVEMBER + timedelta(days=day)
        scene.keep(at(key, number), f"Naslov {number}", f"Tekst {number}.", key=key, published=published)


def run(scene, key: str, day: int, state: str = "done") -> None:
    started = NOVEMBER + timedelta(days=day)
    crawl = scene.store.start_crawl(CrawlReport(outlet=key, started=started), "0.1")
    scene.store.finish_crawl(crawl, CrawlReport(outlet=key, started=started, ended=started, state=state))


def silent(ask) -> list[tuple]:
    return ask("SELECT outlet, latest_day, days_silent, longest_pause, last_crawl_state FROM silent")


def test_an_outlet_is_silent_where_it_never_paused_for_so_long(scene, ask):
    publish(scene, "danas", range(21))
    publish(scene, "delo", (0, 7, 14), times=9)  # a weekly with nine articles an issue
    for day in (20, 21):
        for key in ("danas", "delo"):
            run(scene, key, day)
        assert silent(ask) == []
    for key in ("danas", "delo"):
        run(scene, key, 24, "failed")
    assert sorted(silent(ask)) == [("danas", "2026-11-22", 4, 1, "failed"), ("delo", "2026-11-16", 10, 7, "failed")]


def test_an_article_or_two_that_fail_to_come_are_no_silence(scene, ask):
    publish(scene, "danas", range(0, 21, 2))
    run(scene, "danas", 23)
    assert silent(ask) == []


def test_an_article_of_a_day_to_come_breaks_no_silence(scene, ask):
    publish(scene, "danas", (*range(21), 90))
    run(scene, "danas", 24)
    assert [row[:3] for row in silent(ask)] == [("danas", "2026-11-22", 4)]


def test_days_without_a_run_are_no_silence(scene, ask):
    publish(scene, "danas", range(21))
    run(scene, "danas", 20)
    assert silent(ask) == []


def test_an_outlet_that_is_hardly_known_is_not_called_silent(scene, ask):
    publish(scene, "danas", range(5))
    run(scene, "danas", 30)
    assert silent(ask) == []


def test_tags_and_authors_are_one_in_any_script_and_case(scene, ask):
    scene.keep(at("danas", 1), "A", "Prvo.", published=NOVEMBER, tags=("Vučić", "most"), authors=("Petar Petrović",))
    scene.keep(at("vesti", 1), "Б", "Друго.", key="vesti", published=NOVEMBER, tags=("ВУЧИЋ",), agencies=("Tanjug",))
    scene.keep(at("vesti", 2), "В", "Треће.", key="vesti", published=NOVEMBER, authors=("Петар Петровић",))
    assert ask("SELECT tag, count(*), count(DISTINCT country) FROM tags GROUP BY tag ORDER BY 2 DESC") == [
        ("Vučić", 2, 1),
        ("most", 1, 1),
    ]
    assert ask(
        "SELECT tag, written, outlet, date, title, url FROM tags WHERE folded = 'vucic' AND outlet = 'vesti'"
    ) == [("Vučić", "ВУЧИЋ", "vesti", "2026-11-02", "Б", at("vesti", 1))]
    assert ask("SELECT author, count(*) FROM authors GROUP BY author") == [("Petar Petrović", 2)]
    assert ask("SELECT agency, outlet FROM agencies") == [("Tanjug", "vesti")]


def test_an_article_has_a_tag_once_however_often_it_writes_it(scene, ask):
    twice = ("Vučić", "Вучић", "vucic", "Vučić")
    scene.keep(at("danas", 1), "A", "Prvo.", published=NOVEMBER, tags=twice)
    scene.keep(at("danas", 2), "B", "Drugo.", published=NOVEMBER, tags=twice[::-1])
    assert ask("SELECT tag, url FROM tags ORDER BY url") == [("Vučić", at("danas", 1)), ("Vučić", at("danas", 2))]


def test_a_tag_of_marks_alone_stays_what_it_is(scene, ask):
    scene.keep(at("danas", 1), "A", "Prvo.", published=NOVEMBER, tags=("!!!", "???"))
    assert ask("SELECT tag, count(*) FROM tags GROUP BY tag") == [("!!!", 1), ("???", 1)]


def test_tags_follow_the_article(scene, ask):
    scene.keep(at("danas", 1), "A", "Prvo.", published=NOVEMBER, tags=("stari", "oba"))
    scene.later(hours=1)
    scene.keep(at("danas", 1), "A", "Prvo.", published=NOVEMBER, tags=("oba", "novi"))
    assert ask("SELECT tag FROM tags ORDER BY tag") == [("novi",), ("oba",)]


def test_other_programs_may_change_and_delete_articles(scene, ask):
    for number in (1, 2):
        scene.keep(at("danas", number), f"Most {number}", "Tekst.", published=NOVEMBER, tags=("Đoković",))
    ask('UPDATE articles SET tags = \'["Novak", "Ђоковић"]\' WHERE url = ?', at("danas", 1))
    ask("DELETE FROM articles WHERE url = ?", at("danas", 2))
    assert ask("SELECT tag FROM tags ORDER BY tag") == [("Novak",), ("Ђоковић",)]
    scene.register()  # the next transaction of ours folds what is new
    assert ask("SELECT tag FROM tags ORDER BY tag") == [("Novak",), ("Đoković",)]


def test_all_is_folded_anew_under_another_rule(tmp_path, scene, ask, monkeypatch):
    scene.keep(at("danas", 1), "A", "Prvo.", published=NOVEMBER, tags=("Dunav", "Dunavu", "most"))
    monkeypatch.setattr(labels, "RULE", "2")
    monkeypatch.setattr(labels, "folded_name", lambda text: text[:5])
    open_store(tmp_path / "archive.db").close()
    assert ask("SELECT tag, folded FROM tags ORDER BY tag") == [("Dunav", "Dunav"), ("most", "most")]


def test_an_earlier_archive_gets_its_tags_at_its_first_opening(tmp_path):
    path = tmp_path / "released.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((Path(__file__).parent / "released" / "0007_backfills.sql").read_text(encoding="utf-8"))
        db.execute('UPDATE articles SET tags = \'["Вучић", "Vučić"]\', authors = \'["Ana"]\'')
        db.commit()
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
        assert articles > 0
        assert db.execute("SELECT tag, count(*) FROM tags GROUP BY tag").fetchall() == [("Вучић", articles)]
        assert db.execute("SELECT author, count(*) FROM authors GROUP BY author").fetchall() == [("Ana", articles)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT outlet, count(*) FROM unique_articles GROUP BY outlet",
        "SELECT * FROM articles_a_day",
        "SELECT * FROM articles_a_week",
        "SELECT * FROM silent",
        "SELECT language, script, kind, access, date_source, agencies, count(*) FROM articles GROUP BY 1, 2",
        "SELECT original_outlet, original_script, outlet, script, title, minutes_later FROM copies",
    ],
)
def test_counting_reads_no_article(ask, statement):
    """A row with its text is read ten times slower than its entry in an index: that tells on a million articles."""
    plan = [step for *_, step in ask(f"EXPLAIN QUERY PLAN {statement}")]
    read = [step for step in plan if any(name in step.split() for name in ("articles", "original", "copy"))]
    assert read and all("COVERING INDEX" in step for step in read), plan


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT * FROM promotions WHERE url = 'x'", "SEARCH teasers USING INDEX teasers_by_identity"),
        ("SELECT * FROM promotions WHERE promoter = 'danas'", "SEARCH teasers USING PRIMARY KEY"),
        ("SELECT * FROM deleted", "SCAN _frontier USING COVERING INDEX frontier_missing"),
        ("SELECT title FROM articles ORDER BY words DESC LIMIT 20", "SCAN articles USING INDEX articles_by_words"),
        ("SELECT * FROM tags WHERE folded = 'vucic'", "SEARCH _labels USING INDEX labels_by_fold"),
    ],
)
def test_looking_up_uses_an_index(ask, statement, expected):
    assert expected in "\n".join(step for *_, step in ask(f"EXPLAIN QUERY PLAN {statement}"))


def test_counting_by_tag_sorts_nothing(ask):
    plan = "\n".join(step for *_, step in ask("EXPLAIN QUERY PLAN SELECT tag, count(*) FROM tags GROUP BY tag"))
    assert "B-TREE" not in plan


def test_no_question_is_called_as_a_view_is(ask):
    assert not VIEWS.keys() & {question.name for question in questions()}


def test_words_are_found_in_any_script_without_a_key(scene, ask):
    scene.keep(at("vesti", 1), "Вучић на Дунаву", "Текст.", key="vesti", published=NOVEMBER)
    scene.keep(at("danas", 1), "Skela", "Vučić je stigao.", published=NOVEMBER)
    scene.keep(at("danas", 2), "Most", "Bez njega.", published=NOVEMBER)
    found = "SELECT outlet, country, date, week, title FROM mentions WHERE text MATCH ? ORDER BY outlet"
    assert ask(found, "vucic") == [
        ("danas", "RS", "2026-11-02", "2026-11-02", "Skela"),
        ("vesti", "RS", "2026-11-02", "2026-11-02", "Вучић на Дунаву"),
    ]
    assert [row[0] for row in ask(found, "vucic dunav*")] == ["vesti"]


def test_labels_are_listed_anew_in_portions_that_may_be_broken_off(tmp_path, scene, ask, monkeypatch):
    for number in range(7):
        scene.keep(
            at("danas", number), f"Most {number}", f"Tekst {number}.", published=NOVEMBER, tags=("Most", f"t{number}")
        )
    scene.store.close()
    monkeypatch.setattr(labels, "RULE", "2")
    monkeypatch.setattr(labels, "BATCH", 3)
    real, left = labels._list_some, iter(range(2))

    def tired(db, found):
        next(left)  # raises `StopIteration` at the third portion
        real(db, found)

    monkeypatch.setattr(labels, "_list_some", tired)
    with pytest.raises(StopIteration):
        open_store(tmp_path / "archive.db")
    assert ask("SELECT count(*) FROM tags WHERE tag = 'Most'") == [(6,)]
    monkeypatch.setattr(labels, "_list_some", real)
    open_store(tmp_path / "archive.db").close()
    assert ask("SELECT tag, count(*) FROM tags GROUP BY tag ORDER BY 2 DESC LIMIT 2") == [("Most", 7), ("t0", 1)]


def test_labels_are_right_whoever_wrote_in_between(scene, ask):
    """The program keeps numbers of spellings in mind; another program may take them away."""
    scene.keep(at("danas", 1), "A", "Prvo.", published=NOVEMBER, tags=("Dunav",))
    ask("DELETE FROM articles")
    ask("DELETE FROM _labels")
    ask("INSERT INTO _labels (kind, written, name) VALUES ('tag', 'Sava', 'Sava')")
    scene.keep(at("danas", 2), "B", "Drugo.", published=NOVEMBER, tags=("Dunav", "Sava"))
    assert ask("SELECT tag FROM tags ORDER BY tag") == [("Dunav",), ("Sava",)]
    scene.store.forget(at("danas", 2), NOVEMBER)
    scene.keep(at("danas", 3), "C", "Treće.", published=NOVEMBER, tags=("Dunav",))
    assert ask("SELECT tag FROM tags") == [("Dunav",)]


def test_other_programs_may_add_articles(scene, ask):
    scene.keep(at("danas", 1), "A", "Prvo.", published=NOVEMBER, tags=("Dunav",))
    columns = [name for _, name, *_ in ask("PRAGMA table_info(articles)") if name not in {"url", "tags", "id"}]
    ask(
        f"""INSERT INTO articles (url, tags, id, {", ".join(columns)})
        SELECT 'https://b', '["Sava", "Dunav"]', 99, {", ".join(columns)} FROM articles"""
    )
    assert ask("SELECT tag, count(*) FROM tags GROUP BY tag") == [("Dunav", 2), ("Sava", 1)]


def test_an_article_that_is_changed_in_the_transaction_that_adds_it_has_its_last_tags(scene, ask):
    visits = []
    for hours, tags in enumerate((("stari", "oba"), ("oba", "novi"))):
        article = Article(url=at("danas", 1), title="A", body="Prvo.", published=NOVEMBER, tags=tags)
        visits.append(
            Visit(
                url=at("danas", 1),
                outlet="danas",
                state=UrlState.DONE,
                outcome="article",
                article=article,
                fetched=NOVEMBER + timedelta(hours=hours),
            )
        )
    scene.store.commit(scene.lease("danas"), visits, NOVEMBER)
    assert ask("SELECT tag FROM tags ORDER BY tag") == [("novi",), ("oba",)]
