"""The full-text index answers SQL typed into any program, in either script, and shows the article's own text."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from balkan_crawler.storage import open_store

LATER = datetime(2026, 11, 23, 14, tzinfo=UTC)
ARTICLES = {
    "sr": "Juče je Aleksandar Vučić rekao da Đoković igra u Nišu 2026. godine.",
    "sr-Cyrl": "Јуче је Александар Вучић рекао да Ђоковић игра у Нишу 2026. године.",
    "hr": "Jučer je Aleksandar Vučić rekao gdje Djoković igra.",
    "mk": "Вчера Ѓорѓи Николов од Ќустендил рече збор.",
    "sq": "Dje në Gjirokastër foli Edi Rama.",
    "tr": "Altınok ve Yıldız bugün konuştu.",
    "el": "Ο Μητσοτάκης μίλησε χθες.",
    "ro": "Președintele a vorbit la Iași.",
}
URL = "https://danas-proba.rs/vest/{}-prica"


@pytest.fixture
def scene(tmp_path, make_scene, make_outlet):
    with open_store(tmp_path / "archive.db") as store:
        made = make_scene(store)
        made.register(make_outlet())
        for language, body in ARTICLES.items():
            made.keep(URL.format(language), f"Naslov {language}", body, language=language)
        yield made


@pytest.fixture
def ask(tmp_path, scene):
    """Ask in SQL, as any other program does: on a connection that knows nothing of us."""
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as db:
        yield lambda statement, *values: db.execute(statement, values).fetchall()


def found(ask, query):
    rows = ask(
        "SELECT language FROM articles_fts JOIN articles ON id = articles_fts.rowid WHERE articles_fts MATCH ?", query
    )
    return {language for (language,) in rows}


@pytest.mark.parametrize(
    ("queries", "languages"),
    [
        (("Vučić", "Вучић", "vucic", "VUČIĆ", "ВУЧИЋ"), {"sr", "sr-Cyrl", "hr"}),
        (("Đoković", "Ђоковић", "djokovic", "Djoković", "dokovic"), {"sr", "sr-Cyrl", "hr"}),
        (('"Aleksandar Vučić"', '"Александар Вучић"', '"aleksandar vucic"'), {"sr", "sr-Cyrl", "hr"}),
        (("Vučić NOT gdje", "Вучић NOT гдје", "vucic NOT gde"), {"sr", "sr-Cyrl"}),
        (("NEAR(Vučić Niš*, 9)", "NEAR(Вучић Ниш*, 9)", "NEAR(vucic nis*, 9)"), {"sr", "sr-Cyrl"}),
        (("2026", "Nišu 2026", "Нишу 2026"), {"sr", "sr-Cyrl"}),
        (("Ѓорѓи", "Gjorgji", "gorgi"), {"mk"}),
        (("Ќустендил", "Kjustendil", "kustendil"), {"mk"}),
        (("Gjirokastër", "gjirokaster", "girokaster"), {"sq"}),
        (("Altınok", "altinok", "Yıldız", "yildiz"), {"tr"}),
        (("Μητσοτάκης", "μητσοτακης", "ΜΗΤΣΟΤΑΚΗΣ"), {"el"}),
        (("Iași", "iasi", "Iaşi"), {"ro"}),
        (("body : Вучић", "body : vucic"), {"sr", "sr-Cyrl", "hr"}),
        (("title : Вучић", "title : vucic"), set()),
    ],
)
def test_every_way_to_type_a_word_finds_the_same_articles(ask, queries, languages):
    assert {query: found(ask, query) for query in queries} == dict.fromkeys(queries, languages)


@pytest.mark.parametrize(
    ("query", "language", "shown"),
    [
        ("Вучић", "sr", "Juče je Aleksandar [Vučić] rekao da Đoković igra"),
        ("Vučić", "sr-Cyrl", "Јуче је Александар [Вучић] рекао да Ђоковић игра"),
        ("Ђоковић", "hr", "Jučer je Aleksandar Vučić rekao gdje [Djoković] igra."),
        ("djokovic", "sr-Cyrl", "Јуче је Александар Вучић рекао да [Ђоковић] игра"),
        ('"Александар Вучић"', "hr", "Jučer je [Aleksandar Vučić] rekao gdje Djoković igra."),
        ("Gjorgji", "mk", "Вчера [Ѓорѓи] Николов од Ќустендил рече збор."),
        ("Yıldız", "tr", "Altınok ve [Yıldız] bugün konuştu."),
        ("Μητσοτάκης", "el", "Ο [Μητσοτάκης] μίλησε χθες."),
    ],
)
def test_the_snippet_is_the_articles_own_text(ask, query, language, shown):
    statement = """
        SELECT snippet(articles_fts, -1, '[', ']', '', 8) FROM articles_fts JOIN articles ON id = articles_fts.rowid
        WHERE articles_fts MATCH ? AND language = ?
    """
    assert [text.strip() for (text,) in ask(statement, query, language)] == [shown]


def test_the_view_answers_in_either_script(ask):
    counts = [ask("SELECT count(*) FROM mentions WHERE text MATCH ?", query) for query in ("Вучић", "Vučić", "vucic")]
    assert counts == [[(3,)]] * 3


def test_a_name_is_found_in_cyrillic_in_any_latin_text(scene, ask):
    scene.keep(URL.format("en"), "Tennis", "Yesterday Đoković and Vučić met.", language="en")
    assert "en" in found(ask, "Ђоковић") & found(ask, "Вучић")


def test_an_edit_leaves_no_spelling_of_the_former_text(scene, ask, make_scene):
    make_scene(scene.store, now=LATER).keep(URL.format("sr"), "Drugo", "Juče je Nikolić bio u Čačku.", language="sr")
    for query in ("Вучић", "vucic", "Ђоковић", "djokovic", "đokovic"):
        assert "sr" not in found(ask, query)
    for query in ("Николић", "nikolic", "Чачку", "čačku"):
        assert found(ask, query) == {"sr"}


def test_what_is_forgotten_leaves_no_spelling(scene, ask, tmp_path):
    for language in ARTICLES:
        scene.store.forget(URL.format(language), LATER)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
        db.execute("CREATE VIRTUAL TABLE temp.left USING fts5vocab(main, articles_fts, instance)")
        assert db.execute("SELECT * FROM left").fetchall() == []


def test_each_article_counts_once_however_many_spellings_it_has(scene, ask):
    """FTS5 ranks by how many articles there are."""
    assert ask("SELECT count(*) FROM articles_fts_docsize") == [(len(ARTICLES),)]
    [(totals,)] = ask("SELECT block FROM articles_fts_data WHERE id = 1")
    assert totals[0] == len(ARTICLES)
