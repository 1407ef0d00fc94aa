"""Registrable domains and believable ``rel=canonical``."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls import plausible_canonical, politeness_key, same_site


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.klix.ba/a", "klix.ba"),
        ("https://sport.blic.rs/a", "blic.rs"),
        ("https://www.hurriyet.com.tr/", "hurriyet.com.tr"),
        ("https://vesti.co.rs/", "vesti.co.rs"),
        ("https://a.vijesti.co.me/", "vijesti.co.me"),
        ("http://127.0.1.3:8800/a", "127.0.1.3"),
        ("http://127.0.1.4:8800/a", "127.0.1.4"),
        ("http://[::1]:80/", "::1"),
        ("http://localhost:9/", "localhost"),
        ("https://вести.срб/", "xn--b1agj9af.xn--90a3ac"),
    ],
)
def test_politeness_key(url, key):
    assert politeness_key(url) == key


WITHOUT_NETWORK = """
import socket

def refuse(*_):
    raise AssertionError("network used")

socket.getaddrinfo = socket.socket.connect = refuse
from balkan_crawler.urls import politeness_key
print(politeness_key("https://nikad-videno.primer.com.mk/"))
"""


def test_suffixes_are_never_downloaded():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "primer.com.mk\n"


def test_no_site_for_what_is_no_url():
    assert not same_site("x", "x")
    with pytest.raises(InvalidUrlError):
        politeness_key("x")


PAGE = "https://www.klix.ba/vijesti/bih/otvoren-novi-most-na-drini/250403114"


@pytest.mark.parametrize(
    ("page", "declared", "believed"),
    [
        (PAGE + "?utm_source=x", PAGE, PAGE),
        ("https://m.klix.ba/vijesti/bih/otvoren-novi-most-na-drini/250403114/amp", PAGE, PAGE),
        (PAGE, "/vijesti/bih/otvoren-novi-most-na-drini/250403114", PAGE),
        (
            PAGE,
            "//www.klix.ba/vijesti/regija/drugi-naslov/250403114",
            "https://www.klix.ba/vijesti/regija/drugi-naslov/250403114",
        ),
        (PAGE, "https://www.klix.ba/", None),
        (PAGE, "https://www.klix.ba/index.php", None),
        (PAGE, "https://www.klix.ba/en/", None),
        (PAGE, "https://www.klix.ba/vijesti/bih", None),
        (PAGE, "https://www.klix.ba/vijesti/bih/otvoren-novi-most-na-drini/250403115", None),
        (PAGE, "https://www.drugi.ba/vijesti/bih/otvoren-novi-most-na-drini/250403114", None),
        (PAGE, "www.klix.ba/vijesti/bih/otvoren-novi-most-na-drini/250403114", None),
        (PAGE, "vijesti/bih", None),
        (PAGE, "{{ canonical }}", None),
        (PAGE, "", None),
        (PAGE, "https://", None),
        (
            "https://primer.rs/vesti/snimljen-novi-film-u-nisu/",
            "https://primer.rs/kultura/snimljen-novi-film-u-nisu/",
            "https://primer.rs/kultura/snimljen-novi-film-u-nisu/",
        ),
        (
            "https://primer.rs/vesti/snimljen-novi-film-u-nisu/",
            "https://primer.rs/vesti/zatvorena-deonica-auto-puta/",
            None,
        ),
        ("https://primer.rs/vesti/snimljen-novi-film-u-nisu/", "https://primer.rs/vesti/", None),
        (
            "https://primer.rs/vesti/snimljen-novi-film-u-nisu/2/",
            "https://primer.rs/vesti/snimljen-novi-film-u-nisu/",
            "https://primer.rs/vesti/snimljen-novi-film-u-nisu/",
        ),
        (
            "https://primer.rs/?p=51234",
            "https://primer.rs/snimljen-novi-film-u-nisu/",
            "https://primer.rs/snimljen-novi-film-u-nisu/",
        ),
        ("https://primer.rs/?p=51234", "https://primer.rs/", None),
        ("https://primer.rs/vest.php?id=71234", "https://primer.rs/vest.php?id=71235", None),
        ("https://primer.rs/vest.php?id=12", "https://primer.rs/vest.php?id=13", None),
        ("https://primer.rs/vest.php?id=12", "https://primer.rs/vest.php", None),
        ("http://127.0.1.1:8800/news/7.html", "http://127.0.1.1:8800/news/8.html", None),
        ("http://127.0.1.1:8800/news/7.html", "http://127.0.1.2:8800/news/7.html", None),
        ("https://primer.rs/horoskop/", "https://primer.rs/horoskop/", "https://primer.rs/horoskop/"),
    ],
)
def test_canonical_link_is_believed_only_where_plausible(page, declared, believed):
    assert plausible_canonical(page, declared) == believed


@given(st.text(max_size=60), st.text(max_size=60))
def test_canonical_link_never_raises(page, declared):
    plausible_canonical(page, declared)
    plausible_canonical(PAGE, declared)
    plausible_canonical(PAGE, "/" + declared)
