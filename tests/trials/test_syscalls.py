"""Promise 1 at single system calls, in short; `make trial-strace` strikes at every one. Needs strace (Linux)."""

from __future__ import annotations

import pytest

from tests.trials.syscalls import BROKEN, FULL, KILL, Strike, calls_of, strike_all, strikes

pytestmark = pytest.mark.strace

ARTICLES = 10
BLOWS = (
    Strike("pwrite64", KILL, 40),  # while the database is made
    Strike("pwrite64", KILL, 150),  # in mid-crawl
    Strike("fsync", KILL, 1),
    Strike("rename", KILL, 2),
    Strike("fsync", BROKEN, 1),
    Strike("fdatasync", BROKEN, 3),
    Strike("write", FULL, 9),
    Strike("pwrite64", FULL, 120),
)


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    return strike_all(tmp_path_factory.mktemp("strikes"), ARTICLES, BLOWS)


def test_a_crawl_that_dies_or_fails_at_a_system_call_loses_nothing(figures):
    assert figures.problems == []


def test_a_repair_that_dies_is_made_again(tmp_path):
    blows = [Strike("fsync", KILL, 1), Strike("rename", KILL, 1), Strike("fsync", BROKEN, 3)]
    figures = strike_all(tmp_path, ARTICLES, blows, repairing=True)
    assert (figures.problems, figures.struck.total()) == ([], len(blows))
    assert set(figures.places) == {f"collections/vpk/archive/*.warc.gz.{end}" for end in ("torn", "open")}


def test_every_strike_fell_while_the_crawl_ran(figures):
    assert (figures.struck.total(), figures.missed) == (len(BLOWS), 0)
    assert {place.partition("/")[0] for place in figures.places} >= {"collections", "svodka.db-wal"}


def test_the_trial_strikes_at_every_passing_of_every_call(tmp_path):
    counts = calls_of(tmp_path, ARTICLES)
    assert min(counts.values()) > 0
    kills = [blow for blow in strikes(counts) if blow.fault == KILL]
    assert len(kills) == sum(counts.values())
