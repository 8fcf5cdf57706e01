"""What stands behind the body under labels: rights, original publication, disclaimer, mentions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from archive.records import Mention
from crawler.extraction.flow import Anchor, Block, Frame, Picture, shown
from crawler.extraction.labels import Found, LabelBook
from crawler.extraction.layer import LayerReading
from crawler.extraction.normalisers.counts import is_count
from crawler.extraction.normalisers.dates import read_moment, without_word
from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.normalisers.urls import Resolver, host_of

_STOP = re.compile(r"[.,;] ")
_EDGE = " :.–—-•·|,;"
_LONGEST_HOLDER = 120
_LONGEST_MENTION = 120
_LONGEST_KIND = 25
_LONGEST_NAME = 60  # of a mention without a link
_LONGEST_LINE = 300  # of several
_MOST_MENTIONS = 200
_LINES = frozenset({"rights", "rights_statement", "original", "disclaimer"})


class Tail:
    """Reads the labelled blocks of one page. `labelled` are the blocks that begin with a label, by number."""

    def __init__(
        self,
        blocks: Sequence[Block],
        labelled: Mapping[int, Found],
        resolve: Resolver,
        pictures: Sequence[Picture],
        book: LabelBook,
    ) -> None:
        self.book = book
        self.blocks = blocks
        self.labelled = labelled
        self.resolve = resolve
        self.pictures = pictures

    def read(self, into: LayerReading, seen_at: datetime, zone: ZoneInfo) -> None:
        """Find rights, original publication and disclaimer."""
        for block, found in self._lines():
            if found.kind == "rights" and "rights_holder" not in into.fields:
                self._rights(block, found, into)
            elif found.kind in {"rights_statement", "disclaimer"} and found.kind not in into.fields:
                into.found(found.kind, block.text, "label")
            elif found.kind == "original" and "original_url" not in into.fields:
                self._original(block, found, into, seen_at, zone)

    def _lines(self) -> Iterator[tuple[Block, Found]]:
        """The labelled blocks, cut where another label begins a line of theirs."""
        for index, found in self.labelled.items():
            block = self.blocks[index]
            starts = self._further_labels(block) if found.kind in _LINES else []
            if not starts:
                yield block, found
                continue
            for start, end in pairwise([0, *starts, len(block.atoms)]):
                line = block.part(start, end)
                if label := self.book.find(line):
                    yield line, label

    def _further_labels(self, block: Block) -> list[int]:
        """The atoms behind a <br> with which another label begins."""
        return [at for at, atom in enumerate(block.atoms) if at and atom.gap and self.book.find(block.part(at))]

    def _rights(self, block: Block, found: Found, into: LayerReading) -> None:
        """The holder is a name behind the label, or only a logo's alt text, or where its link leads."""
        own_logo = None if found.rest else self._logo(block, (block.index,))
        text = self._without_statement(block, found.rest, into) or (None if own_logo else self._next_unlabelled(block))
        if text and len(text) <= _LONGEST_HOLDER:
            into.found("rights_holder", text.strip(_EDGE), "label:text", text)
        elif logo := own_logo or self._logo(block, (block.index, block.index + 1)):
            into.found("rights_holder", logo, "label:logo", logo)

    def _without_statement(self, block: Block, text: str, into: LayerReading) -> str:
        """A holder without the sentence on how the material may be used, where that stands behind it in one line."""
        for stop in _STOP.finditer(text):
            statement = text[stop.end() :]
            if self.book.begins(statement, "rights_statement"):
                into.found("rights_statement", block.text[block.text.rindex(statement) :], "label")
                return text[: stop.start()]
        return text

    def _next_unlabelled(self, block: Block) -> str | None:
        index = block.index + 1
        if index >= len(self.blocks) or index in self.labelled:
            return None
        following = self.blocks[index]
        return following.text if _near(block, following) else None

    def _logo(self, block: Block, before: Sequence[int]) -> str | None:
        """The alt text of an image in the label's block or behind it; it stands before one of the blocks `before`."""
        for picture in self.pictures:
            if picture.before in before:
                attributes = picture.node.attributes
                if picture.before == block.index and not _inside(picture.node, block.frame.node):
                    continue
                if name := clean(attributes.get("alt") or attributes.get("title") or ""):
                    return name
                if picture.anchor is not None:
                    return clean(picture.anchor.node.attrs.get("title") or "") or self._host(picture.anchor)
        return None

    def _host(self, anchor: Anchor) -> str | None:
        """Where a logo's link leads off the site."""
        url, own = self.resolve(anchor.href), self.resolve("/")
        host = host_of(url) if url else ""
        return host.removeprefix("www.") if host and own and host != host_of(own) else None

    def _original(self, block: Block, found: Found, into: LayerReading, seen_at: datetime, zone: ZoneInfo) -> None:
        candidates = [block]
        if (following := block.index + 1) < len(self.blocks) and following not in self.labelled:
            candidates.append(self.blocks[following])
        for candidate in candidates:
            for anchor, text in candidate.anchors():
                url = self.resolve(anchor.href)
                if url and "original_url" not in into.fields:
                    into.found("original_url", url, "label:link", text or None)
            self._original_date(candidate, into, seen_at, zone)
            if "original_url" in into.fields:
                break
        date = self._date_behind(candidate) if "original_published_at" not in into.fields else None
        if date and (moment := read_moment(date.text, seen_at=seen_at, zone=zone)):
            into.found("original_published_at", moment.at, "label:date", moment.raw)

    def _date_behind(self, line: Block) -> Block | None:
        """The block behind a line, where one element holds these two and nothing else."""
        following = self.blocks[line.index + 1 : line.index + 2]
        if not following or following[0].index in self.labelled or not line.linked:
            return None
        box = line.frame if following[0].frame.inside(line.frame) else line.frame.parent
        near = self.blocks[max(0, line.index - 1) : line.index + 3]
        held = [block.index for block in near if box is not None and block.frame.inside(box)]
        return following[0] if held == [line.index, line.index + 1] else None

    @staticmethod
    def _original_date(block: Block, into: LayerReading, seen_at: datetime, zone: ZoneInfo) -> None:
        for atom in sorted(block.atoms, key=lambda atom: atom.anchor is not None):  # the link's own text last
            text = without_word(shown(atom).strip(_EDGE + "()"))
            if moment := read_moment(text, seen_at=seen_at, zone=zone):
                into.found("original_published_at", moment.at, "label:date", moment.raw)
                return


def find_mentions(
    blocks: Sequence[Block],
    labelled: Mapping[int, Found],
    names: Mapping[str, str],
    resolve: Resolver,
    leads_to_one: Callable[[str], bool] = lambda _: True,
) -> tuple[list[Mention], set[int]]:
    """Who the news mentions, and the blocks that say it. The list ends with the first block that is no such thing.

    `names` are the kinds by the folded words that stand for them, in headings and in links' paths. Where a link may
    not lead (`leads_to_one`) it is no mention: buttons to share the article stand behind an empty list.
    """
    start = next((index for index, found in labelled.items() if found.kind == "mentions"), None)
    if start is None:
        return [], set()
    linked = partial(_linked, names=names, resolve=resolve, leads_to_one=leads_to_one)
    mentions = linked(blocks[start], kind=None) or ([] if blocks[start].linked else _printed(labelled[start].rest, 1))
    used = {start}
    kind: str | None = None
    beside: set[Frame | None] = set()  # the elements in which the words for kinds stand
    for block in blocks[start + 1 :]:
        heading = names.get(fold(block.text).strip(_EDGE)) if not block.linked else None
        if block.index in labelled or len(mentions) >= _MOST_MENTIONS:
            break
        if heading is not None:
            kind = heading
            beside.add(block.frame.parent)
        elif named := _of_kind(block, names):
            mentions += named
        elif block.frame.parent in beside and _heads_names(block, blocks[block.index + 1 :][:1], linked):
            kind = None  # it has no name here
        elif not mentions and not block.linked and _near(blocks[start], block) and (line := _printed(block.text, 2)):
            mentions += line
        elif not _lists_names(block, names):
            break
        elif found := linked(block, kind=kind) or _unlinked(block, kind):
            mentions += found
        else:
            break
        used.add(block.index)
    return _by_path(mentions, names), used


def _by_path(mentions: list[Mention], names: Mapping[str, str]) -> list[Mention]:
    """Where the paths of links tell the kinds, headings need not."""
    kinds = [kind_of_path(mention.url, names) if mention.url else None for mention in mentions]
    if not any(kinds):
        return mentions
    pairs = zip(mentions, kinds, strict=True)
    return [m if m.url is None or m.kind == kind else Mention(m.name, kind, m.url) for m, kind in pairs]


def _heads_names(block: Block, following: Sequence[Block], linked: Callable[..., list[Mention]]) -> bool:
    """Whether a word or two stand over links that are mentions: in a list's item around them, or in a line alone."""
    if block.linked or not following or len(block.text) > _LONGEST_KIND or not following[0].linked:
        return False
    around = block.tag != "li" or following[0].frame.inside(block.frame)
    return around and bool(linked(following[0], kind=None))


def _of_kind(block: Block, names: Mapping[str, str]) -> list[Mention]:
    """The names of a line without links behind a word for their kind: `Персоны: Дерюгин Павел`."""
    if ":" not in block.text or block.linked:
        return []
    word, _, rest = block.text.partition(":")
    kind = names.get(fold(word).strip(_EDGE))
    return [Mention(each.name, kind, None) for each in _printed(rest.strip(), 1)] if kind else []


def _lists_names(block: Block, names: Mapping[str, str]) -> bool:
    """Links with nothing but commas, kinds or a number between them; or an unlinked list item."""
    if not block.linked:
        return block.tag == "li" and len(block.text) <= _LONGEST_MENTION
    between = [fold(shown(atom)).strip(_EDGE) for atom in block.atoms if atom.anchor is None]
    loose = "".join(word for word in between if word and word not in names)
    return not loose or (len(block.text) <= _LONGEST_MENTION and loose.isalnum())


def _printed(text: str, fewest: int) -> list[Mention]:
    """The names of a line that is nothing else: `Finland, Republic of Korea, K9 Thunder`."""
    parts = [part.strip(_EDGE) for part in text.split(",")] if 0 < len(text) <= _LONGEST_LINE else []
    if len(parts) < fewest or text[-1] in ".!?…:)":
        return []
    names = all(0 < len(part) <= _LONGEST_NAME and (part[0].isupper() or part[0].isdigit()) for part in parts)
    names = names and ":" not in text and ";" not in text
    return [Mention(part, None, None) for part in parts] if names else []


def _unlinked(block: Block, kind: str | None) -> list[Mention]:
    return [] if block.linked else [Mention(block.text.strip(_EDGE), kind, None)]


def _linked(
    block: Block,
    names: Mapping[str, str],
    kind: str | None,
    resolve: Resolver,
    leads_to_one: Callable[[str], bool],
) -> list[Mention]:
    found: list[Mention] = []
    kinds: dict[int, str | None] = {}
    for atom in block.atoms:  # "Страны: <a>...; Компании: <a>..." in one block
        if atom.anchor is None:
            kind = names.get(fold(shown(atom)).strip(_EDGE), kind)
        kinds.setdefault(id(atom.anchor), kind)
    for anchor, text in block.anchors():
        url = resolve(anchor.href)
        if url and text and not is_count(text) and leads_to_one(url):
            found.append(Mention(text, kind_of_path(url, names) or kinds[id(anchor)], url))
    return found


def kind_of_path(url: str, names: Mapping[str, str]) -> str | None:
    parts = url.split("/")[3:]
    return next((names[part] for part in parts if part in names), None)


def _near(block: Block, following: Block) -> bool:
    """Whether two blocks stand in one small element: a table's row, a pair of cells."""
    one, other = block.frame.parent, following.frame.parent
    return block.frame is following.frame or (
        one is not None and other is not None and (one is other or one.parent is other or one is other.parent)
    )


def _inside(inner: LexborNode, outer: LexborNode) -> bool:
    node: LexborNode | None = inner
    for _ in range(12):
        if node is None:
            return False
        if node.mem_id == outer.mem_id:
            return True
        node = node.parent
    return False


__all__ = ["Anchor", "Tail", "find_mentions"]
