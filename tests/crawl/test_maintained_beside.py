"""Maintenance, backup and restore around a real crawl: it loses no article, and nothing is locked."""

import sqlite3
import subprocess
from contextlib import closing

import pytest
from support.newsrooms import COMMAND, Gate, crawl_in_a_process, environment, fill, start, write_outlets
from support.servers import serve

PAGES = 12
RULES = '[maintenance]\nbackup = "backups"\nkeep-articles-days = 36500\nkeep-versions-days = 1\nkeep-gone-days = 1\n'


def rows(path):
    with closing(sqlite3.connect(path)) as db:
        return {url for (url,) in db.execute("SELECT url FROM articles")}


def balkan_crawler(folder, *words):
    return subprocess.run(
        [*COMMAND, *words, "--db", str(folder / "news.db")],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        timeout=60,
    )


@pytest.mark.slow
def test_a_crawl_beside_maintenance_loses_nothing_and_what_it_had_is_restored(tmp_path):
    (tmp_path / "balkan.toml").write_text(RULES)
    (tmp_path / "backups").mkdir()
    with serve({}) as (site,):
        fill(site, PAGES)
        gate = Gate(site.pages["/news/ferry-decision-number-2"])
        site.pages["/news/ferry-decision-number-2"] = gate
        write_outlets(tmp_path, {"ferry": site})
        process = start(tmp_path, ["ferry"])
        try:
            assert gate.reached.wait(40)
            done = balkan_crawler(tmp_path, "maintain", "--all")
            assert done.returncode == 0, done.stdout + done.stderr
            refused = balkan_crawler(tmp_path, "restore", str(next((tmp_path / "backups").iterdir())))
            assert refused.returncode == 3 and "is in use" in refused.stderr
            gate.opened.set()
            again = balkan_crawler(tmp_path, "maintain", "--all")
            assert again.returncode == 0, again.stdout + again.stderr
            _, err = process.communicate(timeout=60)
        finally:
            gate.opened.set()
            process.kill()
        assert process.returncode == 0, err
        assert rows(tmp_path / "news.db") == {site.url(f"/news/ferry-decision-number-{n}") for n in range(PAGES)}
        [backup] = (tmp_path / "backups").iterdir()
        kept = rows(backup)
        done = balkan_crawler(tmp_path, "restore", str(backup))
        assert done.returncode == 0, done.stderr
        assert rows(tmp_path / "news.db") == kept
        after = crawl_in_a_process(tmp_path, ["ferry"])
        assert after.returncode == 0, after.stderr
    assert len(rows(tmp_path / "news.db")) == PAGES  # what the backup had not is found again
    assert len(rows(next(tmp_path.glob("news-replaced-*.db")))) == PAGES
