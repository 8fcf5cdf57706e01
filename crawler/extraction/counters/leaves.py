"""The printed numbers behind a heading, each with its element and the word beside it that says what it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from msgspec import Struct
from selectolax.lexbor import LexborNode

from crawler.extraction.counters.elements import holds, is_alone, is_drawn_in, shows_more, without_icons
from crawler.extraction.counters.icons import VOTES, by_pictographs, hints, is_pictograph, kind_pictured
from crawler.extraction.counters.words import Kind, Named, all_labelled, is_word, kinds_in, labelled, names_one
from crawler.extraction.flow import Atom, Block
from crawler.extraction.normalisers.bylines import is_labelled
from crawler.extraction.normalisers.counts import Count, is_no_count, read_count
from crawler.extraction.normalisers.dates import names_numbers, names_publication
from crawler.extraction.normalisers.reading_time import is_reading_time, without_reading_time
from crawler.extraction.normalisers.text import clean, is_clean

_SEPARATORS = re.compile(r"\s*[|/·•]\s*")
_BARS = re.compile(r"\s[/·•]\s|\|")
_DETAILS = re.compile(r"\s[/·•]\s|\||,\s(?=[^\W\d])")
_SPACES = re.compile(r"[ \t\r\n\f]+")  # not the no-break ones: they stand inside numbers
_UNIT_FIRST = re.compile(
    r"(?:тыс(?:яч[аи]?)?|млн|млрд|миллион(?:а|ов)?|миллиард(?:а|ов)?|thousand|million|billion)\b|[KkКкMМ]$",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_FIRST = frozenset("0123456789+-−–—")
_BULLETS = frozenset("—–-|/·•")
_SIGN_ALONE = re.compile(r"[-+−–]")
_UNSURE = "dotted"
_DIGIT = re.compile(r"\d")
_OUTWARDS = 4  # elements around a number that may say what it counts
_LONGEST_DETAILS = 200  # characters
_LONGEST_TERM = 25  # characters
_DATED = re.compile(r"\d:[0-5]\d|[12]\d{3}|сегодня|вчера|today|yesterday|назад|ago", re.IGNORECASE)


class Leaf(Struct, eq=False):
    """One printed number (or dash), the element it stands in, and a word beside it that says what it counts."""

    count: Count
    node: LexborNode
    block: int
    hint: str = ""
    called: Named | None = None  # what its class or its icon says, which is weak
    printed: bool = False  # whether the hint stands there as a word


def leaves_of(blocks: Sequence[Block], is_date: Callable[[str], object]) -> tuple[list[Leaf], list[int]]:
    """The first unbroken run of numbers, and the blocks that hold it."""
    run = _Run(is_date)
    for block, following, after in zip_longest(blocks, blocks[1:], blocks[2:]):
        if not run.goes_on(block, following, after):
            break
    return run.leaves, [*run.passed, *run.used] if run.leaves else run.used


class _Run:
    """A run of numbers, block by block; words that say what they count may stand between them, other lines before."""

    def __init__(self, is_date: Callable[[str], object]) -> None:
        self.leaves: list[Leaf] = []
        self.used: list[int] = []
        self.passed: list[int] = []
        self._is_date = is_date
        self._words = ""

    def goes_on(self, block: Block, following: Block | None, after: Block | None) -> bool:
        """Take a block; False where it ends the run."""
        if self._is_word(block, following, after):
            self._take_word(block, following, after)
            return True
        words, self._words = self._words, ""
        here = leaves_in(block, words, self._is_date)
        here = _in_details(block, self._is_date) if here is None else here
        if here is None:
            return self._passes(block, following)
        self.leaves += here
        self.used.append(block.index)
        return True

    def _is_word(self, block: Block, following: Block | None, after: Block | None) -> bool:
        if is_word(block.text):
            return True
        if _is_term(block):  # <dt>Views</dt><dd>983</dd>
            return not self.leaves
        return _names_number(block, following, after)

    def _take_word(self, word: Block, following: Block | None, after: Block | None) -> None:
        own = following is not None and _names_another(following.text, word.text)
        beside = not own and _is_named_by(word, following, after)
        self._words = word.text if beside else ""
        if not beside and (own or word.text[-1] == ":"):  # the place of its number is empty
            self.leaves.append(Leaf(read_count(""), word.frame.node, word.index, word.text))
        self.used.append(word.index)

    def _passes(self, block: Block, following: Block | None) -> bool:
        """Whether a line without counters may stand before them; a date or a byline is left to those who ask for it."""
        if self.leaves:
            return False
        other = _is_beside_counter(block, following)
        if not (other or _may_precede(block, following) or _is_line_of_times(block, self._is_date)):
            return False
        if other or not (_DIGIT.search(block.text) or is_labelled(block.text)):
            self.passed.append(block.index)
        return True


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


def leaves_in(block: Block, words: str, is_date: Callable[[str], object]) -> list[Leaf] | None:
    """The numbers of a block that holds only numbers, words for counters, votes and dates; None for any other block."""
    if len(block.text) > 90:
        return None
    if is_pictograph(block.text):  # an icon, and no number in the element beside it
        return [Leaf(read_count(""), block.atoms[0].node, block.index, called=kind_pictured(block.text))]
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
) -> list[Leaf] | None:
    leaves: list[Leaf] = []
    said_at: LexborNode | None = None  # where `words` stand, if in this block
    pictured: Kind | None = None
    icons_lead = is_pictograph(pieces[0][0])  # then each says what the number behind it counts
    for text, node in pieces:
        found = [_count(part) for part in _SEPARATORS.split(text)] if text not in "|/·•" else []
        if found and all(count.absent_reason != "unreadable" for count in found):
            hint = words if said_at is None or _belong(said_at, node) else ""
            told = hint or _attributes(node)
            leaves += [Leaf(count, node, block, told, pictured, printed=hint != "") for count in found]
            words, said_at, pictured = "", None, None
        elif said := _in_text(text, is_date):
            leaves += [Leaf(count, node, block, word, kind) for word, count, kind in said]
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
    """A count; one like `12.304`, which may be a thousand times as much, is left for `read_dotted`."""
    return Count(None, text, absent_reason=_UNSURE) if _DOTTED.fullmatch(text) else read_count(text)


def read_dotted(leaves: Sequence[Leaf]) -> None:
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
    return holds(word, number) or len(parents) == 1 or holds(number, word)


def _in_details(block: Block, is_date: Callable[[str], object]) -> list[Leaf] | None:
    """The counters of a line like `Category: Navy | Date: 22.09.2025 | Views: 983 | Comments: 0`: two or more.

    One is enough behind an author or a time: `Автор: admin от 26-04-2016, 18:42, посмотрело: 3811`.
    """
    if len(block.text) > _LONGEST_DETAILS or not _DETAILS.search(block.text):
        return None
    parts = _DETAILS.split(" ".join(text for text, _ in _pieces(block.atoms)))
    said = [found for part in parts if len(part) < 40 and (found := labelled(part.strip()))]
    enough = len(said) > 1 or (said and _DATED.search(block.text) and _begins_details(block, is_date))
    return [Leaf(count, block.frame.node, block.index, word) for word, count in said] if enough else None


def _begins_details(block: Block, is_date: Callable[[str], object]) -> bool:
    """Whether a line names its author, or one of its parts between bars is a time."""
    return is_labelled(block.text) or any(map(is_date, map(str.strip, _BARS.split(block.text))))


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
            same = node.mem_id == atom.node.mem_id and not is_drawn_in(node)
            signed = _SIGN_ALONE.fullmatch(last) and (holds(node, atom.node) or holds(atom.node, node))
            if same or _UNIT_FIRST.match(text) or signed:
                pieces[-1] = (f"{last} {text}", node)
                continue
        pieces.append((text, atom.node))
    return pieces


def _attributes(node: LexborNode) -> str:
    """What the attributes of a number's element, and of those that hold but icons and buttons beside it, say of it."""
    said: list[str] = []
    current, text = node, without_icons(node)
    for _ in range(_OUTWARDS):
        said += [hint for element in (current, *current.iter()) for hint in hints(element)]
        parent = current.parent
        if parent is None or parent.tag == "body" or names_one(" ".join(said)):
            break
        if not is_alone(current) and shows_more(parent, text):
            break
        current = parent
    hint = " ".join(said)
    return hint if kinds_in(hint) != ("other",) else ""  # a rating's title may say how many voted
