"""Numbers of comments that stand alone, in a bracket, or with a word for them; other numbers are none."""

import pytest

from crawler.extraction.counters.said import count_in


@pytest.mark.parametrize(
    ("text", "number"),
    [("12 тыс. комментариев", 12000), ("[10436]", 10436), ("(5)", 5), ("Комментарии (5)", 5), ("12", 12)],
)
def test_a_text_that_is_a_number_of_comments(text, number):
    assert count_in(text).value == number


@pytest.mark.parametrize(
    "text",
    [
        "983 просмотра",
        "5 ответов на вопросы",
        "Ответы на три вопроса: 5",
        "12 новых комментариев",
        "Рейтинг: 5",
        "Первый полет",
        "(16+)",
    ],
)
def test_another_number_or_none_is_no_number_of_comments(text):
    assert count_in(text) is None
