"""The desk as a server: who is answered, what every answer carries, what becomes of an archive that goes wrong."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from base64 import b64encode
from contextlib import closing

import pytest
from support.archives import TESTS
from support.desks import served
from support.newsrooms import environment

from balkan_crawler.desk.languages import LANGUAGES, language_for, words_of
from balkan_crawler.desk.protection import is_own_form, is_own_host
from balkan_crawler.desk.serving import Place, listen
from balkan_crawler.errors import DeskPlaceError, StoreBrokenError, StoreMissingError, StoreStrangerError

PATHS = {"PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])}
RUN = "from balkan_crawler.cli import main; main()"


def basic(password):
    return "Basic " + b64encode(f"anybody:{password}".encode()).decode()


def cookie(got):
    [written] = got.cookies
    assert "HttpOnly" in written and "SameSite=lax" in written
    return written.partition(";")[0]


def test_every_answer_forbids_foreign_and_inline_scripts_and_styles(desk):
    for target in ("/settings", "/no-such-page", "/static/desk.css"):
        got = desk.get(target)
        policy = got.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["referrer-policy"] == "no-referrer"


def test_an_unknown_page_is_a_sentence_in_the_reader_s_language(desk):
    assert desk.get("/no-such-page").status == 404
    assert "There is no such page." in desk.get("/no-such-page").text
    assert "Takve stranice nema." in desk.get("/no-such-page", accept_language="hr-HR,hr;q=0.9").text
    assert "Такве странице нема." in desk.get("/no-such-page", accept_language="sr,en;q=0.5").text
    assert "Nuk ka faqe të tillë." in desk.get("/no-such-page", accept_language="sq").text
    assert '<html lang="sr-Cyrl"' in desk.get("/no-such-page", cookie="language=sr-Cyrl").text


def test_a_method_that_no_page_has_is_refused(desk):
    assert desk.ask("POST", "/no-such-page", b"", {}).status in (404, 405)
    assert desk.ask("DELETE", "/settings", b"", {}).status == 405


def test_another_site_whose_name_means_this_machine_is_not_answered(desk):
    got = desk.get("/settings", host="news.example")
    assert got.status == 421
    assert "answers only to names of this machine" in got.text
    assert desk.get("/settings", host="localhost:9").status == 200


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("localhost", True),
        ("LOCALHOST:8017", True),
        ("desk.localhost", True),
        ("127.0.0.1:80", True),
        ("127.1.2.3", True),
        ("[::1]:8017", True),
        ("", False),
        ("example.org", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("10.0.0.1", False),
        ("[::1", False),
        ("a@localhost@b", False),
    ],
)
def test_names_of_this_machine_are_told_from_others(host, is_own):
    assert is_own_host(host) is is_own


@pytest.mark.parametrize(
    ("origin", "site", "is_own"),
    [
        ("http://localhost:8017", "same-origin", True),
        (None, None, True),
        ("http://localhost:8017", None, True),
        ("http://localhost:8018", None, False),
        ("https://news.example", None, False),
        ("null", None, False),
        ("http://localhost:8017", "cross-site", False),
        ("http://localhost:8017", "same-site", False),
    ],
)
def test_a_form_is_heeded_only_from_the_desk_s_own_pages(origin, site, is_own):
    assert is_own_form("localhost:8017", origin, site) is is_own


@pytest.mark.parametrize("destination", ["image", "iframe", "script", "empty", ""])
def test_another_site_can_have_nothing_worked_on_in_the_background(desk, destination):
    got = desk.get("/sql?q=SELECT+1", sec_fetch_site="cross-site", sec_fetch_dest=destination)
    assert got.status == 403 and "of other sites" in got.text


def test_a_link_of_another_site_leads_here(desk):
    assert desk.get("/settings", sec_fetch_site="cross-site", sec_fetch_dest="document").status == 200
    assert desk.get("/static/desk.css", sec_fetch_site="same-origin", sec_fetch_dest="style").status == 200


def test_a_foreign_form_changes_nothing(desk):
    got = desk.post("/settings", {"language": "sq"}, origin="https://news.example")
    assert got.status == 403 and not got.cookies
    kept = desk.post("/settings", {"language": "sq"}, origin=f"http://127.0.0.1:{desk.port}")
    assert kept.status == 303 and kept.cookies


def test_choices_are_kept_in_cookies_and_only_known_ones(desk):
    got = desk.post("/settings", {"language": "sq", "zone": "Europe/Athens", "theme": "<script>"})
    assert [each.partition(";")[0] for each in got.cookies] == ["language=sq", 'zone="Europe/Athens"']
    shown = desk.get("/settings", cookie='language=sq; zone="Europe/Athens"; theme=dark').text
    assert 'data-theme="dark"' in shown and "<option selected>Europe/Athens</option>" in shown
    assert "<script>alert" not in desk.get("/settings", cookie="theme=<script>alert(1)</script>; zone=../../etc").text


def test_an_address_far_too_long_is_a_sentence(desk):
    got = desk.get("/search?q=" + "a" * 1_000_000)
    assert got.status == 414 and "too long" in got.text


def test_a_form_far_too_long_is_a_sentence(desk):
    assert desk.post("/settings", {"language": "a" * 200_000}).status == 400


def test_thousands_of_parameters_are_a_sentence(desk):
    assert desk.get("/settings?" + "&".join(["a=1"] * 1500)).status == 400


def test_without_the_password_only_the_form_for_it_is_shown(demo_archive):
    with served(demo_archive, password="vrlo tajna reč") as desk:
        got = desk.get("/settings", accept="text/html")
        assert got.status == 401 and 'type="password"' in got.text and "www-authenticate" not in got.headers
        assert desk.get("/feed.atom").headers["www-authenticate"].startswith("Basic")
        assert desk.get("/static/desk.css").status == 200
        assert desk.get("/settings", cookie="desk=" + "0" * 64).status == 401
        assert desk.post("/login", {"password": "pogrešna"}).status == 401
        assert desk.post("/login", {"password": "a" * 200_000}).status == 400
        let_in = desk.post("/login", {"password": "vrlo tajna reč", "next": "/settings"})
        assert (let_in.status, let_in.headers["location"]) == (303, "/settings")
        assert desk.get("/settings", cookie=cookie(let_in)).status == 200
        assert desk.get("/settings", authorization=basic("vrlo tajna reč")).status == 200
        assert desk.get("/settings", authorization=basic("pogrešna")).status == 401
        assert desk.get("/settings", authorization="Basic %%%").status == 401


def test_the_form_for_the_password_sends_nobody_to_another_site(demo_archive):
    with served(demo_archive, password="tajna") as desk:
        for target in ("https://news.example/", "//news.example", "/\\news.example", "/a\r\nSet-Cookie: b=c"):
            assert desk.post("/login", {"password": "tajna", "next": target}).headers["location"] == "/"


def test_a_token_in_the_address_lets_in_and_goes_out_of_it(demo_archive):
    with served(demo_archive, password="slučajno") as desk:
        let_in = desk.get("/settings?token=slu%C4%8Dajno")
        assert (let_in.status, let_in.headers["location"]) == (303, "/settings")
        assert desk.get("/settings", cookie=cookie(let_in)).status == 200
        assert desk.get("/settings?token=other").status == 401


def test_who_tries_passwords_has_to_wait_also_with_the_right_one(demo_archive):
    with served(demo_archive, password="tajna") as desk:
        for _ in range(10):
            assert desk.post("/login", {"password": "a"}).status == 401
        assert desk.post("/login", {"password": "tajna"}).status == 429


def test_a_desk_that_others_reach_is_asked_by_any_name_but_with_the_password(demo_archive):
    with served(demo_archive, password="tajna") as desk:
        assert desk.get("/settings", host="news.example", authorization=basic("tajna")).status == 200


def test_a_taken_port_is_said_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(DeskPlaceError, match="--port"):
        listen(Place(port=taken.getsockname()[1]))
    with pytest.raises(DeskPlaceError):
        listen(Place(host="192.0.2.1"))
    with pytest.raises(DeskPlaceError):
        listen(Place(host="no such host"))


def test_an_archive_that_cannot_be_read_is_refused_at_the_start(tmp_path):
    with pytest.raises(StoreMissingError), served(tmp_path / "none.db"):
        pass
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(StoreBrokenError), served(tmp_path / "broken.db"):
        pass
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE notes (text)")
    with pytest.raises(StoreStrangerError), served(tmp_path / "other.db"):
        pass


SEES_A_RESTORED_ONE = """
import sys; from pathlib import Path; from support.archives import fill, visit; from support.desks import served
folder = Path(sys.argv[1])
fill(folder / "a.db", [visit(1)])
fill(folder / "b.db", [visit(2)])
with served(folder / "a.db") as desk:
    for _ in range(2):
        with desk.desk.reading() as store:
            print([row["title"] for row in store.rows()], store.latest_change())
        if (folder / "b.db").exists():
            (folder / "b.db").replace(folder / "a.db")
"""


def test_a_restored_archive_is_shown_in_the_place_of_the_former(tmp_path):
    """In a process of its own, since a replaced file stays open until its process ends."""
    code = [sys.executable, "-c", SEES_A_RESTORED_ONE, str(tmp_path)]
    done = subprocess.run(code, capture_output=True, text=True, check=True, env=environment() | PATHS)
    assert done.stdout.splitlines() == ["['Vest broj 1'] 1", "['Vest broj 2'] 1"]


def test_the_words_of_a_language_are_cyrillic_where_they_are_words():
    assert words_of("sr-Cyrl").gettext("Search") == "Претрага"
    assert words_of("sr-Latn").gettext("Search") == "Pretraga"


def test_a_reader_gets_the_first_of_their_languages_that_there_is():
    assert language_for("", "de-DE,de;q=0.9,bs;q=0.8,en;q=0.7") == "sr-Latn"
    assert language_for("", "sr-Latn-RS,sr;q=0.8") == "sr-Latn"
    assert language_for("", "sr-ME") == "sr-Cyrl"
    assert language_for("", "") == "en"
    assert language_for("sq", "sr") == "sq"
    assert language_for("xx", ";;;,,,\x00") == "en"
    assert set(LANGUAGES) == {"en", "sr-Latn", "sr-Cyrl", "sq"}


@pytest.mark.slow
def test_the_command_tells_its_address_and_ends_well_when_interrupted(demo_archive, tmp_path):
    path = shutil.copy(demo_archive, tmp_path / "demo.db")
    command = [sys.executable, "-c", RUN, "desk", "--db", str(path), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert "is at http://localhost:" in said
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert "Traceback" not in process.stderr.read()


def test_the_command_says_in_a_line_why_it_cannot_be_shown(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", RUN, "desk", "--db", "none.db"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1 and "none.db does not exist" in done.stderr


def test_a_moment_at_an_end_of_the_calendar_is_shown_in_every_zone(demo_archive, tmp_path):
    path = shutil.copy(demo_archive, tmp_path / "demo.db")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE articles SET published = '9999-12-31T23:59:59+00:00' WHERE id = 1")
        db.execute("UPDATE articles SET published = '0001-01-01T00:00:00+00:00' WHERE id = 2")
        db.execute("UPDATE outlets SET timezone = 'Nowhere/Land'")
        outlets = [key for (key,) in db.execute("SELECT key FROM outlets")]
    targets = ["/", "/search", "/article/1", "/article/2", "/story/1", *(f"/outlet/{key}" for key in outlets)]
    with served(path) as desk:
        for zone in ("Pacific/Auckland", "America/New_York"):
            statuses = {target: desk.get(target, cookie=f"zone={zone}").status for target in targets}
            assert set(statuses.values()) == {200}, statuses
