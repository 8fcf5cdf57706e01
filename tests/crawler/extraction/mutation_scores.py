"""How many fields are right in mutated pages, how many are NULL, how many wrong: a wrong one is the worst by far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from mutator import mutated
from practice_pages import ARTICLE_FIELDS, as_truth_has_it, fetched, practice_site, read

from crawler.practice.markups import MARKUPS


@dataclass
class Scores:
    """Numbers of fields; `examples` of what was not right, in words."""

    variants: int = 0
    right: int = 0
    null: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def fields(self) -> int:
        return self.right + self.null.total() + self.wrong.total()


def variants(number: int, first: int = 0) -> Iterator[tuple[str, str, int]]:
    """Markup, article and seed of each variant: the markups in turn, other articles each time round."""
    names = list(MARKUPS)
    sites = {name: practice_site(name, articles=31) for name in names}
    for seed in range(first, first + number):
        name = names[seed % len(names)]
        paths = sites[name].paths()
        yield name, paths[(seed // len(names)) % len(paths)], seed


def score(number: int, first: int = 0) -> Scores:
    """Mutate, read and compare with the truth."""
    scores = Scores()
    sites = {name: practice_site(name, articles=31) for name in MARKUPS}
    for markup, path, seed in variants(number, first):
        practice = sites[markup]
        page, done = mutated(fetched(practice, path)[0], seed)
        found, truth = read(practice, path, page), practice.truth(path)
        scores.variants += 1
        for name, value, true in _fields(found, truth):
            if value == true:
                scores.right += 1
                continue
            (scores.null if value in (None, [], "") else scores.wrong)[name] += 1
            scores.examples.append(f"{markup} seed {seed} {name}: {value!r:.120} <> {true!r:.120} after {done}")
    return scores


def _fields(found, truth):
    article = found["article"]
    for name in ARTICLE_FIELDS:
        yield name, as_truth_has_it(name, article[name]) if article else None, truth["article"][name]
    wanted = truth["placements"]
    keys = wanted[0] if wanted else {}
    yield "placements", [{key: row[key] for key in keys} for row in found["placements"]], wanted
