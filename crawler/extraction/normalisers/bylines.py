"""A byline: one or more names, each perhaps with its original in a bracket, and nothing else."""

from __future__ import annotations

import re
import unicodedata

from archive.records import Author
from crawler.extraction.normalisers.languages import switches_language
from crawler.extraction.normalisers.text import clean, fold

_JOINED = r"\s*(?::|[—–]|\s(?=[A-ZА-ЯЁ]))\s*"
_PREFIX = re.compile(
    r"(?:авторы?(?: статьи| материала)?|(?:фото и )?текст(?: и фото)?|authors?|writers?|written by|interview by"
    r"|words by|by|story by|(?:photos? and )?text(?: and photos?)?"
    rf"|(?:материал |интервью )?(?:беседовал|подготовил|записал|взял)[аи]?){_JOINED}",
    re.IGNORECASE,
)
_TRANSLATED = re.compile(rf"(?:перев[её]л[аи]?|перевод(?:чик)?|translat(?:ed by|ion|or)){_JOINED}", re.IGNORECASE)
_LABEL = re.compile(r"(?:авторы?|authors?|writers?|by)\s*:?", re.IGNORECASE)
_PARTICLE = (
    r"(?:de|da|do|dos|del|della|der|den|di|du|la|le|van|von|zu|zur|ter|ten|bin|ibn|ben|el|al|y|e"
    r"|де|да|ду|дю|дель|дер|ван|фон|цу|бин|ибн|бен|эль|аль|ле|ла|оглы|кызы)"
)
_OPENING = frozenset({
    "автор", "авторы", "written", "story", "by", "text", "текст", "author", "authors", "writer", "writers", "interview",
    "words", "материал", "интервью",
})  # fmt: skip
_JOINING = frozenset(
    {"и", "and", *re.findall(r"[^\W\d]+", _PARTICLE), *re.findall(r"[^\W\d]+", _PARTICLE.upper().lower())}
)
_UPPER = r"[^\W\d_a-zа-яё]"
_CAPITAL = (
    rf"(?:(?:{_UPPER}\.){{1,3}}(?:{_UPPER}[\w'’ʼ-]+)?"  # А. Б. or А.Б.Иванов
    r"|[JS]r\.|(?:Dr|Prof|Д-р|Проф)\."
    rf"|(?:[dDдД]['’])?{_UPPER}[\w'’ʼ‑-]*"
    r"|(?:аль|эль|ад|ас|аш|ан|ат|al|el|as|ash|an)-\w[\w'’ʼ-]*)"
)
# Words are parted by a space, so that there is only one way to read them: no backtracking on hostile text.
_NAME = re.compile(rf"{_CAPITAL}(?: {_CAPITAL}| (?:{_PARTICLE} ){{1,2}}{_CAPITAL}| (?:оглы|кызы|мл\.|ст\.)){{0,4}}")
_CJK_NAME = re.compile(r"[\u3400-\u9fff]{2,4}(?![\u3400-\u9fff])")
_JOINT = re.compile(r"\s*[,;/、]\s*|\s+(?:и|and|und|et|y|&)\s+")
_PART = re.compile(r"(?P<name>[^()（]+?)\s*(?:[(（]\s*(?P<original>[^()（）]+?)\s*[)）])?")
_SPLIT = re.compile(
    r"(?<=[)）]),(?=\S)|\s*[,;/]\s+(?:(?:и|and|&)\s+)?(?![^(]*\))|\s+(?:и|and|&)\s+(?![^(]*\))|\s*;\s*(?![^(]*\))"
)
_MARKS = (",", ";", "/", "&", " и ", " and ")  # one of these stands in what _SPLIT parts
_LONGEST = 240
_LONGEST_OF_MANY = 600  # where four have their originals beside them
_LONGEST_ROLE = 80
_LONGEST_INITIALS = 9
_NOT_NAMES = re.compile(
    r"(?i)\b(?:сша|россия|украина|нато|ссср|рф|update|discussion|register|login|image|photo|фото"
    r"|video|видео|the|source|in english|белый дом)\b"
)
_HANGING = re.compile(r"(?<=[\w.)\]）])[ ]?[*†‡§¹²³⁴-⁹]+")  # the marker of a footnote
_MARKERS = frozenset("*†‡§¹²³⁴⁵⁶⁷⁸⁹")
_GLUED = re.compile(rf"(?<=[)）])\s+(?={_UPPER})")  # a line break between two authors is a space
_ROLE_BEHIND = re.compile(
    rf"(?<=[)）])\s*[—–-]\s+(?:(?:\w+ )?(?:обозревател|журналист|корреспондент|редактор|колумнист|публицист|политолог"
    rf"|профессор|эксперт|аналитик|columnist|journalist|correspondent|reporter|editor|professor|analyst))"
    rf"[^.]{{0,{_LONGEST_ROLE}}}$"
)
_PLACE_BEHIND = re.compile(rf"(?<=[)）]) (?:в|во|из|in|from) {_UPPER}[\w-]+(?: {_UPPER}[\w-]+)?(?=$|,)")
_EDITORS = re.compile(
    r"(?:редакция|редколлегия|редакционная коллегия)(?: [«\"]?[^\W\d][\w .-]{1,40}[»\"]?)?"
    r"|редакционная статья|от редакции|(?:the )?editorial (?:board|team|staff)(?: of [\w .-]{2,40})?",
    re.IGNORECASE,
)
_INITIALS_ALONE = re.compile(rf"(?:{_UPPER}\. ?){{2,3}}")
_IN_PLACE = (" in ", " reporting from ", " from ")
_ORGANISATIONS = frozenset({
    "риа", "тасс", "итар", "новости", "агентство", "агентства", "газета", "интерфакс", "рейтер", "рейтерс", "радио",
    "телеканал", "канал", "журнал", "редакция", "редколлегия", "известия", "ведомости", "коммерсант", "коммерсантъ",
    "правда", "звезда", "вестник", "пресс", "бюро", "служба", "медиа", "обозреватель", "корреспондент",
    "редактор", "press", "presse", "agence", "agency", "agencies", "news", "novosti", "tass", "ria", "reuters", "afp",
    "upi", "interfax", "bloomberg", "bbc", "cnn", "radio", "times", "post", "journal", "tribune", "guardian",
    "telegraph", "magazine", "gazette", "herald", "media", "tv", "editorial", "board", "staff", "desk", "bureau",
    "service", "editor", "editors", "correspondent", "correspondents", "reporter", "reporters", "columnist", "chief",
    "contributor", "contributors", "journalist", "producer",
})  # fmt: skip
_TOWNS = frozenset({
    "new york", "los angeles", "hong kong", "tel aviv", "san francisco", "abu dhabi", "saint petersburg", "new delhi",
    "washington d.c.", "нижний новгород", "нью йорк", "новый орлеан", "буэнос айрес",
})  # fmt: skip
# The Latin letters with which a name may begin in its own spelling, by what it begins with in Russian.
_INITIALS = {
    "а": "aeiouh", "б": "bv", "в": "vwbfu", "г": "ghj", "д": "djg", "е": "eyihj", "ё": "yeoj", "ж": "jgzxr",
    "з": "zsxc", "и": "iyejh", "й": "yijhe", "к": "kcqxgh", "л": "l", "м": "m", "н": "nk", "о": "oahuw", "п": "pb",
    "р": "rwh", "с": "sczxp", "т": "t", "у": "uwhovy", "ф": "fpvt", "х": "hjkcgx", "ц": "cztjq", "ч": "ctzqj",
    "ш": "scxh", "щ": "sc", "ы": "yi", "э": "eahiou", "ю": "yjuieh", "я": "yjia", "і": "iyejh", "є": "eyihj",
    "ї": "iyejh",
}  # fmt: skip
_SAME_LETTERS = ("yjieg", "ckqx", "szcx", "vwbf", "fp", "hgkxj", "ae", "ou", "zj", "dj")  # in two Latin spellings
_STROKED = str.maketrans("łøđæþ", "lodat")


def read_byline(text: str) -> list[Author]:
    """The authors, or an empty list where `text` is anything else than names.

    `Питер Сауэр (Pjotr Sauer), Эндрю Рот (Andrew Roth)`; with "Автор:" or "By" before; a part in small letters
    behind a name ("обозреватель") is a role and left out, so are an agency and a town, and the marker of a footnote.
    """
    line = clean(text)
    if not line or is_too_long(line):
        return []
    if _is_running_text(line) or _TRANSLATED.match(line):
        return []
    bare = _PREFIX.sub("", line, count=1) if _PREFIX.match(line) else line
    return _authors(_plain(bare), named=bare is not line)


def is_too_long(line: str) -> bool:
    """Whether a line is longer than names are; many authors with their originals may take more than few."""
    return len(line) > _LONGEST and (len(line) > _LONGEST_OF_MANY or line.count("(") < 4)


def is_organisation(name: str) -> bool:
    """Whether a word of a name is one of agencies, newspapers or offices: no person is called so."""
    return not _ORGANISATIONS.isdisjoint(fold(name).replace("-", " ").split())


def is_labelled(text: str) -> bool:
    """Whether a line says of itself that names follow: "Автор:", "By"."""
    return _PREFIX.match(text) is not None


def is_like_names(text: str) -> bool:
    """Whether a line is words with capitals, as names are, whoever or whatever is called so."""
    return " " in text and not _is_running_text(text) and bool(_NAME.fullmatch(text))


def names_no_author(text: str) -> bool:
    """Whether a line stands where bylines stand and names nobody who wrote: an agency, a translator, a language."""
    if len(text) > _LONGEST_ROLE:
        return False
    if switches_language(text):
        return True
    if match := _TRANSLATED.match(text):
        return bool(_authors(_plain(text[match.end() :]), named=True))
    name = text.partition(" (")[0]
    return " " in text and is_organisation(name) and bool(_NAME.fullmatch(name))


def names_editors(text: str) -> bool:
    """Whether a line in a byline's place says that the newspaper itself wrote: `Редакция FAZ`, `Editorial board`."""
    return len(text) <= _LONGEST_ROLE and text[0] in "РрОоEeTt" and _EDITORS.fullmatch(text) is not None


def is_initials(text: str) -> bool:
    """Whether a line is initials alone, which are an author only beside others: `К. Х.`."""
    return len(text) <= _LONGEST_INITIALS and _INITIALS_ALONE.fullmatch(text) is not None


def _plain(line: str) -> str:
    """A byline without what is printed around its names: markers, a last stop, a role; all brackets are round."""
    if not _MARKERS.isdisjoint(line):
        line = _HANGING.sub("", line)
    if "[" in line:
        line = line.replace("[", "(").replace("]", ")")
    if ")" in line or "）" in line:
        line = _PLACE_BEHIND.sub("", _ROLE_BEHIND.sub("", line)).rstrip(" ,;.")
        line = _GLUED.sub(", ", line)
    return line.rstrip(" ,;")


def _is_running_text(line: str) -> bool:
    """Whether the second word shows that a line is no names, before any pattern is tried: most lines are none."""
    first, _, rest = line.partition(" ")
    if not rest[:1].islower() or first[-1] in ",;/" or first.lower() in _OPENING:
        return False
    second = rest.partition(" ")[0]
    return second not in _JOINING and "-" not in second and "'" not in second and "’" not in second


def leading_names(text: str) -> list[Author]:
    """The names that `text` begins with, whatever stands behind them."""
    authors: list[Author] = []
    rest = clean(text)
    if spoke := _PREFIX.match(rest):  # "Беседовал Иван Иванов"
        rest = rest[spoke.end() :]
    while match := _NAME.match(rest) or _CJK_NAME.match(rest):
        if authors and " " not in match[0] and match[0].isascii():
            break  # another label: "Jane Doe, Date: ..."
        if authors and is_organisation(match[0]):
            break
        authors.append(Author(match[0]))
        joint = _JOINT.match(rest, match.end())
        if joint is None:
            break
        rest = rest[joint.end() :]
    return authors


def is_byline_label(text: str) -> bool:
    """Whether `text` is only the word before a byline: "Автор:", "By"."""
    return len(text) < 12 and bool(_LABEL.fullmatch(text))


def _authors(line: str, *, named: bool) -> list[Author]:
    if together := _originals_together(line):
        return together
    authors: list[Author] = []
    placed = False  # "By Jane Doe in Kyiv, Ukraine"
    for part in _parts(line):
        name = _without_place(part) if named else part
        placed = placed or name is not part
        if authors and _is_beside_names(name, authors[-1], may_be_town=named or placed):
            continue
        author = _author(name, named=named)
        if author is None:
            return []
        authors.append(author)
    return authors


def _parts(line: str) -> list[str]:
    return _SPLIT.split(line) if any(mark in line for mark in _MARKS) else [line]


def _without_place(part: str) -> str:
    """A name without the town that its owner wrote from."""
    word = next((word for word in _IN_PLACE if word in part), None)
    return part.partition(word)[0] if word else part


def _is_beside_names(part: str, author: Author, *, may_be_town: bool) -> bool:
    """Whether a part of a byline is a role, an agency or a town, which stand behind a full name."""
    if part[:1].islower() or fold(part) in _TOWNS or is_organisation(part):
        return True
    return " " not in part and " " in author.name and (may_be_town or author.name_original is not None)


def _originals_together(line: str) -> list[Author]:
    """The authors of "Питер Сауэр, Эндрю Рот (Pjotr Sauer, Andrew Roth)": one bracket with as many names."""
    if line[-1:] != ")" or line.count("(") != 1:
        return []
    names, _, originals = line[:-1].partition("(")
    pairs = (_parts(names.strip()), _parts(originals))
    if len(pairs[0]) < 2 or len(pairs[0]) != len(pairs[1]):
        return []
    authors = [_author(f"{name} ({original})", named=False) for name, original in zip(*pairs, strict=True)]
    return [author for author in authors if author and author.name_original] if all(authors) else []


def _author(part: str, *, named: bool) -> Author | None:
    match = _PART.fullmatch(part)
    if match is None or not _is_person(match["name"]):
        return None
    name, original = match["name"], match["original"]
    if original is not None and not _is_capitalised(original):
        return None
    if original is not None and not _is_original(name, original):
        original = None
    words = name.split()
    alone = named or (original is not None and not _has_case(original))
    if not (1 if alone else 2) <= len(words) <= 6 or (name.isupper() and not (named or original)):
        return None
    return Author(name, original)


def _is_person(name: str) -> bool:
    if _NOT_NAMES.search(name) or not _NAME.fullmatch(name):
        return False
    return not is_organisation(name) and fold(name) not in _TOWNS


def _is_capitalised(text: str) -> bool:
    """What may be a name in a bracket: begins with a capital, or its script has none."""
    if len(text) > 80 or any(c.isdigit() for c in text):
        return False
    return bool(_NAME.fullmatch(text)) or (text[0].isalpha() and not text[0].islower() and not _has_case(text))


def _has_case(text: str) -> bool:
    return text.upper() != text.lower()


def _is_original(name: str, text: str) -> bool:
    """Whether a bracket is the same name in its own spelling, and no town, agency or outlet."""
    if not _has_case(text):
        return True
    if is_organisation(text) or fold(text) in _TOWNS:
        return False
    names, originals = _initials(name), _initials(text)
    if (len(names) == 1) != (len(originals) == 1):
        return False
    same = _is_cyrillic(name) == _is_cyrillic(text)
    ends = [_may_be_one(names[at], originals[at]) for at in (0, -1)]
    return all(ends) if same else any(ends) or _may_be_one(names[0], originals[-1])


def _initials(name: str) -> list[str]:
    """The first letter of each word, without accents."""
    words = fold(name).replace("-", " ").split()
    return [unicodedata.normalize("NFD", word)[0].translate(_STROKED) for word in words]


def _is_cyrillic(name: str) -> bool:
    return "\u0400" <= name[0] <= "\u04ff"


def _may_be_one(one: str, other: str) -> bool:
    """Whether two letters may begin the same name in two spellings."""
    if one == other or other in _INITIALS.get(one, "") or one in _INITIALS.get(other, ""):
        return True
    return any(one in letters and other in letters for letters in (*_SAME_LETTERS, "иій", "еєэ", "гґх", "оа"))


def has_original(authors: list[Author]) -> bool:
    """Whether the byline carries a bracket with a name: nothing else in an article looks so."""
    return any(author.name_original for author in authors)
