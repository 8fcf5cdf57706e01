"""What is refused before any parser sees it, and what is read at arm's length: pages whose size or shape costs much.

A linear scan over the bytes. lxml takes 11.5 s for 40,000 attributes on one tag, and any HTML parser takes time
quadratic in the depth of what is nested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LONG = 4_000  # bytes: a tag with too many attributes cannot be shorter
_MANY_EQUALS = 20_000
_SHORTEST_ATTRIBUTE = 4  # bytes, with a value: ` a=b`
_BETWEEN_ATTRIBUTES = b" \n\t\r\f/\"'"
_FEW = 16  # times the greatest depth: the parser's 0.2 s for elements that are all inside each other
_OPENING = re.compile(rb"<[A-Za-z]")
_WHOLE_TAG = re.compile(rb"<[A-Za-z](?:[^>\"']|\"[^\"]*\"|'[^']*')*")
_NO_TAGS_IN = re.compile(rb"<(?:(script|style|textarea|title)\b|!--)")
_ATTRIBUTE = re.compile(rb"[^\s=/>\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9:-]*)")
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_CLOSED_BY_THE_NEXT = frozenset(b"p li dt dd tr td th option thead tbody tfoot".split())


@dataclass(frozen=True, slots=True)
class Limits:
    """`size` in bytes; `depth` in open elements; `tags` and `attributes` (of one tag) in numbers."""

    size: int = 8 * 1024 * 1024
    tags: int = 200_000
    depth: int = 500
    attributes: int = 2_000


DEFAULT = Limits()
# A sitemap may have 50,000 addresses in 50 MB (sitemaps.org); its parser holds the depth itself.
FEEDS = Limits(size=64 * 1024 * 1024, tags=1_000_000, depth=1_000_000)


def count_tags(body: bytes) -> int:
    """What may be tags: never fewer than there are."""
    return body.count(b"<")


def refuse(body: bytes, limits: Limits = DEFAULT, tags: int | None = None) -> str | None:
    """Why `body` must not be parsed, in one line; None where it may. `tags`: their number, where it is known."""
    if len(body) > limits.size:
        return f"{len(body)} bytes, more than {limits.size}"
    tags = count_tags(body) if tags is None else tags
    if tags > limits.tags:
        return f"{tags} tags, more than {limits.tags}"
    # Nothing that reads a page is recursive, or looks at all elements around each: few tags are no danger however deep.
    if tags > _FEW * limits.depth and _depth(body) > limits.depth and (depth := _depth(_markup(body))) > limits.depth:
        return f"{depth} elements inside each other, more than {limits.depth}"
    if _may_have_more(body, limits.attributes) and (most := _most_attributes(_markup(body))) > limits.attributes:
        return f"{most} attributes on one tag, more than {limits.attributes}"
    return None


SUSPICIOUS = Limits(size=2 * 1024 * 1024, tags=25_000)
_LONG_TEXT = 100_000  # bytes without a tag between


def suspect(body: bytes, limits: Limits = SUSPICIOUS, tags: int | None = None) -> str | None:
    """Why `body` is to be read in a process with a budget, in one line; None where it is like any other page."""
    if len(body) > limits.size:
        return f"{len(body)} bytes"
    tags = count_tags(body) if tags is None else tags
    if tags > limits.tags:
        return f"{tags} tags"
    if _may_have_long_text(body) and (longest := _longest_text(_markup(body))) > _LONG_TEXT:
        return f"{longest} bytes of text without a tag"
    return None


def _may_have_long_text(body: bytes) -> bool:
    """Whether there is a long stretch without a tag: text, or a script, or an image in an attribute."""
    position = 0
    while len(body) - position > _LONG_TEXT:
        last = body.rfind(b"<", position, position + _LONG_TEXT)
        if last < 0:
            return True
        position = last + 1
    return False


def _longest_text(markup: bytes) -> int:
    """The longest stretch of bytes between an end of a tag and the next tag."""
    return max(len(part) - part.find(b">") - 1 for part in markup.split(b"<"))


def _markup(body: bytes) -> bytes:
    """The body without what looks like tags and is none: scripts, styles, comments. What never ends is cut."""
    lowered, kept, position = body.lower(), [], 0
    while match := _NO_TAGS_IN.search(lowered, position):
        kept.append(body[position : match.start()])
        ending = b"</" + match[1] if match[1] else b"-->"
        position = lowered.find(ending, match.end())
        if position < 0:
            return b"".join(kept)
        position += len(ending)
    return b"".join([*kept, body[position:]])


def _may_have_more(body: bytes, most: int) -> bool:
    """Whether a tag may have more than `most` attributes: it is long, and as much in it parts attributes.

    Where they are so many that values with ">" in them may hide a long tag, the answer is yes.
    """
    if len(body) > _SHORTEST_ATTRIBUTE * _MANY_EQUALS and body.count(b"=") > _MANY_EQUALS:
        return True
    return any(len(tag) - len(tag.translate(None, _BETWEEN_ATTRIBUTES)) > most for tag in _long_stretches(body))


def _long_stretches(body: bytes) -> Iterator[bytes]:
    """What may be a long tag: from something like the beginning of one to the next ">"."""
    position, size = 0, len(body)
    while size - position > _LONG:  # from the last end of a tag within reach to the next
        end = body.rfind(b">", position, position + _LONG)
        if end < 0:
            end = body.find(b">", position + _LONG)
            end = size if end < 0 else end
            if (opening := _OPENING.search(body, position, end)) and end - opening.start() > _LONG:
                yield body[opening.start() : end]
        position = end + 1


def _most_attributes(body: bytes) -> int:
    """The greatest number of attributes on a tag; only long tags are looked at."""
    tags = (match[0] for match in _WHOLE_TAG.finditer(body))
    return max((len(_ATTRIBUTE.findall(tag)) - 1 for tag in tags if len(tag) > _LONG // 2), default=0)


def _depth(body: bytes) -> int:
    """The greatest number of open elements; an end tag closes what is open inside its element."""
    stack: list[bytes] = []
    open_names: dict[bytes, int] = {}
    deepest = 0
    for slash, name in _TAG.findall(body):
        if name in _VOID or name in _CLOSED_BY_THE_NEXT:
            continue
        if not slash:
            stack.append(name)
            open_names[name] = open_names.get(name, 0) + 1
            deepest = max(deepest, len(stack))
        elif open_names.get(name):
            while (last := stack.pop()) != name:
                open_names[last] -= 1
            open_names[name] -= 1
    return deepest
