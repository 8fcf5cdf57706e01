"""What users get is what the site said, whatever happened to it between the crawls; `make trial-world` is longer."""

import pytest

from archive.home import Home
from tests.trials.trial import crawl
from tests.trials.world import trial


def crawl_as_planned(home, url, urls):
    code, messages = crawl(home, url, *urls)
    assert code in (0, 1, 6), messages  # an alarm, or nothing but pages that failed


@pytest.mark.parametrize("seed", [0, 1])
def test_every_number_is_that_which_was_served(tmp_path, seed):
    assert trial(Home(tmp_path / "data"), seed, rounds=5, run=crawl_as_planned) == []
