"""What the page about reading again shows for Spark, Ray and others works in processes that share nothing."""

from __future__ import annotations

import importlib.util
import multiprocessing
import pickle
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from support.outlets import make_outlet
from support.warcs import info, page, request, response

from balkan_crawler import KnownOutlets, extract_warc
from balkan_crawler.storage import open_store

PAGE = Path(__file__).parents[2] / "docs" / "rereading.md"
URL = "https://ferry.example/news/number"


@pytest.fixture
def snippet(tmp_path, monkeypatch):
    """Make a module of the documented functions."""
    [code] = [
        block for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if "def articles" in block
    ]
    code += "\n\ndef rows_of(path, known):\n    return list(articles(path, known))\n"
    (tmp_path / "documented.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    spec = importlib.util.spec_from_file_location("documented", tmp_path / "documented.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "documented", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def files(tmp_path):
    for name in range(3):
        records = [request(f"{URL}-{name}"), response(f"{URL}-{name}", page(name))]
        other = response("https://unknown.example/news/number-9", page(9))
        (tmp_path / f"{name}.warc.gz").write_bytes(b"".join([info(), *records, other])[: -1 if name == 2 else None])
    return [str(tmp_path / f"{name}.warc.gz") for name in range(3)]


@pytest.fixture
def known():
    return KnownOutlets({"ferry": make_outlet("ferry", homepage="https://ferry.example/")})


def titles(found):
    return [[(row["url"], row["outlet"], row["title"]) for row in rows] for rows in found]


EXPECTED = [[(f"{URL}-{n}", "ferry", f"Ferry decision number {n} of town a")] for n in range(3)]


@pytest.mark.slow
def test_a_pool_of_new_processes_maps_it(snippet, files, known):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(snippet.rows_of, files, [known] * 3))
    assert titles(found) == EXPECTED


@pytest.mark.slow
def test_a_dask_cluster_maps_it(snippet, files, known):
    distributed = pytest.importorskip("distributed")
    import cloudpickle

    cloudpickle.register_pickle_by_value(snippet)  # as functions of a notebook are
    try:
        with (
            distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address="127.0.0.1:0") as cluster,
            distributed.Client(cluster) as client,
        ):
            shared = client.scatter(known, broadcast=True)
            found = client.gather(client.map(snippet.rows_of, files, known=shared))
    finally:
        cloudpickle.unregister_pickle_by_value(snippet)
    assert titles(found) == EXPECTED


def test_a_path_bytes_and_streams_give_the_same_and_all_of_it_can_be_pickled(files, known):
    class OnceOnly(BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise OSError("a stream")

    data = Path(files[0]).read_bytes()
    sources = [files[0], Path(files[0]), data, memoryview(data), BytesIO(data), OnceOnly(data)]
    sent = pickle.loads(pickle.dumps(known))
    found = [list(extract_warc(source, sent, only_known=True)) for source in sources]
    assert len(found[0]) == 1 and all(pages == found[0] for pages in found)
    assert pickle.loads(pickle.dumps(found[0])) == found[0]


def test_what_is_known_is_the_archives(snippet, tmp_path):
    open_store(tmp_path / "news.db").close()
    known = snippet.known_outlets(tmp_path / "news.db")
    assert known.outlet_of("https://www.danas.rs/vesti/x").key == "danas"
    assert dict(known.learned) == {}
    taught = KnownOutlets.learned_by(lambda key: key.encode() if key == "danas" else b"")
    danas = taught.outlets["danas"]
    assert pickle.loads(pickle.dumps(taught)).knowledge_of(danas) == b"danas"
