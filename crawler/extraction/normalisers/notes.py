"""The translator's insertions: found from their signature backwards to the bracket that opens them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache

from archive.records import EditorNote
from crawler.extraction.normalisers.text import sentence_starts

_EDGE = " \u00a0—–-"
_DASH = r"[—–-]"
_LEAD = re.compile(rf"\s*(?::|{_DASH})\s*")
_BRACKET = re.compile(r"[()\[\]]")
_OPENING, _ENDS = "([", (")", "]")
_CLOSING = re.compile(r"\s*\.?\s*[)\]][.,]?")
_SHORT = tuple(f"{dash} {word}" for dash in "—–-" for word in ("ред", "ed"))
_SIGNED_TWICE = re.compile(rf"[\s.]*{_DASH} (?:ред|ed)\.?$", re.IGNORECASE)
_OF_LIST = re.compile(r"(?<=\s)[a-zа-я](?=\))")  # "а) ... б) ...": a bracket that closes none


@lru_cache(maxsize=32)
def _signature(labels: tuple[str, ...]) -> re.Pattern[str] | None:
    """`approx. InoSMI` anywhere, glued to a word too; a bare `InoSMI` only behind a bracket that closed too early.

    `Ed.` only behind a dash at the end of a bracket; `InoSMI note` only there, or at its beginning before a colon:
    prose may speak of a note.
    """
    if not labels:
        return None
    pairs = [label.split(None, 1) for label in labels if len(label.split()) > 1 and not _is_turned(label)]
    prefix = "|".join(sorted({re.escape(first) for first, _ in pairs}, key=len, reverse=True))
    signer = "|".join(sorted({re.escape(rest).replace(r"\ ", r"\s+") for _, rest in pairs}, key=len, reverse=True))
    forms = [
        rf"(?:{prefix})\s*(?:of\s+)?(?P<signed>{signer})",
        rf"(?<=[)\]])\s*[.,;]?\s*{_DASH}?\s*(?P<bare>{signer})(?=\s*\.?\s*[)\]])",
    ]
    forms.append(rf"(?<={_DASH} )(?P<short>(?:ред|ed)\.?)(?=\s*[)\]])")
    if turned := "|".join(re.escape(label.rpartition(" ")[0]) for label in labels if _is_turned(label)):
        forms.append(rf"(?P<ending>{turned}) note(?=\s*\.?\s*[)\]])")
        forms.append(rf"(?<=[(\[])(?P<opening>{turned}) note(?=\s*:)")
    return re.compile(rf"(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)


def _is_turned(label: str) -> bool:
    """Whether a signature names its signer first: "InoSMI note"."""
    return label.lower().endswith(" note")


def find_notes(paragraphs: Sequence[str], signatures: tuple[str, ...]) -> list[EditorNote]:
    """The notes in order; `text` is without brackets, dash, signature and closing stop or comma (codebook)."""
    pattern = _signature(signatures)
    if pattern is None:
        return []
    firsts, lasts = _words(signatures)
    telling, signers = _shortest(firsts), _shortest(lasts)
    found: list[EditorNote] = []
    for index, text in enumerate(paragraphs):
        lowered = text.lower()
        bracketed = ")" in text or "]" in text  # only behind a bracket a signature may lack its first word
        for word in signers if bracketed else telling:
            if word in lowered:
                found += _in_paragraph(text, index, _signed(text, lowered, firsts, pattern))
                break
    return found


@lru_cache(maxsize=32)
def _shortest(words: frozenset[str]) -> tuple[str, ...]:
    """Of words those that hold no other of them: a text without these has none at all."""
    return tuple(word for word in words if not any(other in word for other in words - {word}))


@lru_cache(maxsize=32)
def _words(labels: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The first and the last words of the signatures: a paragraph without any of them has no note."""
    words = [label.lower().split() for label in labels]
    firsts = frozenset(" ".join(each) if each[-1] == "note" else each[0] for each in words)
    return firsts, frozenset(each[-1] for each in words)


def _signed(text: str, lowered: str, firsts: Iterable[str], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The signatures in a paragraph, tried where one can begin: at a first word, or behind a bracket."""
    begins = {at for word in firsts for at in _places(lowered, word)}
    begins.update(at + 1 for bracket in _ENDS for at in _places(text, bracket))
    begins.update(at + 2 for short in _SHORT for at in _places(lowered, short))
    done = 0
    for begin in sorted(begins):
        if begin >= done and (match := pattern.match(text, begin)):
            yield match
            done = match.end()


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _in_paragraph(text: str, index: int, signed: Iterable[re.Match[str]]) -> Iterator[EditorNote]:
    done = 0
    for match in signed:
        before = text[done : match.start()].rstrip(_EDGE)
        body, end = _before(before), match.end()
        if not body:
            body, end = _behind(text, match.end())
        if body:
            yield EditorNote(body, next(filter(None, match.groups())).removesuffix("'s").removesuffix("’s"), index)
        closing = _CLOSING.match(text, end)
        done = closing.end() if closing else end


def _before(before: str) -> str:
    """The note that ends where `before` ends."""
    opening = _unmatched_opening(before)
    if opening is not None:
        return _bare(before[opening + 1 :])
    closed = before.rstrip(" .,;")
    if closed.endswith(_ENDS):  # the signature stands outside: "(text). InoSMI)"
        opening = _unmatched_opening(closed[:-1])
        if opening is not None:
            return _bare(closed[opening + 1 : -1])
    sentence = before.rstrip(" .,;")
    return _bare(sentence[sentence_starts(sentence)[-1] :])


def _unmatched_opening(text: str) -> int | None:
    """Where the bracket opens that nothing closes; else the one that only the letters of a list close."""
    opening = _unmatched(text)
    return opening if opening is not None else _unmatched(text, listed=_letters_of_lists(text))


def _unmatched(text: str, listed: Container[int] = ()) -> int | None:
    depth = 0
    for match in reversed(list(_BRACKET.finditer(text))):
        if match[0] in _ENDS:
            depth += match.start() not in listed
        elif depth == 0:
            return match.start()
        else:
            depth -= 1
    return None


def _letters_of_lists(text: str) -> frozenset[int]:
    """The brackets behind the letters of a list."""
    return frozenset(match.end() for match in _OF_LIST.finditer(text))


def _behind(text: str, start: int) -> tuple[str, int]:
    """The note of "(Прим. ИноСМИ: text)", and where it ends."""
    lead = _LEAD.match(text, start)
    if lead is None:
        return "", start
    depth = 0
    listed = _letters_of_lists(text) if ") " in text else ()
    for match in _BRACKET.finditer(text, start):
        if match.start() not in listed:
            depth += 1 if match[0] in _OPENING else -1
        if depth < 0:
            return _bare(_SIGNED_TWICE.sub("", text[lead.end() : match.start()])), match.start()
    return _bare(text[lead.end() :]), len(text)


def _bare(text: str) -> str:
    return text.strip(_EDGE).removesuffix(".").removesuffix(",").strip(_EDGE)
