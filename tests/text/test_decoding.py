from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.text.decoding import _labels, charset_name, decode

TEXTS = {
    "sq": "Kryeministri foli për ekonominë dhe për çështjet e tjera në Tiranë: “Është mirë” – tha ai në Korçë.",
    "sr-Latn": "Ministar je rekao da će žene i đaci šetati: „Sve je u redu“ – kaže. Čačak, Šabac, Žabljak i Đakovica.",
    "sr-Cyrl": "Председник општине је рекао да ће ђаци шетати, њихове љубави, џеп и ћуприја. „Све је у реду“ – каже.",
    "hr": "Vlada će iduće godine smanjiti poreze, rekla je ministrica. Građani Šibenika i Čakovca još čekaju žičaru.",
    "bs": "Građani Goražda čekaju odluku općinskog vijeća, a šta će biti s mostom još se ne zna, kaže načelnik.",
    "sl": "Predsednik je dejal, da je življenje že čisto drugačno, šola pa še ni začela. Žalec in Črnomelj čakata.",
    "mk": "Претседателот рече дека ќе има џеб, љубов и њива, ѕвезда и ѓердан. „Добро“ – рече тој во Куманово.",
    "bg": "Президентът каза, че българите ще живеят по-добре през следващата година. „Да“ – каза и министърът.",
    "el": "Ο πρωθυπουργός μίλησε για την οικονομία. Άλλη μια φορά είπε «όχι» στην Άρτα και στο Άργος. Ήταν ώρα.",
    "ro": "Preşedintele a spus că ţara îşi va reveni şi că viaţa în Bucureşti va fi mai bună. Încă o dată, a zis.",
    "tr": "Bakan İstanbul'da yaptığı konuşmada güçlü bir ülke istediğini söyledi. Ağır ışıkta görüştü, çıktı, gitti.",
}
CHARSETS = {
    "sq": ("windows-1252", "iso-8859-1"),
    "sr-Latn": ("windows-1250", "iso-8859-2"),
    "sr-Cyrl": ("windows-1251", "iso-8859-5"),
    "hr": ("windows-1250", "iso-8859-2"),
    "bs": ("windows-1250", "iso-8859-2"),
    "sl": ("windows-1250", "iso-8859-2"),
    "mk": ("windows-1251", "iso-8859-5"),
    "bg": ("windows-1251", "iso-8859-5", "koi8-r"),
    "el": ("windows-1253", "iso-8859-7"),
    "ro": ("windows-1250", "iso-8859-2"),
    "tr": ("windows-1254", "iso-8859-9"),
}
CASES = [(language, charset) for language, charsets in CHARSETS.items() for charset in charsets]
HEADERS = [None, "text/html", "text/html; charset=utf-8", "text/html; charset=ISO-8859-1"]


@pytest.mark.parametrize(("language", "charset"), CASES)
@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("known", [True, False])
def test_undeclared_and_wrongly_declared_pages_come_out_right(language, charset, header, known):
    content = f"<html><head><title>x</title></head><body><p>{TEXTS[language]}</p></body></html>".encode(
        charset, "ignore"
    )
    decoded = decode(content, header, (language,) if known else ())
    assert decoded.text == content.decode(charset)
    assert decoded.replacement_share == 0


@pytest.mark.parametrize(("language", "charset"), CASES)
def test_a_meta_element_that_lies_is_not_believed(language, charset):
    head = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'
    content = f"<html><head>{head}</head><body><p>{TEXTS[language]}</p></body></html>".encode(charset, "ignore")
    assert decode(content).text == content.decode(charset)


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("header", ["text/html; charset=windows-1250", "text/html; charset=iso-8859-1", None])
def test_utf8_wins_over_what_is_declared(language, header):
    decoded = decode(TEXTS[language].encode(), header)
    assert (decoded.text, decoded.charset) == (TEXTS[language], "utf-8")


def test_the_right_declaration_decides_where_bytes_are_few():
    content = b'<meta charset="windows-1250"><p>Poljska \xb3</p>'
    assert decode(content).charset == "windows-1250"


def test_the_outlets_languages_decide_where_bytes_are_few():
    content = "Sığınak, ağaç".encode("windows-1254")
    assert decode(content, None, ("tr",)).text == "Sığınak, ağaç"


def test_utf8_with_a_cut_character_and_a_pasted_piece_stays_utf8_and_counts_the_loss():
    content = (TEXTS["sr-Cyrl"] * 3).encode() + b" \x9a\x9e " + TEXTS["sr-Latn"].encode()[:-1] + b"\xc4"
    decoded = decode(content)
    assert decoded.charset == "utf-8"
    assert decoded.text.count("\ufffd") == 3
    assert decoded.replacement_share == pytest.approx(3 / len(decoded.text))


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides(charset):
    assert decode(TEXTS["el"].encode(charset), "text/html; charset=windows-1253").text == TEXTS["el"]


def test_multi_byte_charsets_are_believed_when_declared():
    assert decode("東京の新聞".encode("shift_jis"), "text/html; charset=Shift_JIS").text == "東京の新聞"


def test_nuls_are_left_out():
    assert decode(b"a\x00b\x00").text == "ab"


def test_plain_ascii_and_nothing_are_utf8():
    assert decode(b"", "text/html; charset=windows-1251").charset == "utf-8"
    assert decode(b"<p>a</p>", "text/html; charset=windows-1251").charset == "utf-8"


@pytest.mark.parametrize(
    ("label", "charset"),
    [
        ("ISO-8859-1", "windows-1252"),
        ("latin1", "windows-1252"),
        ("iso-8859-9", "windows-1254"),
        ("Windows-1250", "windows-1250"),
        ("cp1251", "windows-1251"),
        ("iso8859-2", "iso-8859-2"),
        ("UTF8", "utf-8"),
        (" x-cp1250\n", "windows-1250"),
        ("Shift_JIS", "cp932"),
        ("utf-7", None),
        ("punycode", None),
        ("idna", None),
        ("zlib", None),
        ("base64_codec", None),
        ("raw_unicode_escape", None),
        ("undefined", None),
        ("cp037", None),
        ("hz-gb-2312", None),
        ("iso-2022-kr", None),
        ("mbcs", None),
        ("../../x", None),
        ("a" * 100_000, None),
        ("rot13", None),
        ("unicode_escape", None),
        ("no-such-charset", None),
        ("", None),
    ],
)
def test_labels_are_read_as_browsers_read_them(label, charset):
    assert charset_name(label) == charset


def test_every_label_leads_to_a_codec_of_text():
    for charset in set(_labels().values()):
        assert isinstance(b"a".decode(charset, "replace"), str)
        assert codecs.lookup(charset)._is_text_encoding


@given(
    st.binary(max_size=400),
    st.one_of(st.none(), st.text(max_size=40)),
    st.lists(st.sampled_from(list(TEXTS)), max_size=2),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_decode(content, header, languages):
    decoded = decode(content, header, languages)
    assert "\x00" not in decoded.text
    assert 0 <= decoded.replacement_share <= 1
