from __future__ import annotations

import pytest

from balkan_crawler.extraction.document import parse
from balkan_crawler.extraction.metadata import read_metadata

URL = "https://www.glasnik.example.rs/vesti/prica-1234567"
STORY = "<p>Prvi pasus priče o mostu preko reke.</p><p>Drugi pasus priče o mostu preko reke.</p>"


def agencies_of(body: str) -> tuple[str, ...]:
    return read_metadata(parse(f"<html><article><h1>Naslov dana</h1>{body}</article></html>".encode(), URL)).agencies


@pytest.mark.parametrize(
    ("body", "agencies"),
    [
        (STORY + "<p>Kraj priče, kaže ministar. (Tanjug)</p>", ("Tanjug",)),
        (STORY + "<p>Крај приче, каже министар. (Танјуг)</p>", ("Tanjug",)),
        (STORY + "<p>(HINA)</p>", ("Hina",)),
        (STORY + "<p>Izvor: Beta</p>", ("Beta",)),
        (STORY + "<p>Sursa: Agerpres</p>", ("Agerpres",)),
        (STORY + "<p>Sve je gotovo (Tanjug, Beta).</p>", ("Tanjug", "Beta")),
        ("<p>ZAGREB (Hina) - Vlada je usvojila zakon.</p>" + STORY, ("Hina",)),
        ("<p>BEOGRAD, Tanjug – Vlada je usvojila zakon.</p>" + STORY, ("Tanjug",)),
        (STORY + "<p>Rekao je direktor (Marko Marković)</p>", ()),
        (STORY + "<p>Tanjug je objavio da je most otvoren, a ministar se zahvalio svima.</p>", ()),
        (STORY + '<div class="related"><p>(Tanjug)</p></div>', ()),
        (STORY, ()),
    ],
)
def test_credits_in_the_text_name_agencies(body, agencies):
    assert agencies_of(body) == agencies
