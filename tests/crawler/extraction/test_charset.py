"""Which letters bytes stand for, whatever headers and <meta> say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.charset import decode, is_plain_utf8

TEXT = (
    "<html><head><title>Съешь ещё этих мягких французских булок</title></head><body>Да выпей чаю. Ёлка.</body></html>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "iso8859-5", "cp866"])
@pytest.mark.parametrize(
    "declared",
    [
        None,
        "text/html",
        "text/html; charset=utf-8",
        "text/html; charset=windows-1251",
        "text/html; charset=koi8-r",
        "text/html; charset=nonsense",
    ],
)
def test_russian_is_read_under_any_declaration(encoding, declared):
    assert decode(TEXT.encode(encoding), declared)[0] == TEXT


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
def test_a_meta_tag_is_believed_where_it_fits(encoding):
    text = TEXT.replace("<head>", f'<head><meta charset="{encoding}">')
    assert decode(text.encode(encoding)) == (text, encoding.replace("windows-", "cp"))


FURNITURE = "<html><body>Войти <b>ВПК.name</b> <p>ПОДПИСКА НА НОВОСТИ</p> © ТАСС "
ENGLISH = "The “T-90” tank’s new turret — it’s ready. " * 20


@pytest.mark.parametrize("inside", ["Войти", "© ТАСС", FURNITURE, FURNITURE + ENGLISH, ENGLISH, "Ё №&nbsp;", "«Р»"])
@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "iso8859-5", "cp866"])
def test_a_declared_cyrillic_charset_holds_where_there_is_little_of_it(inside, encoding):
    body = inside.encode(encoding, "ignore")
    assert decode(body, f"text/html; charset={encoding}")[0] == body.decode(encoding)


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
@pytest.mark.parametrize("declared", ["windows-1251", "koi8-r", "utf-8"])
def test_pages_in_capitals_are_read_like_others(encoding, declared):
    text = "ПОДПИСКА НА НОВОСТИ. ВОЙТИ. ОБСУЖДЕНИЕ. РОССИЙСКИЕ ВОЙСКА УСПЕШНО ИСПЫТАЛИ НОВУЮ РАКЕТУ НА ПОЛИГОНЕ"
    assert decode(text.encode(encoding), f"text/html; charset={declared}")[0] == text


@pytest.mark.parametrize("declared", [None, "utf-8", "koi8-r"])
def test_russian_words_in_an_english_page_are_read_under_any_declaration(declared):
    text = FURNITURE + "Источник изображения: РИА Новости. Обсуждение, комментарии, поиск по сайту. " + ENGLISH
    assert decode(text.encode("cp1251"), declared and f"text/html; charset={declared}")[0] == text


@pytest.mark.parametrize("name", ["hex", "idna", "rot13", "undefined", "unicode_escape", "nonsense"])
def test_what_is_no_encoding_of_text_is_not_believed(name):
    assert decode(TEXT.encode("cp1251"), f"text/html; charset={name}")[0] == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_a_byte_order_mark_wins(encoding):
    assert decode(("\ufeff" + TEXT).encode(encoding), "text/html; charset=windows-1251")[0] == TEXT


def test_western_pages_are_windows_1252():
    text = "<p>Déjà vu à l’école – naïve façade</p>"
    assert decode(text.encode("cp1252"), "text/html; charset=iso-8859-1")[0] == text


def test_utf_8_cut_off_in_a_letter_stays_utf_8():
    assert decode(TEXT.encode()[:-20] + "ё".encode()[:1])[1] == "utf-8"


@given(st.binary(max_size=300))
def test_any_bytes_become_text(body):
    assert isinstance(decode(body, "text/html; charset=utf-8")[0], str)


@given(st.one_of(st.binary(max_size=60), st.text(max_size=40).map(str.encode)))
def test_plain_utf8_is_what_decoding_gives_back(body):
    text, encoding = decode(body)
    assert is_plain_utf8(body) == (encoding == "utf-8" and text.encode("utf-8", "surrogatepass") == body)
