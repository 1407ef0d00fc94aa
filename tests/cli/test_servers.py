"""Each command over a database on a server, as over a file: the same answers, the same exit codes, and no password.

The URL's password holds what has to be written as %40 and the like. A new command needs an entry in `TRIED`.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from click.testing import CliRunner, Result
from support.demos import store_truth
from support.newsrooms import COMMAND, environment, write_outlets
from support.newsrooms import fill as fill_site
from support.postgres_servers import Server, programs, server
from support.servers import serve as serve_sites

from balkan_crawler.cli import COMMANDS, main
from balkan_crawler.demo import OUTLET_KEYS, build_web, serve
from balkan_crawler.storage import open_store

from .conftest import NOON

pytest.importorskip("psycopg", reason="needs the extra postgresql")

pytestmark = pytest.mark.slow
PASSWORD = "ge:h@e/i m%"
TRIED = {
    "search": ("test_reading_commands_answer_the_same",),
    "show": ("test_reading_commands_answer_the_same",),
    "history": ("test_reading_commands_answer_the_same",),
    "health": ("test_reading_commands_answer_the_same",),
    "digest": ("test_reading_commands_answer_the_same",),
    "searches": ("test_reading_commands_answer_the_same",),
    "repairs": ("test_reading_commands_answer_the_same",),
    "templates": ("test_reading_commands_answer_the_same",),
    "outlets": ("test_reading_commands_answer_the_same",),
    "dictionary": ("test_reading_commands_answer_the_same",),
    "notify": ("test_reading_commands_answer_the_same",),
    "export": ("test_reading_commands_answer_the_same", "test_an_export_goes_on_from_the_last"),
    "stats": ("test_statistics_are_the_same_but_for_the_room",),
    "forget": ("test_what_is_deleted_is_gone_from_both",),
    "prune": ("test_what_is_deleted_is_gone_from_both",),
    "maintain": ("test_maintenance_deletes_what_is_old_and_leaves_the_rest_to_the_server",),
    "doctor": ("test_the_doctor_tells_how_the_server_stands",),
    "config": ("test_the_environment_and_the_file_name_a_server_too",),
    "backup": ("test_what_is_done_to_files_says_what_does_the_like",),
    "restore": ("test_what_is_done_to_files_says_what_does_the_like",),
    "crawl": ("test_a_crawl_and_a_back_fill_store_there",),
    "backfill": ("test_a_crawl_and_a_back_fill_store_there",),
    "reextract": ("test_a_crawl_and_a_back_fill_store_there",),
    "run": ("test_a_run_crawls_and_does_its_tasks_without_the_password_in_any_command_line",),
    "demo": ("test_what_is_done_to_files_says_what_does_the_like",),
    "desk": ("test_the_desk_is_served",),
    "workers": ("test_reading_commands_answer_the_same",),
    "archive": ("test_closed_months_are_the_same_of_both",),
    "copy": (),  # tests/storage/copying
    "extract": (),  # knows no archive
}
"""The tests of each command."""
READING = (
    "search most --json",
    "show 14",
    "show 14 --json",
    "history --outlet dunavski_glasnik --json",
    "health --json",
    "digest --json",
    "digest --week --json",
    "searches --json",
    "repairs --json",
    "templates dunavski_glasnik --json",
    "outlets show euronews_al --json",
    "dictionary",
    "notify",
    "workers --json",
    "export --format jsonl --output -",
)


@dataclass(frozen=True)
class Both:
    """The same archive in a file and on a server, in a folder of its own."""

    server: Server
    file: Path
    url: str

    def run(self, place: Path | str, *words: object, **variables: str | None) -> Result:
        """Run a command within this process."""
        given = ["--db", str(place), *map(str, words)] if place else [*map(str, words)]
        return CliRunner().invoke(main, given, prog_name="balkan-crawler", env=variables)

    def of_both(self, *words: object) -> tuple[Result, Result]:
        """Run a command over each; neither ends in a traceback, and no password is told."""
        found = self.run(self.file, *words), self.run(self.url, *words)
        for each in found:
            assert each.exception is None or isinstance(each.exception, SystemExit), each.exception
            is_free_of_password(each.output)
        return found


def is_free_of_password(text: str) -> None:
    assert PASSWORD not in text
    assert quote(PASSWORD, safe="") not in text
    assert "e/i m" not in text and "%2Fi" not in text


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    with server() as running:
        rules = running.folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text()}")
        running.run(f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'")
        running.run("SELECT pg_reload_conf()")
        yield running


def url_of(running: Server, database: str, password: str = PASSWORD) -> str:
    return f"postgres://guarded:{quote(password, safe='')}@/{database}?host={running.folder}"


@pytest.fixture(scope="module")
def filled(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The demo's archive in both."""
    file = tmp_path_factory.mktemp("both") / "news"
    postgres.run("CREATE DATABASE news OWNER guarded")
    both = Both(postgres, file, url_of(postgres, "news"))
    with serve(OUTLET_KEYS) as web:
        for place in (both.file, both.url):
            with open_store(place) as store:
                for edition in (1, 2):
                    store_truth(store, build_web(NOON, web.origins, edition=edition), NOON)
    return both


@pytest.fixture
def both(filled: Both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    monkeypatch.chdir(tmp_path)
    return filled


def test_every_command_is_tried_here():
    assert set(TRIED) == set(COMMANDS), "a new command: say which test runs it over a server"
    for tests in TRIED.values():
        assert set(tests) <= set(globals())


@pytest.mark.parametrize("words", READING)
def test_reading_commands_answer_the_same(both, words):
    of_file, of_server = both.of_both(*words.split())
    assert of_server.exit_code == of_file.exit_code
    assert of_server.stdout == of_file.stdout


def test_statistics_are_the_same_but_for_the_room(both):
    of_file, of_server = (json.loads(each.stdout) for each in both.of_both("stats", "--json"))
    assert of_server.pop("disk")["bytes"] > 1_000_000
    assert of_file.pop("disk")["free"] > 0
    assert of_server == of_file


def test_an_export_goes_on_from_the_last(both):
    words = ("export", "--format", "jsonl", "--since-last", "weekly", "--output", "-")
    of_file, of_server = both.of_both(*words)
    assert of_server.stdout == of_file.stdout != ""
    assert [each.stdout for each in both.of_both(*words)] == ["", ""]


def test_what_is_deleted_is_gone_from_both(both):
    found = [json.loads(each.stdout) for each in both.of_both("search", "skela", "--json")]
    assert found[0] == found[1] and found[0]
    for words in (("forget", found[0][0]["url"], "--yes"), ("prune", "--older-than", "2026-11-22", "--yes")):
        of_file, of_server = both.of_both(*words, "--json")
        assert of_file.exit_code == of_server.exit_code == 0
        assert of_server.stdout == of_file.stdout
    of_file, of_server = both.of_both("search", "most", "--json")
    assert of_server.stdout == of_file.stdout


def test_closed_months_are_the_same_of_both(both, tmp_path):
    pytest.importorskip("duckdb", reason="needs the extra archive")
    for name, place in (("file", both.file), ("server", both.url)):
        for words in (("write",), ("verify",)):
            done = both.run("", "archive", *words, tmp_path / name, "--db", place, "--json")
            assert done.exit_code == 0, done.output
            is_free_of_password(done.output)
    of_file, of_server = (
        {path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*.parquet")}
        for name in ("file", "server")
    )
    assert of_server == of_file  # there are none before December 2026: nothing of the demo is of a closed month
    manifests = "".join(each.read_text() for each in (tmp_path / "server").rglob("*.json"))
    is_free_of_password(manifests)


def test_maintenance_deletes_what_is_old_and_leaves_the_rest_to_the_server(both):
    Path("balkan.toml").write_text("[maintenance]\nkeep-versions-days = 1\nbackup = 'copies'\n")
    of_file, of_server = both.of_both("maintain", "--dry-run", "--json")
    would = [{step["step"]: step["text"] for step in json.loads(each.stdout)} for each in (of_file, of_server)]
    assert would[0]["retention"] == would[1]["retention"] != "would delete nothing"
    of_file, of_server = both.of_both("maintain", "--json")
    done = [{step["step"]: step for step in json.loads(each.stdout)} for each in (of_file, of_server)]
    assert done[0]["retention"] == done[1]["retention"]
    assert done[1]["retention"]["state"] == "done"
    assert "pg_dump" in done[1]["backup"]["text"] and "copies" in done[1]["backup"]["text"]
    assert "on the server" in done[1]["disk"]["text"]
    assert of_server.exit_code == 0
    assert "not due" in both.run(both.url, "maintain").output


def test_the_doctor_tells_how_the_server_stands(both):
    told = json.loads(both.run(both.url, "doctor", "--offline", "--json").stdout)
    lines = {line["name"]: line for line in told}
    assert {"server", "schema", "role", "rows", "connections", "server clock", "database"} <= set(lines)
    assert lines["server"]["text"].startswith("PostgreSQL 1") and "UTF8" in lines["server"]["text"]
    assert lines["role"]["text"] == "guarded may read and write"
    assert "password" not in lines
    Path("balkan.toml").write_text(f"database = '{both.url}'\n")
    Path("balkan.toml").chmod(0o644)
    said = both.run("", "doctor", "--offline").output
    assert said.count("holds the database's password") == 1
    is_free_of_password(said)
    Path("balkan.toml").chmod(0o600)
    assert "holds the database's password" not in both.run("", "doctor", "--offline").output


def test_the_environment_and_the_file_name_a_server_too(both):
    shown = f"postgresql://guarded@/news?host={both.server.folder}"
    Path("balkan.toml").write_text(f"database = '{both.url}'\n")
    assert shown in both.run("", "config").output
    found = json.loads(both.run("", "config", "--json").stdout)["values"]["database"]
    assert found == {"value": shown, "from": "file"}
    assert both.run("", "search", "ulica").output == both.run(both.url, "search", "ulica").output
    Path("balkan.toml").write_text("database = 'nowhere.db'\n")
    by_variable = both.run("", "config", "--json", BALKAN_DB=both.url)
    assert json.loads(by_variable.stdout)["values"]["database"] == {"value": shown, "from": "environment BALKAN_DB"}
    is_free_of_password(by_variable.output)


@pytest.mark.parametrize(
    "words", ["backup copy.db", "restore copy.db", "maintain --vacuum", "maintain --repair", "demo"]
)
def test_what_is_done_to_files_says_what_does_the_like(both, words):
    done = both.run(both.url, *words.split())
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "is a database on a server" in done.stderr and "pg_dump" in done.stderr
    is_free_of_password(done.output)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda url: url.replace(quote(PASSWORD, safe=""), "another%40secret"), 3, "password authentication failed"),
        (lambda url: url.replace("/news?", "/nowhere?"), 3, '"nowhere" does not exist'),
        (lambda url: url.split("?")[0] + "?host=/nowhere&password=another%40secret", 3, "cannot be reached"),
        (lambda url: url.replace("postgres://", "mysql://"), 2, "mysql: is not known"),
        (lambda url: url.replace(quote(PASSWORD, safe=""), "another@secret"), 2, "the URL is misspelt"),
        (lambda url: url.replace(quote(PASSWORD, safe=""), "another/secret"), 2, "the URL is misspelt"),
    ],
)
@pytest.mark.parametrize("words", ["search most", "crawl euronews_al --log-file log", "doctor --offline"])
def test_what_is_wrong_with_a_url_is_a_line_without_the_password(both, change, code, said, words):
    done = both.run(change(both.url), *words.split())
    log = Path("log").read_text() if Path("log").exists() else ""
    assert done.exit_code == (1 if code == 3 and "doctor" in words else code), done.output
    assert said in done.output
    if code == 3 and "doctor" not in words:
        assert done.stderr.count("\n") <= 2  # a crawl has told that there is no contact
    for text in (done.output, log):
        is_free_of_password(text)
        assert "another" not in text and "secret" not in text


def test_over_an_older_version_only_maintenance_upgrades(both):
    both.server.run("CREATE DATABASE older OWNER guarded")
    older = url_of(both.server, "older")
    open_store(older).close()
    both.server.run("DELETE FROM _migrations WHERE name = '0025_searches'; DROP TABLE _searches CASCADE", "older")
    for words in ("search most", "searches", "prune --older-than 2020-01-01 --yes", "maintain --dry-run"):
        done = both.run(older, *words.split())
        assert done.exit_code == 3
        assert "is of an older version; end the crawls of that version" in done.stderr
    assert both.run(older, "maintain").exit_code == 0
    assert both.run(older, "searches").exit_code == 0


def test_nothing_is_made_in_a_database_that_holds_no_archive(both):
    both.server.run("CREATE DATABASE empty OWNER guarded")
    empty = url_of(both.server, "empty")
    for words in ("search most", "maintain", "stats", "prune --older-than 2020-01-01 --yes"):
        assert both.run(empty, *words.split()).exit_code == 3
    assert both.run(empty, "outlets", "show", "euronews_al").exit_code == 0
    assert "holds no archive yet" in both.run(empty, "doctor", "--offline").output
    assert both.server.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "empty") == [(0,)]


def as_a_user(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    variables = environment() | {"BALKAN_DB": url}
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, env=variables, timeout=300, check=False)


def test_a_crawl_and_a_back_fill_store_there(both, tmp_path):
    both.server.run("CREATE DATABASE crawled OWNER guarded")
    url = url_of(both.server, "crawled")
    common = ("--outlets", "own.toml", "--allow-private", "--json", "--log-file", "log", "-v")
    with serve_sites({}) as (site,):
        fill_site(site, 3)
        write_outlets(tmp_path, {"a": site})
        planned = as_a_user(url, "crawl", "a", *common, "--dry-run")
        crawled = as_a_user(url, "crawl", "a", *common, "--keep-pages", "pages")
        filled_back = as_a_user(url, "backfill", "a", *common, "--from", "2026-11-01", "--dry-run")
    reread = as_a_user(url, "reextract", "pages", "--outlets", "own.toml", "--json")
    assert crawled.returncode == 0, crawled.stderr
    assert json.loads(crawled.stdout)["database"] == f"postgresql://guarded@/crawled?host={both.server.folder}"
    assert both.server.run("SELECT count(*) FROM articles", "crawled") == [(3,)]
    assert json.loads(planned.stdout) and json.loads(filled_back.stdout)["outlet"] == "a"
    assert json.loads(reread.stdout)["readings"]["same"] == 3
    for each in (planned, crawled, filled_back, reread):
        is_free_of_password(each.stdout + each.stderr)
    is_free_of_password(Path("log").read_text())
    dumped = subprocess.run(
        [both.server.programs / "pg_dump", both.server.url("crawled")], capture_output=True, text=True, check=True
    )
    is_free_of_password(dumped.stdout)


def test_a_run_crawls_and_does_its_tasks_without_the_password_in_any_command_line(both, tmp_path):
    both.server.run("CREATE DATABASE stays OWNER guarded")
    url = url_of(both.server, "stays")
    task = "[look]\narguments = ['maintain']\nwhen = ['health-every']\nlongest_minutes = 5\n"
    Path("tasks.toml").write_text(task)
    words = ["run", "a", "--outlets", "own.toml", "--allow-private", "--status", "status.json", "--tasks", "tasks.toml"]
    words += ["--nightly", "never", "--weekly", "never", "--health-every", "0.002", "--log-file", "log"]
    seen: set[str] = set()

    def is_done() -> bool:
        for each in [process.as_dict(["cmdline"]) for process in (me, *me.children(recursive=True))]:
            seen.update(each["cmdline"] or ())
        try:
            status = json.loads(Path("status.json").read_text())
        except (OSError, ValueError):
            return False
        return status["tasks"]["look"]["result"] == "exit code 0" and status["new"] >= 3

    with serve_sites({}) as (site,):
        fill_site(site, 3)
        write_outlets(tmp_path, {"a": site})
        process = subprocess.Popen(
            [*COMMAND, *words], env=environment() | {"BALKAN_DB": url}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            me, end = psutil.Process(process.pid), time.monotonic() + 240
            while True:
                try:
                    if is_done():
                        break
                except psutil.NoSuchProcess:  # one ended while it was looked at
                    pass
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.02)
            process.terminate()
            told = process.communicate(timeout=60)[0].decode()
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 0, told
    assert any("crawling_process" in word for word in seen) and any("maintain" in word for word in seen)
    kept = [file.read_text() for file in tmp_path.iterdir() if file.is_file()]
    for text in (told, *seen, *kept):
        is_free_of_password(text)
    assert both.server.run("SELECT count(*) FROM articles", "stays") == [(3,)]
    assert both.server.run("SELECT count(*) FROM _maintenance WHERE step = 'disk'", "stays") == [(1,)]
    assert Path("stays-run.json").exists()


def test_the_desk_is_served(both):
    program = [*COMMAND, "desk", "--port", "0"]
    variables = environment() | {"BALKAN_DB": both.url}
    with subprocess.Popen(program, env=variables, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
        finally:
            process.terminate()
    assert f"The desk of postgresql://guarded@/news?host={both.server.folder} is at http://" in line
