"""compose.scale.yaml and its roles fit the project, the page, and one another, as far as no engine is needed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import tomli
from support.postgres_servers import programs, server
from support.scale_page import statements

from balkan_crawler.cli import main
from balkan_crawler.cli.configured import VARIABLES

yaml = pytest.importorskip("yaml", reason="needs PyYAML")

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "compose.scale.yaml").read_text("utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
ROLES = (ROOT / "container" / "roles.sql").read_text("utf-8")
KEYS = {
    "build", "command", "depends_on", "deploy", "entrypoint", "environment", "healthcheck", "image", "init", "ports",
    "profiles", "restart", "secrets", "shm_size", "stop_grace_period", "volumes",
}  # fmt: skip
"""What https://docs.docker.com/reference/compose-file/services/ knows and is used here."""
OURS = [name for name in SERVICES if name != "database"]
LIBPQ = {"PGSERVICEFILE"}
every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
def test_a_service_has_only_keys_that_are_known_and_names_what_is_there(name):
    service = SERVICES[name]
    assert set(service) <= KEYS
    assert ("image" in service) and service["restart"] in {"unless-stopped", "on-failure:5"}
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (ROOT / source).exists()
    for other, wanted in service.get("depends_on", {}).items():
        if wanted["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert wanted["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"] != "unless-stopped"


@every_service
def test_what_stays_is_looked_after(name):
    assert "healthcheck" in SERVICES[name] or name in {"tables", "worker"}
    check = SERVICES[name].get("healthcheck")
    assert check is None or check["test"][0] == "CMD"


def understood(words):
    """Parse a command line of the program, without running it."""
    command = main.get_command(main.make_context("balkan-crawler", ["--help"], resilient_parsing=True), words[0])
    assert command is not None, words
    assert command.make_context(words[0], list(words[1:]), resilient_parsing=False)


@every_service
def test_its_command_lines_are_understood(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk").write_text("a password")
    service = SERVICES[name]
    check = service.get("healthcheck", {}).get("test", [])[1:]
    if check[:1] == ["balkan-crawler"]:
        understood(check[1:])
    elif check[:1] == ["python"]:
        compile(check[2], "check", "exec")
    match service.get("entrypoint"):
        case None if name != "database":
            understood([word.replace("/run/secrets", str(tmp_path)) for word in service["command"]])
        case ["crawl-every", minutes, *options]:
            assert int(minutes) > 0
            understood(["crawl", *options])
        case ["python", "-c"]:
            compile(service["command"][0], "command", "exec")
        case ["dask", kind, *words]:
            module = pytest.importorskip(f"distributed.cli.dask_{kind}", reason="needs the extra cluster")
            assert module.main.make_context(kind, words).params
        case entrypoint:
            assert entrypoint is None and service["command"][0] == "postgres"


def test_each_variable_is_one_of_the_program_or_of_libpq():
    named = {variable for name in OURS for variable in SERVICES[name].get("environment", {})}
    assert named <= {*VARIABLES.values(), *LIBPQ} and "BALKAN_DB" in named
    assert set(re.findall(r"\$\{(\w+)", TEXT)) <= set(VARIABLES.values())


def test_no_password_is_in_the_file_and_each_service_gets_its_own_role_alone():
    assert not re.search(r"(?m)^[^#]*(?i:password): (?!/run/secrets/)\S", TEXT)
    files = {name: SERVICES[name].get("environment", {}).get("PGSERVICEFILE") for name in OURS}
    assert files["desk"] == "/run/secrets/reader" and files["crawl"] == "/run/secrets/crawler"
    for name, file in files.items():
        roles = {"owner", "crawler", "reader"} & set(SERVICES[name].get("secrets", ()))
        assert roles == ({Path(file).name} if file else set())


def test_the_image_has_the_extras_that_the_services_need_and_the_project_ships_the_file():
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = COMPOSE["x-program"]["build"]["args"]["EXTRAS"].split(",")
    assert set(extras) <= set(project["project"]["optional-dependencies"]) and "postgresql" in extras
    build = (ROOT / "Containerfile").read_text("utf-8")
    assert "ARG EXTRAS=desk" in build and ".[$EXTRAS]" in build and "/pages" in build
    assert "compose.scale.yaml" in project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]


def test_the_roles_are_those_of_the_page():
    made = " ".join(ROLES.split())
    [*shown, revoked] = statements("Roles and rights")
    assert [each for each in shown if " ".join(each.split()) not in made] == []
    assert " ON _migrations " in revoked


@pytest.mark.slow
def test_psql_makes_the_roles_with_the_passwords_of_the_secrets(tmp_path):
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    with server() as running:
        for role in ("owner", "crawler", "reader"):
            (running.folder / role).write_text(f"[archive]\nuser=archive_{role}\npassword=it's {role}\n")
            (running.folder / role).chmod(0o644)
        file = running.folder / "roles.sql"
        file.write_text(ROLES.replace("/run/secrets", str(running.folder)))
        words = [str(running.programs / "psql"), "--no-psqlrc", "--file", str(file), running.url()]
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ)
        assert done.returncode == 0, done.stderr
        found = running.run("SELECT rolname::text FROM pg_authid WHERE rolpassword LIKE 'SCRAM%' ORDER BY 1")
        assert found == [("archive_crawler",), ("archive_owner",), ("archive_reader",)]
        assert running.run("SELECT has_schema_privilege('archive_crawler', 'public', 'CREATE')", "archive") == [
            (False,)
        ]
        assert "it's" not in (running.folder / "log").read_text()
