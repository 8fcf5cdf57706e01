"""The parts of an article between heading and footnotes: subtitle, lead, byline, body. The byline is the pivot."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, pairwise, takewhile

from archive.records import Author
from crawler.extraction.article.numbered_footnotes import cut_numbered
from crawler.extraction.article.set_apart import set_apart
from crawler.extraction.flow import Block, Frame
from crawler.extraction.furniture import names_of
from crawler.extraction.normalisers.bylines import (
    has_original,
    is_byline_label,
    is_initials,
    is_labelled,
    is_like_names,
    is_too_long,
    names_editors,
    names_no_author,
    read_byline,
)
from crawler.extraction.normalisers.footnotes import chained, is_marked, is_reason, split_footnote
from crawler.extraction.normalisers.text import is_single_sentence

_PIVOT_WITHIN = 12  # blocks behind the heading
_LONGEST_SUBHEAD = 80
_LONGEST_SUBTITLE = 300
_MOST_FOOTNOTES = 200
_BEHIND_FOOTNOTES = 3  # lines that may stand behind footnotes
_LONGEST_BEHIND = 120
_LONGEST_LINK = 40
_LONGEST_LABEL = 12  # "Авторы:"
_SHORTEST_PARAGRAPH = 80  # characters; a shorter one is told by the stop at its end
_STOPS = tuple(".!?…:;")
_LISTS = {"td": ("tr",), "th": ("tr",), "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",)}  # and what holds them
_CALLED_AUTHOR = re.compile(r"author|byline|writer|avtor", re.IGNORECASE)


@dataclass(slots=True)
class Parts:
    """The blocks of an article by what they are."""

    subtitle: Block | None = None
    lead: list[Block] = field(default_factory=list)
    byline: list[Block] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    footnotes: list[tuple[str, str]] = field(default_factory=list)
    rule: str = "byline"


def split_parts(blocks: Sequence[Block], title: str, footnote_labels: tuple[str, ...]) -> Parts:
    """`blocks` are those between heading and the labels behind the body, without counters, credit and furniture."""
    parts = Parts()
    text = list(_without_labels(blocks))
    text, parts.footnotes = _cut_footnotes(_without_buttons(text), title, footnote_labels)
    pivot = _find_byline(text)
    if pivot is None:
        text = _without_links(text)
    if pivot is not None:
        start, end, parts.authors = pivot
        parts.byline = text[start:end]
        before, parts.body = _without_links(text[:start]), text[end:]
    else:
        parts.rule = "set apart"
        edge = set_apart(text)
        before, parts.body = text[:edge], text[edge:]
    parts.subtitle, parts.lead = subtitle_and_lead(before)
    return parts


def _without_labels(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without those around a byline that are no part of a text: "Автор:", an agency, a translator."""
    for at, block in enumerate(blocks):
        if len(block.text) <= _LONGEST_LABEL and is_byline_label(block.text):
            continue
        if at < _PIVOT_WITHIN and _is_no_text(block, blocks[at + 1 : at + 2]):
            continue
        yield block


def _is_no_text(block: Block, following: Sequence[Block]) -> bool:
    """Whether a line before a paragraph names an agency, a translator or a language; a subheading may, too."""
    if len(block.text) > _LONGEST_SUBHEAD or block.is_heading or block.emphasised or block.tag in _LISTS:
        return False
    return names_no_author(block.text) and not names_editors(block.text) and all(map(_is_prose, following))


def _find_byline(text: list[Block]) -> tuple[int, int, list[Author]] | None:
    """Where the byline stands and whom it names: the first block of names, or one behind it with a name in a bracket.

    The first stays the byline where prose follows it: names in a bracket further down are of the body.
    """
    likely = pairwise([*text[:_PIVOT_WITHIN], None])
    named = {
        index: authors for index, (block, after) in enumerate(likely) if block and (authors := _names(block, after))
    }
    groups = [group for group in _groups(named) if _may_be_byline(text, group, named)]
    if not groups:
        return _find_editors(text)
    group = groups[0]
    if not (_is_sure(text, group) or _is_prose(text[group.stop])):
        group = next((each for each in groups if _has_original(each, named)), group)
    more = list(takewhile(partial(_is_of_byline, text[group.stop - 1]), text[group.stop :]))
    initials = [Author(block.text) for block in more if is_initials(block.text)]
    return group.start, group.stop + len(more), [author for index in group for author in named[index]] + initials


def _find_editors(text: list[Block]) -> tuple[int, int, list[Author]] | None:
    """Where a line says that the newspaper itself wrote: a byline that names nobody."""
    for index, block in enumerate(text[:_PIVOT_WITHIN]):
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
    paragraphs = (block for block in text[group.stop :] if _is_prose(block))
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


def _is_prose(block: Block) -> bool:
    """Whether a block is a paragraph as a body has them."""
    if block.is_heading:
        return False
    stopped = block.tag not in _LISTS and block.text.rstrip("»”\"')]*").endswith(_STOPS)
    return stopped or len(block.text) >= _SHORTEST_PARAGRAPH


def _cell(text: list[Block], group: range) -> Frame | None:
    """The cell or item of a table or list that holds names and nothing else; a cell may place the whole text, too."""
    frame: Frame | None = text[group.start].frame
    if frame is not None and frame.tag not in _LISTS:
        frame = frame.parent
    if frame is None or frame.tag not in _LISTS:
        return None
    return None if any(block.frame.inside(frame) for block in _beside(text, group)) else frame


def _is_explained(block: Block) -> bool:
    """Whether a block is something with another name in a bracket that is no author: "Томагавк (Tomahawk)"."""
    name, _, bracket = block.text.partition(" (")
    return len(block.text) <= _LONGEST_SUBHEAD and bracket[-1:] == ")" and name[:1].isupper() and bracket[0].isupper()


def _beside(text: list[Block], group: range) -> list[Block]:
    return [text[at] for at in (group.start - 1, group.stop) if at >= 0]


def _is_of_list(text: list[Block], group: range) -> bool:
    """Whether the row or list around the cell or item of names holds anything else, but for paragraphs."""
    cell = _cell(text, group)
    around = cell.parent if cell is not None else None
    while cell is not None and around is not None and around.tag not in _LISTS[cell.tag]:
        around = around.parent
    if around is None:
        return False
    return any(block.frame.inside(around) and not _is_prose(block) for block in _beside(text, group))


def _is_subhead(text: list[Block], group: range, named: Mapping[int, list[Author]]) -> bool:
    """Whether emphasised names, or names in a table, part paragraphs that look the same."""
    if _has_original(group, named):
        return False
    before = [block for block in text[: group.start] if _is_prose(block)]
    behind = next(block for block in text[group.stop :] if _is_prose(block))
    if any(_look(block) != _look(behind) for block in before):
        return False
    if _cell(text, group) is not None:
        return bool(before) and behind.tag not in _LISTS and before[-1].frame.parent is behind.frame.parent
    return text[group.start].emphasised and len(before) > 1


def _recurs(text: list[Block], group: range, named: Mapping[int, list[Author]]) -> bool:
    """Whether other names, apart from these, look like them: they are subheadings."""
    authors = {author.name for index in group for author in named.get(index, [])}
    look = (*_look(text[group.start]), _has_original(group, named))
    for at in [*range(group.start), *range(group.stop, len(text))]:
        block = text[at]
        if len(block.text) > _LONGEST_SUBHEAD or _look(block) != look[:2]:
            continue
        others = named[at] if at in named else read_byline(block.text)
        if not others and not is_like_names(block.text):
            continue
        if has_original(others) == look[2] and authors.isdisjoint(other.name for other in others):
            return True
    return False


def _look(block: Block) -> tuple[str, bool]:
    return block.tag, block.emphasised


def _without_links(text: list[Block]) -> list[Block]:
    """The head of an article without blocks that are nothing but a short link: sections, tags, buttons."""
    start = 0
    while start < len(text) and _is_link(text[start]):
        start += 1
    return text[start:]


def _without_buttons(text: list[Block]) -> list[Block]:
    """The text without short links behind it, in elements beside those of the text: a version to print, a way back."""
    end = len(text)
    while end > 1 and _is_link(text[end - 1]) and not _together(text[end - 2], text[end - 1]):
        end -= 1
    return text[:end]


def _together(one: Block, other: Block) -> bool:
    """Whether two blocks stand in one element, or each in an element of it."""
    return one.frame.parent is None or other.frame.inside(one.frame.parent)


def _is_link(block: Block) -> bool:
    return len(block.text) <= _LONGEST_LINK and not block.is_heading and block.wholly_linked


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


def subtitle_and_lead(before: list[Block]) -> tuple[Block | None, list[Block]]:
    """What stands between heading and body: a heading or a single short sentence first is the subtitle (codebook)."""
    before = [block for block in before if any(map(str.isalpha, block.text))]  # a number or a clock is neither
    if not before:
        return None, []
    first = before[0]
    short = len(first.text) <= _LONGEST_SUBTITLE
    if first.is_heading or (short and is_single_sentence(first.text)):
        return first, before[1:]
    return None, before


def _cut_footnotes(text: list[Block], title: str, labels: tuple[str, ...]) -> tuple[list[Block], list[tuple[str, str]]]:
    """Footnotes stand at the tail: lines that begin with a marker which hangs on a word of the text."""
    text, numbered = cut_numbered(text)
    if numbered:
        return text, numbered
    text = _up_to_reason(text, title, labels)
    notes: list[tuple[str, str]] = []
    while text and len(notes) < _MOST_FOOTNOTES:
        found = split_footnote(text[-1].text, labels)
        if found is None:
            break
        marker, line = found
        above = [title, *(block.text for block in text[:-1])]
        known = split_footnote(line, labels) is not None
        if marker and not known and not is_marked(marker, above):
            break
        notes[:0] = chained(marker, line, above) if marker else [found]
        text = text[:-1]
    return text, notes


def _up_to_reason(text: list[Block], title: str, labels: tuple[str, ...]) -> list[Block]:
    """The text without a few short lines behind a footnote that says why somebody carries its marker: a credit, a link.

    It is left as it is where its last line is a footnote, or none is near.
    """
    for end in range(len(text), max(0, len(text) - _BEHIND_FOOTNOTES - 1), -1):
        found = split_footnote(text[end - 1].text, labels)
        above = [title, *(block.text for block in text[: end - 1])] if found else []
        if found and (end == len(text) or _is_sure_footnote(found, above, labels)):
            return text[:end]
        if len(text[end - 1].text) > _LONGEST_BEHIND:
            break
    return text


def _is_sure_footnote(found: tuple[str, str], above: Sequence[str], labels: tuple[str, ...]) -> bool:
    marker, line = found
    return not marker or (is_reason(line, labels) and is_marked(marker, above))


def main_container(blocks: Sequence[Block]) -> Frame | None:
    """The element that directly holds most of the text; None where there is no text."""
    weights: dict[Frame, int] = defaultdict(int)
    for block in blocks:
        frame, length = block.frame, len(block.text)
        weights[frame.parent or frame] += length
        weights[frame] += length
    return max(weights, key=weights.__getitem__) if weights else None
