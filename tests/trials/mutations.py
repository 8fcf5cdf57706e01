"""Trial of the reader: the practice pages in markups made at random; few fields may be lost and hardly one wrong.

    python -m tests.trials.mutations [--variants 500] [--seed 0]

At least 98 % of the fields are right, at most 0.2 % are wrong; the rest is NULL. The crawl's tests try 60 of them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler" / "extraction"))
from mutation_scores import score

RIGHT, WRONG = 0.98, 0.002


def main(arguments: list[str] | None = None) -> int:
    """Print the counts and each departure; 1 where there are too many."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variants", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0, help="of the first variant")
    options = parser.parse_args(arguments)
    found = score(options.variants, options.seed)
    null, wrong = found.null.total(), found.wrong.total()
    sys.stdout.write("".join(f"  {example}\n" for example in found.examples))
    sys.stdout.write(
        f"{found.variants} variants, {found.fields} fields: {found.right} right ({found.right / found.fields:.2%}), "
        f"{null} NULL ({null / found.fields:.2%}), {wrong} wrong ({wrong / found.fields:.3%})\n"
    )
    return int(found.right < RIGHT * found.fields or wrong > WRONG * found.fields)


if __name__ == "__main__":
    sys.exit(main())
