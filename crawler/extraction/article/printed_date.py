"""When an article was published, as its page prints it: near the heading, in a line with others, or behind a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise, zip_longest
from typing import NamedTuple
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from crawler.extraction.flow import Atom, Block, shown
from crawler.extraction.normalisers.bylines import read_byline
from crawler.extraction.normalisers.dates import (
    Moment,
    before_change,
    behind_change,
    behind_one_change,
    names_publication,
    read_moment,
    says_change,
    without_any_word,
    without_word,
)
from crawler.extraction.normalisers.reading_time import without_reading_time

_LONGEST_LINE = 150  # characters; a longer block is of the text
_LONGEST_DATE = 60
_SHORTEST_DATE = 5
_LONGEST_SECTION = 20  # of a section's name beside the date
_LONGEST_DETAIL = 25
_LONGEST_WORD = 30  # of what says that the next line is the time of a change
_OLDEST = 1995  # a year before it is that of a story
_EDGE = " •·|,–—"
_SEPARATORS = ("•", "·", "|")
_WHOLE_DATE = re.compile(r"\d{4}.*\d:\d\d|\d:\d\d.*\d{4}")
_DETAILS = re.compile(r"\||,\s(?=[^\W\d])")
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00)?")  # what machines say of a day alone
_LAST_DIGIT = re.compile(r".*\d", re.DOTALL)
_END_OF_PROSE = re.compile(r"\w.*[.!?…]$")
_CALLED_CHANGE = re.compile(r"updat|modif|(?<!cr)edited|changed|обновл|измен[её]н", re.IGNORECASE)
_CALLED_PUBLICATION = re.compile(r"publi|posted|creat|entry-date|pubdate|опубл", re.IGNORECASE)
_CALLING = ("title", "class", "itemprop")


class Dateline(NamedTuple):
    """A line that says the date; `byline` is what else it says, where that names authors; `clock` is the line behind
    it, where only that says the time of day."""

    moment: Moment
    block: Block
    byline: Block | None
    clock: Block | None = None


class DateReader:
    """Reads the times of one page: `seen_at` is when it was fetched, `zone` the site's."""

    def __init__(self, seen_at: datetime, zone: ZoneInfo) -> None:
        self._seen_at, self._zone = seen_at, zone
        self._known: dict[str, Moment | None] = {}  # a line is asked about again as one of several

    def moment(self, text: str) -> Moment | None:
        """The time that a text is, perhaps behind a word that says it is that of publication, or before a change's."""
        if moment := self._read(text):
            return moment
        first = before_change(text) or behind_one_change(text) if _DIGIT.search(text) else ""
        return self._read(first) if first else None

    def dateline(self, lines: Iterable[Block], text: Sequence[Block]) -> Dateline | None:
        """The first of the `lines` around a heading that says the date; `text` are all blocks behind it.

        Behind the lead only a line with the byline does, or the one that is a day and a time.
        """
        behind_lead, before, lines = False, "", list(lines)
        for block, following in zip_longest(lines, lines[1:]):
            behind_lead = behind_lead or len(block.text) > _LONGEST_LINE
            found = None if _announces_change(before) else self._with_clock(self._of_line(block), following)
            if found and self._is_of_publication(found, text, behind_lead=behind_lead):
                return found
            before = block.text
        return None

    def of_changes(self, lines: Sequence[Block]) -> set[int]:
        """The numbers of the `lines` that say nothing but when something was changed; a word may have its own."""
        found = {block.index for block in lines if self._says_when_changed(block)}
        for word, time in pairwise(lines):
            if _announces_change(word.text) and self.moment(time.text):
                found |= {word.index, time.index}
        return found

    def beside_counters(self, counted: Iterable[Block]) -> Moment | None:
        """The time in a line of counters, perhaps behind a word."""
        before = ""
        for block in counted:
            for at, atom in enumerate(block.atoms):
                if len(atom.text) > _SHORTEST_DATE and not (_announces_change(before) or _is_of_change(block, at)):
                    pieces = (self.moment(piece) or self.moment(without_any_word(piece)) for piece in _pieces(atom))
                    if found := next(filter(self._may_be, pieces), None):
                        return found
            before = block.text
        return None

    def said_elsewhere(self, blocks: Iterable[Block]) -> Moment | None:
        """What a line like `Published on 21.07.2025 10:52.` says, or an element in such a line, if only one does."""
        lines = [block for block in blocks if names_publication(block.text)]
        said = [moment for line in lines if (moment := self.moment(line.text.rstrip(" .")) or self._within(line))]
        return said[0] if len(said) == 1 and self._may_be(said[0]) else None

    def _read(self, text: str) -> Moment | None:
        if text not in self._known:
            self._known[text] = read_moment(without_word(text), seen_at=self._seen_at, zone=self._zone)
        return self._known[text]

    def _may_be(self, moment: Moment | None) -> bool:
        """Whether an article can have been published then: what it tells of lies further back, or is yet to come."""
        return moment is not None and moment.at.year >= _OLDEST and moment.at <= self._seen_at + timedelta(days=1)

    def _of_line(self, block: Block) -> Dateline | None:
        """The date that a short block is, perhaps with a reading time; or that an element of it is."""
        if len(block.text) > _LONGEST_LINE or (len(block.text) > _LONGEST_DATE and not _DIGIT.search(block.text)):
            return None
        alone = block.atoms[0] if len(block.atoms) == 1 else None
        moment = self.moment(without_reading_time(block.text)) or (alone and self._in_attribute(block.text, alone))
        if moment:
            at = _first_with_digit(block)
            return None if _is_of_change(block, at) else Dateline(self._exact(moment, block, at), block, None)
        for at, atom in enumerate(block.atoms if len(block.atoms) > 1 else ()):
            text = shown(atom).strip(_EDGE)
            if (moment := self.moment(text) or self._in_attribute(text, atom)) and not _is_of_change(block, at):
                return self._beside(block, at, self._exact(moment, block, at))
        return None

    def _in_attribute(self, text: str, atom: Atom) -> Moment | None:
        """The time in a <time>'s attribute, where it is printed in another form with the same clock."""
        clock = _CLOCK.search(text) if atom.node.tag == "time" else None
        moment = self._read(atom.node.attrs.get("datetime") or "") if clock else None
        if clock is None or moment is None or moment.precision != "minute":
            return None
        return moment if f"{moment.at.astimezone(self._zone):%H:%M}" == clock[0].zfill(5) else None

    def _beside(self, block: Block, at: int, moment: Moment) -> Dateline | None:
        """A line in which an element is a date: beside a byline, beside little else, or because its tag says so."""
        end = self._behind_clock(block, at) if moment.precision == "day" else at + 1
        if end > at + 1:
            moment = self.moment(f"{moment.raw} {shown(block.atoms[end - 1]).strip(_EDGE)}") or moment
        parts = [_without_edges(block.part(0, at)), _without_edges(block.part(end))]
        if byline := next((part for part in parts if read_byline(part.text)), None):
            return Dateline(moment, block, byline)
        if _END_OF_PROSE.search(parts[1].text):
            return None
        if at == 0 and moment.precision == "minute" and _is_row_of_details(block.atoms[end:]):
            return Dateline(moment, block, None)
        if len(block.text) > _LONGEST_DATE:
            return None
        little = sum(len(part.text) for part in parts if not says_change(part.text)) <= _LONGEST_SECTION
        parted = moment.precision != "day" or not any(part.text for part in parts) or _is_parted(block, at, end)
        return Dateline(moment, block, None) if block.atoms[at].node.tag == "time" or (little and parted) else None

    def _behind_clock(self, block: Block, at: int) -> int:
        """The number of the element behind a day and its time, where the next one that says anything is a time."""
        for end, atom in enumerate(block.atoms[at + 1 :], start=at + 2):
            if text := shown(atom).strip(_EDGE):
                return end if _CLOCK.fullmatch(text) else at + 1
        return at + 1

    def _exact(self, moment: Moment, block: Block, at: int) -> Moment:
        """The time in a <time>'s attribute, where only the day of it is printed: `7 сентября`, `2 часа назад`."""
        node = block.atoms[at].node
        said = node.attrs.get("datetime") if node.tag == "time" and moment.precision != "minute" else None
        if not said or _MIDNIGHT.search(said) or (exact := self._read(said)) is None or exact.precision != "minute":
            return moment
        if moment.precision == "hour":
            return exact if abs(exact.at - moment.at) < timedelta(hours=2) else moment
        return exact if self._day(exact) == self._day(moment) else moment

    def _day(self, moment: Moment) -> date:
        return moment.at.astimezone(self._zone).date()

    def _with_clock(self, found: Dateline | None, following: Block | None) -> Dateline | None:
        """A line that is a day, with the time that the next line is."""
        if found is None or following is None or found.moment.precision != "day" or found.byline:
            return found
        if (
            not _CLOCK.fullmatch(following.text)
            or (whole := self.moment(f"{found.moment.raw} {following.text}")) is None
        ):
            return found
        return Dateline(whole, found.block, None, following)

    def _is_of_publication(self, found: Dateline, text: Sequence[Block], *, behind_lead: bool) -> bool:
        """Whether a date is no part of what is told: a day that a heading is, one of many, one of another age."""
        if not self._may_be(found.moment):
            return False
        if found.byline:
            return True
        if behind_lead and not self._is_the_one(found.moment, text):
            return False
        return found.moment.precision != "day" or self._is_only_day(found, text)

    def _is_the_one(self, moment: Moment, text: Sequence[Block]) -> bool:
        """Whether a day and a time are printed, with the year, on no other line: what a chronicle says are not."""
        lines = [block.text for block in text if len(block.text) <= _LONGEST_DATE]
        return bool(_WHOLE_DATE.search(moment.raw)) and sum(self.moment(line) is not None for line in lines) <= 1

    def _is_only_day(self, found: Dateline, text: Sequence[Block]) -> bool:
        """Whether a day without a time is that of publication: no subheading, no "Today" alone, no other beside it."""
        if found.block.is_heading or found.moment.raw.isalpha():
            return False
        others = [block.text for block in text if block is not found.block and len(block.text) <= _LONGEST_DATE]
        return not any(moment.precision == "day" for moment in filter(None, map(self.moment, others)))

    def _says_when_changed(self, block: Block) -> bool:
        if len(block.text) > _LONGEST_DATE:
            return False
        if self.moment(block.text):
            return _is_of_change(block, _first_with_digit(block))
        rest = behind_change(block.text).rstrip(" .")
        return rest != "" and (self._read(rest) is not None or self._in_attribute(rest, block.atoms[-1]) is not None)

    def _within(self, line: Block) -> Moment | None:
        """The time that the first element of a line with digits is."""
        return next((self.moment(shown(atom)) for atom in line.atoms if any(map(str.isdigit, atom.text))), None)


def _announces_change(text: str) -> bool:
    """Whether a line only says that the next one is the time of a change: `Обновлено:`."""
    return len(text) <= _LONGEST_WORD and says_change(text) and not any(map(str.isdigit, text))


def _is_of_change(block: Block, at: int) -> bool:
    """Whether a word before an element, or behind it with no time of its own, or its tag says: this was a change."""
    before = _LAST_DIGIT.sub("", block.part(0, at).text, count=1)
    behind = block.part(at + 1).text if at + 1 < len(block.atoms) else ""
    if says_change(before) or (says_change(behind) and not any(map(str.isdigit, behind))):
        return True
    return _is_called_change(block, block.atoms[at].node)


def _is_called_change(block: Block, node: LexborNode) -> bool:
    """Whether attributes of an element, or of those around it up to its block, call it the time of a change."""
    current: LexborNode | None = node
    while current is not None:
        called = " ".join(filter(None, map(current.attributes.get, _CALLING)))
        if _CALLED_CHANGE.search(called) and not _CALLED_PUBLICATION.search(called):
            return True
        current = current.parent if current.mem_id != block.frame.node.mem_id else None
    return False


def _first_with_digit(block: Block) -> int:
    return next((at for at, atom in enumerate(block.atoms) if any(map(str.isdigit, atom.text))), 0)


def _is_row_of_details(atoms: Sequence[Atom]) -> bool:
    """Whether several elements of a few words each, but for white space between, stand behind a time."""
    held = [atom for atom in atoms if not atom.text.isspace()]
    several = len({atom.node.mem_id for atom in held}) > 1
    return several and all(len(atom.text.strip()) <= _LONGEST_DETAIL for atom in held)


def _pieces(atom: Atom) -> list[str]:
    """The details that a text parts with bars, or with commas before words."""
    return _DETAILS.split(shown(atom))


def _is_parted(block: Block, start: int, end: int) -> bool:
    """Whether signs between it and what stands beside it show that a day is no part of a sentence."""
    before, behind = block.part(0, start).text, block.part(end).text
    own = shown(block.atoms[start])
    return (not before or before.endswith(_SEPARATORS) or own.startswith(_SEPARATORS)) and (
        not behind or behind.startswith(_SEPARATORS) or own.endswith(_SEPARATORS)
    )


def _without_edges(block: Block) -> Block:
    """A part of a line without the signs that parted it from the rest."""
    block.text, block.printed = block.text.strip(_EDGE), block.printed.strip(_EDGE)
    return block
