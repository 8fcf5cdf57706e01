"""The records that the archive takes and gives: frozen, plain, and free of any framework.

All times are aware datetimes in UTC. Absent is None, never 0 and never an empty string.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal, NamedTuple, Self

from archive.warc.http_message import ResponseMessage

PageKind = Literal["article", "listing", "feed", "sitemap", "robots", "requisite", "other"]
Truncation = Literal["length", "time", "disconnect", "unspecified"]  # WARC 1.1, 5.13
FrontierState = Literal["pending", "waiting", "leased", "done", "failed", "gone", "excluded"]
ReadState = Literal["unread", "read", "failed", "not_content", "missing", "not_a_page"]

GONE_STATUSES = frozenset({404, 410})
LISTS = frozenset({"listing", "feed", "sitemap"})  # page kinds that grow, and are asked for by every run
LINE_END = 2  # bytes: some servers send one behind a body, which means nothing (RFC 9112, 2.2)
NOT_READ = frozenset({"robots", "requisite", "other"})  # page kinds that are kept and never read

# Nothing is put off for longer. A time beyond that was written by a clock that has been put right since, and is over.
LONGEST_WAIT = timedelta(days=1)  # of what is tried again, and of a host
LONGEST_REST = timedelta(days=30)  # of what is gone or was given up


@dataclass(frozen=True)
class Exchange:
    """One HTTP/1.1 exchange, byte for byte as it stood on the wire.

    `request` and `response` hold head and body with their transfer coding; `response` is the final response and
    is empty where not one byte of it arrived; `interim` are the 1xx heads before it. `truncated` is the reason
    for WARC-Truncated where the body was cut off, `error` what the client made of it. `stray` is the beginning of what
    came behind the end of the response, `stray_size` how many bytes that were. `given_message` is the response as
    whoever received it took it apart, where it was taken apart already: ask for `message`.
    """

    url: str
    request: bytes
    response: bytes
    started_at: datetime
    ended_at: datetime
    interim: tuple[bytes, ...] = ()
    ip: str | None = None
    truncated: Truncation | None = None
    error: str | None = None
    stray: bytes = b""
    stray_size: int = 0
    given_message: ResponseMessage | None = field(default=None, repr=False, compare=False)

    @cached_property
    def message(self) -> ResponseMessage:
        """The response taken apart, once for all who ask."""
        return self.given_message or ResponseMessage(self.response)

    def taken_apart(self, message: ResponseMessage) -> Self:
        """This exchange, with its response as the client took it apart, so that nobody does it again."""
        return replace(self, given_message=message)


@dataclass(frozen=True, slots=True)
class Rendering:
    """A page's DOM as a browser had it after its scripts ran: bytes of UTF-8 HTML, kept as a `resource`."""

    url: str
    html: bytes
    rendered_at: datetime
    browser: str  # name and version, e.g. "chromium 140.0"
    status: int | None = None


@dataclass(frozen=True, slots=True)
class CaptureContext:
    """What rows need and the wire does not say; stands in a metadata record beside each capture."""

    capture_id: str
    site: str
    run_id: str
    page_kind: PageKind
    route: str
    render: Literal["never", "always"] = "never"
    via: str | None = None  # the URL of the page that named this one
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Original:
    """An earlier capture of the same URL, whole and read back, whose payload a new one may repeat (WARC 1.1, 6.7).

    `offset` in bytes into `warc_file`; `etag` and `last_modified` are the validators it came with, `codings` all that
    its body was coded with, in transfer as well.
    """

    capture_id: str
    url: str
    captured_at: datetime
    payload_digest: str
    etag: str | None
    last_modified: str | None
    warc_file: str
    offset: int
    codings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capture:
    """One thing to be kept: an exchange or a rendering, with its context. `original`: what it was asked against."""

    context: CaptureContext
    content: Exchange | Rendering
    original: Original | None = None


@dataclass(frozen=True, slots=True)
class WrittenCapture:
    """Where a capture stands and what it is: the row of the table `capture`.

    `offset` and `length` are those of the gzip member of the response, revisit or resource record (of the
    request record where no byte of a response arrived). Digests are `sha256:<hex>`: `payload_digest` as in the
    WARC record, `entity_digest` over the de-chunked and still coded body, `content_digest` over the decoded body.
    """

    id: str
    site: str
    run_id: str
    page_kind: PageKind
    route: str
    render: str
    via: str | None
    attempt: int
    record_type: Literal["response", "revisit", "resource", "request"]
    url: str
    captured_at: datetime
    warc_file: str
    offset: int
    length: int
    request_offset: int | None
    metadata_offset: int | None
    ip: str | None
    status: int | None
    mime: str | None
    location: str | None  # the absolute target of a redirect
    etag: str | None
    last_modified: str | None
    payload_digest: str | None
    entity_digest: str | None
    content_digest: str | None
    body_size: int | None  # bytes of the de-chunked, still coded body
    truncated: str | None
    error: str | None
    refers_to: str | None = None  # the capture whose payload a revisit repeats
    stray_bytes: int | None = None  # that came behind the end of the response


@dataclass(frozen=True, slots=True)
class Author:
    """A byline's author; `name_original` is the bracket as printed, kept even when it equals the name."""

    name: str
    name_original: str | None = None


@dataclass(frozen=True, slots=True)
class EditorNote:
    """The translator's or editor's insertion; `paragraph` is the 0-based index into the body."""

    text: str
    signature: str | None
    paragraph: int | None


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote with the subjects that carry its marker in the text."""

    marker: str
    text: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """The article's picture."""

    url: str
    credit: str | None = None
    uploaded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something under "The news mentions"."""

    name: str
    kind: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An outbound link of the body; `rel` is `sponsored` with `reason` where it is marked as paid for."""

    url: str
    text: str | None = None
    rel: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same article in another language."""

    language: str
    url: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter as observed: `value` is None with an `absent_reason` where the page printed none."""

    kind: Literal["views", "comments", "rating"]
    value: int | None
    raw: str | None
    precision: int | None = None  # the value is good to this many units: 100 for "1,2 тыс."
    absent_reason: str | None = None
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """All that one capture says of one article: names as in docs/codebook.md.

    `layers` names for every field the layer and rule that found it (`landmarks:byline`), `raw` the text it was
    parsed from where it was parsed, `conflicts` what another layer said instead.
    """

    capture_id: str
    observed_at: datetime
    site: str
    native_id: str
    language: str
    url: str
    slug: str | None = None
    title: str | None = None
    title_raw: str | None = None
    outlet: str | None = None
    outlet_country: str | None = None
    subtitle: str | None = None
    lead: str | None = None
    body: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    editor_notes: tuple[EditorNote, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    image: Image | None = None
    counters: tuple[Counter, ...] = ()
    published_at: datetime | None = None
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
    layers: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[Mapping[str, str], ...] = ()
    reader: str | None = None  # version of the reader; None: that of the program


class PlacementRecord(NamedTuple):  # of this and Discovery a page makes dozens: a frozen dataclass takes twice as long
    """One row of a list (sidebar, listing, feed, sitemap) as it stood on one page at one moment."""

    capture_id: str
    observed_at: datetime
    site: str
    block: str
    rank: int  # from 1
    url: str | None
    title: str | None
    native_id: str | None = None
    language: str | None = None
    posted_at: datetime | None = None
    posted_raw: str | None = None
    comments: int | None = None
    comments_raw: str | None = None
    comments_precision: int | None = None  # as in Counter
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """What could not be read or can never pass, kept with its capture and the reason."""

    capture_id: str
    reason: str
    detail: str | None = None


class Discovery(NamedTuple):
    """A URL that a page, or the user, named: becomes a frontier row unless it is known already.

    `priority`: higher is fetched sooner. `refresh` makes a known row due again (lists that grow, seeds); `once_a_run`
    does so unless this run has closed it itself. `listed`: a list of today names it, so what an earlier run gave up is
    tried again, once a run.
    """

    url: str
    page_kind: PageKind
    route: str
    priority: int = 0
    via: str | None = None
    render: Literal["never", "always"] = "never"
    refresh: bool = False
    due_at: datetime | None = None
    listed: bool = False
    once_a_run: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """A frontier row lent to this run; `original` is the URL's last whole capture, to be asked against."""

    id: int
    url: str
    page_kind: PageKind
    route: str
    render: Literal["never", "always"]
    attempts: int
    via: str | None
    priority: int
    original: Original | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a leased row: done, failed, gone, excluded by robots.txt, or waiting until `due_at`.

    Of a row that failed or is gone `due_at` is the time from which a list that still names it makes it due again. An
    attempt that says nothing of the URL is not `counted`.
    """

    lease_id: int
    state: FrontierState
    due_at: datetime | None = None
    error: str | None = None
    capture_id: str | None = None
    counted: bool = True


@dataclass(slots=True)
class UnitOfWork:
    """All that one fetch brought. It is committed together or not at all."""

    captures: list[Capture] = field(default_factory=list)
    discoveries: list[Discovery] = field(default_factory=list)
    articles: list[ArticleRecord] = field(default_factory=list)
    placements: list[PlacementRecord] = field(default_factory=list)
    quarantine: list[QuarantineRecord] = field(default_factory=list)
    outcome: Outcome | None = None
    read_states: dict[str, ReadState] = field(default_factory=dict)  # by capture id
