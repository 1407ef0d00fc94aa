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
        ("konjunktura, konjugacija i anjon", "конјунктура, конјугација и анјон"),
        ("nekonjunkturni TANJUG-ov izveštaj", "неконјунктурни ТАНЈУГ-ов извештај"),
        ("podžupan je nadžnjeo komšiju, odžalio ga i odživeo", "поджупан је наджњео комшију, оджалио га и одживео"),
        (
            "hodža Hodžalić, odžaklija u Odžacima, budžet, otadžbina",
            "хоџа Хоџалић, оџаклија у Оџацима, буџет, отаџбина",
        ),
        ("Nadežda Džonson ponovo injektira", "Надежда Џонсон поново инјектира"),
        ("inženjer, konj, panj, njuška", "инжењер, коњ, пањ, њушка"),
        ("Messi, Bach i Smith pevaju rock", "Messi, Bach и Smith певају rock"),
        ("Trump i Trumpovi ljudi na Facebooku, Googlea", "Trump и Trumpovi људи на Facebooku, Googlea"),
        (
            "superračunar, posttraumatski, poddijalekt, vannastavni, najjači",
            "суперрачунар, посттрауматски, поддијалект, ваннаставни, најјачи",
        ),
        ("interregionalno i bezzvučno, ali pizza", "интеррегионално и беззвучно, али pizza"),
        (
            "prethodno shvatanje, kockica, zoološki, liveno gvožđe",
            "претходно схватање, коцкица, зоолошки, ливено гвожђе",
        ),
        ("emisija CO2 na 20 km, avion A320, EU i NATO", "емисија CO2 на 20 км, авион A320, ЕУ и НАТО"),
        ("Đorđe V i V. Petrović, poglavlje XLI", "Ђорђе V и В. Петровић, поглавље XLI"),
        ("Karlo V", "Карло V"),
        ("Beоgrad je glavni grаd", "Београд је главни град"),
        ("tviteri @vucic_rs i #Beograd", "твитери @vucic_rs и #Beograd"),
        ("na sajtu primer.rs/vesti/dan i u listu Danas.", "на сајту primer.rs/vesti/dan и у листу Данас."),
        ("Ðoković i ǈubav, ǌegov ǆep", "Ђоковић и Љубав, његов џеп"),
        ("Dijete je u Podgorici, sjutra djeca idu kući", "Дијете је у Подгорици, сјутра дјеца иду кући"),
        ("Vijeće ministara BiH, Sarajevo", "Вијеће министара БиХ, Сарајево"),
        ("„Politika“ piše: kćerka, đak, čovjek-ljut", "„Политика“ пише: кћерка, ђак, човјек-љут"),
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
