"""No text, however made, takes the normalisers long."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extraction.normalisers.bylines import read_byline
from crawler.extraction.normalisers.counts import read_count
from crawler.extraction.normalisers.dates import read_moment
from crawler.extraction.normalisers.footnotes import chained, is_marked, split_footnote, tie
from crawler.extraction.normalisers.languages import guess_language
from crawler.extraction.normalisers.notes import find_notes
from crawler.extraction.normalisers.outlets import split_outlet
from crawler.extraction.normalisers.text import clean, sentence_starts
from crawler.sites.vpk import LABELS

UNITS = [
    "A",
    "ы",
    "Aa ",
    "А. ",
    "a-",
    "A'",
    "(",
    ")",
    "()",
    "(a",
    "1 ",
    "1,",
    "*",
    "a*",
    "a** ",
    " **a",
    "[а) ",
    "А (B) ",
    "«",
    '"a"* ',
    ". A",
    " ",
    "\u200b",
    "approx. InoSMI",
    "(approx. InoSMI",
    "прим. ИноСМИ)",
    "(X, UK) ",
    "((X), UK",
    "08.09 ",
]
READERS = {
    "counts": read_count,
    "dates": lambda text: read_moment(text, seen_at=datetime(2025, 9, 8, tzinfo=UTC), zone=ZoneInfo("Europe/Moscow")),
    "bylines": read_byline,
    "outlets": lambda text: split_outlet(text + " (X, UK)") and split_outlet(text + ")"),
    "notes": lambda text: find_notes([text], LABELS.note_signatures),
    "footnotes": lambda text: (split_footnote(text), is_marked("*", [text]), tie([("*", "x")], [text[:4_000]])),
    "chained footnotes": lambda text: chained("*", text, [text]),
    "languages": guess_language,
    "text": lambda text: (clean(text), sentence_starts(text)),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("size", [230, 480, 20_000])
def test_repeated_text_is_read_in_no_time(reader, size):
    for unit in UNITS:
        started = time.process_time()
        reader(unit * (size // len(unit)) + "!")
        assert time.process_time() - started < 1, unit
