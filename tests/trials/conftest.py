"""What an undisturbed crawl finds, once for all trials of the suite; and whether strace may strike here."""

from __future__ import annotations

import os

import pytest

from tests.trials.kill import named_by
from tests.trials.syscalls import strace_works

ARTICLES = 30


def pytest_collection_modifyitems(config, items):
    """Deselect what needs strace where there is none, or where the kernel forbids it to trace; CI must have one."""
    striking = [item for item in items if item.get_closest_marker("strace")]
    if striking and not strace_works(required="CI" in os.environ):
        config.hook.pytest_deselected(items=striking)
        items[:] = [item for item in items if item not in striking]


@pytest.fixture(scope="session")
def named(tmp_path_factory):
    """The paths in the frontier of a crawl of `ARTICLES` articles that nobody disturbs."""
    return named_by(ARTICLES, tmp_path_factory.mktemp("undisturbed"))
