"""How long a text takes to read is no number of views, and no relative time is taken for it."""

import pytest

from crawler.extraction.normalisers.reading_time import is_reading_time, without_reading_time


@pytest.mark.parametrize(
    "text",
    [
        "8 min read",
        "8 min",
        "· 8 minutes read",
        "4 мин чтения",
        "Время чтения: 4 минуты",
        "Reading time: 5 mins",
        "12 мин.",
    ],
)
def test_reading_times(text):
    assert is_reading_time(text)


@pytest.mark.parametrize(
    "text", ["8 минут назад", "8 min ago", "983", "983 reads", "читать", "В бою 8 мин чтения молитвы не прерывали", ""]
)
def test_what_is_none(text):
    assert not is_reading_time(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("21.07.2025 10:52 — 8 min read", "21.07.2025 10:52"),
        ("21.07.2025 10:52 · 4 мин", "21.07.2025 10:52"),
        ("21.07.2025 10:52", "21.07.2025 10:52"),
        ("8 минут назад", "8 минут назад"),
    ],
)
def test_a_date_without_it(text, rest):
    assert without_reading_time(text) == rest
