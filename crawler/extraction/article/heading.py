"""Which block is the article's heading: by score, since no tag and no class can be relied on."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from crawler.extraction.flow import Block, shown
from crawler.extraction.furniture import is_for_listeners
from crawler.extraction.normalisers.counts import read_count
from crawler.extraction.normalisers.outlets import may_name_outlet, split_outlet
from crawler.extraction.normalisers.text import fold

_LONGEST = 400
_LONGEST_NUMBER = 80  # characters, indentation too
_SHORTEST_TITLE = 12  # characters
_SEPARATED = re.compile(r"\s*[|–—·•»-]+\s+\S")
_SIGNS = re.compile(r"\s*[|/:»–—·•-]+\s+")
_SOON, _LONGEST_BETWEEN = 8, 60  # blocks between a title in a bar and the heading; characters of each
_ENOUGH = 3
_KEY = 6
_OUTLET, _PAGE_TITLE, _H1, _H2, _COUNTERS = 3, 4, 3, 1, 3


def find_heading(blocks: list[Block], taken: Container[int], page_titles: list[str]) -> tuple[Block, str] | None:
    """The heading and the rule that decided, or None.

    What speaks for a block: it ends with "(Outlet, Country)", it begins the page's <title>, it is an <h1>, and
    numbers stand directly behind it.
    """
    titles = {fold(title) for title in page_titles if title}
    keys = {title[:_KEY] for title in titles}
    initials = {letter for key in keys for letter in (key[0], key[0].upper(), *("ёЁ" if key[0] == "е" else ""))}
    best: tuple[int, Block, str] | None = None
    for block in blocks:
        if block.index in taken:
            continue
        text = block.text
        likely = text[-1] in ")）" or (text[0] in initials and fold(text[:_KEY]) in keys) or block.is_heading
        if not (likely or (text[-1] == "." and may_name_outlet(text))) or not 3 <= len(text) <= _LONGEST:
            continue
        score, rule = _score(block, blocks, titles)
        better = score >= _ENOUGH and (best is None or score > best[0] or _repeats(best, score, block, blocks))
        if better and not (block.is_heading and is_for_listeners(block)):  # it may say the title with the site's name
            best = score, block, rule
    if best is None:
        return None
    _, block, rule = best
    return _without_site(block, blocks, taken), rule


def _repeats(best: tuple[int, Block, str], score: int, block: Block, blocks: list[Block]) -> bool:
    """Whether a block says the best one again as surely, soon behind it: a bar or a path above the heading said it."""
    known_score, known, _ = best
    if score != known_score or block.text != known.text or block.index - known.index > _SOON:
        return False
    return all(len(between.text) <= _LONGEST_BETWEEN for between in blocks[known.index + 1 : block.index])


def behind_name(title: str, name: str) -> Iterator[str]:
    """What may be the heading in a page's title that begins with the site's name: `ВПК.name / News / The heading`."""
    if name and title.startswith(name):
        yield from (title[match.end() :] for match in _SIGNS.finditer(title, len(name)))


def _without_site(heading: Block, blocks: list[Block], taken: Container[int]) -> Block:
    """The heading, or the block that says the same without the site's name behind it."""
    text = heading.text
    if _SEPARATED.search(text) is None:
        return heading
    for block in blocks:
        begins = _SHORTEST_TITLE <= len(block.text) < len(text) and text.startswith(block.text)
        if begins and block.index not in taken and _SEPARATED.match(text, len(block.text)):
            return block
    return heading


def _score(block: Block, blocks: list[Block], titles: Iterable[str]) -> tuple[int, str]:
    points: dict[str, int] = {}
    folded = fold(block.text)
    if split_outlet(block.text)[1] is not None:
        points["outlet"] = _OUTLET
    if any(_is_of_title(folded, title) for title in titles):
        points["title"] = _PAGE_TITLE
    if block.is_heading:
        points["heading"] = _H1 if _in_h1(block) else _H2
    if points and _counters_behind(block, blocks):
        points["counters"] = _COUNTERS
    return sum(points.values()), "heading:" + "+".join(points)


def _is_of_title(folded: str, title: str) -> bool:
    if folded == title:
        return True
    bare = split_outlet(folded)[0] if folded.endswith(")") else folded
    return len(bare) >= 12 and title.startswith(bare)


def _in_h1(block: Block) -> bool:
    frame = block.frame
    return frame.tag == "h1" or (frame.parent is not None and frame.parent.tag == "h1")


def _counters_behind(block: Block, blocks: list[Block]) -> bool:
    numbers = 0
    for following in blocks[block.index + 1 : block.index + 5]:
        for atom in following.atoms:
            if len(atom.text) > _LONGEST_NUMBER or read_count(shown(atom)).value is None:
                return numbers >= 2
            numbers += 1
    return numbers >= 2
