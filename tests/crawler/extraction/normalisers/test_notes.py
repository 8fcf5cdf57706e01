"""The translator's notes, in every spelling that the seed page and the codebook have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.normalisers.notes import _signature, _signed, _words, find_notes
from crawler.sites.vpk import LABELS


def notes(*paragraphs):
    return [(note.text, note.signature, note.paragraph) for note in find_notes(paragraphs, LABELS.note_signatures)]


@pytest.mark.parametrize(
    ("printed", "text", "signer"),
    [
        (
            'a nursing home (they attack only military targetsapprox. InoSMI)," Trump said.',
            "they attack only military targets",
            "InoSMI",
        ),
        (
            "facilities (they strike only military facilities — approx. InoSMI).",
            "they strike only military facilities",
            "InoSMI",
        ),
        ("attacked (they strike only installations). InoSMI).", "they strike only installations", "InoSMI"),
        ("Слово (это неправда, — прим. ИноСМИ).", "это неправда", "ИноСМИ"),
        ("Слово (это неправда. – Прим. ИноСМИ.) Дальше.", "это неправда", "ИноСМИ"),
        ("Слово (это (и то) неправда — прим. редакции).", "это (и то) неправда", "редакции"),
        ("Первое. Это неправда — прим. ИноСМИ). Дальше.", "Это неправда", "ИноСМИ"),
        ("Первое. Это неправда — прим. ИноСМИ.", "Это неправда", "ИноСМИ"),
        ("Слово (это неправда) — прим. ИноСМИ.", "это неправда", "ИноСМИ"),
        ("Слово (Прим. ИноСМИ: это неправда), дальше", "это неправда", "ИноСМИ"),
        ("1) Пункт (это неправда — прим. ред.)", "это неправда", "ред."),
        ("Слово (так в тексте. — Ред.), дальше", "так в тексте", "Ред."),
        ("A word (both sides must show restraint. — Ed.).", "both sides must show restraint", "Ed."),
        ("A word (Editor's note: it is not so. — Ed.).", "it is not so", "Editor"),
        ("Удар по городу [ВС РФ бьют по целям — прим. ИноСМИ], сказал", "ВС РФ бьют по целям", "ИноСМИ"),
        ("Удар [они бьют по целям]. InoSMI], сказал", "они бьют по целям", "InoSMI"),
        ("Удар [Прим. ИноСМИ: это (и то) неправда], дальше", "это (и то) неправда", "ИноСМИ"),
        ("Удар (причины: а) первая, б) вторая — прим. ИноСМИ)", "причины: а) первая, б) вторая", "ИноСМИ"),
        ("Удар (Прим. ИноСМИ: а) первая, б) вторая), дальше", "а) первая, б) вторая", "ИноСМИ"),
        ("A strike (they strike facilities — InoSMI note), he said.", "they strike facilities", "InoSMI"),
        ("A strike (Editor's note: they strike facilities), he said.", "they strike facilities", "Editor"),
        ("A strike [they strike facilities — ed. note].", "they strike facilities", "ed."),
        ("A strike (they strike facilities — approx. of InoSMI).", "they strike facilities", "InoSMI"),
        ("Слово (это неправда — примеч. ред.)", "это неправда", "ред."),
        ("Слово (это неправда — прим. переводчика)", "это неправда", "переводчика"),
        ("Слово (это неправда — прим. перев.)", "это неправда", "перев."),
        ("Слово (это неправда — прим. автора)", "это неправда", "автора"),
    ],
)
def test_a_note_is_found_from_its_signature_backwards(printed, text, signer):
    assert notes(printed) == [(text, signer, 0)]


def test_several_notes_in_one_paragraph_do_not_run_into_each_other():
    text = "А (одно. — Прим. ИноСМИ) Так в оригинале — прим. ИноСМИ). Б (два — прим. редакции)."
    assert notes("без", text) == [("одно", "ИноСМИ", 1), ("Так в оригинале", "ИноСМИ", 1), ("два", "редакции", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "ИноСМИ пишет об этом.",
        "Перевод ИноСМИ (2025).",
        "Скобка (обычная).",
        "InoSMI",
        "The editor's note said so (twice).",
    ],
)
def test_the_name_of_the_signer_alone_is_no_note(text):
    assert notes(text) == []


@given(
    st.lists(
        st.sampled_from(["прим. ", "ИноСМИ", "approx. ", "InoSMI", "(", ")", "[", "]", ". ", "слово ", "note", ": "]),
        max_size=12,
    )
)
def test_signatures_are_found_where_a_search_of_the_whole_text_finds_them(parts):
    text = "".join(parts)
    pattern, (firsts, _) = _signature(LABELS.note_signatures), _words(LABELS.note_signatures)
    found = [match.span() for match in _signed(text, text.lower(), firsts, pattern)]
    assert found == [match.span() for match in pattern.finditer(text)]
