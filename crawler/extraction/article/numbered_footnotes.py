"""Footnotes by number: `Insider<sup><a href="#fn1">1</a></sup>` in the text, a list or lines with numbers at its end.

A number is a marker only where it stands in the text as a superscript or a link within the page, and the footnotes
begin with 1 and leave none out: of `20 km<sup>2</sup>` there is no first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from archive.records import Footnote
from crawler.extraction.flow import Atom, Block, shown
from crawler.extraction.normalisers.footnotes import BACK, tie
from crawler.extraction.normalisers.text import clean

_PRINTED = re.compile(r"\[?(?P<number>[1-9])\]?[.)]?\s+(?P<text>\S.*)")
_RAISED = str.maketrans("123456789", "¹²³⁴⁵⁶⁷⁸⁹")
_MOST = 9


def cut_numbered(text: Sequence[Block]) -> tuple[list[Block], list[tuple[str, str]]]:
    """The text without such footnotes at its end, and marker and text of each."""
    lines = list(text)
    if not lines or not _may_be(lines[-1]):
        return lines, []
    marks = {_target(atom): mark for block in lines for atom in block.atoms if (mark := _mark(atom))}
    notes: list[tuple[str, str]] = []
    while marks and lines and len(notes) < _MOST and (note := _note(lines[-1], marks)):
        notes.insert(0, note)
        lines.pop()
    whole = [marker for marker, _ in notes] == [str(number) for number in range(1, len(notes) + 1)]
    return (lines, notes) if whole and {marker for marker, _ in notes} <= {*marks.values()} else (list(text), [])


def tie_numbered(footnotes: Sequence[tuple[str, str]], blocks: Iterable[Block]) -> list[Footnote]:
    """Such footnotes with their subjects."""
    raised = [(marker.translate(_RAISED), text) for marker, text in footnotes]
    tied = tie(raised, [_raised(block) for block in blocks])
    return [Footnote(marker, each.text, each.subjects) for (marker, _), each in zip(footnotes, tied, strict=True)]


def are_numbered(footnotes: Sequence[tuple[str, str]]) -> bool:
    """Whether footnotes are those of `cut_numbered`."""
    return bool(footnotes) and footnotes[0][0] == "1"


def _may_be(block: Block) -> bool:
    return block.text[0].isdigit() or block.text[0] == "[" or block.within("li")


def _mark(atom: Atom) -> str | None:
    """The number that an atom in the text is, if it is a marker."""
    if len(atom.text) > 4 or not (text := shown(atom).strip("[]")).isdigit() or text not in "123456789":
        return None
    outer = atom.node.parent
    raised = atom.node.tag == "sup" or (outer is not None and outer.tag == "sup")
    return text if raised or (atom.anchor is not None and (atom.anchor.href or "").startswith("#")) else None


def _target(atom: Atom) -> str:
    """What tells a marker's footnote: where its link leads, else its number."""
    href = atom.anchor.href if atom.anchor is not None else None
    return href[1:] if href and href[0] == "#" and len(href) > 1 else shown(atom).strip("[]")


def _note(block: Block, marks: dict[str, str]) -> tuple[str, str] | None:
    """Marker and text of a footnote: by its id, by the number it prints, by its place in a list."""
    text = block.text.rstrip(BACK)
    if match := _PRINTED.fullmatch(text):
        return match["number"], match["text"]
    item = next((frame for frame in (block.frame, block.frame.parent) if frame is not None and frame.tag == "li"), None)
    if item is None or not text:
        return None
    if (marker := marks.get(item.node.attrs.get("id") or "")) is not None:
        return marker, text
    siblings = item.node.parent.iter() if item.node.parent is not None else iter(())
    place = next((at for at, node in enumerate(siblings, 1) if node.mem_id == item.node.mem_id), 0)
    return (str(place), text) if item.parent is not None and item.parent.tag == "ol" else None


def _raised(block: Block) -> str:
    """A block's text with its markers as the signs for small raised numbers."""
    texts = (mark.translate(_RAISED) if (mark := _mark(atom)) else atom.text for atom in block.atoms)
    return clean("".join(texts))
