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
