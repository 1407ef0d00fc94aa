"""Whatever stands in a file, loading it gives checked outlets or a `CatalogueError`, and nothing else."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.errors import CatalogueError
from balkan_crawler.outlets import DEFAULT_DELAY, load_outlets
from balkan_crawler.outlets.fields import READERS, url

WHOLE = {
    "name": "Lajme",
    "country": "AL",
    "languages": ["sq"],
    "timezone": "Europe/Tirane",
    "homepage": "https://lajme.example/",
}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "sq",
        "sr-Latn",
        "AL",
        "Europe/Tirane",
        "https://lajme.example/",
        "http://[::1]:80/",
        "https://a",
        "//",
        "wordpress",
    ]
)
scalars = texts | st.integers() | st.floats() | st.booleans() | st.dates() | st.datetimes()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
fields = st.dictionaries(st.sampled_from(sorted(READERS)) | texts, values, max_size=5)


def toml(value: object) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return repr(value)


def outcome(content: bytes):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mine.toml"
        file.write_bytes(content)
        try:
            return load_outlets(file, shipped=False)
        except CatalogueError as error:
            assert error.file == str(file)
            assert error.reason
            return error


@settings(max_examples=300, deadline=None)
@given(fields)
def test_random_fields_in_a_whole_table(extra):
    table = WHOLE | extra
    lines = ["[lajme]", *(f"{toml(name)} = {toml(value)}" for name, value in table.items())]
    result = outcome("\n".join(lines).encode())
    if isinstance(result, CatalogueError):
        assert result.outlet == "lajme"
        return
    outlet = result["lajme"]
    assert set(table) <= set(READERS)
    assert outlet.delay is None or outlet.delay >= DEFAULT_DELAY or outlet.delay_reason
    assert all(address.startswith(("http://", "https://")) for address in (outlet.homepage, *outlet.feeds))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(texts, values, max_size=4))
def test_random_tables(tables):
    outcome("\n".join(f"{toml(key)} = {toml(value)}" for key, value in tables.items()).encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text("[]{}=\"'\n#. ax1", max_size=80).map(str.encode))
def test_random_bytes(content):
    outcome(content)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("htps:/@.[]1ab-_ \\?#%é\t"), max_size=25).map("http".__add__) | texts)
def test_an_address_that_is_taken_has_a_scheme_and_a_host(address):
    try:
        taken = url(address)
    except ValueError as refusal:
        assert str(refusal)
        return
    assert taken.startswith(("http://", "https://"))
    assert not any(letter.isspace() for letter in taken)
