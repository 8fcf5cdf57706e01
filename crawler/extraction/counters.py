"""The counters behind the heading, by element: joined, `1`, `304`, `263` would read as one number."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from msgspec import Struct
from selectolax.lexbor import LexborNode

from archive.records import Counter
from crawler.extraction.counter_icons import (
    VOTES,
    by_pictographs,
    hints,
    icons_before,
    is_pictograph,
    kind_pictured,
    kinds_by_class,
)
from crawler.extraction.counter_words import (
    Kind,
    Named,
    all_labelled,
    is_word,
    kinds_in,
    labelled,
    names_one,
    says_kind,
)
from crawler.extraction.flow import Atom, Block
from crawler.extraction.normalisers.bylines import is_labelled
from crawler.extraction.normalisers.counts import Count, is_no_count, read_count
from crawler.extraction.normalisers.dates import names_numbers, names_publication
from crawler.extraction.normalisers.reading_time import is_reading_time, without_reading_time
from crawler.extraction.normalisers.text import clean, is_clean

__all__ = ["count_in", "find_counters", "find_named", "said_by", "said_in", "says_kind", "shown_text"]
_SEPARATORS = re.compile(r"\s*[|/·•]\s*")
_BARS = re.compile(r"\s[/·•]\s|\|")
_DETAILS = re.compile(r"\s[/·•]\s|\||,\s(?=[^\W\d])")
_SPACES = re.compile(r"[ \t\r\n\f]+")  # not the no-break ones: they stand inside numbers
_UNIT_FIRST = re.compile(
    r"(?:тыс(?:яч[аи]?)?|млн|млрд|миллион(?:а|ов)?|миллиард(?:а|ов)?|thousand|million|billion)\b|[KkКкMМ]$",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_OTHERWISE = re.compile(
    r"подел|репост|избранн|закладк|сохран|скача|\bshar|repost|favou?rit|bookmark|\bsave|download", re.IGNORECASE
)
_FIRST = frozenset("0123456789+-−–—")
_WIDTH = re.compile(r"width\s*:\s*(\d{1,3})(?:\.0+)?%")
_BULLETS = frozenset("—–-|/·•")
_SIGN_ALONE = re.compile(r"[-+−–]")
_UNSURE = "dotted"
_LONGEST_HINT = 60  # characters: more are a caption
_DIGIT = re.compile(r"\d")
_MOST_WORDS = 2  # that say of what a number in a row is: more are a title
_FARTHEST = 14  # blocks: three pairs of a word and a number behind as many other details
_OUTWARDS = 4  # elements around a number that may say what it counts
_LONGEST_DETAILS = 200  # characters
_LONGEST_TERM = 25  # characters
_DATED = re.compile(r"\d:[0-5]\d|[12]\d{3}|сегодня|вчера|today|yesterday|назад|ago", re.IGNORECASE)


class _Leaf(Struct, eq=False):
    """One printed number (or dash), the element it stands in, and a word beside it that says what it counts."""

    count: Count
    node: LexborNode
    block: int
    hint: str = ""
    called: Named | None = None  # what its class or its icon says, which is weak
    printed: bool = False  # whether the hint stands there as a word


def find_counters(
    blocks: Sequence[Block],
    empty: Sequence[LexborNode],
    kinds: tuple[Kind, ...],
    is_date: Callable[[str], object] = lambda _: False,
) -> tuple[list[Counter], list[int]]:
    """Counters of the blocks behind a heading, and the numbers of the blocks that hold nothing else but a date.

    `empty` are elements there without content, which may say a number in an attribute. Which number counts what is
    told by a word beside it, or by the site's order where there are exactly as many
    elements as the site prints. In doubt all are None with what was printed.
    """
    leaves, used = _leaves(blocks[:_FARTHEST], is_date)
    leaves = leaves or [_Leaf(said[1], node, 0, said[0]) for node in empty if (said := said_by(node))]
    if not leaves or not kinds:
        return [_absent(kind, "not_found") for kind in kinds], []
    _read_dotted(leaves)
    _ask_icons(leaves)
    told = _told([leaf for leaf in leaves if kinds_in(leaf.hint) != ("other",) and not _is_bar(leaf)], kinds)
    if told:
        return [_counter(kind, told.get(kind)) for kind in kinds], used
    raw = " ".join(leaf.count.raw for leaf in leaves)
    return [Counter(kind, None, raw, None, "ambiguous", "landmarks:counters") for kind in kinds], used


def _is_bar(leaf: _Leaf) -> bool:
    """Whether an element is drawn as wide as its number says, as stars are: `<li style="width:80%">80</li>`."""
    style = leaf.node.attrs.get("style")
    match = _WIDTH.search(style) if style else None
    return match is not None and int(match[1]) == leaf.count.value


def find_named(blocks: Sequence[Block], kinds: tuple[Kind, ...]) -> list[Counter]:
    """Counters of blocks that are numbers and stand elsewhere: those that are named; none where nothing names any."""
    leaves = [leaf for block in blocks for leaf in _in_block(block, "", lambda _: False) or []]
    if not leaves:
        return []
    _ask_icons(leaves)
    told = _by_class(leaves) or _by_hint(leaves)
    return [_counter(kind, told.get(kind)) for kind in kinds] if told.keys() & {*kinds} else []


def _told(leaves: list[_Leaf], kinds: tuple[Kind, ...]) -> dict[Named, _Leaf]:
    """The counters by the site's order, unless a word or a class says otherwise; else by those; none in doubt."""
    if not leaves:
        return {}
    hinted, cells = _by_hint(leaves), _cells(leaves, len(kinds))
    if len(cells) == len(kinds):
        ordered: dict[Named, _Leaf] = dict(zip(kinds, cells, strict=True))
        alike = all(hinted.get(kind, cell) is cell and _may_be(cell, kind) for kind, cell in ordered.items())
        if alike and not (hinted and any(map(_is_called_otherwise, cells))):
            return ordered
    return _by_class(leaves) or hinted


def _may_be(leaf: _Leaf, kind: Named) -> bool:
    """Whether no class contradicts that a number counts something; a word beside it is believed before that."""
    return leaf.called in {None, kind} or kinds_in(leaf.hint) == (kind,)


def _is_called_otherwise(leaf: _Leaf) -> bool:
    """Whether words beside a number, among others that are named, name what is no counter: `title="Shared"`."""
    if kinds_in(leaf.hint):
        return False
    if leaf.printed or _OTHERWISE.search(leaf.hint):
        return True
    title = leaf.node.attrs.get("title") or leaf.node.attrs.get("aria-label") or ""
    return any(map(str.isalpha, title)) and not names_one(title)


def _ask_icons(leaves: Sequence[_Leaf]) -> None:
    """Note what the icons before the numbers say, and their classes, where words do not say all."""
    if all(len(kinds_in(leaf.hint)) == 1 for leaf in leaves):
        return
    nodes = [leaf.node for leaf in leaves]
    icons = icons_before(nodes)
    for leaf, icon, kind in zip(leaves, icons, kinds_by_class(nodes, icons), strict=True):
        leaf.called = leaf.called or kind
        if icon is not None and len(kinds_in(leaf.hint)) != 1 and names_one(said := " ".join(hints(icon))):
            leaf.hint = said


def _leaves(blocks: Sequence[Block], is_date: Callable[[str], object]) -> tuple[list[_Leaf], list[int]]:
    """The first unbroken run of numbers; words that say what they count may stand between them."""
    leaves: list[_Leaf] = []
    used: list[int] = []
    passed: list[int] = []
    words = ""
    for block, following, after in zip_longest(blocks, blocks[1:], blocks[2:]):
        term = _is_term(block) or _names_number(block, following, after)  # <dt>Views</dt><dd>983</dd>
        if is_word(block.text) or (term and (not leaves or not _is_term(block))):
            own = following is not None and _names_another(following.text, block.text)
            beside = not own and _is_named_by(block, following, after)
            words = block.text if beside else ""
            if not beside and (own or block.text[-1] == ":"):  # the place of its number is empty
                leaves.append(_Leaf(read_count(""), block.frame.node, block.index, block.text))
            used.append(block.index)
            continue
        here = _in_block(block, words, is_date)
        here = _in_details(block, is_date) if here is None else here
        words = ""
        if here is None:
            other = not leaves and _is_beside_counter(block, following)
            if leaves or not (other or _may_precede(block, following) or _is_line_of_times(block, is_date)):
                break
            of_others = _DIGIT.search(block.text) or is_labelled(block.text)  # a date, a byline
            if other or not of_others:
                passed.append(block.index)
            continue
        leaves += here
        used.append(block.index)
    return leaves, [*passed, *used] if leaves else used


def _is_named_by(word: Block, number: Block | None, after: Block | None) -> bool:
    """Whether a block stands beside the word before it, or is alone with it in an element."""
    own = word.frame.parent
    if number is None or own is None or not number.frame.inside(own):
        return False
    return number.frame.parent is own or after is None or not after.frame.inside(own)


def _names_number(word: Block, number: Block | None, after: Block | None) -> bool:
    """Whether a few words stand before a number in an element that holds nothing else."""
    if number is None or number.text[0] not in _FIRST or not word.text[0].isalpha():
        return False
    if len(word.text) > _LONGEST_TERM or word.is_heading or _DIGIT.search(word.text):
        return False
    own = word.frame.parent
    if is_no_count(number.text) or own is None or number.frame.parent is not own or word.tag != number.tag:
        return False
    return after is None or not after.frame.inside(own)


def _names_another(text: str, word: str) -> bool:
    """Whether a number has a word of its own beside it, for another counter than `word`."""
    return _DIGIT.search(text) is not None and names_one(text) and not {*kinds_in(text)} & {*kinds_in(word)}


def _may_precede(block: Block, following: Block | None) -> bool:
    """Whether a block may stand between heading and counters: a date, a section's link, a word before that link."""
    if len(block.text) <= 40 and (_DATED.search(block.text) or _is_linked(block) or _is_detail(block)):
        return True
    return len(block.text) < _LONGEST_TERM and following is not None and _is_linked(following) and not block.is_heading


def _is_line_of_times(block: Block, is_date: Callable[[str], object]) -> bool:
    """Whether a line is one or two times with their words: `Published: 20.08.2025 10:05 Updated: 20.08.2025 13:06`."""
    if not block.text[-1].isdigit():
        return False
    return names_numbers(block.text) or (_DATED.search(block.text) is not None and bool(is_date(block.text)))


def _is_beside_counter(block: Block, following: Block | None) -> bool:
    """Whether a line is a word and a number, as the next one is, which names a counter: `Поделились 18`."""
    if following is None or not block.text[0].isalpha() or not block.text[-1].isdigit():
        return False
    alike = following.tag == block.tag and following.frame.parent is block.frame.parent
    return alike and len(block.text) <= _LONGEST_TERM and labelled(following.text) is not None


def _is_detail(block: Block) -> bool:
    """Whether a block is another value of a list of details: `<dd>Category: <a>Navy</a></dd>`, `<dd>Author: …</dd>`."""
    if block.tag != "dd":
        return False
    return (":" in block.atoms[0].text[-2:] and block.atoms[-1].anchor is not None) or is_labelled(block.text)


def _is_linked(block: Block) -> bool:
    return len(block.text) <= 40 and block.wholly_linked


def _is_term(block: Block) -> bool:
    """Whether a block is a list's own heading or the name of another value: `<dt>Details</dt>`, `<th>Date</th>`."""
    return block.tag in {"dt", "th"} and len(block.text) < _LONGEST_TERM


def _in_block(block: Block, words: str, is_date: Callable[[str], object]) -> list[_Leaf] | None:
    """The numbers of a block that holds only numbers, words for counters, votes and dates; None for any other block."""
    if len(block.text) > 90:
        return None
    if is_pictograph(block.text):  # an icon, and no number in the element beside it
        return [_Leaf(read_count(""), block.atoms[0].node, block.index, called=kind_pictured(block.text))]
    pieces = _pieces(block.atoms)
    if not pieces:  # a button to vote beside the number, no more
        return []
    if without_reading_time(block.text) is not block.text and not _pop_reading_time(pieces):
        return None
    return _in_pieces(pieces, block.index, words, is_date) or None


def _pop_reading_time(pieces: list[tuple[str, LexborNode]]) -> bool:
    """Leave out a last element that is a reading time, and dashes before it; whether other texts are left."""
    if not is_reading_time(pieces.pop()[0]):
        return False
    while pieces and pieces[-1][0] in _BULLETS:
        pieces.pop()
    return bool(pieces)


def _in_pieces(
    pieces: list[tuple[str, LexborNode]], block: int, words: str, is_date: Callable[[str], object]
) -> list[_Leaf] | None:
    leaves: list[_Leaf] = []
    said_at: LexborNode | None = None  # where `words` stand, if in this block
    pictured: Kind | None = None
    icons_lead = is_pictograph(pieces[0][0])  # then each says what the number behind it counts
    for text, node in pieces:
        found = [_count(part) for part in _SEPARATORS.split(text)] if text not in "|/·•" else []
        if found and all(count.absent_reason != "unreadable" for count in found):
            hint = words if said_at is None or _belong(said_at, node) else ""
            told = hint or _attributes(node)
            leaves += [_Leaf(count, node, block, told, pictured, printed=hint != "") for count in found]
            words, said_at, pictured = "", None, None
        elif said := _in_text(text, is_date):
            leaves += [_Leaf(count, node, block, word, kind) for word, count, kind in said]
            words = ""
        elif len(text) < 40 and names_one(text):
            if _UNIT_FIRST.match(text):  # of a number in another element
                return None
            if _DIGIT.search(text):  # a date's or one that cannot be read: "05.09.2025 10:00 | Views:"
                words, said_at = _BARS.split(text)[-1].strip(), node
                words = words if is_word(words) else ""
            elif leaves and not leaves[-1].hint and text[-1] != ":":
                leaves[-1].hint = text
            else:
                words, said_at = text, node
        elif icons_lead and is_pictograph(text):
            pictured, hint = kind_pictured(text), " ".join(hints(node))
            words, said_at = (hint, None) if names_one(hint) else (words, said_at)
        elif found and not (is_pictograph(text) or _is_of_date(text, is_date) or is_reading_time(text)):
            return None
    return leaves


def _is_of_date(text: str, is_date: Callable[[str], object]) -> bool:
    """Whether a text is a date, or the word before one in an element of its own: `Опубликовано`."""
    return bool(is_date(text)) if _DIGIT.search(text) else names_publication(f"{text} 1")


def _count(text: str) -> Count:
    """A count; one like `12.304`, which may be a thousand times as much, is left for `_read_dotted`."""
    return Count(None, text, absent_reason=_UNSURE) if _DOTTED.fullmatch(text) else read_count(text)


def _read_dotted(leaves: Sequence[_Leaf]) -> None:
    """Where two counters are printed with a stop and three digits behind, it parts thousands; else nobody can tell."""
    dotted = [leaf for leaf in leaves if leaf.count.absent_reason == _UNSURE]
    for leaf in dotted:
        raw = leaf.count.raw
        sure = len(dotted) > 1
        leaf.count = Count(int(raw.replace(".", "")), raw) if sure else Count(None, raw, absent_reason="unreadable")


def _in_text(text: str, is_date: Callable[[str], object]) -> list[tuple[str, Count, Named | None]]:
    """The numbers of a text that says itself what each of them counts, in words or in symbols."""
    said: list[tuple[str, Count, Named | None]] = [(word, count, None) for word, count in all_labelled(text, is_date)]
    return said or [("", count, kind) for kind, count in by_pictographs(text)]


def _belong(word: LexborNode, number: LexborNode) -> bool:
    """Whether a word's element holds the number's or stands beside it; the word before a number may be another's."""
    parents = {parent.mem_id for each in (word, number) if (parent := each.parent) is not None}
    return _holds(word, number) or len(parents) == 1 or _holds(number, word)


def _in_details(block: Block, is_date: Callable[[str], object]) -> list[_Leaf] | None:
    """The counters of a line like `Category: Navy | Date: 22.09.2025 | Views: 983 | Comments: 0`: two or more.

    One is enough behind an author or a time: `Автор: admin от 26-04-2016, 18:42, посмотрело: 3811`.
    """
    if len(block.text) > _LONGEST_DETAILS or not _DETAILS.search(block.text):
        return None
    parts = _DETAILS.split(" ".join(text for text, _ in _pieces(block.atoms)))
    said = [found for part in parts if len(part) < 40 and (found := labelled(part.strip()))]
    enough = len(said) > 1 or (said and _DATED.search(block.text) and _begins_details(block, is_date))
    return [_Leaf(count, block.frame.node, block.index, word) for word, count in said] if enough else None


def _begins_details(block: Block, is_date: Callable[[str], object]) -> bool:
    """Whether a line names its author, or one of its parts between bars is a time."""
    return is_labelled(block.text) or any(map(is_date, map(str.strip, _BARS.split(block.text))))


def said_in(text: str) -> tuple[str, Count] | None:
    """The word and the number of a text that holds both: `Комментариев: 12`."""
    return labelled(text) if len(text) <= _LONGEST_HINT else None


def count_in(text: str) -> Count | None:
    """The number of comments that a text is, alone or with a word for them; None where it is anything else."""
    if not is_no_count(text):
        return read_count(text)
    said = said_in(text)
    if said is not None:
        return said[1] if kinds_in(said[0]) == ("comments",) and len(said[0].split()) <= _MOST_WORDS else None
    if text[:1] + text[-1:] in {"()", "[]"}:
        text = text[1:-1]
    return None if is_no_count(text) else read_count(text)


def said_by(node: LexborNode) -> tuple[str, Count] | None:
    """The word and the number that an element's attributes say: `title="Comments: 12"`."""
    values = (value for value in hints(node) if len(value) <= _LONGEST_HINT)
    return next((said for value in values if (said := labelled(value))), None)


def _pieces(atoms: Sequence[Atom]) -> list[tuple[str, LexborNode]]:
    """Texts by element: `12` and `304` directly in one element belong together, numbers in two elements do not.

    A minus in an element of its own may be a button beside the number: it is no sign.
    """
    pieces: list[tuple[str, LexborNode]] = []
    for atom in atoms:
        text = atom.text if is_clean(atom.text) else " ".join(_SPACES.split(atom.text)).strip(" ")
        if not clean(text):
            continue
        if text in VOTES and (atom.anchor is not None or atom.node.tag == "button"):
            continue
        if pieces and not atom.gap:
            last, node = pieces[-1]
            same = node.mem_id == atom.node.mem_id and not _is_drawn_in(node)
            signed = _SIGN_ALONE.fullmatch(last) and (_holds(node, atom.node) or _holds(atom.node, node))
            if same or _UNIT_FIRST.match(text) or signed:
                pieces[-1] = (f"{last} {text}", node)
                continue
        pieces.append((text, atom.node))
    return pieces


def _is_drawn_in(node: LexborNode) -> bool:
    """Whether drawings part the texts of an element; the flow has none of them."""
    return any(child.tag == "svg" for child in node.iter())


def _attributes(node: LexborNode) -> str:
    """What the attributes of a number's element, and of those that hold but icons and buttons beside it, say of it."""
    said: list[str] = []
    current, text = node, _without_icons(node)
    for _ in range(_OUTWARDS):
        said += [hint for element in (current, *current.iter()) for hint in hints(element)]
        parent = current.parent
        if parent is None or parent.tag == "body" or names_one(" ".join(said)):
            break
        if not _is_alone(current) and _shows_more(parent, text):
            break
        current = parent
    hint = " ".join(said)
    return hint if kinds_in(hint) != ("other",) else ""  # a rating's title may say how many voted


def _shows_more(node: LexborNode, text: str) -> bool:
    """Whether an element shows more than `text` and icons."""
    shown = shown_text(node)
    return shown != text and _less_icons(node, shown) != text


def _is_alone(node: LexborNode) -> bool:
    """Whether an element has no other beside it."""
    parent = node.parent
    return parent is not None and len(list(parent.iter())) == 1


def _by_hint(leaves: list[_Leaf]) -> dict[Named, _Leaf]:
    """The counters that are named; two numbers of one name leave it in doubt."""
    found: dict[Named, _Leaf] = {}
    for leaf in leaves:
        kinds = kinds_in(leaf.hint)
        if len(kinds) != 1:
            continue
        first = found.setdefault(kinds[0], leaf)
        if first.count.value != leaf.count.value:
            both = Count(None, f"{first.count.raw} {leaf.count.raw}", absent_reason="ambiguous")
            found[kinds[0]] = _Leaf(both, leaf.node, leaf.block)
    return found


def _by_class(leaves: list[_Leaf]) -> dict[Named, _Leaf]:
    """The counters where each number of several is named, by words or by classes, and each otherwise."""
    found: dict[Named, _Leaf] = {}
    for leaf in leaves:
        kinds = kinds_in(leaf.hint)
        kind = kinds[0] if len(kinds) == 1 else leaf.called
        if kind is None or kind in found:
            return {}
        found[kind] = leaf
    return found if len(found) > 1 else {}


def _cells(leaves: list[_Leaf], wanted: int) -> list[_Leaf]:
    """One leaf a counter: the elements beside each other that hold the numbers, empty ones of the same kind too."""
    around = [_around(leaf.node) for leaf in leaves]
    cells = _row_of(leaves[0].node, around, wanted)
    if not cells:
        return leaves
    numbered = list(zip(leaves, around, strict=True))
    by_cell = {cell.mem_id: [leaf for leaf, ids in numbered if cell.mem_id in ids] for cell in cells}
    if any(len(held) > 1 for held in by_cell.values()) or sum(map(len, by_cell.values())) != len(leaves):
        return leaves
    result: list[_Leaf] = []
    for cell in cells:
        held = by_cell[cell.mem_id]
        if not held and (_without_icons(cell) or _is_icon(cell)):
            continue
        result.append(held[0] if held else _Leaf(read_count(""), cell, leaves[0].block))
    return result


def _row_of(number: LexborNode, around: Sequence[set[int]], wanted: int) -> list[LexborNode]:
    """The children of the nearest element that holds all numbers in such: of one tag, or `wanted` in number."""
    cell: LexborNode | None = number
    for _ in range(5):
        parent = cell.parent if cell is not None else None
        if cell is None or parent is None or parent.tag in {"html", "-document"}:
            return []
        tag, row, children = cell.tag, parent.mem_id, list(parent.iter())
        alike = [child for child in children if child.tag == tag]
        if (len(alike) > 1 or len(children) == wanted) and all(row in ids for ids in around):
            return [child for child in (children if len(children) == wanted else alike) if _like(child, cell)]
        cell = parent
    return []


def _like(child: LexborNode, cell: LexborNode) -> bool:
    """Whether a sibling is a counter too: holds a number, a dash, or nothing, as a counter's element does."""
    text = shown_text(child)
    if child.mem_id == cell.mem_id or read_count(text).absent_reason != "unreadable":
        return True
    bare = _without_icons(child)
    return not bare or read_count(bare).absent_reason != "unreadable"


def _is_icon(cell: LexborNode) -> bool:
    """Whether an element holds images and no place for a number."""
    elements = list(cell.iter())
    return bool(elements) and all(child.tag in {"img", "svg", "picture"} for child in elements)


def _without_icons(node: LexborNode) -> str:
    """All text in an element but the names of icons, which a font draws in their place."""
    return _less_icons(node, shown_text(node))


def _less_icons(node: LexborNode, text: str) -> str:
    first = node.first_child
    if first is None or (first.is_text_node and first.next is None):  # a number's element, mostly
        return text
    for icon in node.css("mat-icon,svg"):
        text = text.replace(shown_text(icon), "", 1)
    return text.strip()


def shown_text(node: LexborNode) -> str:
    """All text in an element, single-spaced."""
    return " ".join(node.text(deep=True, separator=" ").split())


def _holds(outer: LexborNode, inner: LexborNode) -> bool:
    return outer.mem_id in _around(inner)


def _around(node: LexborNode) -> set[int]:
    """An element and the seven around it, by `mem_id`."""
    ids: set[int] = set()
    current: LexborNode | None = node
    while current is not None and len(ids) < 8:
        ids.add(current.mem_id)
        current = current.parent
    return ids


def _counter(kind: Kind, leaf: _Leaf | None) -> Counter:
    if leaf is None:
        return _absent(kind, "not_found")
    count = leaf.count
    if count.value is not None and count.value < 0 and kind != "rating":
        return Counter(kind, None, count.raw, None, "unreadable", "landmarks:counters")
    return Counter(kind, count.value, count.raw or None, count.precision, count.absent_reason, "landmarks:counters")


def _absent(kind: Kind, reason: str) -> Counter:
    return Counter(kind, None, None, None, reason)
