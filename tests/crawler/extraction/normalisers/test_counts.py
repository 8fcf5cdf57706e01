"""Counts: every spelling of the codebook, and nothing that could be another number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.normalisers.counts import LARGEST, is_no_count, read_count


@pytest.mark.parametrize(
    ("printed", "value", "precision"),
    [
        ("983", 983, None),
        ("0", 0, None),
        ("263", 263, None),
        ("12 304", 12304, None),
        ("12\u00a0304", 12304, None),
        ("12\u202f304", 12304, None),
        ("1 234 567", 1234567, None),
        ("12,304", 12304, None),
        ("12'304", 12304, None),
        ("1.012.304", 1012304, None),
        ("1,2 тыс.", 1200, 100),
        ("1,25 тыс.", 1250, 10),
        ("3 тыс", 3000, 1000),
        ("12К", 12000, 1000),  # Cyrillic
        ("12K", 12000, 1000),  # Latin
        ("1.2K", 1200, 100),
        ("1 млн", 1000000, 1000000),
        ("1,4 млн", 1400000, 100000),
        ("2.5M", 2500000, 100000),
        ("5М", 5000000, 1000000),  # Cyrillic
        ("0,125 млн", 125000, 1000),
        ("1,2345 млн", 1234500, 100),
        ("12 304 тыс.", 12304000, 1000),
        ("2 thousand", 2000, 1000),
        ("1 million", 1000000, 1000000),
        ("1,5 миллиона", 1500000, 100000),
        ("5\u00a0миллионов", 5000000, 1000000),
        ("2 миллиарда", 2000000000, 1000000000),
        ("−4", -4, None),
        ("-4", -4, None),
        ("+7", 7, None),
        (" 983\n", 983, None),
    ],
)
def test_a_spelling_of_the_codebook_is_read_with_its_precision(printed, value, precision):
    count = read_count(printed)
    assert (count.value, count.precision, count.absent_reason) == (value, precision, None)


@pytest.mark.parametrize("printed", ["", "—", "–", "-", "−", " ", "\u200b", "…", "н/д"])
def test_a_dash_or_an_empty_element_is_absent_and_not_zero(printed):
    assert (read_count(printed).value, read_count(printed).absent_reason) == (None, "empty")


@pytest.mark.parametrize(
    "printed",
    [
        "983 0 0",
        "12 3045",
        "1 23",
        "1.5",
        "1.234",
        "1.23.456",
        "1'23",
        "0,5",
        "1,2345 тыс.",
        "1,234K",
        "1.234K",
        "12,304 тыс.",
        "1,234,567K",
        "0,512",
        "0 512",
        "5 м",
        "12 м.",
        "3 m",
        "5m",
        "5 M",
        "5М.",
        "5 раз",
        "12:30",
        "08.09",
        "1000+",
        "~12",
        ">5",
        "1e3",
        "१२",
        "12 тыс. просмотров",
        "1,2,3",
        "--4",
        "9" * 16,
        "99999999999 млрд",
    ],
)
def test_what_is_not_one_number_is_none_with_its_text(printed):
    count = read_count(printed)
    assert (count.value, count.raw, count.absent_reason) == (None, printed, "unreadable")


def test_the_raw_text_keeps_the_kind_of_space():
    assert read_count(" 12\u202f304 ").raw == "12\u202f304"


@given(st.integers(min_value=0, max_value=10**14), st.sampled_from([" ", "\u00a0", "\u202f", ","]))
def test_grouped_digits_read_back_as_the_same_number(number, space):
    assert read_count(f"{number:,}".replace(",", space)).value == number


@given(st.text(max_size=30))
def test_any_text_gives_a_number_that_fits_or_a_reason(text):
    count = read_count(text)
    assert (count.value is None) == (count.absent_reason is not None)
    assert count.value is None or abs(count.value) <= LARGEST


@given(st.integers(1, 999), st.integers(0, 9), st.sampled_from([("тыс.", 1000), ("K", 1000), ("млн", 10**6)]))
def test_an_abbreviated_number_is_off_by_less_than_its_precision(whole, tenth, unit):
    name, scale = unit
    count = read_count(f"{whole},{tenth} {name}")
    assert (count.value, count.precision) == (whole * scale + tenth * scale // 10, scale // 10)


@given(st.one_of(st.text(max_size=12), st.text(" \u200b0123456789кКтысn/aдН—-+.,", max_size=12)))
def test_what_is_no_count_is_told_as_by_reading_it(text):
    assert is_no_count(text) == (read_count(text).absent_reason == "unreadable")
