"""What kind of change lies between two versions: one test a kind, in both languages."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.reports.change_kinds import change_kinds, distance
from archive.reports.wordings import Wording

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def wording(**changes):
    fields = {
        "number": 1, "capture_id": "c", "seen_at": NOON, "not_before": None, "title": "50 дней до разгрома",
        "subtitle": None, "lead": "По словам источников",
        "body": ("Первый абзац текста.", "Второй абзац, с числом 983."),
        "editor_notes": (), "footnotes": (), "outlet": "The Guardian", "outlet_country": "GB", "published_at": NOON,
    }  # fmt: skip
    return Wording(**fields | changes)


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, ()),
        ({"title": "50 дней  до разгрома"}, ("whitespace",)),
        ({"body": ("Первый абзац текста. Второй абзац, с числом 983.",)}, ("whitespace",)),
        ({"title": "«50 дней» до разгрома!"}, ("punctuation",)),
        ({"lead": "По словам, источников"}, ("punctuation",)),
        ({"title": "50 дней до рагрома"}, ("letters",)),
        ({"body": ("Первый абзец текста.", "Второй абзац, с числом 983.")}, ("letters",)),
        ({"title": "50 дней до победы"}, ("title",)),
        ({"title": "60 дней до разгрома"}, ("title",)),  # another number is another statement
        ({"body": ("Первый абзац текста.", "Второй абзац, с числом 984.")}, ("body",)),
        ({"body": ("Первый абзац текста.",)}, ("body",)),
        ({"lead": None}, ("lead",)),
        ({"subtitle": "Новый подзаголовок"}, ("lead",)),
        ({"editor_notes": (("текст", "ИноСМИ", 0),)}, ("notes",)),
        ({"footnotes": (("*", "иноагент", "[]"),)}, ("notes",)),
        ({"outlet": "Guardian"}, ("source",)),
        ({"outlet_country": None}, ("source",)),
        ({"published_at": None}, ("date",)),
        ({"title": "Новый", "outlet": None, "body": ("Первый абзац текста!", "Второй абзац, с числом 983.")},
         ("title", "punctuation", "source")),
    ],
)  # fmt: skip
def test_kinds(changes, kinds):
    assert change_kinds(wording(), wording(**changes)) == kinds


def test_four_words_are_more_than_a_few_letters():
    before = wording(body=("alpha bravo charlie delta echo",))
    three, four = (wording(body=(text,)) for text in ("alfa brevo charly delta echo", "alfa brevo charly dolta echo"))
    assert change_kinds(before, three) == ("letters",)
    assert change_kinds(before, four) == ("body",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1,5 млн рублей", "15 млн рублей"), ("-5 градусов", "5 градусов"), ("−5 градусов", "5 градусов"),
        ("рост на 50%", "рост на 50"), ("10 000 бойцов", "1 0000 бойцов"), ("1/2 состава", "12 состава"),
        ("в 1.500 км", "в 1,500 км"), ("- 5 градусов", "-5 градусов"), ("доля .5", "доля 5"), ("1941-1945", "19411945"),
    ],
)  # fmt: skip
def test_another_figure_is_no_punctuation_or_white_space(before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        assert change_kinds(wording(title=one), wording(title=other)) == ("title",)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("В 1941-1945 годах", "В 1941–1945 годах", "punctuation"), ("Су-57", "Су‑57", "punctuation"),
        ("Итог: 983.", "Итог: 983!", "punctuation"), ("«983»", "983", "punctuation"), ("50 %", "50%", "whitespace"),
        ("в 2025, как", "в 2025 как", "punctuation"), ("10 000 бойцов", "10000 бойцов", "whitespace"),
        ("1 500 000", "1500000", "whitespace"), ("Су-57 летит", "Су 57 летит", "punctuation"),
        ("войска,5", "войска, 5", "whitespace"),
    ],
)  # fmt: skip
def test_a_sign_beside_a_figure_that_leaves_it_as_it_is(before: str, after: str, kind: str) -> None:
    assert change_kinds(wording(title=before), wording(title=after)) == (kind,)


@pytest.mark.parametrize(("before", "after"), [("legal", "illegal"), ("armed", "unarmed"), ("Ирану", "Ираку")])
def test_a_few_letters_may_be_the_opposite(before: str, after: str) -> None:
    assert change_kinds(wording(title=before), wording(title=after)) == ("letters",)


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_distance_is_a_metric(a, b, c):
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) == distance(b, a)
    assert distance(a, c) <= distance(a, b) + distance(b, c)


def test_distance_of_known_words():
    assert [distance(*pair) for pair in (("kitten", "sitting"), ("", "abc"), ("разгром", "рагром"))] == [3, 3, 1]
