"""A page in another markup says the same: the short form of tests/trials/mutations.py, and what a mutation is."""

import pytest
from mutation_scores import score
from mutator import MUTATIONS, mutated, parsed
from practice_pages import fetched, practice_site


def test_fields_are_right_or_null_and_hardly_ever_wrong():
    found = score(72, first=10_000)  # each markup at least once
    assert found.fields == 72 * 33
    assert found.right >= 0.98 * found.fields, found.examples
    assert found.wrong.total() <= 0.002 * found.fields, found.examples


@pytest.fixture(scope="module")
def page():
    practice = practice_site("semantic")
    return fetched(practice, practice.paths()[0])[0]


@pytest.mark.parametrize("seed", range(40))
def test_what_the_page_says_is_still_there(page, seed):
    variant, _ = mutated(page, seed)
    said, kept = (set(" ".join(parsed(each).body.itertext()).split()) for each in (page, variant))
    assert said <= kept


def test_a_seed_makes_the_same_variant_again_and_every_mutation_has_its_turn(page):
    variants = [mutated(page, seed) for seed in range(60)]
    assert variants == [mutated(page, seed) for seed in range(60)]
    assert len({body for body, _ in variants}) > 55
    assert {name for _, done in variants for name in done} == {each.__name__ for each in MUTATIONS}
