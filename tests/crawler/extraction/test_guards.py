"""What is refused before a parser sees it, and how long the look takes."""

import time

import pytest

from crawler.extraction.guards import Limits, refuse

LIMITS = Limits(size=100_000, tags=5_000, depth=100, attributes=500)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"x" * 100_001, "100001 bytes, more than 100000"),
        (b"<p>" * 5_001, "5001 tags, more than 5000"),
        (b"<div>" * 2_000, "2000 elements inside each other, more than 100"),
        (b"<p " + b"a=1 " * 2_000 + b">", "2000 attributes on one tag, more than 500"),
    ],
)
def test_pages_that_cost_more_than_they_can_be_worth_are_refused(body, reason):
    assert refuse(body, LIMITS) == reason


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<p>ordinary</p>" * 2_000,
        b"<li>never closed" * 4_000,
        (b"<div><span>" * 40 + b"</div>" * 40) * 20,  # an end tag closes what is open inside
        b"<div>" * 1_600,  # too few to cost much
        b"<script>" + b"if (a <b) { x = '<div>'; } " * 1_000 + b"</script>",
        b"<!-- " + b"<div>" * 2_000 + b" -->",
        b'<img src="data:image/png;base64,' + b"A" * 50_000 + b'">',
        b"<div data-state='" + b'{"a": 1}, ' * 3_000 + b"'>",  # one attribute that looks like many
    ],
)
def test_ordinary_pages_and_what_only_looks_deep_pass(body):
    assert refuse(body, LIMITS) is None


def test_hostile_bytes_are_looked_at_in_linear_time():
    for unit in (b"<", b"<a ", b"<a b='", b"<!--", b"<script>", b"</", b"<a =", b"<div><b>"):
        started = time.process_time()
        refuse(unit * (400_000 // len(unit)))
        assert time.process_time() - started < 2, unit
