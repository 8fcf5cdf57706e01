"""A page as a flow of text blocks, whatever its tags and classes are, in the order of the source."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter

from msgspec import Struct, field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extraction.normalisers.text import clean, is_plain

# What an element is to the flow of text; what is not named in _ROLES is a block. From _BLOCK on it parts paragraphs;
# from _PARAGRAPH on a single <br> in it is a space (codebook, body).
_SKIPPED, _INLINE, _LINK, _EMPHATIC, _IMAGE, _BREAK, _BLOCK, _PARAGRAPH, _HEADING = range(9)
_ROLES = {
    **dict.fromkeys((
        "script", "style", "noscript", "template", "svg", "mat-icon", "iframe", "object", "embed", "head", "title",
        "select", "datalist", "textarea", "canvas", "audio", "video", "map", "input", "meta", "link",
        "-comment", "-doctype",
    ), _SKIPPED),
    **dict.fromkeys((
        "abbr", "acronym", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "font", "ins", "kbd", "label",
        "mark", "nobr", "noindex", "q", "ruby", "s", "samp", "small", "span", "strike", "sub", "sup", "time", "tt", "u",
        "var", "wbr",
    ), _INLINE),
    **dict.fromkeys(("b", "strong", "em", "i"), _EMPHATIC),
    "a": _LINK, "br": _BREAK, "img": _IMAGE, "amp-img": _IMAGE,
    **dict.fromkeys((
        "address", "article", "aside", "button", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "header", "hr", "main", "nav", "ol", "picture", "pre", "section", "source",
        "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ), _BLOCK),
    **dict.fromkeys(("p", "li", "blockquote"), _PARAGRAPH),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEADING),
}  # fmt: skip
_NOT_OF_HTML = frozenset({"noindex"})  # Yandex's, around a link or a line that is not to be indexed
_NO_HEADING = -1_000_000
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)", re.IGNORECASE)


def _numbered() -> tuple[int, int, dict[int, tuple[str, int]]]:
    """The parser's numbers of text and <body>, and those of other elements of HTML with name and role.

    A number is read in a fifth of the time that a name takes. Elements that HTML does not know have other numbers in
    every tree.
    """
    tree = LexborHTMLParser("text")
    body = tree.body
    assert body is not None and body.first_child is not None
    known = {tag: role for tag, role in _ROLES.items() if "-" not in tag and tag not in _NOT_OF_HTML}
    elements = {tree.create_node(tag).tag_id: (tag, role) for tag, role in known.items()}
    return body.first_child.tag_id, body.tag_id, elements


_TEXT, BODY, _ELEMENTS = _numbered()


# Hundreds of these a page: a Struct is made at a third of a dataclass's cost. None can be part of a cycle (gc=False).


class Anchor(Struct, eq=False, gc=False):
    """A link as it stands in the flow."""

    node: LexborNode
    href: str | None


class Atom(Struct, eq=False, gc=False):
    """The text directly inside one element; `leaf` is its own node. `gap`: an element without text stands before it."""

    text: str
    node: LexborNode
    anchor: Anchor | None
    emphasis: bool
    gap: bool
    leaf: LexborNode
    known: str | None = None  # the text clean, once somebody asked: rows ask for it several times (`shown`)


class Frame(Struct, eq=False, gc=False):
    """A block element on the way from <body> to a block."""

    node: LexborNode
    tag: str
    parent: Frame | None
    depth: int
    one_paragraph: bool
    heading: int  # depth of the innermost h1 to h6 around it; far below zero where there is none

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


class Block(Struct, eq=False, gc=False):
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
        """Whether it stands in h1 to h6, at most two block elements deep in it."""
        return self.frame.depth - self.frame.heading < 3

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

    @property
    def emphasised(self) -> bool:
        """Whether all of its text is bold or italic."""
        return all(atom.emphasis for atom in self.atoms)

    @property
    def linked(self) -> bool:
        """Whether any of its text is a link."""
        return any(atom.anchor is not None for atom in self.atoms)

    @property
    def wholly_linked(self) -> bool:
        """Whether all of its text is links."""
        if self.atoms and self.atoms[0].anchor is None:  # of most blocks this is enough to know
            return False
        return all(atom.anchor is not None for atom in self.atoms)

    @property
    def css_class(self) -> str:
        """The class of the innermost block element."""
        return self.frame.node.attrs.get("class") or ""

    def part(self, start: int, end: int | None = None) -> Block:
        """Some of its atoms as a block of the same number."""
        atoms = self.atoms[start:end]
        printed = " ".join("".join(atom.text for atom in atoms).split())
        return Block(self.index, clean(printed), printed, self.frame, atoms)

    def anchors(self) -> list[tuple[Anchor, str]]:
        """The links in the block with their texts."""
        linked = [(atom.anchor, atom.text) for atom in self.atoms if atom.anchor is not None]
        if len(linked) < 2:
            return [(anchor, clean(text)) for anchor, text in linked]
        runs = groupby(linked, key=itemgetter(0))
        return [(anchor, clean("".join([text for _, text in run]))) for anchor, run in runs]


class Picture(Struct, eq=False, gc=False):
    """An image, with the number of the block before which it stands."""

    node: LexborNode
    before: int
    frame: Frame
    anchor: Anchor | None


class Flow(Struct, eq=False, gc=False):
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
    return _walk(body, *_styled(tree)) if body is not None else Flow()


def _walk(body: LexborNode, hidden: set[int], blocklike: set[int]) -> Flow:  # noqa: PLR0912, PLR0915
    """Depth first without recursion: the depth of a page is its author's choice.

    One function with local names, against the house's custom: it runs for every node, and is a third of what
    reading a page costs. `parts` and `atoms` gather the block that is open; `owner` is the innermost open element,
    and the stack holds what leaving it brings back.
    """
    flow = Flow()
    blocks, anchors, elements = flow.blocks, flow.anchors, _ELEMENTS
    frame, emphasis = Frame(body, "body", None, 0, False, _NO_HEADING), False
    anchor: Anchor | None = None
    parts: list[str] = []
    atoms: list[Atom] = []
    gap = after_break = False
    stack: list[tuple[LexborNode, Frame, Anchor | None, bool]] = []
    node, owner = body.first_child, body
    while True:
        while node is not None:
            if (number := node.tag_id) == _TEXT:
                if node.is_empty_text_node or (text := node.text_content or " ").isspace():
                    if parts:
                        parts.append(" ")
                else:
                    parts.append(text)
                    atoms.append(Atom(text, owner, anchor, emphasis, gap, node))
                    after_break = gap = False
                node = node.next
                continue
            tag, role = elements[number] if number in elements else _unnumbered(node)
            if role == _SKIPPED or (hidden and node.mem_id in hidden):
                pass
            elif role == _IMAGE:  # whatever is in it stands for it where it cannot be shown
                flow.pictures.append(Picture(node, len(blocks), frame, anchor))
                gap = True
            elif (child := node.first_child) is not None and (not child.is_comment_node or child.next is not None):
                stack.append((owner, frame, anchor, emphasis))
                if role >= _BREAK or (blocklike and node.mem_id in blocklike):
                    if parts:
                        _close(blocks, frame, parts, atoms)
                        parts, atoms, after_break, gap = [], [], False, False
                    depth = frame.depth + 1
                    one_paragraph = role >= _PARAGRAPH or frame.one_paragraph
                    frame = Frame(node, tag, frame, depth, one_paragraph, depth if role == _HEADING else frame.heading)
                if role == _LINK:
                    anchor = Anchor(node, node.attrs.get("href"))
                    anchors.append(anchor)
                elif role == _EMPHATIC:
                    emphasis = True
                node, owner = child, node
                continue
            elif role == _BREAK and frame.one_paragraph and not after_break:
                parts.append(" ")
                after_break = gap = True
            elif role < _IMAGE:
                if tag != "wbr":
                    flow.empty.append((node, len(blocks)))
                    gap = True
            else:
                _close(blocks, frame, parts, atoms)
                parts, atoms, after_break, gap = [], [], False, role == _BREAK
            node = node.next
        if not stack:
            break
        node = owner.next
        owner, outer, anchor, emphasis = stack.pop()
        if outer is not frame:
            if parts:
                _close(blocks, frame, parts, atoms)
                parts, atoms, after_break = [], [], False
            frame, gap = outer, False
    _close(blocks, frame, parts, atoms)
    return flow


def _unnumbered(node: LexborNode) -> tuple[str, int]:
    """Name and role of a comment, or of an element that HTML does not know.

    Word leaves its smart tags in a line: `<st1:metricconverter>34 m</st1:metricconverter>`.
    """
    tag = node.tag or ""
    return tag, _ROLES.get(tag, _INLINE if ":" in tag else _BLOCK)


def is_hollow(node: LexborNode) -> bool:
    """Whether an element has no content; a comment, as frameworks leave them, is none."""
    child = node.first_child
    return child is None or (child.next is None and child.is_comment_node)


def _close(blocks: list[Block], frame: Frame, parts: list[str], atoms: list[Atom]) -> None:
    """Make a block of what was gathered; of nothing but white space and invisible characters none."""
    if not atoms:
        return
    text = printed = (parts[0] if len(parts) == 1 else "".join(parts)).strip()
    if not is_plain(text):
        printed = " ".join(text.split())
        text = clean(printed)
    if text:
        if len(atoms) == 1:
            atoms[0].known = text
        blocks.append(Block(len(blocks), text, printed, frame, atoms))


def _styled(tree: LexborHTMLParser) -> tuple[set[int], set[int]]:
    """The nodes that are not shown, and the inline elements that their style makes blocks: one query for both."""
    hidden: set[int] = set()
    blocklike: set[int] = set()
    for node in tree.css("[hidden],[style],[aria-hidden=true]"):
        attributes = node.attributes
        style = attributes.get("style") or ""
        if "hidden" in attributes or _HIDDEN.search(style) or ("aria-hidden" in attributes and _is_initial(node)):
            hidden.add(node.mem_id)
        elif _BLOCK_STYLE.search(style):
            blocklike.add(node.mem_id)
    return hidden, blocklike


def _is_initial(node: LexborNode) -> bool:
    """Whether an element that is not read aloud is a letter or two: in place of a portrait beside a name."""
    text = (node.text() or "").strip()
    return 0 < len(text) <= 2 and text.isalpha()


def shown(atom: Atom) -> str:
    """An atom's text, clean."""
    if atom.known is None:
        atom.known = clean(atom.text)
    return atom.known
