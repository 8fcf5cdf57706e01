"""Footnotes and who carries their marker."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.normalisers.footnotes import chained, is_marked, split_footnote, tie


def subjects(*paragraphs, marker="*"):
    return tie([(marker, "x")], paragraphs)[0].subjects


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("*Performs the functions", ("*", "Performs the functions")),
        ("** — запрещена в РФ", ("**", "запрещена в РФ")),
        ("† see above", ("†", "see above")),
        ("No marker", None),
        ("*", None),
    ],
)
def test_a_footnote_begins_with_its_marker(line, wanted):
    assert split_footnote(line) == wanted


def test_a_known_wording_is_a_footnote_without_a_marker():
    assert split_footnote("Выполняет функции иностранного агента", ("выполняет функции",)) == (
        "",
        "Выполняет функции иностранного агента",
    )


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("According to political analyst Tatiana Stanovoy*, although", "Tatiana Stanovoy"),
        ("по мнению политолога Татьяны Становой*, хотя", "Татьяны Становой"),
        ("Политолог Татьяна Становая* считает", "Татьяна Становая"),
        ("then Deputy Chen Li-hua* demanded", "Chen Li-hua"),
        ("President Volodymyr Zelensky* said", "Volodymyr Zelensky"),
        ("телеканал «Дождь»* сообщил", "Дождь"),
        ('организация "Альянс учителей"* заявила', "Альянс учителей"),
        ("сеть Facebook* закрыта", "Facebook"),
        ("The organisation Human Rights Watch* said", "Human Rights Watch"),
        ("Ранее А. Б. Иванов* уехал", "А. Б. Иванов"),
        ("сказал шейх Али ибн Хусейн* вчера", "Али ибн Хусейн"),
        ("Сообщает Радио Свобода*", "Радио Свобода"),
        ("Об этом пишет The Insider* в среду", "The Insider"),
        ("The Insider* пишет", "The Insider"),
        ("по данным the Taliban*", "Taliban"),
        ("Представители ИГИЛ* заявили", "ИГИЛ"),
        ("Вчера Татьяна Становая* выступила", "Татьяна Становая"),
        ("Он ушёл. «Однако Екатерина Шульман* осталась", "Екатерина Шульман"),
        ("Политолог Татьяна Становая (признана иноагентом*) считает", "Татьяна Становая"),
        ("Питер Сауэр (Pjotr Sauer)*", "Питер Сауэр"),
        ("Питер Сауэр* (Pjotr Sauer)", "Питер Сауэр"),
        ("группировка (ИГИЛ)* и", "ИГИЛ"),
        ("«Исламское государство» (ИГ)* и", "Исламское государство"),
        ("издание (ранее Медуза*) пишет", "Медуза"),
        ("в отчёте Комитета против пыток* сказано", "Комитета против пыток"),
        ("Фонд морских исследований* возразил", "Фонд морских исследований"),
        ("Ранее в Центре, на базе альянса дайверов*", "дайверов"),
        ("доклад Центра морской политики*: его", "Центра морской политики"),
        ("Союз обвинил иеговистов*", "иеговистов"),
        ("Минюст внёс в список иеговистов*", "иеговистов"),
    ],
)
def test_the_subject_is_the_name_before_the_marker_as_printed(text, subject):
    assert subjects(text) == (subject,)


def test_a_word_that_only_opens_the_sentence_is_not_part_of_the_name():
    assert subjects("Вчера Татьяна Становая* выступила.", "Это было вчера вечером.") == ("Татьяна Становая",)


def test_each_subject_once_and_longer_markers_apart():
    paragraphs = ["Анна Петрова* и «Фонд»**", "снова Анна Петрова*"]
    assert subjects(*paragraphs) == ("Анна Петрова",)
    assert subjects(*paragraphs, marker="**") == ("Фонд",)


def test_a_star_on_its_own_marks_nothing():
    assert not is_marked("*", ["2 * 2 = 4", "* пункт списка"])
    assert is_marked("*", ["Анна Петрова* сказала"])


@given(st.sampled_from(["*", "**", "†", "¹"]), st.text("ab*†¹») .", max_size=20))
def test_a_marker_hangs_on_a_word_quotation_or_bracket_and_is_whole(marker, text):
    hanging = re.compile(rf"(?<=[\w»\"”’)\]]){re.escape(marker)}(?!{re.escape(marker[0])})")
    assert is_marked(marker, [text]) == bool(hanging.search(text))


def test_what_somebody_is_declared_to_be_is_no_subject():
    assert subjects("Он (признан иноагентом*) уехал") == ()
    assert subjects("политик (признана иноагентом*) уехала") == ()


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            "Выполняет. **Деятельность. ***Террорист.",
            [("*", "Выполняет."), ("**", "Деятельность."), ("***", "Террорист.")],
        ),
        ("Выполняет ** Деятельность", [("*", "Выполняет"), ("**", "Деятельность")]),
        ("Выполняет ****нет", [("*", "Выполняет ****нет")]),
        ("Выполняет", [("*", "Выполняет")]),
    ],
)
def test_a_line_may_hold_several_footnotes(line, wanted):
    assert chained("*", line, ["Анна Петрова* и «Фонд»** и Иван***"]) == wanted
