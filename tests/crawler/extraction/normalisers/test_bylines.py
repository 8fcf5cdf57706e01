"""Bylines: names with or without their originals, and nothing else."""

import pytest

from crawler.extraction.normalisers.bylines import has_original, leading_names, names_no_author, read_byline


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
        ("Kensaku Mori (Kensaku Mori),Debby Tsai", [("Kensaku Mori", "Kensaku Mori"), ("Debby Tsai", None)]),
        ("Урсула фон дер Ляйен (Ursula von der Leyen)", [("Урсула фон дер Ляйен", "Ursula von der Leyen")]),
        ("Мохаммед аль-Хусейни (Mohammed al-Husseini)", [("Мохаммед аль-Хусейни", "Mohammed al-Husseini")]),
        ("Шон О'Грейди (Sean O'Grady)", [("Шон О'Грейди", "Sean O'Grady")]),
        ("Иван Иванов, обозреватель", [("Иван Иванов", None)]),
        ("Питер Сауэр* (Pjotr Sauer)", [("Питер Сауэр", "Pjotr Sauer")]),
        ("Питер Сауэр (Pjotr Sauer)*", [("Питер Сауэр", "Pjotr Sauer")]),
        ("Питер Сауэр (Pjotr Sauer**)", [("Питер Сауэр", "Pjotr Sauer")]),
        ("Питер Сауэр¹, Эндрю Рот †", [("Питер Сауэр", None), ("Эндрю Рот", None)]),
        ("Иван Иванов, РИА Новости", [("Иван Иванов", None)]),
        ("Peter Sauer, RIA Novosti", [("Peter Sauer", None)]),
        ("Jane Doe, Senior Editor", [("Jane Doe", None)]),
        ("Иван Иванов (Москва)", [("Иван Иванов", None)]),
        ("Иван Иванов (ТАСС)", [("Иван Иванов", None)]),
        ("Иван Иванов (РИА Новости)", [("Иван Иванов", None)]),
        ("Иван Иванов (Reuters)", [("Иван Иванов", None)]),
        ("Нина Петрова (Нижний Новгород)", [("Нина Петрова", None)]),
        ("Peter Sauer (Foreign Policy)", [("Peter Sauer", None)]),
        ("Сергей Иванов (Сергій Іванов)", [("Сергей Иванов", "Сергій Іванов")]),
        ("Анри Мишель (Henri Michel)", [("Анри Мишель", "Henri Michel")]),
        ("Орбан Виктор (Viktor Orbán)", [("Орбан Виктор", "Viktor Orbán")]),
        ("Эйвинн Нурхейм (Øyvind Nordheim)", [("Эйвинн Нурхейм", "Øyvind Nordheim")]),
        ("Беседовал Иван Иванов", [("Иван Иванов", None)]),
        ("Подготовила Анна Иванова", [("Анна Иванова", None)]),
        ("Interview by Jane Doe", [("Jane Doe", None)]),
        ("Автор — Иван Иванов", [("Иван Иванов", None)]),
        ("Автор: Иван Иванов, Москва", [("Иван Иванов", None)]),
        ("Питер Сауэр (Pjotr Sauer), Киев", [("Питер Сауэр", "Pjotr Sauer")]),
        ("Питер Сауэр (Pjotr Sauer).", [("Питер Сауэр", "Pjotr Sauer")]),
        ("Питер Сауэр [Pjotr Sauer]", [("Питер Сауэр", "Pjotr Sauer")]),
        ("Питер Сауэр (Pjotr Sauer) — обозреватель Guardian", [("Питер Сауэр", "Pjotr Sauer")]),
        (
            "Питер Сауэр, Эндрю Рот (Pjotr Sauer, Andrew Roth)",
            [("Питер Сауэр", "Pjotr Sauer"), ("Эндрю Рот", "Andrew Roth")],
        ),
        (
            "Питер Сауэр (Pjotr Sauer) Эндрю Рот (Andrew Roth)",
            [("Питер Сауэр", "Pjotr Sauer"), ("Эндрю Рот", "Andrew Roth")],
        ),
        ("By Peter Sauer in Moscow", [("Peter Sauer", None)]),
        ("By A. Doe, Jane Roe and Max Moe in Moscow", [("A. Doe", None), ("Jane Roe", None), ("Max Moe", None)]),
        (
            "By Peter Sauer in Kyiv, Ukraine, and Andrew Roth in New York",
            [("Peter Sauer", None), ("Andrew Roth", None)],
        ),
        ("By John Smith Jr., Jane Doe", [("John Smith Jr.", None), ("Jane Doe", None)]),
        (
            ", ".join(["Питер Сауэр-Старший (Pjotr Sauer-Senior)"] * 8),
            [("Питер Сауэр-Старший", "Pjotr Sauer-Senior")] * 8,
        ),
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
        "РИА Новости",
        "Associated Press",
        "Российская Газета",
        "Редколлегия (Editorial Board)",
        "In English",
        "English version",
        "По-русски",
        "Русская версия",
        "Перевёл Иван Иванов",
        "Томагавк (Tomahawk)",
        "Белый Дом",
    ],
)
def test_anything_else_is_no_byline(line):
    assert names(line) == []


def test_a_bracket_with_a_name_tells_a_byline_for_sure():
    assert has_original(read_byline("Питер Сауэр (Pjotr Sauer)"))
    assert not has_original(read_byline("Питер Сауэр"))
    assert not has_original(read_byline("Иван Иванов (Москва)"))


def test_leading_names_are_without_a_verb_and_an_agency():
    assert [each.name for each in leading_names("Беседовал Иван Иванов, РИА Новости")] == ["Иван Иванов"]


@pytest.mark.parametrize(
    ("line", "nobody"),
    [
        ("РИА Новости", True),
        ("Редколлегия (Editorial Board)", True),
        ("Перевод: Иван Иванов", True),
        ("Русская версия", True),
        ("Новости", False),
        ("Питер Сауэр", False),
        ("Перевод книги вышел вчера", False),
    ],
)
def test_a_line_may_name_nobody_who_wrote(line, nobody):
    assert names_no_author(line) is nobody
