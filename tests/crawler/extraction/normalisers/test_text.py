"""Text without what cannot be seen."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.extraction.normalisers.text import clean, is_single_sentence, sentence_starts


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("по\u00adставки", "поставки"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("  two   spaces ", "two spaces"),
        ("no\u00a0break", "no break"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("\u202eright to left", "right to left"),
        ("«кавычки» остаются", "«кавычки» остаются"),
        ("&quot;Т-90&quot; и &laquo;Искандер&raquo;", '"Т-90" и «Искандер»'),
        ("AT&amp;T, R&D и &amp;laquo;Калибр&#39;", "AT&T, R&D и «Калибр'"),
        ("10&nbsp;000 &lt;b&gt; &copy", "10 000 &lt;b&gt; &copy"),
        ("Кита\u0438\u0306 и е\u0308лка", "Китай и ёлка"),
        ("за\u0301мок", "за\u0301мок"),
        ("Zoe\u0308 Andre\u0301 Mun\u0303oz, Bjo\u0308rn A\u030angstro\u0308m", "Zoë André Muñoz, Björn Ångström"),
        ("S\u030ckoda Lo\u0301dz\u0301", "Škoda Lódź"),
    ],
)
def test_invisible_characters_and_double_spaces_go(printed, wanted):
    assert clean(printed) == wanted


@given(st.text())
@example("&amp;amp;quot;")
@example("&am\u00adp;quot;")
@example("\u0438\u00ad\u0306")
@example("&quot\u037e")  # the Greek question mark is a semicolon in NFC
def test_cleaning_twice_changes_nothing_and_leaves_no_control_characters(text):
    once = clean(text)
    assert clean(once) == once
    assert "\x00" not in once
    assert "  " not in once


@pytest.mark.parametrize("text", ["Guardian: Putin was not confused", "Г. Иванов и др. уехали в США", "What? "])
def test_one_sentence(text):
    assert is_single_sentence(text)


def test_sentences_begin_behind_stops_but_not_behind_initials():
    assert sentence_starts('One. "Two!" Three by J. Smith.') == [0, 5, 12]
