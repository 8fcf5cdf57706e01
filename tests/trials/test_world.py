"""What users get is what the site said, whatever happened to it between the crawls; `make trial-world` is longer."""

import pytest

from tests.trials.world import trial


@pytest.mark.parametrize("seed", [0, 1])
def test_every_number_is_that_which_was_served(svodka, seed):
    def run(home, url, urls):
        crawled = svodka.start("crawl", "vpk", "--base-url", url, *urls)
        crawled.communicate(timeout=300)
        assert crawled.returncode in (0, 1, 6)  # an alarm, or nothing but pages that failed

    assert trial(svodka.home, seed, rounds=5, run=run) == []
