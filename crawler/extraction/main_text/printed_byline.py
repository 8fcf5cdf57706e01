"""The byline that a page prints near its title: names behind "By", or in an element that is called so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.records import Author
from crawler.extraction.flow import Atom, Block
from crawler.extraction.furniture import is_never_article, names_of
from crawler.extraction.main_text.prose import around, is_title
from crawler.extraction.normalisers.bylines import leading_names
from crawler.extraction.normalisers.text import clean, fold

_BY = re.compile(
    r"(?:(?:written |reported |story |words |interview )?by|(?:text |interview )?von|par|por|di|af|av|door"
    r"|texte?|texto|tekst|текст|автор|авторы)(?: ?:| (?=\w))\s*",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:^|[\s_-])(?:by-?line|authors?|autore?n?|verfasser)(?:[\s_-]?names?)?(?:$|[\s_-])", re.IGNORECASE
)
_BESIDE = re.compile(r"\s[|•·]\s")  # between the byline and what else a line says: "News | By Jane Doe | 1 May"
_JOINS = re.compile(r"[,;/&]|\s(?:and|und|et|и|y|og|och|en)\s")
_LONGEST = 120  # characters
_ABOVE, _BELOW = 4, 14  # blocks around the title in which a byline may stand
_LEAD = 2  # paragraphs that may stand above it


def printed_bylines(blocks: Sequence[Block], titles: Sequence[str]) -> Iterator[tuple[str, list[Author]]]:
    """Lines near the title that begin with names, and the names. `titles` are what the page says it is called."""
    for block in _near_title(blocks, [fold(title) for title in titles if title]):
        text = block.text
        if len(text) > _LONGEST or block.is_heading or text.endswith((".", "!", "?")):
            continue
        said = _behind_by(text)
        if said is None and not _is_called_byline(block):
            continue
        names = _marked_names(block) or leading_names(said or text)
        if names and not any(map(is_never_article, around(block.frame))):
            yield text, names


def _behind_by(line: str) -> str | None:
    """What stands behind "By" at the beginning of a line or of one of its parts; None without it."""
    starts = [0, *(bar.end() for bar in _BESIDE.finditer(line))]
    return next((line[match.end() :] for start in starts if (match := _BY.match(line, start))), None)


def _near_title(blocks: Sequence[Block], titles: Sequence[str]) -> Iterator[Block]:
    """The blocks around the heading that prints the page's title, up to the article's text; none without one."""
    at = next((i for i, block in enumerate(blocks) if block.is_heading and is_title(block, titles)), None)
    paragraphs = 0
    for block in blocks[max(0, at - _ABOVE) : at + _BELOW] if at is not None else ():
        paragraphs += len(block.text) > _LONGEST and not block.is_heading
        if paragraphs > _LEAD:
            return
        yield block


def _marked_names(block: Block) -> list[Author]:
    """The full names that are links of their own, or the first that is an element of its own.

    What stands behind them is an outlet or a town, not a part of them.
    """
    linked = [name for atom in block.atoms if atom.anchor is not None and (name := _full_name(atom))]
    if linked:
        return linked
    inner = (atom for atom in block.atoms if atom.node.mem_id != block.frame.node.mem_id)
    return [name for atom in inner if (name := _full_name(atom))][:1] if not _joins(block) else []


def _full_name(atom: Atom) -> Author | None:
    """The one name of two words or more that an atom is."""
    text = clean(atom.text)
    names = leading_names(text)
    return names[0] if len(names) == 1 and names[0].name == text and " " in text else None


def _joins(block: Block) -> bool:
    """Whether a line may name more than one."""
    return _JOINS.search(block.text) is not None


def _is_called_byline(block: Block) -> bool:
    """Whether the element of a line, or one in it, is called a byline or an author."""
    return _CALLED.search(names_of(block.frame)) is not None or any(
        _CALLED.search(atom.node.attrs.get("class") or "") for atom in block.atoms
    )
