"""A chart shows what was observed, and nothing in between where nothing was."""

from datetime import UTC, datetime, timedelta

from selectolax.lexbor import LexborHTMLParser

from archive.reading_room.charts import Observation, line_chart, span, turns

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def observations(*values: int | None, inferred: int | None = None) -> list[Observation]:
    return [Observation(NOON + timedelta(hours=n), value, n == inferred) for n, value in enumerate(values)]


def drawn(found: list[Observation]) -> LexborHTMLParser:
    return LexborHTMLParser(str(line_chart(found, "<views>")))


def test_every_observation_is_a_point_at_its_place() -> None:
    page = drawn(observations(10, 20, 30))
    assert [(node.attributes["cx"], node.attributes["cy"]) for node in page.css("circle")] == [
        ("8.0", "122.0"), ("320.0", "65.0"), ("632.0", "8.0"),
    ]  # fmt: skip
    assert page.css("circle")[0].css_first("title").text() == "10 on 2026-03-01 12:00:00 UTC"


def test_a_page_without_the_number_breaks_the_line() -> None:
    page = drawn(observations(10, 20, None, 30, 40))
    assert page.css_first("path.printed").attributes["d"].count("M") == 2
    assert page.css_first("path.gap title").text() == "no number on 2026-03-01 14:00:00 UTC"


def test_what_a_304_stands_for_looks_otherwise_than_what_was_printed() -> None:
    page = drawn(observations(10, 10, 20, inferred=1))
    assert [node.attributes["class"] for node in page.css("circle")] == ["printed", "inferred", "printed"]
    assert [page.css_first(f"path.{name}").attributes["d"].count("M") for name in ("printed", "inferred")] == [1, 1]


def test_axes_end_at_what_was_observed() -> None:
    ends = span(observations(None, 20, 10, inferred=2))
    assert ends == (NOON, NOON + timedelta(hours=2), 10, 20, True, True)


def test_one_time_or_one_value_is_no_line() -> None:
    for found in (
        [],
        observations(10),
        observations(10, None),
        [Observation(NOON, 1, False), Observation(NOON, 2, False)],
    ):
        assert str(line_chart(found, "views")) == ""


def test_values_that_are_all_the_same_are_drawn_in_the_middle() -> None:
    assert {node.attributes["cy"] for node in drawn(observations(5, 5)).css("circle")} == {"65.0"}


def test_two_observations_of_one_moment_are_both_drawn() -> None:
    """Files of others have times of whole seconds."""
    page = drawn([Observation(NOON, None, False), Observation(NOON, 5, False), *observations(None, 6)[1:]])
    assert (len(page.css("circle")), len(page.css("path.gap"))) == (2, 1)


def test_a_line_is_the_same_without_the_points_between_two_that_say_the_same() -> None:
    found = observations(1, 1, 1, 2, 2, None, None, None, 3, inferred=4)
    assert turns(found) == [found[n] for n in (0, 2, 3, 4, 5, 7, 8)]
    assert turns(found[:1]) == found[:1]
