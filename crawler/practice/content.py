"""The practice aggregator's articles: made up from a seed, the same ones each time, with their truth.

Article 0 is the seed article word for word; 1 to 9 are those that its discussion list names; all others are made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from archive.records import Author, EditorNote, Footnote
from crawler.practice.article import Block, Language, Picture, PracticeArticle, Span, article_path
from crawler.practice.dice import dice
from crawler.practice.labels import first_labels
from crawler.practice.stories import Headline, Identity, given_headline, headline, story
from crawler.practice.truth import truth

__all__ = ["SEED_CAPTURED_AT", "Entry", "PracticeArchive", "PracticeArticle", "seed_article", "seed_truth", "truth"]

SEED_CAPTURED_AT = datetime(2025, 9, 8, 1, 45, tzinfo=UTC)  # minutes after the newest row of the seed page's list
_FIRST_MADE_UP_ID = 1_041_300
_PACE = timedelta(minutes=40)
_KEPT = 4096  # articles in memory; more are made up again when asked for


class Entry(NamedTuple):
    """One article's place in the archive: which story, in which language, and when it was published (UTC)."""

    number: int
    native_id: str
    language: Language
    published_at: datetime
    alternate: Language | None


@cache
def seed_truth() -> dict[str, Any]:
    """The codebook's fields of the seed article, as read by people; its lists were captured at SEED_CAPTURED_AT."""
    text = files("crawler.practice.data").joinpath("seed_article.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


@cache
def seed_article() -> PracticeArticle:
    """The seed article, its text word for word."""
    known = seed_truth()
    image = known["image"]
    return PracticeArticle(
        native_id=known["native_id"], language="en", slug=known["slug"], title=known["title"],
        heading=known["title_raw"], outlet=known["outlet"], outlet_country=known["outlet_country"],
        subtitle=known["subtitle"], lead=(known["lead"],), byline="Peter Sauer (Pjotr Sauer)",
        authors=(Author("Peter Sauer", "Pjotr Sauer"),),
        body=tuple(Block("paragraph", (Span(text),)) for text in known["body"]),
        editor_notes=tuple(EditorNote(**note) for note in known["editor_notes"]),
        footnotes=tuple(Footnote(f["marker"], f["text"], tuple(f["subjects"])) for f in known["footnotes"]),
        picture=Picture(image["url"], image["credit"], datetime.fromisoformat(image["uploaded_at"])),
        published_at=datetime.fromisoformat(known["published_at"]), rights_holder=known["rights_holder"],
        rights_as_logo=True, rights_url="https://inosmi.example/", original_url=known["original_url"],
        original_published_at=None, original_is_label=True, disclaimer=known["disclaimer"], mentions=(),
        labels=first_labels("en"), alternate=None, views=known["views"], comments=0, rating=0, spelling=0,
    )  # fmt: skip


class PracticeArchive:
    """`articles` pages made from `seed`, the newest published just before `now` (aware, from SEED_CAPTURED_AT on).

    The first ten are the seed article and those that its list names. Raises ValueError where `now` is earlier.
    """

    def __init__(
        self, seed: int = 1, articles: int = 500, now: datetime = datetime(2025, 9, 22, 9, tzinfo=UTC)
    ) -> None:
        if now < SEED_CAPTURED_AT:
            raise ValueError(f"the practice site begins at {SEED_CAPTURED_AT:%Y-%m-%dT%H:%MZ}, not at {now}")
        self.seed = seed
        self.now = now
        self._made: dict[tuple[str, Language], PracticeArticle] = {}
        self.entries: dict[tuple[str, Language], Entry] = {}  # oldest first
        for entry in [*_given_entries(), *self._made_up_entries(articles - 10)][:articles]:
            self._enter(entry)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def articles(self) -> Iterator[PracticeArticle]:
        """All articles, oldest first."""
        return (self.article(*key) for key in self.entries)

    def article(self, native_id: str, language: Language) -> PracticeArticle:
        """One article. Raises KeyError where there is none."""
        key = (native_id, language)
        if key not in self._made:
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[key] = self._make(self.entries[key])
        return self._made[key]

    def headline(self, entry: Entry) -> Headline:
        """The heading of an entry, without making up its article."""
        if entry.number == 0:
            seed = seed_article()
            return Headline(seed.title, seed.heading, seed.outlet, seed.outlet_country, seed.slug)
        given = _given_rows().get(entry.native_id)
        if given is not None:
            return given_headline(given["title"], entry.language)
        return headline(self.seed, entry.number, entry.language)

    def path(self, entry: Entry) -> str:
        """The path of an entry's page."""
        return article_path(entry.native_id, self.headline(entry).slug, entry.language)

    def publish(self, stories: int, now: datetime) -> list[PracticeArticle]:
        """Add `stories` new stories, published in the minutes before `now`, in all their languages."""
        first = 1 + max(entry.number for entry in self.entries.values())
        added = []
        for position in range(stories):
            at = (now - timedelta(minutes=stories - position)).replace(second=0, microsecond=0)
            for entry in self._editions(max(first, 10) + position, at):
                self._enter(entry)
                added.append(self.article(entry.native_id, entry.language))
        return added

    def _enter(self, entry: Entry) -> None:
        self.entries[entry.native_id, entry.language] = entry

    def _made_up_entries(self, count: int) -> Iterator[Entry]:
        pairs = [_languages(self.seed, number) for number in range(10, 10 + max(count, 0))]
        stories, pages = 0, 0
        while pages < count:
            pages += len(pairs[stories])
            stories += 1
        pace = min(_PACE, (self.now - SEED_CAPTURED_AT) / (stories + 1))
        for position in range(stories):
            at = self.now - pace * (stories - position)
            yield from self._editions(10 + position, at.replace(second=0, microsecond=0))

    def _editions(self, number: int, at: datetime) -> Iterator[Entry]:
        native_id = _FIRST_MADE_UP_ID + 3 * number + dice(self.seed, number, "id").randrange(3)
        languages = _languages(self.seed, number)
        for language in languages:
            other = next((other for other in languages if other != language), None)
            yield Entry(number, str(native_id), language, at, other)

    def _make(self, entry: Entry) -> PracticeArticle:
        if entry.number == 0:
            return seed_article()
        given = _given_rows().get(entry.native_id)
        other = self.entries.get((entry.native_id, entry.alternate)) if entry.alternate else None
        return story(
            Identity(
                seed=self.seed, number=entry.number, native_id=entry.native_id, language=entry.language,
                published_at=entry.published_at, given_heading=given["title"] if given else None,
                comments=given["comments"] if given else None, alternate=self.path(other) if other else None,
                related=self._related(entry),
            )
        )  # fmt: skip

    def _related(self, entry: Entry) -> str | None:
        """The path of an older article in the same language."""
        earlier = [known for known in _given_entries() if known.language == entry.language]
        return self.path(earlier[entry.number % len(earlier)]) if entry.number >= 10 else None


def _languages(seed: int, number: int) -> tuple[Language, ...]:
    chance = dice(seed, number, "languages").random()
    if chance < 0.55:
        return ("ru", "en")
    return ("ru",) if chance < 0.85 else ("en",)


@cache
def _given_rows() -> dict[str, dict[str, Any]]:
    """The rows of the seed page's list that name articles, by id."""
    return {row["native_id"]: row for row in seed_truth()["placements"] if row["native_id"]}


@cache
def _given_entries() -> tuple[Entry, ...]:
    seed = seed_article()
    rows = sorted(_given_rows().values(), key=lambda row: int(row["native_id"]))
    named = (
        Entry(number, row["native_id"], row["language"], _before(row["posted_at"], 9 + number), None)
        for number, row in enumerate(rows, start=1)
    )
    return (Entry(0, seed.native_id, "en", seed.published_at, None), *named)


def _before(posted_at: str, hours: int) -> datetime:
    """An article is older than the last comment on it."""
    return datetime.fromisoformat(posted_at) - timedelta(hours=hours)
