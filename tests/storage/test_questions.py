"""Asking the archive: filters, full text, snapshots, counts; the same for every store. Views: SQLite's own."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime, timedelta

import pytest
from support.direct_sql import named_rows

from balkan_crawler.errors import QueryError
from balkan_crawler.model import Access, Place, Teaser
from balkan_crawler.storage import CrawlReport, Filter

NOVEMBER = datetime(2026, 11, 20, 9, tzinfo=UTC)


def url(key: str, number: int) -> str:
    return f"https://{key}-proba.rs/vesti/prica-broj-{number}"


@pytest.fixture
def archive(scene, make_outlet):
    """Six articles: one a day, of three outlets in turn."""
    scene.register(
        make_outlet("delo", country="SI", languages=("sl",), timezone="Europe/Ljubljana"),
        make_outlet("novosti", languages=("sr-Cyrl",)),
    )
    texts = [
        ("danas", "sr", "Vučić u poseti", "Predsednik je stigao u ponedeljak."),
        ("delo", "sl", "Novi most", "Most čez reko bo odprt jeseni."),
        ("novosti", "sr", "Вучић и Ђоковић", "Тенисер је примљен код председника."),
        ("danas", "sr", "Đoković slavi", "Pobeda u dva seta pred punim tribinama."),
        ("delo", "sl", "Burja na Krasu", "Veter je podiral drevesa in strehe."),
        ("novosti", "sr", "Нови мост", "Мост преко реке отворен је синоћ."),
    ]
    for number, (key, language, title, body) in enumerate(texts):
        published = NOVEMBER + timedelta(days=number)
        scene.keep(url(key, number), title, body, key=key, language=language, published=published)
    return scene


def numbers(scene, **narrowed) -> list[int]:
    found = [int(row["url"].rpartition("-")[2]) for row in scene.store.rows(Filter(**narrowed))]
    if "limit" not in narrowed:
        assert scene.store.count(Filter(**narrowed)) == len(found)
    return found


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, [5, 4, 3, 2, 1, 0]),
        ({"limit": 2}, [5, 4]),
        ({"limit": 0}, []),
        ({"outlets": ("danas",)}, [3, 0]),
        ({"outlets": ("danas", "delo")}, [4, 3, 1, 0]),
        ({"outlets": ("unknown",)}, []),
        ({"countries": ("SI",)}, [4, 1]),
        ({"languages": ("sr",)}, [5, 3, 2, 0]),
        ({"since": date(2026, 11, 22), "until": date(2026, 11, 23)}, [3, 2]),
        ({"countries": ("RS",), "query": "most"}, [5]),
    ],
)
def test_filters_narrow(archive, narrowed, expected):
    assert numbers(archive, **narrowed) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("vucic", [2, 0]),
        ("Vučić", [2, 0]),
        ("Вучић", [2, 0]),
        ("VUČIĆ", [2, 0]),
        ("djokovic", [3, 2]),
        ("dokovic", [3, 2]),
        ("Đoković", [3, 2]),
        ("Ђоковић", [3, 2]),
        ("vucic -djokovic", [0]),
        ('"novi most"', [5, 1]),
        ('"most novi"', []),
        ("burja OR slavi", [4, 3]),
        ("predsedni*", [2, 0]),
        ("tribinama", [3]),
    ],
)
def test_any_spelling_in_any_script_finds_the_same(archive, query, expected):
    assert numbers(archive, query=query) == expected


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        ("Κυριάκος Μητσοτάκης", ("Μητσοτακης", "μητσοτάκης", "ΜΗΤΣΟΤΑΚΗΣ")),
        ("Çështja e ndërtimit", ("ceshtja", "çështja", "ndertimit")),
        ("Ședința guvernului", ("sedinta", "ședința", "şedinţa")),
        ("Işıklar sönmedi", ("isiklar", "ışıklar", "IŞIKLAR", "sonmedi")),
        ("Ѓорге Иванов", ("Gjorge", "Ѓорге", "gjorge ivanov")),
    ],
)
def test_marks_may_be_left_out_in_every_language(scene, title, queries):
    scene.keep(url("danas", 1), title, "")
    for query in queries:
        assert numbers(scene, query=query) == [1], query


def test_search_follows_an_edit(scene):
    scene.keep(url("danas", 1), "Stari naslov", "Staro telo.", lead="Stari uvod.", published=NOVEMBER)
    scene.keep(url("danas", 1), "Novi naslov", "Novo telo.", lead="Novi uvod.", published=NOVEMBER)
    assert [numbers(scene, query=word) for word in ("stari", "staro", "novi", "novo")] == [[], [], [1], [1]]
    scene.keep(url("danas", 1), "Novi naslov", "Novo telo.", lead="Treći uvod.", published=NOVEMBER)
    assert [numbers(scene, query=word) for word in ("uvod", "treci", '"novi uvod"')] == [[1], [1], []]


@pytest.mark.parametrize("query", ['"open', "-only", "OR", "***"])
def test_a_query_that_cannot_be_understood_is_refused(archive, query):
    with pytest.raises(QueryError):
        next(archive.store.rows(Filter(query=query)))
    with pytest.raises(QueryError):
        archive.store.count(Filter(query=query))


def test_text_of_sql_is_only_text(archive):
    evil = "x'); DROP TABLE articles; --"
    assert numbers(archive, outlets=(evil,), languages=(evil,), countries=(evil,)) == []
    assert numbers(archive, query="drop table articles") == []
    assert archive.store.count(Filter()) == 6


def test_rows_are_of_one_moment_while_others_write(archive):
    rows = archive.store.rows(Filter())
    first = next(rows)
    archive.keep(url("danas", 3), "Posle početka", "Izmena u toku čitanja.", published=NOVEMBER + timedelta(days=3))
    archive.keep(url("danas", 99), "Potpuno novo", "Novo u toku čitanja.", published=NOVEMBER)
    rest = [row["title"] for row in rows]
    assert first["title"] == "Нови мост"
    assert len(rest) == 5
    assert "Đoković slavi" in rest
    assert archive.store.count(Filter()) == 7


def test_rows_may_be_left_early(archive):
    rows = archive.store.rows(Filter())
    next(rows)
    rows.close()
    archive.store.close()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(scene):
    held = scene.lease("danas")
    big = "Jedna rečenica koja se ponavlja dovoljno dugo da bude skupa. " * 500
    for start in range(0, 100, 50):
        visits = [scene.visit(url("danas", n), f"Vest {n}", f"{n} {big}") for n in range(start, start + 50)]
        scene.store.commit(held, visits, scene.now)
    tracemalloc.start()
    try:
        assert sum(len(row["body"]) for row in scene.store.rows(Filter())) > 3_000_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


def test_statistics_count_everything_once(archive):
    body = "Predsednik je stigao u ponedeljak. Doček je bio na aerodromu uz svečani stroj i kišu celog prepodneva."
    archive.keep(
        url("danas", 0), "Vučić u poseti", body, published=NOVEMBER, access=Access.LOCKED, asked=url("danas", 1000)
    )
    archive.keep(
        url("danas", 7),
        "Bez datuma",
        "",
        teasers=(Teaser(url="https://a.rs/x", title="X", place=Place.AFTER, position=0),),
    )
    found = archive.store.statistics()
    assert (found.articles, found.versions, found.aliases, found.clusters) == (7, 1, 1, 0)
    assert (found.first_day, found.last_day) == (date(2026, 11, 20), date(2026, 11, 25))
    danas, delo, novosti = found.outlets
    assert [outlet.outlet for outlet in found.outlets] == ["danas", "delo", "novosti"]
    assert (danas.articles, danas.edits, danas.locked, found.teasers) == (3, 1, 1, 1)
    assert (danas.dated, danas.with_body) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert danas.urls == {"done": 4}
    assert danas.outcomes == {"article": 4}
    assert (delo.country, delo.first_day, delo.last_day) == ("SI", date(2026, 11, 21), date(2026, 11, 24))
    assert novosti.latest == NOVEMBER + timedelta(days=5)


def test_an_empty_archive_has_statistics_too(scene):
    found = scene.store.statistics()
    assert (found.articles, found.first_day, found.outlets[0].articles) == (0, None, 0)


def test_every_view_answers(open_again, make_scene, make_outlet):
    with open_again() as store:
        scene = make_scene(store)
        scene.register(make_outlet())
        crawl = store.start_crawl(CrawlReport(outlet="danas", started=scene.now), "0.1")
        teaser = Teaser(url=url("danas", 2) + "?utm_source=x", title="Drugi", place=Place.TEXT, position=0)
        scene.keep(url("danas", 1), "Prvi naslov", "Prvo telo.", published=NOVEMBER, teasers=(teaser,))
        scene.later(hours=1)
        scene.keep(url("danas", 1), "Drugi naslov", "Prvo telo.", published=NOVEMBER)
        scene.later(hours=1)
        scene.keep(url("danas", 1), "Treći naslov", "Prvo telo.", published=NOVEMBER)
        scene.keep(url("danas", 2), "Sasvim drugo", "Drugo telo.", published=NOVEMBER)
        ended = CrawlReport(outlet="danas", started=scene.now, ended=scene.now, state="failed", reason="too few")
        store.finish_crawl(crawl, ended)

        def view(question: str) -> list[dict]:
            return named_rows(store, question)

        assert [row["title"] for row in view("SELECT * FROM latest")] == ["Sasvim drugo", "Treći naslov"]
        [day] = view("SELECT * FROM articles_a_day")
        assert (day["outlet"], day["date"], day["articles"], day["words"]) == ("danas", "2026-11-20", 2, 4)
        [health] = view("SELECT * FROM outlet_health")
        assert (health["articles"], health["share_with_body"], health["share_with_date"]) == (2, 1.0, 1.0)
        assert (health["last_crawl_state"], health["last_crawl_reason"]) == ("failed", "too few")
        assert [(row["title_before"], row["title_after"]) for row in view("SELECT * FROM edits ORDER BY seen")] == [
            ("Prvi naslov", "Drugi naslov"),
            ("Drugi naslov", "Treći naslov"),
        ]
        [promotion] = view("SELECT * FROM promotions")
        assert (promotion["teaser"], promotion["title"], promotion["promoter_url"]) == (
            "Drugi",
            "Sasvim drugo",
            url("danas", 1),
        )
