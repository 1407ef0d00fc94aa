"""The face of the package is light: what is heavy is loaded when it is used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"scrapy", "twisted", "trafilatura", "numpy", "dateparser", "pyarrow", "rich", "sqlite_utils"}


def loaded_by(code, folder):
    report = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, cwd=folder, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "code",
    [
        "import balkan_crawler",
        "from balkan_crawler import fold, read_date",
        "from balkan_crawler import fold; assert fold('Вучић') == 'vucic'",
        "from balkan_crawler import canonical_url; canonical_url('https://example.com/a')",
        "import balkan_crawler.model, balkan_crawler.errors",
    ],
)
def test_it_loads_nothing_heavy(code, tmp_path):
    loaded = loaded_by(code, tmp_path)
    assert "balkan_crawler" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.slow
def test_search_and_its_help_load_neither_scrapy_nor_trafilatura(tmp_path):
    for words in (["--help"], ["search", "--help"], ["search", "most"], ["export", "--help"]):
        code = f"from balkan_crawler.cli import main\nmain({words!r}, standalone_mode=False)"
        loaded = loaded_by(f"try:\n    {code.replace(chr(10), chr(10) + '    ')}\nexcept BaseException: pass", tmp_path)
        assert loaded & {"scrapy", "twisted", "trafilatura", "pyarrow"} == set(), words


def test_the_probe_sees_what_is_loaded(tmp_path):
    assert "numpy" in loaded_by("from balkan_crawler.text import fingerprint", tmp_path)


def test_every_name_of_the_face_can_be_imported():
    import balkan_crawler

    for name in balkan_crawler.__all__:
        assert getattr(balkan_crawler, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        balkan_crawler.no_such_name  # noqa: B018


def test_the_face_is_named_by_dir_and_explained_by_help():
    import pydoc

    import balkan_crawler

    assert set(balkan_crawler.__all__) <= set(dir(balkan_crawler))
    text = pydoc.plain(pydoc.render_doc(balkan_crawler))
    for line in (
        "extract(content: 'bytes', url: 'str'",
        "open_store(path: 'str | os.PathLike[str] | Location'",
        "class Article(",
        "read_date(",
    ):
        assert line in text


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_loads_only_what_it_prints(words, tmp_path):
    code = f"from balkan_crawler.cli import main\ntry:\n    main({words!r})\nexcept SystemExit: pass"
    assert loaded_by(code, tmp_path) & (HEAVY | {"balkan_crawler.cli.crawl", "balkan_crawler.storage"}) == set()


READING = """
import asyncio
from datetime import datetime, UTC
from balkan_crawler.extensions.worker_pool import WorkerPool

async def work():
    pool = WorkerPool(1)
    pool.start()
    try:
        page = b"<html><body><h1>Most</h1><p>" + b"Novi most je otvoren. " * 40 + b"</p></body></html>"
        reading = await pool.read(page, "https://a.rs/vest", None, datetime.now(UTC))
        assert reading.extraction.outcome
    finally:
        await pool.close()

asyncio.run(work())
"""


@pytest.mark.slow
def test_who_has_pages_read_by_workers_loads_neither_what_reads_them_nor_scrapy(tmp_path):
    loaded = loaded_by(READING, tmp_path)
    assert loaded & {"scrapy", "twisted", "trafilatura", "numpy", "balkan_crawler.extraction"} == set()


def test_reading_kept_pages_again_loads_neither_what_reads_them_nor_scrapy(tmp_path):
    loaded = loaded_by("import balkan_crawler.cli.reextract, balkan_crawler.rereading.run", tmp_path)
    assert loaded & {"scrapy", "twisted", "trafilatura", "balkan_crawler.extraction.page"} == set()


@pytest.mark.slow
def test_the_settings_of_a_crawl_load_no_extensions_that_are_off(tmp_path):
    code = """
from scrapy.crawler import Crawler
from scrapy.extension import ExtensionManager
from scrapy.settings import Settings
from scrapy import Spider
settings = Settings()
settings.setmodule("balkan_crawler.settings", priority="project")
crawler = Crawler(Spider, settings)
for name in ExtensionManager._get_mwlist_from_settings(settings):
    assert "telnet" not in str(name)
"""
    assert loaded_by(code, tmp_path) & {"aiohttp", "scrapy.extensions.telnet"} == set()
