"""Where an article's byline stands and whom it names: names in a text of names, of tables and of subheadings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import islice, pairwise, takewhile

from archive.records import Author
from crawler.extraction.flow import Block, Frame
from crawler.extraction.furniture import names_of
from crawler.extraction.normalisers.bylines import (
    has_original,
    is_initials,
    is_labelled,
    is_like_names,
    is_too_long,
    names_editors,
    read_byline,
)

PIVOT_WITHIN = 12  # blocks behind the heading
LONGEST_SUBHEAD = 80  # characters
CELLS = {"td": ("tr",), "th": ("tr",), "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}  # and what holds them
_SHORTEST_PARAGRAPH = 80  # characters; a shorter one is told by the stop at its end
_STOPS = tuple(".!?…:;")
_CALLED_AUTHOR = re.compile(r"author|byline|writer|avtor", re.IGNORECASE)


def find_byline(text: list[Block]) -> tuple[int, int, list[Author]] | None:
    """Where the byline stands and whom it names: the first block of names, or one behind it with a name in a bracket.

    The first stays the byline where prose follows it: names in a bracket further down are of the body.
    """
    likely = pairwise([*text[:PIVOT_WITHIN], None])
    named = {
        index: authors for index, (block, after) in enumerate(likely) if block and (authors := _names(block, after))
    }
    groups = [group for group in _groups(named) if _may_be_byline(text, group, named)]
    if not groups:
        return _find_editors(text)
    group = groups[0]
    if not (_is_sure(text, group) or is_prose(text[group.stop])):
        group = next((each for each in groups if _has_original(each, named)), group)
    more = list(takewhile(partial(_is_of_byline, text[group.stop - 1]), text[group.stop :]))
    initials = [Author(block.text) for block in more if is_initials(block.text)]
    return group.start, group.stop + len(more), [author for index in group for author in named[index]] + initials


def _find_editors(text: list[Block]) -> tuple[int, int, list[Author]] | None:
    """Where a line says that the newspaper itself wrote: a byline that names nobody."""
    for index, block in enumerate(text[:PIVOT_WITHIN]):
        if names_editors(block.text) and not block.is_heading and _may_be_byline(text, range(index, index + 1), {}):
            return index, index + 1, []
    return None


def _is_of_byline(name: Block, block: Block) -> bool:
    """Whether initials, or the editors, stand beside a name as another author of a list."""
    beside = block.frame is not name.frame and block.frame.parent is name.frame.parent and block.tag == name.tag
    return beside and (is_initials(block.text) or names_editors(block.text))


def _groups(named: Iterable[int]) -> list[range]:
    """Blocks of names that stand together."""
    groups: list[range] = []
    for index in named:
        if groups and groups[-1].stop == index:
            groups[-1] = range(groups[-1].start, index + 1)
        else:
            groups.append(range(index, index + 1))
    return groups


def _has_original(group: range, named: Mapping[int, list[Author]]) -> bool:
    return any(has_original(named.get(index, [])) for index in group)


def _may_be_byline(text: list[Block], group: range, named: Mapping[int, list[Author]]) -> bool:
    """Whether names stand where a byline does: before paragraphs, in no table or list of other things, once."""
    paragraphs = (block for block in text[group.stop :] if is_prose(block))
    if len(list(islice(paragraphs, 2))) < 2:
        return False
    if _is_sure(text, group):
        return True
    announced = group.start > 0 and text[group.start - 1].text[-1] == ":"
    announced = announced or any(_is_explained(block) for block in _beside(text, group))
    of_body = _is_of_list(text, group) or _is_subhead(text, group, named)
    return not (announced or of_body or _recurs(text, group, named))


def _is_sure(text: list[Block], group: range) -> bool:
    """Whether something says that names are those of authors: a word before them, or what their element is called."""
    return any(is_labelled(text[at].text) or _is_called_author(text[at], text[at + 1]) for at in group)


def is_prose(block: Block) -> bool:
    """Whether a block is a paragraph as a body has them."""
    if block.is_heading:
        return False
    stopped = block.tag not in CELLS and block.text.rstrip("»”\"')]*").endswith(_STOPS)
    return stopped or len(block.text) >= _SHORTEST_PARAGRAPH


def _cell(text: list[Block], group: range) -> Frame | None:
    """The cell or item of a table or list that holds names and nothing else; a cell may place the whole text, too."""
    frame: Frame | None = text[group.start].frame
    if frame is not None and frame.tag not in CELLS:
        frame = frame.parent
    if frame is None or frame.tag not in CELLS:
        return None
    return None if any(block.frame.inside(frame) for block in _beside(text, group)) else frame


def _is_explained(block: Block) -> bool:
    """Whether a block is something with another name in a bracket that is no author: "Томагавк (Tomahawk)"."""
    name, _, bracket = block.text.partition(" (")
    return len(block.text) <= LONGEST_SUBHEAD and bracket[-1:] == ")" and name[:1].isupper() and bracket[0].isupper()


def _beside(text: list[Block], group: range) -> list[Block]:
    return [text[at] for at in (group.start - 1, group.stop) if at >= 0]


def _is_of_list(text: list[Block], group: range) -> bool:
    """Whether the row or list around the cell or item of names holds anything else, but for paragraphs."""
    cell = _cell(text, group)
    around = cell.parent if cell is not None else None
    while cell is not None and around is not None and around.tag not in CELLS[cell.tag]:
        around = around.parent
    if around is None:
        return False
    return any(block.frame.inside(around) and not is_prose(block) for block in _beside(text, group))


def _is_subhead(text: list[Block], group: range, named: Mapping[int, list[Author]]) -> bool:
    """Whether emphasised names, or names in a table, part paragraphs that look the same."""
    if _has_original(group, named):
        return False
    before = [block for block in text[: group.start] if is_prose(block)]
    behind = next(block for block in text[group.stop :] if is_prose(block))
    if any(_look(block) != _look(behind) for block in before):
        return False
    if _cell(text, group) is not None:
        return bool(before) and behind.tag not in CELLS and before[-1].frame.parent is behind.frame.parent
    return text[group.start].emphasised and len(before) > 1


def _recurs(text: list[Block], group: range, named: Mapping[int, list[Author]]) -> bool:
    """Whether other names, apart from these, look like them: they are subheadings."""
    authors = {author.name for index in group for author in named.get(index, [])}
    look = (*_look(text[group.start]), _has_original(group, named))
    for at in [*range(group.start), *range(group.stop, len(text))]:
        block = text[at]
        if len(block.text) > LONGEST_SUBHEAD or _look(block) != look[:2]:
            continue
        others = named[at] if at in named else read_byline(block.text)
        if not others and not is_like_names(block.text):
            continue
        if has_original(others) == look[2] and authors.isdisjoint(other.name for other in others):
            return True
    return False


def _look(block: Block) -> tuple[str, bool]:
    return block.tag, block.emphasised


def _names(block: Block, following: Block | None) -> list[Author]:
    """The names that a block is; of a heading only where something says that it is no subheading."""
    if is_too_long(block.text) or block.tag == "blockquote":
        return []
    called = block.is_heading and _is_called_author(block, following)
    if block.is_heading and not called and block.text.rstrip("*†‡. ")[-1:] not in {")", "）", "]"}:
        return []
    authors = read_byline(block.text)
    return authors if not block.is_heading or called or has_original(authors) else []


def _is_called_author(heading: Block, following: Block | None) -> bool:
    """Whether a heading's element, which is not that of the next block, is called one of an author."""
    own = heading.frame.parent
    if following is None or own is None or following.frame.inside(own):
        return False
    return any(_CALLED_AUTHOR.search(names_of(frame)) for frame in (heading.frame, own))
