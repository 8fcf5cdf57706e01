"""Footnotes from the tail of an article, tied to whoever carries their marker in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from archive.records import Footnote
from crawler.extraction.normalisers.text import fold, sentence_starts

_LINE = re.compile(r"(?P<marker>\*{1,6}|[¹²³⁴-⁹]{1,2}|[†‡§])\s*(?:[-–—]\s+)?(?P<text>\S.*)")
BACK = " ↩↑⤴⏎^\ufe0e\ufe0f"  # what leads from a footnote back to the text
_BETWEEN = " ,;—–-"  # what parts the footnotes of one line, and a marker from its text
_LONGEST_LABEL = 200  # characters
_MOST = 200  # subjects of a footnote: more are no article's
_INITIAL = re.compile(r"[^\W\d_]\.")
_BEFORE = frozenset('_»"”’)]')
_QUOTES = {"»": "«", "”": "“„", '"': '"', "“": "„", "’": "‘"}
_MARKERS = frozenset("*†‡§¹²³⁴⁵⁶⁷⁸⁹")
_OPENING = '«"“„‘([—–- '
_PARTICLES = frozenset({
    "de", "van", "von", "der", "den", "du", "la", "le", "al", "bin", "ibn", "ben", "да", "ван", "фон", "дер", "ибн",
    "бин", "аль", "эль", "де", "ле", "ла", "оглы", "of", "the", "for", "and",
})  # fmt: skip
_ROLES = (
    "политолог", "журналист", "президент", "премьер", "министр", "писател", "аналитик", "эксперт", "депутат",
    "блогер", "адвокат", "юрист", "правозащитник", "профессор", "генерал", "полковник", "режиссер", "актер",
    "актрис", "музыкант", "певец", "певиц", "оппозиционер", "политик", "экономист", "историк", "социолог",
    "канцлер", "глав", "лидер", "директор", "основател", "редактор", "корреспондент", "обозревател", "сенатор",
    "спикер", "посол", "бизнесмен", "организац", "движени", "газет", "издани", "телеканал", "радиостанц",
    "агентств", "портал", "компани", "группировк", "публицист", "political", "analyst", "journalist", "president",
    "minister", "professor", "general", "colonel", "writer", "activist", "politician", "expert", "blogger",
    "economist", "historian", "senator", "chancellor", "leader", "editor", "director", "newspaper", "magazine",
    "organization", "organisation", "channel", "movement", "scientist", "lawyer", "former", "mr", "mrs", "ms", "dr",
    "commentator", "observer", "deputy", "researcher", "author", "prime", "opposition", "publicist", "представител",
)  # fmt: skip
# How names of organisations begin of which only the first word has a capital: `Комитет против пыток`.
_ORGANISATIONS = (
    "академи", "альянс", "ассоциаци", "бюро", "институт", "коалици", "комитет", "комисси", "конгресс", "лаборатори",
    "лиг", "обществ", "объединени", "партия", "партии", "партию", "совет", "союз", "фонд", "форум", "центр",
)  # fmt: skip
_LONGEST_NAME = 7  # words
_VERBS = ("л", "ла", "ло", "ли", "ет", "ит", "ут", "ют", "ат", "ят")  # as `Союз обвинил` ends
# Words that may open a sentence before a name and are no part of it.
_OPENERS = frozenset({
    "вчера", "сегодня", "завтра", "однако", "также", "ранее", "позже", "затем", "тогда", "теперь", "сейчас", "потом",
    "впрочем", "например", "напомним", "кстати", "даже", "именно", "только", "пока", "когда", "хотя", "если", "как",
    "но", "а", "и", "в", "во", "на", "по", "от", "для", "из", "у", "к", "с", "со", "за", "об", "о", "при", "до",
    "после", "против", "среди", "между", "кроме", "это", "сам", "сама", "сообщает", "сообщил", "сообщила", "сообщили",
    "сообщило", "пишет", "писал", "заявил", "заявила", "заявили", "заявляет", "сказал", "сказала", "считает",
    "полагает", "отмечает", "отметил", "отметила", "уточняет", "передает", "рассказал", "рассказала", "утверждает",
    "yesterday", "today", "however", "but", "and", "when", "while", "as", "for", "in", "on", "at", "if", "later",
    "он", "она", "они", "оно", "he", "she", "they", "it", "earlier", "then", "now", "also", "even", "only", "after",
    "before", "since", "meanwhile", "says", "said", "writes",
})  # fmt: skip
# How the reasons of footnotes begin.
_REASONS = (
    "признан", "внесен", "включен", "запрещен", "деятельность", "организация запрещ", "организация призн",
    "организация, запрещ", "организация, призн", "террорист", "экстремист", "иноагент", "иностранный агент",
    "нежелательн", "выполняет функции", "выполняют функции", "физическое лицо", "юридическое лицо", "сми, призн",
    "performs the functions", "recognized as", "recognised as", "designated", "banned in", "foreign agent",
    "the organization is banned", "extremist", "terrorist",
)  # fmt: skip
_NOT_SUBJECTS = ("иноагент", "иностранн", "признан", "запрещен", "внесен", "экстремистск", "террористическ")
_CHAINED = re.compile(r"\s(?=(?P<marker>\*{2,6}|[²³⁴-⁹]|[†‡§])\s?[^\s*])")


def split_footnote(block: str, labels: tuple[str, ...] = ()) -> tuple[str, str] | None:
    """Marker and text of a line that begins with a marker; the marker is "" for a known wording without one."""
    if match := _LINE.fullmatch(block.rstrip(BACK)):
        return match["marker"], match["text"]
    folded = fold(block[:_LONGEST_LABEL])
    return ("", block) if folded.startswith(labels) else None


def is_reason(text: str, labels: tuple[str, ...] = ()) -> bool:
    """Whether a footnote's text begins as those do that say why somebody carries a marker."""
    folded = fold(text[:_LONGEST_LABEL])
    return folded.startswith(_REASONS) or folded.startswith(labels)


def chained(marker: str, line: str, paragraphs: Sequence[str]) -> list[tuple[str, str]]:
    """The footnotes of a line that holds several: each later marker hangs on a word of the text, too."""
    matches = list(_CHAINED.finditer(line))
    hanging = {each for each in {match["marker"] for match in matches} if is_marked(each, paragraphs)}
    notes: list[tuple[str, str]] = []
    start = 0
    for match in matches:
        if match["marker"] in hanging - {marker}:
            notes.append((marker, line[start : match.start()].strip(_BETWEEN)))
            marker, start = match["marker"], match.end() + len(match["marker"])
    return [*notes, (marker, line[start:].strip(_BETWEEN) if notes else line[start:].strip())]


def is_marked(marker: str, paragraphs: Sequence[str]) -> bool:
    """Whether `marker` hangs on a word of the text."""
    return any(True for text in paragraphs for _ in _marked(marker, text))


def tie(footnotes: Sequence[tuple[str, str]], paragraphs: Sequence[str]) -> list[Footnote]:
    """Footnotes with their subjects as printed, each once, in the order of the text."""
    return [Footnote(marker, text, tuple(_subjects(marker, paragraphs))) for marker, text in footnotes]


def _marked(marker: str, text: str) -> Iterator[int]:
    """Where `marker` hangs on a word, a quotation or a bracket, and is no part of a longer marker."""
    at = text.find(marker)
    while at >= 0:
        before, behind = text[at - 1 : at], text[at + len(marker) : at + len(marker) + 1]
        marked = (before.isalnum() or before in _BEFORE) and behind != marker[0]
        if marked:
            yield at
        at = text.find(marker, at + len(marker) if marked else at + 1)


def _subjects(marker: str, paragraphs: Sequence[str]) -> list[str]:
    if not marker:
        return []
    marked = (each for text in paragraphs if marker in text for each in _in_paragraph(marker, text, paragraphs))
    return list(dict.fromkeys(subject for subject in islice(marked, _MOST) if subject))


def _in_paragraph(marker: str, text: str, paragraphs: Sequence[str]) -> Iterator[str]:
    for at in _marked(marker, text):
        yield _before_bracket(text, at, paragraphs) or _subject(text, at, paragraphs)


def _subject(text: str, end: int, paragraphs: Sequence[str]) -> str:
    """The quotation or name that ends at `end`."""
    return _quoted(text, end) or _named(text, end, paragraphs)


def _before_bracket(text: str, at: int, paragraphs: Sequence[str]) -> str | None:
    """Who stands before a bracket that carries the marker: "Питер Сауэр (Pjotr Sauer)*", "(признан иноагентом*)"."""
    opening = text.rfind("(", 0, at)
    inside = text[opening + 1 : at]
    if opening < 1 or ")" in inside[:-1] or not (inside.endswith(")") or _is_reason_word(inside)):
        return None
    end = len(text[:opening].rstrip())
    before = _subject(text, end, paragraphs) if end else ""
    named = before and not before[0].islower() and not _is_role(before) and fold(before) not in _OPENERS
    return before if named else None


def _is_reason_word(text: str) -> bool:
    """Whether the last word says what somebody is declared to be, and names nobody."""
    return fold(text.rpartition(" ")[2].lstrip("(")).startswith(_NOT_SUBJECTS)


def _quoted(text: str, end: int) -> str | None:
    closing = text[end - 1]
    if closing not in _QUOTES:
        return None
    opening = max(text.rfind(quote, 0, end - 1) for quote in _QUOTES[closing])
    return text[opening + 1 : end - 1].strip() if opening >= 0 else None


def _named(text: str, end: int, paragraphs: Sequence[str]) -> str:
    """The run of capitalised words that ends at `end`, without role words before the name."""
    words = _capitalised_run(text, end)
    if len(words) == 1 and words[0][1][:1].islower():
        words = _organisation(text, end) or words
    while len(words) > 1 and (_is_role(words[0][1]) or _only_opens(text, words, paragraphs)):
        words = words[1:]
    if len(words) > 2 and _INITIAL.fullmatch(words[1][1]) and not _INITIAL.fullmatch(words[-1][1]):
        words = words[1:] if not _INITIAL.fullmatch(words[0][1]) else words
    while len(words) > 1 and words[0][1] in _PARTICLES:
        words = words[1:]
    if not words or _is_reason_word(words[-1][1]):
        return ""
    return text[words[0][0] : end].strip('«»"“”„‘’()[] ')


def _only_opens(text: str, words: list[tuple[int, str]], paragraphs: Sequence[str]) -> bool:
    """Whether the first word has its capital from the sentence that it opens."""
    start, word = words[0]
    if not any(not text[at:start].strip(_OPENING) for at in sentence_starts(text) if at <= start):
        return False
    return fold(word) in _OPENERS or _is_common(words, paragraphs)


def _capitalised_run(text: str, end: int) -> list[tuple[int, str]]:
    run: list[tuple[int, str]] = []
    for match in reversed(list(re.finditer(r"\S+", text[max(0, end - 160) : end]))):
        start, word = max(0, end - 160) + match.start(), match[0]
        bare = word.lstrip(_OPENING)
        if run and (word[-1] in ',;:!?»”")…—–' or (word[-1] == "." and len(bare) > 2)):
            break
        if run and ((not bare[:1].isupper() and bare not in _PARTICLES) or word[-1] in _MARKERS):
            break
        run.insert(0, (start + len(word) - len(bare), bare))
        if bare != word or not (bare[:1].isupper() or bare in _PARTICLES):
            break
    return run


def _organisation(text: str, end: int) -> list[tuple[int, str]]:
    """The words of an organisation's name that ends at `end` in small letters; none where it begins as no such name."""
    start = max(0, end - 160)
    words = [(start + match.start(), match[0]) for match in re.finditer(r"\S+", text[start:end])][-_LONGEST_NAME:]
    for at in range(len(words) - 2, -1, -1):
        place, word = words[at]
        bare = word.lstrip(_OPENING)
        if not bare.isalpha():
            return []
        if bare[0].isupper():
            head = (place + len(word) - len(bare), bare)
            named = fold(bare).startswith(_ORGANISATIONS) and not words[at + 1][1].endswith(_VERBS)
            return [head, *words[at + 1 :]] if named else []
    return []


def _is_role(word: str) -> bool:
    folded = fold(word)
    return folded.startswith(_ROLES) if len(folded) > 3 else folded.rstrip(".") in _ROLES


def _is_common(words: list[tuple[int, str]], paragraphs: Sequence[str]) -> bool:
    """Whether the word that opens the sentence is written small elsewhere, so that it is no name."""
    word = words[0][1].lower()
    small: re.Pattern[str] | None = None
    for text in paragraphs:
        if word in text:  # a pattern is dear to compile, and most names never stand in small letters
            small = small or re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
            if small.search(text):
                return True
    return False
