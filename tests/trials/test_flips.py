"""Short form of the trial of flipped bytes: `make trial-flips` is the long one, over every byte."""

from tests.trials.flips import JUDGES, trial


def test_every_flip_and_every_truncation_is_found_and_costs_no_other_record():
    found = trial(step=53)
    assert all(each.files > 200 for each in found.values())
    assert all(each.by[JUDGES[0]] == each.files for each in found.values())
    assert [line for each in found.values() for line in each.wrong] == []
    assert all(each.by[JUDGES[2]] < each.files for each in found.values())  # or the comparison has become void
