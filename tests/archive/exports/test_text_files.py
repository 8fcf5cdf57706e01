"""CSV and JSON Lines keep every value; no cell of a CSV file is a formula."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exports.text_files import inert, original, write_csv, write_jsonl
from archive.rows.schema import utc_text

FORMULAS = ["=HYPERLINK(1)", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''@x"]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_calculate_begins_with_an_apostrophe(text):
    assert inert(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Танк", "1+1", "'quoted'", " =1", "a=b", "−4"])
def test_other_texts_stay_as_they_are(text):
    assert inert(text) == text


@given(TEXT)
def test_the_text_of_an_inert_cell_can_be_had_back(text):
    assert original(inert(text)) == text


@given(st.lists(st.tuples(st.none() | st.integers(), TEXT.filter(bool)), max_size=5))
def test_csv_keeps_every_value(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    assert write_csv(path, ["number", "text"], rows) == len(rows)
    head, *read = csv.reader(io.StringIO(_text(path), newline=""))
    assert head == ["number", "text"]
    assert [(int(n) if n else None, original(text)) for n, text in read] == rows


def _text(path):
    return path.read_bytes().decode()


def test_numbers_are_no_formulas(tmp_path):
    write_csv(tmp_path / "t.csv", ["rating"], [[-4]])
    assert _text(tmp_path / "t.csv") == "rating\r\n-4\r\n"


def test_times_lists_and_what_is_absent(tmp_path):
    row = [datetime(2025, 9, 8, 1, 37, tzinfo=UTC), ["=a", "б"], None, ""]
    write_csv(tmp_path / "t.csv", list("abcd"), [row])
    assert _text(tmp_path / "t.csv").splitlines()[1] == '2025-09-08T01:37:00.000000Z,"[""=a"", ""б""]",,'
    write_jsonl(tmp_path / "t.jsonl", list("abcd"), [row])
    assert json.loads(_text(tmp_path / "t.jsonl")) == {
        "a": "2025-09-08T01:37:00.000000Z", "b": ["=a", "б"], "c": None, "d": "",
    }  # fmt: skip


@given(st.lists(st.datetimes(timezones=st.just(UTC)), max_size=5))
def test_times_have_one_length_and_stand_as_text_in_order_of_time(moments):
    """`...:00Z` would stand behind `...:00.5Z`, and pandas reads a column of one form only."""
    assert sorted(map(utc_text, moments)) == [utc_text(moment) for moment in sorted(moments)]
    assert {len(utc_text(moment)) for moment in moments} <= {27}


def test_a_fraction_of_a_second_is_kept():
    assert utc_text(datetime(2025, 9, 8, 1, 37, 0, 5, tzinfo=UTC)) == "2025-09-08T01:37:00.000005Z"
