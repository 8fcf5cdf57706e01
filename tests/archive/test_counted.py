"""Numbers in what is printed for people agree with their nouns."""

import pytest

from archive.counted import counted


@pytest.mark.parametrize(
    ("number", "printed"),
    [(0, "0 WARC files"), (1, "1 WARC file"), (2, "2 WARC files"), (1204, "1,204 WARC files")],
)
def test_only_one_is_in_the_singular(number, printed):
    assert counted(number, "WARC file") == printed
