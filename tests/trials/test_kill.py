"""Promise 1 under `kill -9`, in short; `make trial-kill` is the long form."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from archive.home import Home
from tests.trials.conftest import ARTICLES
from tests.trials.kill import POINTS, fail_at, kill_at_random, named_by, points_in_source

# Each after the other in one archive, each crawl beginning with what the one before it left.
CHAINS = [
    ["warc.torn:2", "rows.before_commit:3", "warc.before_rename:1", "manifest.torn:1"],
    ["rows.after_commit:2", "warc.after_write:1", "warc.after_close:1", "manifest.after_sync:1", "warc.after_sync:1"],
]


def test_five_kills_at_random_moments_cost_nothing(tmp_path):
    named = named_by(60, tmp_path / "undisturbed")
    figures = kill_at_random(Home(tmp_path / "killed"), 60, kills=5, seed=4, named=named)
    assert figures.judgement.problems == []
    assert figures.kills >= 3
    assert figures.judgement.article_captures >= 60


@pytest.fixture(scope="module")
def struck(tmp_path_factory, named):
    """Both chains, side by side."""
    homes = [Home(tmp_path_factory.mktemp("chain") / "data") for _ in CHAINS]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda home, chain: fail_at(home, ARTICLES, chain, named), homes, CHAINS))


def test_a_crawl_that_dies_at_every_failpoint_loses_nothing(struck):
    assert [figures.judgement.problems for figures in struck] == [[], []]
    assert [figures.kills for figures in struck] == [len(chain) for chain in CHAINS]


def test_every_failpoint_of_the_archive_is_tried():
    assert points_in_source() == set(POINTS) == {armed.partition(":")[0] for chain in CHAINS for armed in chain}
