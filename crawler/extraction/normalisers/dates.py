"""Times as sites print them, in Russian and English, as UTC with a precision; None where a text is not a date."""

from __future__ import annotations

import re
from calendar import isleap
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from crawler.extraction.normalisers.text import clean, fold

_MONTHS = {
    "янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10,
    "ноя": 11, "дек": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_MONTH = (
    r"(?P<name>янв(?:аря|арь)?|фев(?:р|раля|раль)?|мар(?:та|т)?|апр(?:еля|ель)?|ма[яй]|июн[яь]?|июл[яь]?"
    r"|авг(?:уста|уст)?"
    r"|сен(?:т|тября|тябрь)?|окт(?:ября|ябрь)?|ноя(?:б|бря|брь)?|дек(?:абря|абрь)?|jan(?:uary)?"
    r"|feb(?:ruary)?|mar(?:ch)?"
    r"|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_CLOCK = r"(?P<hour>[01]?\d|2[0-3])[:](?P<minute>[0-5]\d)(?::[0-5]\d)?(?: ?(?P<half>[ap])\.?m\.?)?"
_ZONE = r"(?: ?\(?(?P<zone>мск|msk|(?:utc|gmt)(?: ?[+−-] ?\d{1,2}(?::\d\d)?)?|по москве|moscow time)\)?)?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_WORD = r"(?: ?(?:года|г\.?))?"
_NAME_OF_DAY = (
    r"(?:понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|пн|вт|ср|чт|пт|сб|вс"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\.?"
)
_WEEKDAY = rf"(?:{_NAME_OF_DAY},? )?"
_WEEKDAY_BEHIND = rf"(?:,? {_NAME_OF_DAY})?"
_GAP = rf"(?:,? ?(?:г\.?|года)?{_WEEKDAY_BEHIND},? ?(?:в|at|[-–—|/•·])? ?)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_WEEKDAY}{_DAY}\.(?P<month>0?[1-9]|1[0-2])(?:\.{_YEAR}{_YEAR_WORD})?(?:{_GAP}{_CLOCK}{_ZONE})?",
        rf"{_WEEKDAY}{_DAY} {_MONTH}(?:,? {_YEAR})?(?:{_GAP}{_CLOCK}{_ZONE})?{_GAP}",
        rf"{_WEEKDAY}{_MONTH} {_DAY}(?:,? {_YEAR})?(?:{_GAP}{_CLOCK}{_ZONE})?",
        rf"{_CLOCK}{_ZONE},? {_DAY}\.(?P<month>0?[1-9]|1[0-2])(?:\.{_YEAR})?",
        rf"{_CLOCK}{_ZONE},? {_DAY} {_MONTH}(?:,? {_YEAR})?{_GAP}",
        rf"{_CLOCK}{_ZONE},? {_MONTH} {_DAY}(?:,? {_YEAR})?",
        rf"(?P<day>0[1-9]|[12]\d|3[01])-(?P<month>0[1-9]|1[0-2])-{_YEAR}{_GAP}{_CLOCK}{_ZONE}",  # DataLife Engine
        # With dots the day comes first. Of a day alone two digits are no year: it may be a version, or the year first.
        rf"(?P<day>0[1-9]|[12]\d|3[01])\.(?P<month>0[1-9]|1[0-2])\.(?P<short>\d\d){_GAP}{_CLOCK}{_ZONE}",
    )
)
# Of `05/09/2025` nobody can tell which is the day, unless the day of the week is named in Russian, or it is past 12.
_MONTH_NUMBER, _PAST_TWELVE = r"(?P<month>0?[1-9]|1[0-2])", r"(?P<day>1[3-9]|2\d|3[01])"
_SLASHED = tuple(
    re.compile(rf"{form}(?:{_GAP}{_CLOCK}{_ZONE})?")
    for form in (
        rf"{_YEAR}/{_MONTH_NUMBER}/{_DAY}",
        rf"(?=[а-я]){_NAME_OF_DAY},? {_DAY}/{_MONTH_NUMBER}/{_YEAR}",
        rf"{_WEEKDAY}{_PAST_TWELVE}/{_MONTH_NUMBER}/{_YEAR}",
        rf"{_WEEKDAY}{_MONTH_NUMBER}/{_PAST_TWELVE}/{_YEAR}",
    )
)
_RELATIVE = r"(?P<day>сегодня|вчера|позавчера|today|yesterday)"
_RELATIVE_DAYS = (
    re.compile(rf"{_RELATIVE}(?:{_GAP}{_CLOCK}{_ZONE})?"),
    re.compile(rf"{_CLOCK}{_ZONE},? {_RELATIVE}"),
)
_DAYS_BACK = {"сегодня": 0, "today": 0, "вчера": 1, "yesterday": 1, "позавчера": 2}
_DIGIT = re.compile(r"\d")
_DAYS, _BACK = tuple(_DAYS_BACK), ("назад", "ago")  # what a time without a digit begins or ends with
_AGO = re.compile(
    r"(?P<n>\d{1,3}|an?)? ?(?P<unit>минут[уы]?|мин\.?|час(?:а|ов)?|ч\.?|minutes?|mins?|hours?|дн(?:я|ей)|день|days?)"
    r" (?:назад|ago)"
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?")
# A zone that this does not name would be read as the site's own.
_RFC822 = re.compile(
    r"(?:[A-Z][a-z]{2}, ?)?\d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d\d(?::\d\d)? "
    r"(?P<zone>[+-]\d{4}|UTC?|GMT|Z|[ECMP][SD]T|MSK)"
)
_CLOCK_SKEW = timedelta(minutes=10)  # by so much a site's clock may run ahead of ours
_RECENT = 1  # years before the capture in which a year of two digits may lie


# The form of every row of a list, read without the way through all forms.
_SHORT = re.compile(r"(0[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])(?:\.((?:19|20)\d\d))? ([01]\d|2[0-3]):([0-5]\d)")


# What a time begins with.
_TIME = (
    r"(?=\d|(?:сегодня|вчера|позавчера|today|yesterday)(?:,? ?(?:в |at )?\d|\s*$)"
    rf"|(?:{_NAME_OF_DAY},? )?{_MONTH} \d|{_NAME_OF_DAY},? \d)"
).replace("?P<name>", "?:")
# A word that says what happened at a time: `Опубликовано: 22.09.2025 11:20`. Of changes ("Обновлено") none is here.
_PUBLISHED = re.compile(
    r"(?:дата(?: публикации)?|опубликован[ао]?|размещен[ао]?|размещён[ао]?|добавлен[ао]?"
    rf"|(?:posted|submitted|added)(?: on)?) ?[:»]? {_TIME}"
    rf"|(?:published(?: on| at)?|publish(?:ed|ing)? date|publication date|date of publication) ?[:»]? {_TIME}"
    rf"|(?:date|published) ?: ?{_TIME}",
    re.IGNORECASE,
)


_CHANGE = (
    r"(?:обновл[её]н|изменен[ао]?\b|измен[её]н\b|исправлен|(?:от)?редактирован|дополнен|дата (?:обновления|изменения)"
    r"|updated?\b|(?:last )?modif|(?:re-?)?edited|changed|corrected|last (?:updat|edit|chang))"
)
_SAYS_CHANGE = re.compile(rf"\b{_CHANGE}", re.IGNORECASE)
_CHANGE_BEHIND = re.compile(rf"[\s(.,;|/]{_CHANGE}\D{{0,20}}\d", re.IGNORECASE)
_CHANGE_FIRST = re.compile(rf"(?:последн\w{{2}} |дата )?{_CHANGE}\w*(?: on| at)? ?[:»]? ?", re.IGNORECASE)
_CHANGED = re.compile(
    r"\s*(?:обновл|измен|исправл|дополн|(?:от)?редакт|updat|modif|edit|chang|correct|last )", re.IGNORECASE
)
_EDITED = re.compile(
    r"(?:(?:новость|стать[яю]|материал|публикаци[яю]|сообщение|запись|post|article|news|item) )?"
    r"(?:(?:был[аои]?|последний раз|was|last) )*(?:(?:от)?редактировал(?:[аи]|[ао]?сь|ся)?|отредактирован[ао]?"
    r"|измен(?:ил[аи]?|[её]н[ао]?)|обнов(?:ил[аи]?|л[её]н[ао]?)|edited|modified|updated)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\d\d?[.\-/]\d\d?[.\-/]\d{2,4}|\d{4}-\d\d-\d\d|\d:\d\d")
_ANY_WORD = re.compile(r"\s*[^\W\d_]+ ?:? (?=\d)")
_NAMED_NUMBERS = re.compile(rf"(?:[^\W\d]+(?: [^\W\d]+){{0,2}}: ?|{_NAME_OF_DAY},? )\d[\d.,:/ –—-]*", re.IGNORECASE)
_INITIALS = frozenset("ДдОоРрAaDdPpSs")  # of these words
_LONGEST_LINE = 60  # characters
_LONGEST_TIMES = 150  # of two times with their words


class _Numbers(NamedTuple):
    """What the short form prints."""

    day: int
    month: int
    year: int | None
    hour: int
    minute: int


class Moment(Struct, frozen=True, gc=False):
    """`at` in UTC; `precision` is `minute`, `hour` or `day` (then `at` is midnight in the site's zone)."""

    at: datetime
    precision: str
    raw: str


def read_moment(text: str, *, seen_at: datetime, zone: ZoneInfo) -> Moment | None:
    """The time that `text`, as a whole, prints. `seen_at` (aware) is when the page was fetched.

    Where no year is printed it is the latest that does not lie after `seen_at` (docs/codebook.md), but for the
    minutes by which clocks differ. A time without an offset is in `zone`, with that zone's offset of its day.
    """
    raw = clean(text)
    if not raw or len(raw) > 60:
        return None
    try:
        if numbers := _numbers(raw):
            return _short(raw, numbers, seen_at, zone)
        return _machine(raw, zone) or _human(raw, seen_at, zone)
    except (ValueError, OverflowError):  # 31 February
        return None


def without_word(text: str) -> str:
    """A printed time without the word before it that says it is that of publication."""
    bare = text.lstrip()
    match = _PUBLISHED.match(bare) if bare[:1] in _INITIALS else None
    return bare[match.end() :] if match else text


def without_any_word(text: str) -> str:
    """A time without the one word before it, whatever it is; but what was changed then was published before."""
    return text if _CHANGED.match(text) else _ANY_WORD.sub("", text, count=1)


def says_change(text: str) -> bool:
    """Whether a word in a text says that something was changed: what stands behind it is no time of publication."""
    return _SAYS_CHANGE.search(text) is not None


def names_edit(text: str) -> bool:
    """Whether a short line says who or what last changed the text, and when: `Edited by admin - 15.05.2022, 18:40`."""
    if len(text) > _LONGEST_TIMES or not any(map(str.isdigit, text)):
        return False
    return _EDITED.match(text) is not None and _WHEN.search(text) is not None


def before_change(text: str) -> str:
    """What a line says before it comes to a change: of `07.09.2025 10:00 (обновлено: 08.09 12:00)` the first time."""
    match = _CHANGE_BEHIND.search(text) if len(text) <= _LONGEST_TIMES else None
    return text[: match.start()].rstrip(" (.,;|/·•–—-") if match else ""


def behind_change(text: str) -> str:
    """A time without the word before it that says it is that of a change; nothing where there is no such word."""
    match = _CHANGE_FIRST.match(text)
    return text[match.end() :] if match else ""


def behind_one_change(text: str) -> str:
    """What a line says of publication behind a change: end of `Обновлено: 08.09 12:00 Опубликовано: 07.09 10:00`."""
    match = _PUBLISHED.search(text) if len(text) <= _LONGEST_TIMES and _CHANGE_FIRST.match(text) else None
    return text[match.start() :] if match else ""


def names_publication(text: str) -> bool:
    """Whether a short text begins with such a word and then a number."""
    return len(text) <= _LONGEST_LINE and text[:1] in _INITIALS and _PUBLISHED.match(text) is not None


def names_numbers(text: str) -> bool:
    """Whether a line is a word or three and numbers, as times are: `Салон: 15.09.2026 10:00 – 20.09.2026 18:00`.

    `Fri, 05/09/2025 - 14:05` is one, too, of which nobody can tell the day.
    """
    return text[-1].isdigit() and len(text) <= _LONGEST_LINE and _NAMED_NUMBERS.fullmatch(text) is not None


@lru_cache(maxsize=4096)  # a list stands on many pages
def _numbers(raw: str) -> _Numbers | None:
    """What the short form says; None for any other text."""
    if (match := _SHORT.fullmatch(raw)) is None:
        return None
    day, month, year, hour, minute = match.groups()
    return _Numbers(int(day), int(month), int(year) if year else None, int(hour), int(minute))


def _short(raw: str, numbers: _Numbers, seen_at: datetime, zone: ZoneInfo) -> Moment | None:
    for candidate in (numbers.year,) if numbers.year else _years(seen_at):
        when = _at(numbers, candidate, zone)
        if when is not None and (numbers.year or when <= seen_at + _CLOCK_SKEW):
            return Moment(when, "minute", raw)
    return None


@lru_cache(maxsize=4096)  # what a zone's offset was at that time takes long to find out
def _at(numbers: _Numbers, year: int, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC; None for a 29 February that the year has not."""
    day, month, _, hour, minute = numbers
    if month == 2 and day == 29 and not isleap(year):
        return None
    return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


def _years(now: datetime) -> range:
    """The years in which a day without one may lie, latest first: another zone's New Year may have come already."""
    latest = now.year + (now.month == 12 and now.day > 29)
    return range(latest, now.year - 9, -1)


def _machine(raw: str, zone: ZoneInfo) -> Moment | None:
    if _ISO.fullmatch(raw):
        when = datetime.fromisoformat(raw.replace(" UTC", "Z").replace(" Z", "Z").replace(" +", "+"))
        return _moment(when if when.tzinfo else when.replace(tzinfo=zone), "minute" if ":" in raw else "day", raw)
    if match := _RFC822.fullmatch(raw):
        when = parsedate_to_datetime(raw)
        return _moment(when if when.tzinfo else when.replace(tzinfo=_zone(match["zone"].lower(), zone)), "minute", raw)
    return None


def _human(raw: str, seen_at: datetime, zone: ZoneInfo) -> Moment | None:
    text = fold(raw)
    if _DIGIT.search(text) is None and not text.startswith(_DAYS) and not text.endswith(_BACK):
        return None  # most texts that are asked are no dates, and a dozen patterns would have to say so
    now = seen_at.astimezone(zone)
    for form in _SLASHED if text.count("/") > 1 else _FORMS:
        if match := form.fullmatch(text):
            return _absolute(match, raw, now, zone)
    if match := _RELATIVE_DAYS[0].fullmatch(text) or _RELATIVE_DAYS[1].fullmatch(text):
        day = now.date() - timedelta(days=_DAYS_BACK[match["day"]])
        return _on(day, match, raw, zone)
    if match := _AGO.fullmatch(text):
        return _ago(match, raw, now)
    return None


def _absolute(match: re.Match[str], raw: str, now: datetime, zone: ZoneInfo) -> Moment | None:
    groups = match.groupdict()
    month = int(groups["month"]) if groups.get("month") else _MONTHS[groups["name"][:3]]
    day = int(groups["day"])
    if not groups.get("year") and not groups["hour"] and not groups.get("name"):
        return None  # "08.09" alone may be any number
    if year := int(groups["year"]) if groups.get("year") else _whole_year(groups.get("short"), now):
        return _on(date(year, month, day), match, raw, zone)
    return _latest(month, day, match, raw, now, zone)


def _whole_year(short: str | None, now: datetime) -> int | None:
    """The year of two digits; `25.09.07` may have it first, and then its end is seldom a year that is near."""
    if short is None:
        return None
    year = 2000 + int(short)
    if not now.year - _RECENT <= year <= now.year:
        raise ValueError(f"{short} may be a day")
    return year


def _latest(month: int, day: int, match: re.Match[str], raw: str, now: datetime, zone: ZoneInfo) -> Moment | None:
    """The latest year in which the day exists (29 February) and does not lie after `now`."""
    for year in _years(now):
        try:
            moment = _on(date(year, month, day), match, raw, zone)
        except ValueError:
            continue
        if moment.at <= now + _CLOCK_SKEW:
            return moment
    return None


def _on(day: date, match: re.Match[str], raw: str, zone: ZoneInfo) -> Moment:
    groups = match.groupdict()
    if groups.get("hour") is None:
        return _moment(datetime(day.year, day.month, day.day, tzinfo=zone), "day", raw)
    hour, minute = _hour(int(groups["hour"]), groups.get("half")), int(groups["minute"])
    named = _zone(groups.get("zone"), zone)
    return _moment(datetime(day.year, day.month, day.day, hour, minute, tzinfo=named), "minute", raw)


def _zone(name: str | None, own: ZoneInfo) -> tzinfo:
    """The zone that is printed beside a time (`utc+3`, `мск`), else the site's own."""
    if name is None:
        return own
    if not name.startswith(("utc", "gmt", "-0000")):
        return ZoneInfo("Europe/Moscow")
    offset = name[3:].replace(" ", "").replace("−", "-") if name[0] != "-" else ""
    hours, _, minutes = offset[1:].partition(":")
    if int(hours or 0) > 14:
        raise ValueError(f"{name} is no zone")
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return timezone(-ahead if offset[:1] == "-" else ahead)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} {half}m")
    return hour % 12 + (12 if half == "p" else 0)


def _ago(match: re.Match[str], raw: str, now: datetime) -> Moment | None:
    number = int(match["n"]) if (match["n"] or "").isdigit() else 1
    unit = match["unit"][0]
    if unit == "м" or match["unit"].startswith("min"):
        return _moment(now.replace(second=0, microsecond=0) - timedelta(minutes=number), "minute", raw)
    if unit in "чh":
        return _moment(now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=number), "hour", raw)
    midnight = datetime(now.year, now.month, now.day, tzinfo=now.tzinfo)
    return _moment(midnight - timedelta(days=number), "day", raw)


def _moment(when: datetime, precision: str, raw: str) -> Moment:
    return Moment(when.astimezone(UTC), precision, raw)
