"""Scores of readings: 1 is right, 0 is wrong, and what is not annotated is not scored."""

from datetime import UTC, datetime

import pytest

from benchmarks.reading import FLOORS, Result, below_the_floors
from benchmarks.scoring import Found, body_score, f1, score

TRUTH = {
    "id": "1",
    "title": "A Title",
    "authors": ["Jane Doe"],
    "published": "2025-09-01T01:30:00+03:00",
    "body": "one two three four five",
    "language": "ru",
}
RIGHT = Found(
    "a title", ["Doe Jane"], datetime(2025, 8, 31, 22, 30, 59, tzinfo=UTC), True, "", "One two three four five."
)


def points(truth, found):
    return {each.field: each.points for each in score(truth, found)}


def test_what_is_right_in_every_field_scores_one():
    assert points(TRUTH, RIGHT) == dict.fromkeys(["title", "authors F1", "day", "minute", "body F1", "body F1 ru"], 1.0)


def test_nothing_found_scores_zero_and_claims_no_minute():
    assert points(TRUTH, Found()) == dict.fromkeys(["title", "authors F1", "day", "body F1", "body F1 ru"], 0.0)


def test_what_is_not_annotated_is_not_scored():
    assert points({"id": "1", "title": None, "authors": None, "published": None, "body": None}, RIGHT) == {}


def test_a_day_counts_as_printed_or_in_the_truths_zone():
    found = Found(published=datetime(2025, 9, 1, tzinfo=UTC), printed="2025-09-01")
    assert points(TRUTH, found)["day"] == 1
    assert "minute" not in points(TRUTH, found)


@pytest.mark.parametrize(
    ("found", "wanted", "value"), [("ab", "ab", 1), ("ab", "cd", 0), ("", "", 1), ("ab", "ac", 0.5)]
)
def test_f1_of_two_bags(found, wanted, value):
    assert f1(found, wanted) == value


def test_sentences_that_must_not_be_there_cost_points():
    truth = {"with": ["Good sentence", "Other"], "without": ["Share this"]}
    assert body_score("Good sentence. Other.", truth) == 1
    assert body_score("Good sentence. Other. Share this!", truth) == 0.8
    assert body_score("Share this", truth) == 0


def test_the_gate_names_each_field_that_has_become_worse():
    result = Result("ours")
    result.add(TRUTH, RIGHT, 0.001)
    assert below_the_floors(result) == []
    result.add(TRUTH, Found(title="Wrong", body="x"), 0.001)
    assert {line.split(" is ")[0] for line in below_the_floors(result)} == set(FLOORS) - {"read", "minute"}
