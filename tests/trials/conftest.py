"""What an undisturbed crawl finds, once for all trials of the suite."""

from __future__ import annotations

import pytest

from tests.trials.kill import named_by

ARTICLES = 30


@pytest.fixture(scope="session")
def named(tmp_path_factory):
    """The paths in the frontier of a crawl of `ARTICLES` articles that nobody disturbs."""
    return named_by(ARTICLES, tmp_path_factory.mktemp("undisturbed"))
