"""Serbian Latin text in Cyrillic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.text import to_cyrillic, to_latin

SERBIAN = "abvgdđežzijklmnoprstćufhcčš"


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Ljubav i Njegoš, džep i đak", "Љубав и Његош, џеп и ђак"),
        ("NJEGOŠ, LJUBLJANA i DŽEP", "ЊЕГОШ, ЉУБЉАНА и ЏЕП"),
        ("Tanjug javlja o injekciji", "Танјуг јавља о инјекцији"),
        ("nadživeo je TANJUG", "надживео је ТАНЈУГ"),
        ("XIV vek, II svetski rat", "XIV век, II светски рат"),
        ("Washington i Müller u Beogradu", "Washington и Müller у Београду"),
        ("pišite na vesti@primer.rs ili www.primer.rs/vesti", "пишите на vesti@primer.rs или www.primer.rs/vesti"),
        ("Вучић и Vučić", "Вучић и Вучић"),
        ("Εφημερίδα 24", "Εφημερίδα 24"),
    ],
)
def test_serbian_in_latin_letters_is_written_in_cyrillic(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic


@given(st.text(SERBIAN + " .,-0123456789"))
def test_cyrillic_goes_back_to_the_same_latin(text: str) -> None:
    assert to_latin(to_cyrillic(text)) == text


@given(st.text())
def test_any_text_is_written_and_none_of_its_other_characters_is_lost(text: str) -> None:
    written = to_cyrillic(text)
    assert to_cyrillic(written) == written
    assert [c for c in text if not c.isalpha()] == [c for c in written if not c.isalpha()]
