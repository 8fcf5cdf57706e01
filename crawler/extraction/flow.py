"""A page as a flow of text blocks, whatever its tags and classes are, in the order of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extraction.normalisers.text import clean, visible

_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "label", "mark", "nobr", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "head", "title", "select",
    "datalist", "textarea", "canvas", "audio", "video", "map", "input", "meta", "link", "-comment", "-doctype",
})  # fmt: skip
# A single <br> in these is a space (codebook, body).
_ONE_PARAGRAPH = frozenset({"p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_EMPHASIS = frozenset({"b", "strong", "em", "i"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Anchor:
    """A link as it stands in the flow."""

    node: LexborNode
    href: str | None


@dataclass(slots=True, eq=False)
class Atom:
    """The text directly inside one element. `gap`: an element without text (an icon) stands before it."""

    text: str
    node: LexborNode
    anchor: Anchor | None
    emphasis: bool
    gap: bool


@dataclass(slots=True, eq=False)
class Frame:
    """A block element on the way from <body> to a block."""

    node: LexborNode
    tag: str
    parent: Frame | None
    depth: int
    one_paragraph: bool

    @property
    def id(self) -> int:
        """Tells elements of one page apart."""
        return id(self)

    def inside(self, other: Frame) -> bool:
        """Whether `other` is this frame or encloses it."""
        frame: Frame | None = self
        while frame is not None and frame.depth >= other.depth:
            if frame is other:
                return True
            frame = frame.parent
        return False


@dataclass(eq=False)
class Block:
    """One paragraph, heading, list item, cell, or stretch of text between line breaks. `text` is clean."""

    index: int
    text: str
    printed: str
    frame: Frame
    atoms: list[Atom]

    @property
    def tag(self) -> str:
        """The innermost block element."""
        return self.frame.tag

    @property
    def is_heading(self) -> bool:
        """Whether it stands in h1 to h6."""
        frame: Frame | None = self.frame
        while frame is not None and frame.depth > self.frame.depth - 3:
            if frame.tag in _HEADINGS:
                return True
            frame = frame.parent
        return False

    def within(self, *tags: str) -> bool:
        """Whether it stands in one of `tags`, up to four block elements up."""
        frame: Frame | None = self.frame
        for _ in range(4):
            if frame is None:
                return False
            if frame.tag in tags:
                return True
            frame = frame.parent
        return False

    @cached_property
    def emphasised(self) -> bool:
        """Whether all of its text is bold or italic."""
        return all(atom.emphasis for atom in self.atoms)

    @cached_property
    def css_class(self) -> str:
        """The class of the innermost block element."""
        return self.frame.node.attributes.get("class") or ""

    def anchors(self) -> Iterator[tuple[Anchor, str]]:
        """The links in the block with their texts."""
        last: Anchor | None = None
        texts: list[str] = []
        for atom in self.atoms:
            if atom.anchor is not last and last is not None:
                yield last, clean("".join(texts))
            if atom.anchor is not last:
                texts = []
            last = atom.anchor
            texts.append(atom.text)
        if last is not None:
            yield last, clean("".join(texts))


@dataclass(slots=True, eq=False)
class Picture:
    """An <img>, with the number of the block before which it stands."""

    node: LexborNode
    before: int
    frame: Frame
    anchor: Anchor | None


@dataclass(slots=True, eq=False)
class Flow:
    """The blocks and images of a page, in the order of the source.

    `empty` are inline elements without content (icons, counters filled in by script) and the block they stand before.
    """

    blocks: list[Block] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    empty: list[tuple[LexborNode, int]] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)


def read_flow(tree: LexborHTMLParser) -> Flow:
    """Walk the page once. An empty flow where there is no body."""
    body = tree.body
    return _Walk(tree, body).run() if body is not None else Flow()


class _Walk:
    """Depth first without recursion: the depth of a page is its author's choice."""

    def __init__(self, tree: LexborHTMLParser, body: LexborNode) -> None:
        self.flow = Flow()
        self.frame = Frame(body, "body", None, 0, False)
        self.parts: list[str] = []
        self.atoms: list[Atom] = []
        self.anchor: Anchor | None = None
        self.emphasis = 0
        self.gap = False
        self.after_break = False
        self.hidden, self.blocklike = _styled(tree)
        self.body = body

    def run(self) -> Flow:
        """Visit every node; leaving an element undoes what entering it did."""
        stack: list[tuple[LexborNode, str, Frame | None, Anchor | None]] = []
        node, owner = self.body.first_child, self.body
        while True:
            while node is not None:
                tag = node.tag or ""
                if tag == "-text":
                    text = node.text_content or ""
                    if not text.isspace():
                        self._text(text, owner)
                    elif self.parts:
                        self.parts.append(" ")
                elif tag not in _SKIPPED and not (self.hidden and node.mem_id in self.hidden):
                    child = node.first_child
                    if child is None:
                        self._childless(node, tag)
                    else:
                        stack.append((node, tag, self._enter(node, tag), self.anchor))
                        if tag == "a":
                            self.anchor = Anchor(node, node.attributes.get("href"))
                            self.flow.anchors.append(self.anchor)
                        node, owner = child, node
                        continue
                node = node.next
            if not stack:
                break
            left, tag, frame, self.anchor = stack.pop()
            self._leave(tag, frame)
            node, owner = left.next, stack[-1][0] if stack else self.body
        self._flush()
        return self.flow

    def _text(self, text: str, owner: LexborNode) -> None:
        if text:
            self.parts.append(text)
            self.after_break = False
            self.atoms.append(Atom(text, owner, self.anchor, self.emphasis > 0, self.gap))
            self.gap = False

    def _childless(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._break()
        elif tag == "img":
            self.flow.pictures.append(Picture(node, len(self.flow.blocks), self.frame, self.anchor))
            self.gap = True
        elif tag == "hr" or tag not in _INLINE:
            self._flush()
        elif tag != "wbr":
            self.flow.empty.append((node, len(self.flow.blocks)))
            self.gap = True

    def _break(self) -> None:
        """`<br><br>`, and a `<br>` outside p, li, blockquote, begin a new paragraph; a single one inside is a space."""
        if self.after_break or not self.frame.one_paragraph:
            self._flush()
        else:
            self.parts.append(" ")
            self.after_break = True
        self.gap = True

    def _enter(self, node: LexborNode, tag: str) -> Frame | None:
        """The frame to go back to where `node` is a block, else None."""
        if tag in _EMPHASIS:
            self.emphasis += 1
        if tag in _INLINE and not (self.blocklike and node.mem_id in self.blocklike):
            return None
        if self.parts:
            self._flush()
        outer = self.frame
        one = outer.one_paragraph or tag in _ONE_PARAGRAPH
        self.frame = Frame(node, tag, outer, outer.depth + 1, one)
        return outer

    def _leave(self, tag: str, outer: Frame | None) -> None:
        if outer is not None:
            if self.parts:
                self._flush()
            self.frame = outer
            self.gap = False
        if tag in _EMPHASIS:
            self.emphasis -= 1

    def _flush(self) -> None:
        if self.atoms:
            printed = " ".join("".join(self.parts).split())
            text = printed if printed.isprintable() else clean(printed)
            if text:
                self.flow.blocks.append(Block(len(self.flow.blocks), text, printed, self.frame, self.atoms))
            self.atoms = []
        if self.parts:
            self.parts = []
        self.after_break = self.gap = False


def _styled(tree: LexborHTMLParser) -> tuple[set[int], set[int]]:
    """The nodes that are not shown, and the inline elements that their style makes blocks: one query for both."""
    hidden: set[int] = set()
    blocklike: set[int] = set()
    for node in tree.css("[hidden],[style]"):
        attributes = node.attributes
        style = attributes.get("style") or ""
        if "hidden" in attributes or _HIDDEN.search(style):
            hidden.add(node.mem_id)
        elif _BLOCK_STYLE.search(style):
            blocklike.add(node.mem_id)
    return hidden, blocklike


def shown(atom: Atom) -> str:
    """An atom's text, clean."""
    return clean(visible(atom.text))
