from __future__ import annotations

from datetime import UTC, datetime

import pytest

from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import read_metadata

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.glasnik.example.rs/vesti/prica-1234567"
STORY = "<p>Prvi pasus priče o mostu preko reke.</p><p>Drugi pasus priče o mostu preko reke.</p>"


def agencies_of(body: str) -> tuple[str, ...]:
    page = f"<html><article><h1>Naslov dana</h1>{body}</article></html>"
    return read_metadata(parse(page.encode(), URL), NOW).article.agencies


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
        (STORY + "<p>Most je otvoren. (M. P./Hina)</p>", ("Hina",)),
        (STORY + "<p>AGERPRES (editor: Ion Popescu)</p>", ("Agerpres",)),
        (STORY + "<p>Мостът е открит. /БТА/</p>", ("BTA",)),
        ("<p>BANJALUKA, 26. NOVEMBRA /SRNA/ - Most je otvoren.</p>" + STORY, ("SRNA",)),
        ("<p>Ayşe YILMAZ/İSTANBUL, (DHA)- Köprü açıldı.</p>" + STORY, ("DHA",)),
        ("<p>Скопје, 26 ноември (МИА) - Мостот е отворен.</p>" + STORY, ("MIA",)),
        (STORY + "<p>Foto: Beta</p>", ()),
        (STORY + "<p>Rekao je direktor (Marko Marković)</p>", ()),
        (STORY + "<p>Tanjug je objavio da je most otvoren, a ministar se zahvalio svima.</p>", ()),
        (STORY + '<div class="related"><p>(Tanjug)</p></div>', ()),
        (STORY, ()),
    ],
)
def test_credits_in_the_text_name_agencies(body, agencies):
    assert agencies_of(body) == agencies


@pytest.mark.parametrize(
    ("markup", "agency"),
    [
        ("<span>Izvor: FENA</span>", "FENA"),
        ("<div>(FENA)</div>", "FENA"),
        ("<div>Sve je gotovo.<br><br>(Hina)</div>", "Hina"),
        ("<div><b>Извор</b>: Танјуг</div>", "Tanjug"),
        (
            "<p>(Beta, 03.05.2026.)</p>" + "<p>Tekst koji ne pripada priči ali stoji ispod nje na strani.</p>" * 20,
            "Beta",
        ),
        ("<p>Poslednja rečenica priče. <em>(Hina)</em></p>" + "<p>Nešto drugo na strani.</p>" * 20, "Hina"),
    ],
)
def test_a_named_source_and_a_credit_before_other_texts_count(markup, agency):
    assert agencies_of(STORY + markup) == (agency,)


@pytest.mark.parametrize(
    "markup",
    [
        "<span>Izvor: Foto klub</span>",
        "<p>Izvor vode je presušio.</p>",
        "<figure><figcaption>Most <div>(AFP)</div></figcaption></figure>",
        '<div><img src="most.jpg"><div>(AFP)</div></div>',
    ],
)
def test_other_sources_are_no_agency(markup):
    assert agencies_of(STORY + markup) == ()
