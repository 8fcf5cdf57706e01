"""What each HTML page of the practice site holds, and the page itself in the markup of the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from archive.records import Mention
from crawler.practice import furniture
from crawler.practice.article import Language, PracticeArticle
from crawler.practice.dice import dice
from crawler.practice.labels import DISCUSSION, LOGIN, MENTION_HEADINGS, NEWSLETTER
from crawler.practice.markups import MARKUPS, render, render_topic
from crawler.practice.stories import phrases
from crawler.practice.truth import Row, iso, truth
from crawler.practice.world import MOSCOW, World

_NEWS_TITLES: dict[Language, str] = {"ru": "Новости", "en": "News"}


class Pages:
    """Draws pages of `world`; `base_url` is without a trailing slash, `charset` what a meta tag is to declare."""

    def __init__(self, world: World, markup: str, base_url: str, charset: str | None) -> None:
        self.world = world
        self.markup = markup
        self.base_url = base_url
        self.charset = charset

    def article(self, article: PracticeArticle) -> str:
        """An article's page."""
        context = self._context(article.language, article.heading, self.rows(article))
        context |= {
            "article": article,
            "counters": self.world.counters(article),
            "mentions": _by_kind(article.mentions, article.language),
            "original_at": _moscow(article.original_published_at),
            "published_at": _moscow(article.published_at),
            "published_iso": iso(article.published_at),
            "linked_data": self._linked_data(article),
            "data": f"/api/{article.language}/{article.native_id}.json",
        }
        return render(self.markup, {"p": context})

    def listing(self, language: Language, page: int = 1, *, front: bool = False) -> str:
        """A page of news, newest first; the front page is the first one in Russian with half its rows."""
        title = "ВПК.name: новости" if front else f"{_NEWS_TITLES[language]} {page}"
        context = self._context(language, title, self.world.discussion())
        context["news"] = self.news(language, page, front=front)
        folder = "news" if language == "ru" else "en"
        near = range(max(1, page - 2), min(self.world.pages(language), page + 2) + 1)
        context["pager"] = [(number, f"/{folder}/page/{number}/") for number in near]
        return render(self.markup, {"p": context})

    def message(self, title: str, text: str) -> str:
        """A page that is neither article nor list: a login form, a visitor's page, an error."""
        context = self._context("ru", title, self.world.discussion())
        return render(self.markup, {"p": context | {"message": text}})

    def topic(self, topic: str) -> str:
        """A topic of the forum with a few visitors' comments."""
        random = dice(self.world.archive.seed, "topic", topic)
        comments = [
            {
                "id": 900_000 + random.randrange(90_000),
                "user": random.randrange(1, 400),
                "name": f"visitor-{random.randrange(100)}",
                "at": _moscow(self.world.now - timedelta(minutes=random.randrange(9000))),
                "text": random.choice(phrases("ru")["sentences"][8:9] + phrases("ru")["sentences"][14:15]),
                "rating": random.randint(-5, 9),
            }
            for _ in range(4)
        ]
        return self.message(f"Тема {topic}", render_topic(topic, comments))

    def news(self, language: Language, page: int = 1, *, front: bool = False) -> list[Row]:
        """The rows of a listing page."""
        return self.world.news(language, page)[: 15 if front else None]

    def rows(self, article: PracticeArticle) -> list[Row]:
        """The discussion list beside an article: the seed page has its own."""
        return self.world.seed_discussion() if article.native_id == "1018475" else self.world.discussion()

    def truth(self, article: PracticeArticle, *, rendered: bool = False) -> dict[str, Any]:
        """What a right reader reads from the article's page as it stands now."""
        return truth(
            article,
            printed=MARKUPS[self.markup],
            counters=self.world.counters(article),
            rows=self.rows(article),
            rendered=rendered,
            base_url=self.base_url,
        )

    def _context(self, language: Language, title: str, rows: list[Row]) -> dict[str, Any]:
        return {
            "language": language,
            "other_language": "en" if language == "ru" else "ru",
            "title": title,
            "charset": self.charset,
            "base_url": self.base_url,
            "styles": furniture.styles(),
            "script": furniture.script(),
            "menu": furniture.menu(),
            "login": LOGIN,
            "newsletter": NEWSLETTER,
            "discussion": DISCUSSION[language],
            "rows": rows,
            "news": [],
            "pager": [],
            "message": None,
            "article": None,
            "data": "/api/discussion.json",
        }

    def _linked_data(self, article: PracticeArticle) -> dict[str, Any]:
        """schema.org NewsArticle."""
        known: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": article.heading,
            "inLanguage": article.language,
            "datePublished": iso(article.published_at),
            "mainEntityOfPage": self.base_url + article.path,
            "publisher": {"@type": "Organization", "name": "ВПК.name"},
        }
        if article.authors:
            known["author"] = [{"@type": "Person", "name": author.name} for author in article.authors]
        if article.picture:
            known["image"] = [self.base_url + article.picture.path]
        return known


def _by_kind(mentions: tuple[Mention, ...], language: Language) -> list[tuple[str | None, list[Mention]]]:
    """The mentions under the headings of their kinds."""
    headings = MENTION_HEADINGS[language]
    return [(headings.get(kind or ""), list(group)) for kind, group in groupby(mentions, key=lambda one: one.kind)]


def _moscow(moment: datetime | None) -> str | None:
    return moment.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M") if moment else None
