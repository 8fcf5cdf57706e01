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
        ({"title": "50 дней до рагрома"}, ("typo",)),
        ({"body": ("Первый абзец текста.", "Второй абзац, с числом 983.")}, ("typo",)),
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


def test_four_misspelled_words_are_more_than_typos():
    before = wording(body=("alpha bravo charlie delta echo",))
    three, four = (wording(body=(text,)) for text in ("alfa brevo charly delta echo", "alfa brevo charly dolta echo"))
    assert change_kinds(before, three) == ("typo",)
    assert change_kinds(before, four) == ("body",)


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_distance_is_a_metric(a, b, c):
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) == distance(b, a)
    assert distance(a, c) <= distance(a, b) + distance(b, c)


def test_distance_of_known_words():
    assert [distance(*pair) for pair in (("kitten", "sitting"), ("", "abc"), ("разгром", "рагром"))] == [3, 3, 1]
