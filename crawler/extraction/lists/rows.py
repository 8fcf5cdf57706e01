"""The rows of a sidebar: date, comment count, title. Cut out first, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate, chain, groupby, pairwise
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from crawler.extraction.counters.icons import calls_other, counts_pictured
from crawler.extraction.counters.said import count_in, said_by, said_in
from crawler.extraction.counters.words import kinds_in, says_kind
from crawler.extraction.flow import Atom, Block, Frame, is_hollow, shown
from crawler.extraction.labels import LabelBook
from crawler.extraction.lists.counts_behind import count_behind, take_counts_behind
from crawler.extraction.lists.enclosed_rows import enclosed_row
from crawler.extraction.lists.overlaid_rows import overlaid_row
from crawler.extraction.lists.row import (
    BULLETS,
    LONGEST_SOURCE,
    Dated,
    Row,
    RowList,
    badge_in,
    title_in,
    without_section,
)
from crawler.extraction.lists.row_elements import OF_NEWS, are_few, with_partial_dates
from crawler.extraction.lists.turned_rows import (
    ends_with_date,
    is_turned,
    largest_with_one_date,
    row_below,
    turned_row,
)
from crawler.extraction.normalisers.counts import YEARS, Count, read_count
from crawler.extraction.normalisers.dates import read_moment

_DAY = re.compile(r"\d\d?\.\d\d(?:\.\d{4})?,?")
_CLOCK = re.compile(r":[0-5]\d")
_COUNT_BEHIND = re.compile(r"(.*?:[0-5]\d(?: [^\W\d]+)?)[\s,;—–|·]*(\(.*\)|\[.*\]|\d.*)")
_WORD_BEHIND = re.compile(r"(.*:[0-5]\d)\s*[|·•,;—–]\s*([^\W\d].*)")
_NUMBER_BEHIND = re.compile(r"(.*:[0-5]\d)[ |·]+([0-9]{1,7})")
_TIME = re.compile(r"\d\d?:\d\d")
_LONGEST = 500  # characters of a row in one block
_BRACKETS = frozenset({"", "(", ")", "[", "]"})
_LONGEST_DATE = 50  # characters, perhaps with a count
_SHORTEST_TITLE = 20  # characters: who wrote a comment stands before its date, too
_BETWEEN = 6  # blocks that one row may take
_APART = 3  # blocks from one row to the next
_BETWEEN_DATES = 3  # blocks between the dates of two rows
_BEFORE_LABEL = 8  # blocks between the label and its first row
_OF_ARTICLE = frozenset({"rights", "original"})
_COLUMNS = 3  # whose heads may stand there
_LONGEST_HEAD = 20  # characters


def find_rows(blocks: list[Block], book: LabelBook, seen_at: datetime, zone: ZoneInfo) -> list[RowList]:
    """The row lists of a page: at least two rows of the same shape, or one under the discussion's label."""
    likely = [block for block in blocks if ":" in block.text and _may_hold_rows(block, book)]
    dated = [found for block in likely for found in _dates(block, seen_at, zone)]
    dated = with_partial_dates(dated, blocks, book, seen_at, zone)
    if not dated:
        return []
    rows = [_any_row(dated, index, blocks) for index in range(len(dated))]
    lists = list(_grouped(rows, blocks, book))
    if _turn(rows, lists, dated, blocks):
        lists = list(_grouped(rows, blocks, book))
    take_counts_behind(lists)
    return [found for found in lists if found.label or (len(found.rows) > 1 and found.leads_somewhere)]


def _any_row(dated: list[Dated], index: int, blocks: list[Block]) -> Row:
    """The row of a date: one link around everything, or what stands behind it, or an empty link laid over all."""
    here, following = dated[index], dated[index + 1] if index + 1 < len(dated) else None
    row = enclosed_row(here, blocks)
    if row is not None:
        if row.comments is None and row.anchor is not None:
            date = (here.block.index, here.block.atoms[here.start : here.at])
            row.behind = count_behind(chain([date], _behind(blocks, here, following)), row.anchor)
            if here.start == here.at and row.behind is not None:  # its title stands where its date is missing
                row.comments, row.last = row.behind.count, row.behind.block
        return row
    row = _row(blocks, here, following)
    outside = row.last > here.block.index and following is None  # behind the last date any link may stand
    return (overlaid_row(dated, index, blocks) if outside or row.anchor is None else None) or row


def _turn(rows: list[Row], lists: list[RowList], dated: list[Dated], blocks: list[Block]) -> bool:
    """Take the title before the date in the lists that print it so; of each list one row is asked. Whether any did."""
    turned = False
    ends = pairwise(accumulate((len(found.rows) for found in lists), initial=0))
    for found, (first, last) in zip(lists, ends, strict=True):
        if dated[first].enclosed:
            continue
        row, end = turned_row(dated, first, blocks), last
        if row is not None and (len(row.title or "") >= _SHORTEST_TITLE or _may_be_short(found, dated, first, blocks)):
            end = _end_of_turned(dated, last, blocks)
            rows[first:end] = [turned_row(dated, index, blocks) or rows[index] for index in range(first, end)]
            turned = True
        elif is_turned(rows, first, end, blocks):
            rows[first : end + 1] = [row_below(dated, index, blocks) for index in range(first, end + 1)]
            turned = True
    return turned


def _may_be_short(found: RowList, dated: list[Dated], first: int, blocks: list[Block]) -> bool:
    """Whether titles before dates need not be longer than a name: nothing stands behind the dates but the next title.

    Behind the time of a comment stands what was said. `first` is the number of the list's first date.
    """
    opening = found.rows[0]
    if opening.anchor is None and (found.label is None or opening.title is not None):
        return False
    end = _end_of_turned(dated, first + len(found.rows), blocks)
    alike = all(turned_row(dated, index, blocks) is not None for index in range(first, end))
    return alike and end > first + 1 and ends_with_date(dated, first, blocks)


def _end_of_turned(dated: list[Dated], end: int, blocks: list[Block]) -> int:
    """The end of a list whose titles stand before its dates: behind its last date any link may stand, or none."""
    while end < len(dated) and dated[end].shape == dated[end - 1].shape:
        apart = dated[end].block.index - dated[end - 1].block.index
        if apart > _BETWEEN_DATES or turned_row(dated, end, blocks) is None:
            break
        end += 1
    return end


def _may_hold_rows(block: Block, book: LabelBook) -> bool:
    """Whether a block with a colon is short, or nothing but links that a style sheet parts into rows, and has a time.

    A line of rights has times too: of the original's publication.
    """
    text = block.text
    if (len(text) > _LONGEST and not block.wholly_linked) or _CLOCK.search(text) is None:
        return False
    return (found := book.find(block)) is None or found.kind not in _OF_ARTICLE


def _dates(block: Block, seen_at: datetime, zone: ZoneInfo) -> Iterator[Dated]:
    """Atoms of a block that are a time and nothing else; day and clock may stand in two elements."""
    skip, opens = -1, True
    for index, atom in enumerate(block.atoms):
        opens = opens and (index == 0 or skip >= 0)  # a list may be one block, and its first row opens it
        if index <= skip or len(atom.text) < 5 or not (":" in atom.text or "." in atom.text):
            continue
        text = shown(atom).strip(BULLETS)
        if text[:1] == "(" and text[-1] == ")":
            text = text[1:-1]
        elif text[-1:] in {"(", "["}:  # around the count's own element
            text = text[:-1].rstrip(BULLETS)
        if not 5 <= len(text) <= _LONGEST_DATE:
            continue
        end = index
        if ":" not in text and _DAY.fullmatch(text) and index + 1 < len(block.atoms):
            behind = shown(block.atoms[index + 1])
            if _TIME.fullmatch(behind):
                text, end = f"{text} {behind}", index + 1
        text, comments = _without_count(without_section(text))
        if ":" in text and (moment := read_moment(text, seen_at=seen_at, zone=zone)):
            skip = end
            comments = comments or _beside(block.atoms[end].node)
            yield Dated(block, index, end + 1, moment, (opens, block.tag, block.frame.depth, atom.node.tag), comments)


def _without_count(text: str) -> tuple[str, Count | None]:
    """`08.09 04:37 12`, `08.09 04:37 (12)`, `08.09 04:37 💬 12`, `08.09 04:37 | комментариев: 12`: date and count."""
    if text[-3:-2] == ":" and text[-2] != " ":  # most end with their clock
        return text, None
    if pictured := counts_pictured(text):
        return pictured[0].rstrip(BULLETS), pictured[1].get("comments")
    if (match := _WORD_BEHIND.fullmatch(text)) and (count := count_in(match[2])) is not None:
        return match[1], count
    if match := _NUMBER_BEHIND.fullmatch(text):
        number = read_count(match[2])
        return (text, None) if number.value in YEARS else (match[1], number)
    if text[-1] not in ")]" and not text[-1].isalpha():
        return text, None
    match = _COUNT_BEHIND.fullmatch(text)
    told = match is not None and (match[2][0] in "([" or said_in(match[2]) is not None)
    count = count_in(match[2]) if match and told else None
    return (match[1], count) if match and count is not None else (text, None)


def _beside(node: LexborNode) -> Count | None:
    """A count that stands only in an attribute of an empty element behind the date: an icon's title."""
    following = node.next
    for _ in range(4):
        if following is None:
            return None
        if following.tag != "-text" and is_hollow(following) and (said := said_by(following)):
            return said[1] if kinds_in(said[0]) == ("comments",) else None
        following = following.next
    return None


def _row(blocks: list[Block], here: Dated, following: Dated | None) -> Row:
    """What stands behind a date until the next one: perhaps a count or where the news came from, then the title."""
    first, comments = here.block.index, here.comments
    worded = False  # whether a word for comments stands before a number
    loose: Row | None = None  # a few words that are the title where no link follows in the same element
    behind = _behind(blocks, here, following)
    for index, atoms in behind:
        for number, atom in enumerate(atoms):
            text = shown(atom).strip(BULLETS)
            if text in _BRACKETS:  # around the count's own element
                continue
            if comments is None and (count := count_in(text)) is not None:
                comments = count if worded or not calls_other(atom, "comments") else None
                continue
            worded = says_kind(text, "comments")
            if atom.anchor is None and (worded or said_in(text) is not None):
                continue
            row = _titled(here, comments, index, atoms[number:])
            if loose is not None and not _may_follow(row, here, blocks[index]):
                return loose
            if loose is None and row.anchor is None and len(row.title or "") <= LONGEST_SOURCE:
                loose = row
                continue
            if row.comments is None and row.anchor is not None:
                row.behind = count_behind(chain([(index, atoms[number:])], behind), row.anchor)
            return row
    return loose or Row(here.moment, comments, None, None, first, first, here.shape)


def _titled(here: Dated, comments: Count | None, index: int, atoms: Sequence[Atom]) -> Row:
    """The row of a date with the title that begins in block `index`."""
    title, anchor = title_in(atoms)
    return Row(here.moment, comments or badge_in(atoms, anchor), title, anchor, here.block.index, index, here.shape)


def _may_follow(row: Row, here: Dated, block: Block) -> bool:
    """Whether a title behind a few words is a link, as long as one, in the element around the date's own."""
    around = here.block.frame.parent
    linked = row.anchor is not None and len(row.title or "") >= _SHORTEST_TITLE
    return linked and around is not None and block.frame.inside(around)


def _behind(blocks: list[Block], here: Dated, following: Dated | None) -> Iterator[tuple[int, list[Atom]]]:
    """What stands between a date and the next one, with the number of its block."""
    first = here.block.index
    if following is not None and following.block is here.block:
        yield first, here.block.atoms[here.at : following.start]
        return
    yield first, here.block.atoms[here.at :]
    end = first + _BETWEEN if following is None else min(following.block.index, first + _BETWEEN)
    for block in blocks[first + 1 : end]:
        yield block.index, block.atoms


def _grouped(all_rows: list[Row], blocks: list[Block], book: LabelBook) -> Iterator[RowList]:
    current: list[Row] = []
    for row in all_rows:
        if current and not _goes_on(current, row, blocks, book):
            for rows in _by_links(current):
                yield _labelled(rows, blocks, book)
            current = []
        current.append(row)
    for rows in _by_links(current):
        yield _labelled(rows, blocks, book)


def _by_links(rows: list[Row]) -> list[list[Row]]:
    """Rows that have links, and those that have none, apart; but a few without one stay between the others."""
    if len(rows) < 2:
        return [rows]
    linked = [row.anchor is not None for row in rows]
    if True not in linked or False not in linked:
        return [rows]
    first, end = linked.index(True), len(rows) - linked[::-1].index(True)
    if are_few(linked[first:end].count(False), sum(linked)):
        return [part for part in (rows[:first], rows[first:end], rows[end:]) if part]
    return [list(group) for _, group in groupby(rows, key=lambda row: row.anchor is not None)]


def _goes_on(rows: list[Row], row: Row, blocks: list[Block], book: LabelBook) -> bool:
    last = rows[-1]
    apart = row.first - (last.behind.block if last.behind is not None else last.last)  # a count may follow the title
    if apart > _APART and not (row.shape == last.shape and _are_beside(rows, row, blocks, book)):
        return False
    between = blocks[last.last + 1 : row.first]
    # Misnested tags shift the depth, and one row may have an element more than the next; what it is about may follow.
    close = apart <= 1 or all(block.text[-1] in ".!?…" and not block.is_heading for block in between)
    alike = row.shape == last.shape or (close and row.shape[:2] == last.shape[:2])
    if not alike:
        return False
    for block in between:
        if (found := book.find(block)) and found.kind == "discussion":
            return False
        if _heads_news(block) and not _is_of_row(block, rows, row, blocks):
            return False
    return True


def _is_of_row(block: Block, rows: list[Row], following: Row, blocks: list[Block]) -> bool:
    """Whether a block stands in the element of the last row: `РИА Новости` says where that came from."""
    around = _element(rows[-1], [*rows[-2:-1], following], blocks)
    return around is not None and block.frame.inside(around)


def _are_beside(rows: list[Row], row: Row, blocks: list[Block], book: LabelBook) -> bool:
    """Whether the last row and another one have elements of one kind beside each other, whatever else these hold.

    What a single row stands in may be the box of a list, with its label.
    """
    if len(rows) == 1 and _labelled(rows, blocks, book).label:
        return False
    last, its = _element(rows[-1], [*rows[-2:-1], row], blocks), _element(row, rows[-1:], blocks)
    if last is None or its is None or last.parent is not its.parent or last.tag != its.tag:
        return False
    held = blocks[rows[-1].last + 1 : row.first]
    same = last.node.attrs.get("class") == its.node.attrs.get("class")
    return same and all(block.frame.inside(last) or block.frame.inside(its) for block in held)


def _element(row: Row, others: list[Row], blocks: list[Block]) -> Frame | None:
    """The largest element with a row's date and none of the others'."""
    return largest_with_one_date(blocks[row.first], [blocks[other.first] for other in others])


def _heads_news(block: Block) -> bool:
    """Whether a few words without a link head another list: `Новости`."""
    return len(block.text) <= _LONGEST_HEAD and not block.linked and any(map(block.text.lower().__contains__, OF_NEWS))


def _labelled(rows: list[Row], blocks: list[Block], book: LabelBook) -> RowList:
    first = _behind_heads(rows[0].first, blocks, book)
    for index in range(first - 1, max(-1, first - 1 - _BEFORE_LABEL), -1):
        found = book.find(blocks[index])
        if found and found.kind == "discussion":
            return RowList(rows, "discussion", index, rows[-1].last)
        if (found is None or found.kind != "update") and blocks[index].tag != "th":
            break
        first = index
    return RowList(rows, None, first, rows[-1].last)


def _behind_heads(first: int, blocks: list[Block], book: LabelBook) -> int:
    """Where the heads of columns begin that stand before the first row in anything but <th>; `first` if none do."""
    start = first
    while start and first - start < _COLUMNS and _may_be_head(blocks[start - 1], book):
        start -= 1
    says_count = any(says_kind(block.text, "comments") for block in blocks[start:first])
    return start if says_count else first


def _may_be_head(block: Block, book: LabelBook) -> bool:
    short = len(block.text) <= _LONGEST_HEAD and not block.is_heading and not block.linked
    return short and book.find(block) is None  # "Обсуждение" is a word for comments, too
