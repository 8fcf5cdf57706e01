"""When an article was published, as its page prints it: near the heading, in a line with others, or behind a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crawler.extraction.flow import Block, shown
from crawler.extraction.normalisers.bylines import read_byline
from crawler.extraction.normalisers.dates import Moment, names_publication, read_moment, without_any_word, without_word
from crawler.extraction.normalisers.reading_time import without_reading_time

_LONGEST_LINE = 150  # characters; a longer block is of the text
_LONGEST_DATE = 60
_SHORTEST_DATE = 5
_LONGEST_SECTION = 20  # of a section's name beside the date
_EDGE = " •·|,–—"
_WHOLE_DATE = re.compile(r"\d{4}.*\d:\d\d|\d:\d\d.*\d{4}")


class Dateline(NamedTuple):
    """A line that says the date; `byline` is what else it says, where that names authors."""

    moment: Moment
    block: Block
    byline: Block | None


class DateReader:
    """Reads the times of one page: `seen_at` is when it was fetched, `zone` the site's."""

    def __init__(self, seen_at: datetime, zone: ZoneInfo) -> None:
        self._seen_at, self._zone = seen_at, zone

    def moment(self, text: str) -> Moment | None:
        """The time that a text is, perhaps behind a word that says it is that of publication."""
        return read_moment(without_word(text), seen_at=self._seen_at, zone=self._zone)

    def dateline(self, lines: Iterable[Block], text: Sequence[Block]) -> Dateline | None:
        """The first of the `lines` around a heading that says the date; `text` are all blocks behind it.

        Behind the lead only a line with the byline does, or the one that is a day and a time.
        """
        behind_lead = False
        for block in lines:
            behind_lead = behind_lead or len(block.text) > _LONGEST_LINE
            found = self._of_line(block)
            if found and (found.byline or not behind_lead or self._is_the_one(found.moment, text)):
                return found
        return None

    def beside_counters(self, counted: Iterable[Block]) -> Moment | None:
        """The time in a line of counters, perhaps behind a word."""
        atoms = (atom for block in counted for atom in block.atoms if len(atom.text) > _SHORTEST_DATE)
        pieces = (without_any_word(piece) for atom in atoms for piece in shown(atom).split("|"))
        return next(filter(None, map(self.moment, pieces)), None)

    def said_elsewhere(self, blocks: Iterable[Block]) -> Moment | None:
        """What a line like `Published on 21.07.2025 10:52.` says, or an element in such a line, if only one does."""
        lines = [block for block in blocks if names_publication(block.text)]
        said = [moment for line in lines if (moment := self.moment(line.text.rstrip(" .")) or self._within(line))]
        return said[0] if len(said) == 1 else None

    def _of_line(self, block: Block) -> Dateline | None:
        """The date that a short block is, perhaps with a reading time; or that an element of it is."""
        if len(block.text) > _LONGEST_LINE:
            return None
        if len(block.text) <= _LONGEST_DATE and (moment := self.moment(without_reading_time(block.text))):
            return Dateline(moment, block, None)
        for at, atom in enumerate(block.atoms if len(block.atoms) > 1 else ()):
            if moment := self.moment(shown(atom).strip(_EDGE)):
                return _beside(block, at, moment)
        return None

    def _is_the_one(self, moment: Moment, text: Sequence[Block]) -> bool:
        """Whether a day and a time are printed, with the year, on no other line: what a chronicle says are not."""
        lines = [block.text for block in text if len(block.text) <= _LONGEST_DATE]
        return bool(_WHOLE_DATE.search(moment.raw)) and sum(self.moment(line) is not None for line in lines) <= 1

    def _within(self, line: Block) -> Moment | None:
        """The time that the first element of a line with digits is."""
        return next((self.moment(shown(atom)) for atom in line.atoms if any(map(str.isdigit, atom.text))), None)


def _beside(block: Block, at: int, moment: Moment) -> Dateline | None:
    """A line in which an element is a date: beside a byline, beside little else, or because its tag says so."""
    parts = [_without_edges(block.part(0, at)), _without_edges(block.part(at + 1))]
    if byline := next((part for part in parts if read_byline(part.text)), None):
        return Dateline(moment, block, byline)
    little = block.atoms[at].node.tag == "time" or sum(len(part.text) for part in parts) <= _LONGEST_SECTION
    return Dateline(moment, block, None) if little and len(block.text) <= _LONGEST_DATE else None


def _without_edges(block: Block) -> Block:
    """A part of a line without the signs that parted it from the rest."""
    block.text, block.printed = block.text.strip(_EDGE), block.printed.strip(_EDGE)
    return block
