"""Which articles a reader asked to see, and in what order: read from the address, so that a link keeps the choices.

What cannot be meant is an error with a clear message, never another list than the one that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from archive.errors import UsageError

ORDERS = ("read", "published")
PRESENCES = ("present", "returned", "missing_suspected", "removed_confirmed")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an order: behind the article of this id and time; without a time, among those of none."""

    at: datetime | None
    article_id: str

    def __str__(self) -> str:
        return f"{'' if self.at is None else self.at.astimezone(UTC).isoformat()}~{self.article_id}"


@dataclass(frozen=True, slots=True)
class Choices:
    """What narrows a list of articles; None is any. `since` and `until` are days of publication by the site's calendar.

    `order` is None where none was asked for; `after` is where the page before ended.
    """

    order: str | None = None
    language: str | None = None
    outlet: str | None = None
    presence: str | None = None
    since: date | None = None
    until: date | None = None
    after: Place | None = None

    @property
    def narrow(self) -> bool:
        """Whether any article is left out."""
        return any((self.language, self.outlet, self.presence, self.dated))

    @property
    def dated(self) -> bool:
        """Whether only articles of a known day of publication are meant."""
        return bool(self.since or self.until)


def chosen(asked: Mapping[str, str]) -> Choices:
    """The choices in the parameters of an address. Raises UsageError."""
    order = _one_of(asked, "order", ORDERS)
    choices = Choices(
        order=order,
        language=asked.get("language", "").strip() or None,
        outlet=asked.get("outlet", "").strip() or None,
        presence=_one_of(asked, "presence", PRESENCES),
        since=_day(asked, "since"),
        until=_day(asked, "until"),
        after=_place(asked.get("after", ""), order),
    )
    if choices.since and choices.until and choices.since > choices.until:
        raise UsageError(f"nothing is published since {choices.since} and until {choices.until}: exchange the two days")
    return choices


def _one_of(asked: Mapping[str, str], name: str, known: tuple[str, ...]) -> str | None:
    value = asked.get(name, "")
    if value and value not in known:
        raise UsageError(f"{name} is {value!r}; it can be {', '.join(known)}")
    return value or None


def _day(asked: Mapping[str, str], name: str) -> date | None:
    value = asked.get(name, "").strip()
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise UsageError(f"{name} is {value!r}; it can be a day as 2026-09-01") from None


def _place(value: str, order: str | None) -> Place | None:
    """Every article was read at a time: only in order of publication is there a place among those of none."""
    at, mark, article_id = value.partition("~")
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(at).astimezone(UTC) if at else None
    except (ValueError, OverflowError):
        moment, mark = None, ""
    if not mark or (moment is None and (at or order != "published")):
        raise UsageError(f"after is {value!r}; follow the link at the end of a list instead")
    return Place(moment, article_id)
