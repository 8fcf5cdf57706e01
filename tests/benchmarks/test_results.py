"""From costs to ratios: start-up is subtracted, and a ratio is taken within a round."""

import pytest

from benchmarks.measure import Cost
from benchmarks.results import Memory, Report, Round
from benchmarks.table import as_table


def cost(cpu, pages, peak_rss=50_000_000):
    return Cost(cpu, 2 * cpu, peak_rss, pages)


def a_round(bare, whole):
    """A round in which a page costs bare Scrapy `bare` ms and the whole job `whole` ms; start-up is 2 s and 3 s."""
    found = Round()
    found.add("bare", cost(2.0, 10), cost(2.0 + bare, 1010))
    found.add("whole job", cost(3.0, 10), cost(3.0 + whole, 1010))
    return found


def report(*rounds, memory=None, could_not_run=None):
    return Report({"cores": "2"}, 1010, "metadata", list(rounds), memory, could_not_run or {})


def test_start_up_is_no_part_of_the_cost_of_a_page():
    assert a_round(1.0, 2.5).page == pytest.approx({"bare": 1.0, "whole job": 2.5})


def test_a_ratio_compares_what_ran_in_the_same_round():
    slow_machine, quick_machine = a_round(2.0, 5.0), a_round(1.0, 2.0)
    assert report(slow_machine, quick_machine).ratios("whole job") == pytest.approx((2.0, 2.25, 2.5))


def test_memory_is_compared_with_the_median_of_the_rounds():
    rounds = [a_round(1.0, 2.0) for _ in range(3)]
    rounds[0].peak_rss["whole job"] = 500_000_000
    memory = Memory.compare(rounds, "whole job", 1010, cost(9.0, 20_000, 60_000_000))
    assert memory.ratio == pytest.approx(1.2)


@pytest.mark.parametrize(("whole", "verdict"), [(2.9, "3.00 kept"), (3.1, "3.00 MISSED")])
def test_the_table_says_whether_a_target_is_kept(whole, verdict):
    line = next(line for line in as_table(report(a_round(1.0, whole))).splitlines() if "the whole job" in line)
    assert line.endswith(verdict)


def test_who_could_not_run_is_named_with_the_reason():
    table = as_table(report(a_round(1.0, 2.0), could_not_run={"webarchive": "not set up"}))
    assert "webarchive: could not be run: not set up" in table


def test_the_table_fits_a_terminal():
    memory = Memory(2000, 90e6, 20_000, 95e6)
    assert max(len(line) for line in as_table(report(a_round(1.0, 2.0), memory=memory)).splitlines()) <= 110
