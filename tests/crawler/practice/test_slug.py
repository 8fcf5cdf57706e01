"""Slugs look like those of the site."""

import pytest

from crawler.practice.slug import slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("МС-21 готовится к первому полету", "ms_21_gotovitsya_k_pervomu_poletu"),
        ("Цех, хранилище и щит: её конец", "ceh_hranilische_i_schit_ee_konec"),
        ("Фоми\u00adн обсудил объём", "fomin_obsudil_obem"),
    ],
)
def test_russian_titles_are_transliterated_and_joined_with_underscores(title, expected):
    assert slug(title, "ru") == expected


def test_english_titles_are_joined_with_hyphens():
    assert slug("50 days to defeat: Trump's ultimatum", "en") == "50-days-to-defeat-trumps-ultimatum"


def test_a_long_slug_ends_with_a_whole_word():
    made = slug("слово " * 40, "ru")
    assert len(made) <= 96
    assert made.endswith("slovo")
