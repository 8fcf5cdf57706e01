"""A counter's print and the number that can be read back from it belong together."""

import pytest

from crawler.practice.counts import Spelt, signed, spell


@pytest.mark.parametrize(
    ("count", "spelling", "language", "expected"),
    [
        (983, "plain", "ru", Spelt("983", 983)),
        (12304, "space", "ru", Spelt("12 304", 12304)),
        (12304, "no-break", "ru", Spelt("12\u00a0304", 12304)),
        (12304, "narrow", "en", Spelt("12\u202f304", 12304)),
        (1249, "abbreviated", "ru", Spelt("1,2 тыс.", 1200)),
        (12304, "letter", "ru", Spelt("12,3К", 12300)),
        (1249, "letter", "en", Spelt("1.2K", 1200)),
        (1_049_000, "abbreviated", "ru", Spelt("1 млн", 1_000_000)),
        (999, "abbreviated", "ru", Spelt("999", 999)),
        (8, "absent", "ru", Spelt("—", None)),
        (9, "absent", "ru", Spelt("", None)),
    ],
)
def test_a_spelling_prints_what_it_says(count, spelling, language, expected):
    assert spell(count, spelling, language) == expected


@pytest.mark.parametrize(("count", "raw"), [(7, "+7"), (-4, "−4"), (0, "0")])
def test_ratings_carry_a_sign(count, raw):
    assert signed(count, "space") == Spelt(raw, count)
