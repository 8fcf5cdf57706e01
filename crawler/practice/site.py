"""The practice site: which path answers what. Knows nothing of sockets; `server.py` puts it on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from threading import RLock
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from crawler.practice import files
from crawler.practice.article import Language, PracticeArticle
from crawler.practice.content import PracticeArchive
from crawler.practice.faults import Answer, Fault, answer_with
from crawler.practice.markups import MARKUPS
from crawler.practice.pages import Pages
from crawler.practice.replies import Reply
from crawler.practice.world import World

Declared = Literal["right", "wrong", "missing"]
_KEPT = 256  # whole replies in memory; of the others the head and the coded bytes
_ENCODINGS = ("utf-8", "windows-1251")
_Route = tuple[re.Pattern[str], Callable[..., Reply | None]]


class PracticeSite:
    """The made-up aggregator and what happens to it while it is served; safe to change from another thread.

    `declared`: whether the charset in the Content-Type is the `encoding`'s own, another's, or missing (then the meta
    tag is missing too). `compression` is used where the client accepts it. `faults` is by path and query, or `*`.
    """

    def __init__(
        self,
        archive: PracticeArchive | None = None,
        *,
        markup: str = "tables",
        encoding: str = "utf-8",
        declared: Declared = "right",
        compression: Literal["gzip", "br", "none"] = "gzip",
        validators: bool = True,
    ) -> None:
        if markup not in MARKUPS or encoding not in _ENCODINGS:
            raise ValueError(f"markup is one of {', '.join(MARKUPS)}; encoding one of {', '.join(_ENCODINGS)}")
        self.world = World(archive or PracticeArchive())
        self.markup = markup
        self.encoding = encoding
        self.declared = declared
        self.compression = compression
        self.validators = validators
        self.faults: dict[str, Fault] = {}
        self.base_url = "http://127.0.0.1"
        self._lock = RLock()
        self._replies: dict[str, Reply] = {}
        self._heads: dict[str, Reply] = {}
        self._wires: dict[tuple[str, str], bytes] = {}
        self._changed: dict[str, tuple[str, datetime]] = {}
        self._routes: list[_Route] = [
            (re.compile(r"/"), self._front),
            (re.compile(r"/(?P<folder>news|en)/(?:page/(?P<page>\d+)/)?"), self._listing),
            (re.compile(r"/(?P<folder>news|en)/(?P<native_id>\d+)(?:_(?P<slug>[^/]*))?\.html"), self._article),
            (re.compile(r"/robots\.txt"), self._robots),
            (re.compile(r"/rss/"), self._feed),
            (re.compile(r"/sitemap\.xml"), self._sitemap_index),
            (re.compile(r"/sitemap-(?P<part>\d+)\.xml"), self._sitemap),
            (re.compile(r"/api/(?P<language>ru|en)/(?P<native_id>\d+)\.json"), self._article_data),
            (re.compile(r"/api/discussion\.json"), self._discussion_data),
            (re.compile(r"/static/site\.css"), self._style_sheet),
            (re.compile(r"/(?P<name>(?:file|static|u)/.+\.(?:jpg|png))"), self._picture),
            (re.compile(r"/login|/user/\d+/|/(?:section|country|company|person|product|project|tag)/.+/"), self._other),
        ]

    # --- how the world changes ---

    def edit(self, native_id: str, language: Language = "ru", **changes: Any) -> PracticeArticle:
        """Change an article, see World.edit."""
        with self._changing():
            return self.world.edit(native_id, language, **changes)

    def remove(self, native_id: str, language: Language = "ru", status: int = 410) -> None:
        """Let an article's page answer `status`."""
        with self._changing():
            self.world.remove(native_id, language, status)

    def restore(self, native_id: str, language: Language = "ru") -> None:
        """Bring a removed article back."""
        with self._changing():
            self.world.restore(native_id, language)

    def publish(self, stories: int) -> list[PracticeArticle]:
        """Publish new stories, in all their languages, in the minutes before now."""
        with self._changing():
            return self.world.archive.publish(stories, self.world.now)

    def set_markup(self, name: str) -> None:
        """A redesign overnight."""
        if name not in MARKUPS:
            raise ValueError(f"markup is one of {', '.join(MARKUPS)}")
        with self._changing():
            self.markup = name

    def advance(self, span: timedelta) -> None:
        """Let time go by: views rise, the discussion moves."""
        with self._changing():
            self.world.now += span

    def set_base_url(self, base_url: str) -> None:
        """The address at which it is served, without a trailing slash."""
        with self._changing():
            self.base_url = base_url

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Forget all pages drawn so far, before anybody can draw another."""
        with self._lock:
            yield
            self._replies.clear()
            self._heads.clear()
            self._wires.clear()

    # --- what it says ---

    def truth(self, path: str, *, rendered: bool = False) -> dict[str, Any]:
        """What a right reader reads from the page at `path` now: {kind, article, placements}, as `svodka extract`.

        `rendered`: as a browser shows it. Raises KeyError where no article or listing is.
        """
        with self._lock:
            if found := self._routes[2][0].fullmatch(path):
                article = self.world.article(found["native_id"], _language(found["folder"]))
                known = self._pages().truth(article, rendered=rendered)
                return {"kind": "article", "article": known, "placements": known["placements"]}
            return {"kind": "listing", "article": None, "placements": self._listing_truth(path, rendered)}

    def _listing_truth(self, path: str, rendered: bool) -> list[dict[str, Any]]:
        found = self._routes[1][0].fullmatch(path)
        if path != "/" and found is None:
            raise KeyError(path)
        language, page = (_language(found["folder"]), int(found["page"] or 1)) if found else ("ru", 1)
        rows = self._pages().news(language, page, front=path == "/")
        if rendered or not MARKUPS[self.markup].scripted:
            rows = rows + self.world.discussion()
        return [row.as_truth(self.base_url) for row in rows]

    def paths(self) -> list[str]:
        """The paths of all articles that are there now, oldest first."""
        with self._lock:
            return [self.world.path(entry) for entry in self.world.entries()]

    def warm(self) -> None:
        """Draw every article and listing beforehand, so that a benchmark does not measure the practice site."""
        for path in ["/", "/rss/", "/sitemap.xml", "/robots.txt", *self._listing_paths(), *self.paths()]:
            self._wire(path, self.compression)

    def _listing_paths(self) -> list[str]:
        numbers = {"news": self.world.pages("ru"), "en": self.world.pages("en")}
        pages = [f"/{folder}/page/{page}/" for folder, last in numbers.items() for page in range(1, last + 1)]
        return ["/news/", "/en/", *pages]

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The bytes for a request; `headers` by lower-case name."""
        fault = self.faults.get(target) or self.faults.get("*")
        if fault and fault.strike():
            return answer_with(fault, self._reply(target))
        if method not in ("GET", "HEAD"):
            return Answer(Reply(405, (("Allow", "GET, HEAD"),), b"").wire(), 405)
        reply = self._heads.get(target) or self._reply(target)
        if self.validators and _not_modified(reply, headers):
            kept = tuple(pair for pair in reply.headers if pair[0] in ("ETag", "Last-Modified", "Date"))
            return Answer(Reply(304, kept, b"").wire(), 304)
        coding = self.compression if self.compression in headers.get("accept-encoding", "") else "none"
        wire = self._wire(target, coding)
        return Answer(wire if method == "GET" else wire[: wire.index(b"\r\n\r\n") + 4], reply.status)

    def _wire(self, target: str, coding: str) -> bytes:
        wire = self._wires.get((target, coding))
        if wire is None:
            with self._lock:
                reply = self._reply(target)
                compress = reply.status == 200 and not reply.headers[1][1].startswith("image/")
                wire = self._wires[target, coding] = reply.coded(coding if compress else "none").wire()
        return wire

    def _reply(self, target: str) -> Reply:
        with self._lock:
            reply = self._replies.get(target)
            if reply is None:
                if len(self._replies) >= _KEPT:
                    self._replies.clear()
                reply = self._replies[target] = self._with_headers(target, self._routed(target))
                self._heads[target] = replace(reply, body=b"")
            return reply

    def _routed(self, target: str) -> Reply:
        parts = urlsplit(target)
        if parts.path == "/" and "l" in (query := parse_qs(parts.query)):
            return self._topic(query["l"][0])
        for pattern, route in self._routes:
            if found := pattern.fullmatch(parts.path):
                reply = route(**found.groupdict())
                if reply is not None:
                    return reply
        return self._html(self._pages().message("404", "Страница не найдена"), 404)

    def _with_headers(self, target: str, reply: Reply) -> Reply:
        """Date, and the validators: the last change is when the page was first seen to say this."""
        headers = (("Date", _http_date(self.world.now)), *reply.headers)
        if not self.validators or reply.status != 200:
            return Reply(reply.status, headers, reply.body)
        tag = f'"{blake2b(reply.body, digest_size=8).hexdigest()}"'
        before = self._changed.get(target)
        since = before[1] if before and before[0] == tag else self.world.now
        self._changed[target] = (tag, since)
        return Reply(200, (*headers, ("ETag", tag), ("Last-Modified", _http_date(since))), reply.body)

    # --- routes: each gives a reply, or None where there is no such page ---

    def _front(self) -> Reply:
        return self._html(self._pages().listing("ru", front=True))

    def _listing(self, folder: str, page: str | None) -> Reply | None:
        number, language = int(page or 1), _language(folder)
        if not 1 <= number <= self.world.pages(language):
            return None
        return self._html(self._pages().listing(language, number))

    def _article(self, folder: str, native_id: str, slug: str | None) -> Reply | None:
        key = (native_id, _language(folder))
        if status := self.world.removed.get(key):
            return self._html(self._pages().message(str(status), "Материал удалён"), status)
        if key not in self.world.archive.entries:
            return None
        article = self.world.article(*key)
        if slug != article.slug:  # an old slug is gone for good, a bare id is not
            return _redirect(301 if slug else 302, article.path)
        return self._html(self._pages().article(article))

    def _topic(self, topic: str) -> Reply:
        return self._html(self._pages().topic(topic))

    def _other(self) -> Reply:
        return self._html(self._pages().message("Раздел", "Здесь упражняться не на чем."))

    def _robots(self) -> Reply:
        return _text(files.robots(self.base_url), "text/plain; charset=utf-8")

    def _feed(self) -> Reply:
        return _text(files.feed(self.world, self.base_url), "application/rss+xml; charset=utf-8")

    def _sitemap_index(self) -> Reply:
        return _text(files.sitemap_index(self.world, self.base_url), "application/xml")

    def _sitemap(self, part: str) -> Reply | None:
        text = files.sitemap(self.world, self.base_url, int(part))
        return _text(text, "application/xml") if text else None

    def _style_sheet(self) -> Reply:
        return Reply(200, (("Content-Type", "text/css"),), files.STYLE_SHEET)

    def _picture(self, name: str) -> Reply:
        return Reply(200, (("Content-Type", "image/png"),), files.picture(name))

    def _article_data(self, language: str, native_id: str) -> Reply | None:
        key: tuple[str, Language] = (native_id, "ru" if language == "ru" else "en")
        if key not in self.world.archive.entries:
            return None
        article = self.world.article(*key)
        known = self._data(self._pages().rows(article))
        return _json(known | {"views": self.world.counters(article).views.raw})

    def _discussion_data(self) -> Reply:
        return _json(self._data(self.world.discussion()))

    @staticmethod
    def _data(rows: list[Any]) -> dict[str, Any]:
        shown = [{"at": r.posted_raw, "comments": r.comments_raw, "title": r.title, "path": r.path} for r in rows]
        return {"rows": shown}

    def _pages(self) -> Pages:
        charset = None if self.declared == "missing" else self.encoding
        return Pages(self.world, self.markup, self.base_url, charset)

    def _html(self, text: str, status: int = 200) -> Reply:
        """HTML in the site's encoding; what that lacks becomes a character reference."""
        other = next(name for name in _ENCODINGS if name != self.encoding)
        charset = {"right": f"; charset={self.encoding}", "wrong": f"; charset={other}", "missing": ""}[self.declared]
        return Reply(
            status, (("Content-Type", f"text/html{charset}"),), text.encode(self.encoding, errors="xmlcharrefreplace")
        )


def _language(folder: str) -> Language:
    return "ru" if folder == "news" else "en"


def _redirect(status: int, path: str) -> Reply:
    return Reply(status, (("Content-Type", "text/html"), ("Location", path)), b"")


def _text(text: str, content_type: str) -> Reply:
    return Reply(200, (("Content-Type", content_type),), text.encode())


def _json(data: dict[str, Any]) -> Reply:
    return _text(json.dumps(data, ensure_ascii=False), "application/json; charset=utf-8")


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _not_modified(reply: Reply, headers: Mapping[str, str]) -> bool:
    """RFC 9110, 13.2.2: If-None-Match counts before If-Modified-Since."""
    if reply.status != 200:
        return False
    known = dict(reply.headers)
    if tags := headers.get("if-none-match"):
        return known["ETag"] in tags or tags.strip() == "*"
    return headers.get("if-modified-since") == known["Last-Modified"]
