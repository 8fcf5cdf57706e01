"""The questions that commands ask of the rows. Every function takes a connection of `Database.reader()`.

Answers are frozen dataclasses; times are UTC; what is not known is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, exists, func, or_, select, text

from archive.counted import counted
from archive.monitoring.coverage import COUNTERS
from archive.records import NOT_READ, Alternate, Author, EditorNote, Footnote, Image, Link, Mention, PageKind
from archive.rows import schema, view_counts
from archive.rows.engine import STREAMED
from archive.rows.in_lists import chunks
from archive.rows.schema import UtcTime, article, article_url, capture, content, frontier, list_content, reading, run
from archive.rows.spellings import spellings
from archive.rows.views import latest_counter
from archive.warc.writer import ClosedFile


@dataclass(frozen=True, slots=True)
class Status:
    """What is in the archive. `articles` counts also those known from lists only; `articles_read` does not."""

    sites: tuple[str, ...]
    captures: int
    unread: int
    quarantined: int
    first_capture_at: datetime | None
    last_capture_at: datetime | None
    articles: int
    articles_read: int
    versions: int
    observations: int
    warc_files: int
    warc_bytes: int
    runs: int
    frontier: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        size = f"{self.warc_bytes / 1e6:,.1f} MB in {counted(self.warc_files, 'WARC file')}"
        read = f"{counted(self.articles_read, 'article')} read in {counted(self.versions, 'version')}"
        observations = counted(self.observations, "counter observation")
        return f"{counted(self.captures, 'capture')} ({size}), {read}, {self.articles:,} known, {observations}"


@dataclass(frozen=True, slots=True)
class RunView:
    """One run; `ended_at` is None while it runs, and for ever where it was killed."""

    id: str
    site: str
    command: str
    started_at: datetime
    ended_at: datetime | None
    reason: str | None
    exit_code: int | None
    pages: int | None
    articles: int | None
    new_articles: int | None
    failures: int | None
    challenges: int | None


@dataclass(frozen=True, slots=True)
class UnreadCapture:
    """A capture as far as it takes to read its page, for the first time or again; offsets in bytes into the WARC files.

    `original_file` and `original_offset` say where the payload stands that a revisit repeats.
    """

    id: str
    site: str
    url: str
    page_kind: PageKind
    render: str
    warc_file: str
    offset: int
    length: int
    captured_at: datetime
    original_file: str | None = None
    original_offset: int | None = None


@dataclass(frozen=True, slots=True)
class CaptureView:
    """One capture, with where its bytes stand."""

    id: str
    site: str
    url: str
    captured_at: datetime
    page_kind: str
    record_type: str
    status: int | None
    mime: str | None
    location: str | None
    warc_file: str
    offset: int
    length: int
    read_state: str
    error: str | None


@dataclass(frozen=True, slots=True)
class CounterView:
    """The latest observation of one counter from one source; `inferred` where a 304 stands for the page."""

    kind: str
    source: str
    value: int | None
    observed_at: datetime
    raw: str | None
    absent_reason: str | None
    capture_id: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of an article."""

    number: int
    observed_at: datetime
    capture_id: str
    digest: str
    title: str | None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as its latest capture shows it; what was never read (known from lists only) is None or empty."""

    id: str
    site: str
    native_id: str
    language: str
    url: str | None = None
    title: str | None = None
    title_raw: str | None = None
    outlet: str | None = None
    outlet_country: str | None = None
    subtitle: str | None = None
    lead: str | None = None
    authors: tuple[Author, ...] = ()
    body: tuple[str, ...] = ()
    editor_notes: tuple[EditorNote, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    image: Image | None = None
    views: int | None = None
    comments: int | None = None
    rating: int | None = None
    published_at: datetime | None = None
    published_day: str | None = None
    published_precision: str | None = None
    published_source: str | None = None
    rights_holder: str | None = None
    rights_statement: str | None = None
    original_url: str | None = None
    original_published_at: datetime | None = None
    disclaimer: str | None = None
    mentions: tuple[Mention, ...] = ()
    links: tuple[Link, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    capture_id: str | None = None
    observed_at: datetime | None = None
    urls: tuple[str, ...] = ()
    counters: tuple[CounterView, ...] = ()
    versions: tuple[VersionView, ...] = ()
    captures: tuple[CaptureView, ...] = ()


def status(conn: Connection) -> Status:
    """What is in the archive, over all sites."""
    count = _counter(conn)
    first, last = conn.execute(select(func.min(capture.c.captured_at), func.max(capture.c.captured_at))).one()
    states = conn.execute(select(frontier.c.state, func.count()).group_by(frontier.c.state).order_by(frontier.c.state))
    return Status(
        sites=tuple(sites(conn)),
        captures=count(capture),
        unread=conn.scalar(select(func.count()).where(capture.c.read_state == "unread")) or 0,
        quarantined=count(schema.quarantine),
        first_capture_at=_time(first),
        last_capture_at=_time(last),
        articles=count(article),
        articles_read=conn.scalar(select(func.count(reading.c.article_id.distinct()))) or 0,
        versions=view_counts.versions(conn),
        observations=view_counts.counters(conn),
        warc_files=count(schema.warc_file),
        warc_bytes=int(conn.scalar(select(func.sum(schema.warc_file.c.committed_length))) or 0),
        runs=count(run),
        frontier={state: number for state, number in states},  # noqa: C416
    )


def sites(conn: Connection) -> list[str]:
    """The sites of the archive, by name: those that were visited or have articles, not all that the program knows."""
    name = schema.site.c.name
    seen = or_(exists().where(run.c.site == name), exists().where(schema.article.c.site == name))
    return list(conn.scalars(select(name).where(seen).order_by(name)))


def runs(conn: Connection, limit: int = 20) -> list[RunView]:
    """The latest runs, the newest first."""
    columns = [run.c[name] for name in RunView.__dataclass_fields__]
    newest = select(*columns).order_by(run.c.started_at.desc(), run.c.id.desc()).limit(limit)
    return [RunView(*row) for row in conn.execute(newest)]


def closed_files(conn: Connection, site: str) -> list[ClosedFile]:
    """The finished WARC files of `site`, by name."""
    c = schema.warc_file.c
    columns = (c.name, c.committed_length, c.record_count, c.opened_at, c.closed_at, c.sha256)
    closed = select(*columns).where(c.site == site, c.state == "closed").order_by(c.name)
    return [ClosedFile(*row) for row in conn.execute(closed)]


def unread_ids(conn: Connection, site: str) -> list[str]:
    """The ids of what was kept and not read yet, in order of time: a crash came between, or a rebuild begins.

    No more than the ids, as these may be all captures of an archive; see `captures_to_read`.
    """
    unread = select(capture.c.id).where(capture.c.site == site, capture.c.read_state == "unread")
    return list(conn.scalars(unread.order_by(capture.c.captured_at, capture.c.id)))


def captures_to_read(conn: Connection, ids: Sequence[str]) -> list[UnreadCapture]:
    """The captures with these ids, in their order."""
    found: dict[str, UnreadCapture] = {}
    for some in chunks(ids):
        rows = conn.execute(_TO_READ.where(capture.c.id.in_(some)))
        found |= {row[0]: UnreadCapture(*row) for row in rows}
    return [found[each] for each in ids]


def pages_of_run(conn: Connection, run_id: str) -> list[UnreadCapture]:
    """The pages that a run captured, whatever they were, in order of time; not robots.txt and what belongs to pages."""
    pages = _TO_READ.where(capture.c.run_id == run_id, capture.c.page_kind.not_in(("robots", "requisite")))
    return [UnreadCapture(*row) for row in conn.execute(pages.order_by(capture.c.captured_at, capture.c.id))]


def pages_to_reread(
    conn: Connection, site: str, *, since: datetime | None = None, missing: str | None = None
) -> Iterator[UnreadCapture]:
    """Every page that was kept, whatever was made of it, in the order of the WARC files; one after the other.

    `since`: captured at this time or later. `missing`: only articles in which this field (of `monitoring/coverage.py`)
    was not found.
    """
    pages = _TO_READ.where(capture.c.site == site, capture.c.page_kind.not_in(sorted(NOT_READ)))
    if since is not None:
        pages = pages.where(capture.c.captured_at >= since)
    having = _captures_with(conn, site, missing) if missing is not None else frozenset[str]()
    in_order = pages.order_by(capture.c.warc_file, capture.c.offset)
    with conn.execute(in_order, execution_options=STREAMED) as rows:
        for each in (UnreadCapture(*row) for row in rows):
            if missing is None or (each.page_kind == "article" and each.id not in having):
                yield each


def _captures_with(conn: Connection, site: str, field: str) -> AbstractSet[str]:
    """The captures in which a field was found: a counter with a value, any other by its layer."""
    counter = schema.page_counter
    if field in COUNTERS:
        with_value = select(counter.c.capture_id).join(capture).where(capture.c.site == site, counter.c.kind == field)
        return set(conn.scalars(with_value.where(counter.c.value.is_not(None))))
    layers = select(reading.c.capture_id, reading.c.layers).join(capture).where(capture.c.site == site)
    with conn.execute(layers, execution_options=STREAMED) as rows:
        return {capture_id for capture_id, found in rows if field in found}


def captures(
    conn: Connection,
    *,
    url: str | None = None,
    site: str | None = None,
    page_kind: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[CaptureView]:
    """Captures of a URL, a site or a kind of page, the newest first."""
    wanted = {"url": url, "site": site, "page_kind": page_kind}
    statement = select(*_CAPTURE_COLUMNS).order_by(capture.c.captured_at.desc(), capture.c.id.desc())
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(capture.c[name] == value)
    return [CaptureView(*row) for row in conn.execute(statement.limit(limit).offset(offset))]


def capture_view(conn: Connection, capture_id: str) -> CaptureView | None:
    """One capture; None where there is none."""
    row = conn.execute(select(*_CAPTURE_COLUMNS).where(capture.c.id == capture_id)).first()
    return None if row is None else CaptureView(*row)


def resolve_article_id(conn: Connection, id_or_url: str) -> str | None:
    """The id of the article with this id (`site:language:native_id`) or seen at this URL; None where there is none.

    Of a URL that is not known the other spellings are looked for; where none was seen, in what lists name.
    """
    if "://" not in id_or_url:
        return conn.scalar(select(article.c.id).where(article.c.id == id_or_url))
    return article_seen_at(conn, id_or_url) or article_named_in_a_list(conn, id_or_url)


def article_seen_at(conn: Connection, url: str) -> str | None:
    """The id of the article that was read at a URL, or at another spelling of it."""
    return next((found for each in spellings(url) if (found := _seen_at(conn, each))), None)


def article_named_in_a_list(conn: Connection, url: str) -> str | None:
    """The id of the article to which a row of a list with this URL leads, or with another spelling of it.

    All spellings at once, for no index has these URLs: it would cost every commit more than this look saves.
    """
    wanted = list(spellings(url))
    row = list_content.c
    named = select(row.url, row.article_id).where(row.url.in_(wanted), row.article_id.is_not(None)).distinct()
    found = {each.url: each.article_id for each in conn.execute(named.order_by(row.article_id.desc()))}
    return next((found[each] for each in wanted if each in found), None)


def article_with_number(conn: Connection, site: str, native_id: str, language: str | None) -> str | None:
    """The id of the article with this number; without a language only where there is one such article."""
    found = select(article.c.id).where(article.c.site == site, article.c.native_id == native_id)
    if language is not None:
        found = found.where(article.c.language == language)
    ids = conn.scalars(found.limit(2)).all()
    return ids[0] if len(ids) == 1 else None


def show_article(conn: Connection, id_or_url: str) -> ArticleView | None:
    """All that is known of an article; None where there is none."""
    article_id = resolve_article_id(conn, id_or_url)
    if article_id is None:
        return None
    identity = conn.execute(select(article).where(article.c.id == article_id)).one()
    fields: dict[str, Any] = dict(identity._mapping) | {"counters": _latest_counters(conn, article_id)}
    latest = select(reading.c.digest, reading.c.url, reading.c.capture_id, reading.c.observed_at)
    latest = latest.where(reading.c.article_id == article_id)
    shown = conn.execute(latest.order_by(reading.c.observed_at.desc(), reading.c.capture_id.desc()).limit(1)).first()
    if shown is not None:
        fields |= {"url": shown.url, "capture_id": shown.capture_id, "observed_at": shown.observed_at}
        fields |= wording(conn, article_id, shown.digest) | publication(conn, article_id)
    fields |= _latest_values(conn, article_id)
    return ArticleView(
        **fields,
        urls=tuple(
            conn.scalars(select(article_url.c.url).where(article_url.c.article_id == article_id).order_by("url"))
        ),
        versions=versions(conn, article_id),
        captures=_captures_of(conn, article_id),
    )


def publication(conn: Connection, article_id: str) -> dict[str, Any]:
    """When it was published and who says so, by the rule of the view `article_latest`: where no page does, a list."""
    return dict(conn.execute(_PUBLISHED, {"id": article_id}).one()._mapping)


def versions(conn: Connection, article_id: str) -> tuple[VersionView, ...]:
    """The versions of an article in order of time."""
    statement = text(
        "SELECT number, observed_at, capture_id, digest, title FROM version WHERE article_id = :id ORDER BY number"
    )
    rows = conn.execute(statement.columns(observed_at=UtcTime()), {"id": article_id})
    return tuple(VersionView(*row) for row in rows)


# --- parts -----------------------------------------------------------------------------------------------------

_ORIGINAL = capture.alias("original")
_TO_READ = select(
    *(capture.c[name] for name in UnreadCapture.__dataclass_fields__ if name in capture.c),
    _ORIGINAL.c.warc_file,
    _ORIGINAL.c.offset,
).join(_ORIGINAL, _ORIGINAL.c.id == capture.c.refers_to, isouter=True)
_CAPTURE_COLUMNS = [capture.c[name] for name in CaptureView.__dataclass_fields__]
_WORDING_FIELDS = tuple(name for name in ArticleView.__dataclass_fields__ if name in content.c and name != "capture_id")
_LISTS: dict[str, tuple[Table, type[Any]]] = {
    "authors": (schema.author, Author),
    "editor_notes": (schema.editor_note, EditorNote),
    "footnotes": (schema.footnote, Footnote),
    "mentions": (schema.mention, Mention),
    "links": (schema.link, Link),
    "alternates": (schema.alternate, Alternate),
    "image": (schema.image, Image),
}


def _counter(conn: Connection) -> Any:
    return lambda table: conn.scalar(select(func.count()).select_from(table)) or 0


def _time(value: datetime | str | None) -> datetime | None:
    """min() and max() lose the column's type in SQLite."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _seen_at(conn: Connection, url: str) -> str | None:
    by_url = select(article_url.c.article_id).where(article_url.c.url == url)
    latest = select(reading.c.article_id).where(reading.c.article_id.in_(by_url))
    seen = latest.order_by(reading.c.observed_at.desc(), reading.c.capture_id.desc()).limit(1)
    return conn.scalar(seen) or _read_from(conn, url)


def _read_from(conn: Connection, url: str) -> str | None:
    """The article that a capture of `url` was read as: the page may call itself by another URL."""
    statement = select(reading.c.article_id).join(capture, capture.c.id == reading.c.capture_id)
    return conn.scalar(statement.where(capture.c.url == url).order_by(capture.c.captured_at.desc()).limit(1))


def wording(conn: Connection, article_id: str, digest: str) -> dict[str, Any]:
    """What an article says in one of its wordings, by the names of ArticleView."""
    where = (content.c.article_id == article_id, content.c.digest == digest)
    row = conn.execute(select(*(content.c[name] for name in _WORDING_FIELDS)).where(*where)).one()
    fields = dict(row._mapping) | {"body": tuple(row.body)}
    for name, (table, kind) in _LISTS.items():
        fields[name] = _list(conn, table, kind, article_id, digest)
    fields["image"] = fields["image"][0] if fields["image"] else None
    return fields


def _list(conn: Connection, table: Table, kind: type[Any], article_id: str, digest: str) -> tuple[Any, ...]:
    columns = [table.c[name] for name in kind.__dataclass_fields__]
    statement = select(*columns).where(table.c.article_id == article_id, table.c.digest == digest)
    rows = conn.execute(statement.order_by(table.c.position))
    return tuple(kind(*(tuple(value) if isinstance(value, list) else value for value in row)) for row in rows)


def _latest_counters(conn: Connection, article_id: str) -> tuple[CounterView, ...]:
    columns = [schema.counter.c[name] for name in CounterView.__dataclass_fields__]
    statement = select(*columns).where(schema.counter.c.article_id == article_id)
    rows = conn.execute(statement.order_by(schema.counter.c.observed_at, schema.counter.c.capture_id))
    latest = {(row.kind, row.source): _counter_view(row) for row in rows}
    return tuple(latest[key] for key in sorted(latest))


def _counter_view(row: Row[Any]) -> CounterView:
    fields: dict[str, Any] = dict(row._mapping)
    return CounterView(**fields | {"inferred": bool(row.inferred)})


def _latest_values(conn: Connection, article_id: str) -> dict[str, int | None]:
    """Each counter's last printed value, by the rule of the view `article_latest`; a later page may have none."""
    return dict(conn.execute(_LATEST_VALUES, {"id": article_id}).one()._mapping)


_LATEST_VALUES = text(
    f"SELECT {', '.join(f'{latest_counter(kind)} AS {kind}' for kind in COUNTERS)} "  # noqa: S608
    "FROM (SELECT CAST(:id AS TEXT) AS article_id) r"
)


_PUBLISHED = text(
    "SELECT published_at, published_day, published_precision, published_source "
    "FROM article_latest WHERE article_id = :id"
).columns(published_at=UtcTime())


def _captures_of(conn: Connection, article_id: str) -> tuple[CaptureView, ...]:
    statement = select(*_CAPTURE_COLUMNS).join(reading, reading.c.capture_id == capture.c.id)
    statement = statement.where(reading.c.article_id == article_id)
    rows = conn.execute(statement.order_by(capture.c.captured_at.desc(), capture.c.id.desc()))
    return tuple(CaptureView(*row) for row in rows)
