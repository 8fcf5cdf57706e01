"""The practice site's state as time goes by: counters rise, lists move, articles are edited, removed and published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crawler.practice.article import Block, Language, PracticeArticle, Span, article_path
from crawler.practice.content import Entry, PracticeArchive, seed_truth
from crawler.practice.counts import Counters, counters_of
from crawler.practice.dice import dice
from crawler.practice.slug import slug
from crawler.practice.stories import phrases
from crawler.practice.truth import Row

MOSCOW = ZoneInfo("Europe/Moscow")
LISTING_ROWS = 30
DISCUSSION_ROWS = 15
_SLOT = timedelta(minutes=11)  # one comment in each


class World:
    """The archive at a moment `now` (UTC), with what was done to it since it began."""

    def __init__(self, archive: PracticeArchive) -> None:
        self.archive = archive
        self.now = archive.now
        self.removed: dict[tuple[str, Language], int] = {}
        self._edited: dict[tuple[str, Language], PracticeArticle] = {}
        self._changes = 0
        self._drawn: tuple[object, list[Entry], list[Row]] | None = None

    def article(self, native_id: str, language: Language) -> PracticeArticle:
        """The article as it stands now. Raises KeyError where there never was one."""
        return self._edited.get((native_id, language)) or self.archive.article(native_id, language)

    def path(self, entry: Entry) -> str:
        """The path of an entry's page as it stands now."""
        edited = self._edited.get((entry.native_id, entry.language))
        return edited.path if edited else self.archive.path(entry)

    def entries(self, language: Language | None = None) -> list[Entry]:
        """What is there now, oldest first."""
        present = self._present()[0]
        return [entry for entry in present if entry.language == language] if language else present

    def edit(self, native_id: str, language: Language, **changes: Any) -> PracticeArticle:
        """Change an article: fields by name, `body` also as a list of strings. A new title makes a new slug.

        Without changes one sentence is added to the end of the body.
        """
        article = self.article(native_id, language)
        if not changes:
            changes["body"] = (*article.body, Block("paragraph", (Span(self._addition(language)),)))
        if "title" in changes:
            suffix = f" ({article.heading.rpartition(' (')[2]}" if article.outlet else ""  # a title may have brackets
            changes.setdefault("heading", changes["title"] + suffix)
            changes.setdefault("slug", slug(changes["title"], language))
        changes["body"] = tuple(_block(part) for part in changes.get("body", article.body))
        self._edited[native_id, language] = replace(article, **changes)
        self._changes += 1
        return self._edited[native_id, language]

    def remove(self, native_id: str, language: Language, status: int = 410) -> None:
        """From now on the article's page answers `status`, and no list names it."""
        self.removed[native_id, language] = status
        self._changes += 1

    def restore(self, native_id: str, language: Language) -> None:
        """Bring a removed article back."""
        del self.removed[native_id, language]
        self._changes += 1

    def counters(self, article: PracticeArticle) -> Counters:
        """The counters by now: views and comments have risen since the world began."""
        hours = (self.now - self.archive.now) / timedelta(hours=1)
        views = article.views + int(hours * (5 + article.views % 40))
        comments = article.comments + int(hours * (int(article.native_id) % 5) / 24)
        return counters_of(article, views, comments)

    def news(self, language: Language, page: int = 1, size: int = LISTING_ROWS) -> list[Row]:
        """The newest articles; page 1 holds the newest. Empty beyond the last page."""
        newest = self.entries(language)[::-1][(page - 1) * size : page * size]
        return [self._row("news", rank, entry, entry.published_at) for rank, entry in enumerate(newest, start=1)]

    def pages(self, language: Language) -> int:
        """How many listing pages there are."""
        return -(-len(self.entries(language)) // LISTING_ROWS)

    def discussion(self) -> list[Row]:
        """The sidebar: where the last comments were made, in both languages, newest first."""
        return self._present()[1]

    def seed_discussion(self) -> list[Row]:
        """The seed page's own list, word for word; its years are those that a reader must give it by now."""
        rows = [dict(row) for row in seed_truth()["placements"]]
        for row in rows:
            row["path"] = row.pop("url")
            row["posted_at"] = latest(row["posted_raw"], self.now)
        return [Row(**row) for row in rows]

    def _present(self) -> tuple[list[Entry], list[Row]]:
        """Entries and discussion, put together once for each state of the world: every page shows them."""
        state = (self.now, len(self.archive), self._changes)
        if self._drawn is None or self._drawn[0] != state:
            entries = [entry for key, entry in self.archive.entries.items() if key not in self.removed]
            self._drawn = (state, entries, self._discussed(entries))
        return self._drawn[1:]

    def _discussed(self, entries: list[Entry]) -> list[Row]:
        rows: dict[str, Row] = {}
        for at, number in self._comments():
            row = self._remark(at, number) if number % 6 == 0 else self._commented(entries, at, number)
            rows.setdefault(row.path, replace(row, rank=len(rows) + 1))
            if len(rows) == min(DISCUSSION_ROWS, len(entries)):
                break
        return list(rows.values())

    def _comments(self) -> Iterator[tuple[datetime, int]]:
        """Times of comments from now backwards, each with its random number."""
        slot = int(self.now.timestamp() // _SLOT.total_seconds())
        for back in range(slot):
            random = dice(self.archive.seed, "comment", slot - back)
            start = datetime.fromtimestamp((slot - back) * _SLOT.total_seconds(), UTC)
            at = (start + timedelta(minutes=random.randrange(11))).replace(second=0, microsecond=0)
            if at <= self.now:
                yield at, random.randrange(1 << 30)

    def _commented(self, entries: list[Entry], at: datetime, number: int) -> Row:
        reach = min(len(entries), 60)
        return self._row("discussion", 1, entries[-1 - number % reach], at)

    def _remark(self, at: datetime, number: int) -> Row:
        """A comment or a visitor's own topic: no article of the site."""
        title = phrases("ru")["remarks"][number % 3]
        title = title if number % 4 else f'Ответ на "{title}"'
        count = number % 9
        path = f"/?l={number % 4000 + 30000}&m={number % 90000 + 900000}"
        return Row("discussion", 1, path, title, at, printed_time(at, self.now), count, str(count))

    def _row(self, block: str, rank: int, entry: Entry, at: datetime) -> Row:
        article = self._edited.get((entry.native_id, entry.language))
        heading = article.heading if article else self.archive.headline(entry).heading
        count = self.counters(self.article(entry.native_id, entry.language)).comments
        shown = printed_time(at, self.now)
        return Row(
            block, rank, self.path(entry), heading, at, shown, count.value, count.raw, entry.native_id, entry.language
        )

    def _addition(self, language: Language) -> str:
        return str(phrases(language)["sentences"][3]).format(city=phrases(language)["cities"][0]) + "."

    def old_path(self, entry: Entry) -> str:
        """The path that the article had before any edit."""
        return article_path(entry.native_id, self.archive.headline(entry).slug, entry.language)


def printed_time(at: datetime, now: datetime) -> str:
    """`08.09 04:37` in Moscow; with the year where the day alone would be taken for a later one."""
    local = at.astimezone(MOSCOW)
    return local.strftime("%d.%m %H:%M" if now - at < timedelta(days=300) else "%d.%m.%Y %H:%M")


def latest(printed: str, now: datetime) -> datetime:
    """The latest moment at which a Moscow clock showed `printed` (`08.09 04:37`) and that is not after `now`; UTC."""
    year = now.astimezone(MOSCOW).year
    for candidate in (year, year - 1):
        at = datetime.strptime(f"{candidate}.{printed}", "%Y.%d.%m %H:%M").replace(tzinfo=MOSCOW)
        if at <= now:
            return at.astimezone(UTC)
    raise ValueError(f"{printed!r} is not in the two years before {now}")


def _block(part: Block | str) -> Block:
    return part if isinstance(part, Block) else Block("paragraph", (Span(part),))
