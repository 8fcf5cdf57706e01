"""Bylines: names with or without their originals, and nothing else."""

import pytest

from crawler.extraction.normalisers.bylines import has_original, read_byline


def names(text):
    return [(author.name, author.name_original) for author in read_byline(text)]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Peter Sauer (Pjotr Sauer)", [("Peter Sauer", "Pjotr Sauer")]),
        ("Питер Сауэр (Pjotr Sauer)", [("Питер Сауэр", "Pjotr Sauer")]),
        ("Peter Sauer (Peter Sauer)", [("Peter Sauer", "Peter Sauer")]),
        (
            "Питер Сауэр (Pjotr Sauer), Эндрю Рот (Andrew Roth)",
            [("Питер Сауэр", "Pjotr Sauer"), ("Эндрю Рот", "Andrew Roth")],
        ),
        (
            "Томас Гиббонс-Нефф (Thomas Gibbons-Neff) и Наталия Ермак (Natalia Yermak)",
            [("Томас Гиббонс-Нефф", "Thomas Gibbons-Neff"), ("Наталия Ермак", "Natalia Yermak")],
        ),
        ("Автор: Иван Иванов", [("Иван Иванов", None)]),
        ("By John Smith and Jane Doe", [("John Smith", None), ("Jane Doe", None)]),
        ("Ли Мин (李明)", [("Ли Мин", "李明")]),
        ("А. Б. Иванов", [("А. Б. Иванов", None)]),
        ("Урсула фон дер Ляйен (Ursula von der Leyen)", [("Урсула фон дер Ляйен", "Ursula von der Leyen")]),
        ("Мохаммед аль-Хусейни (Mohammed al-Husseini)", [("Мохаммед аль-Хусейни", "Mohammed al-Husseini")]),
        ("Шон О'Грейди (Sean O'Grady)", [("Шон О'Грейди", "Sean O'Grady")]),
        ("Иван Иванов, обозреватель", [("Иван Иванов", None)]),
    ],
)
def test_names_are_read(line, wanted):
    assert names(line) == wanted


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Красная площадь",
        "According to insiders and analysts",
        "Putin was not confused",
        "Новости",
        "НАТО Сегодня",
        "Guardian: Putin was not confused by the deterioration",
        "Discussion Update",
        "Владимир Путин встретился с Дональдом",
        "(The Guardian, UK)",
        "Су-57 (новый)",
        "08.09 04:37",
        "© РИА Новости",
        "Заголовок без имени (фото)",
        "Имя " * 100,
    ],
)
def test_anything_else_is_no_byline(line):
    assert names(line) == []


def test_a_bracket_with_a_name_tells_a_byline_for_sure():
    assert has_original(read_byline("Питер Сауэр (Pjotr Sauer)"))
    assert not has_original(read_byline("Питер Сауэр"))
