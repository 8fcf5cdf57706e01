"""The tables. Each row of content is a function of one capture alone, so the WARC files make the same rows again.

Keys are natural: nothing depends on the order in which pages were read. What an article says is stored once per
distinct wording (`content`, by digest); `reading` ties every capture to the wording it showed; the view `version`
puts the changes in order of time (A -> B -> A makes three). The rows of a sidebar or listing are stored once per
distinct list in the same way (`list_content`, `list_reading`; the view `placement` has them a capture).

The docstrings below (`info["doc"]`) become docs/schema.md. Times are UTC. Absent is NULL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC, always to the microsecond: texts of one length sort as the times do.

    `.` comes before `Z`, so half a second past 10:00:00 would stand before it.
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC datetime: `timestamptz` in PostgreSQL, ISO 8601 text (`2025-09-08T01:37:00.000000Z`) in SQLite.

    The text form has one length, so it sorts and compares as time.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the dialect."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive datetimes: a time without a zone is a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: every time in the archive is UTC")
        if dialect.name == "postgresql":
            return value
        return utc_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


def _capture_id(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "capture_id", Text, ForeignKey("capture.id"), primary_key=primary_key, nullable=False,
        doc="the capture it was read from",
    )  # fmt: skip


def _article_id(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "article_id", Text, ForeignKey("article.id"), primary_key=primary_key, nullable=False,
        doc="`site:language:native_id`",
    )  # fmt: skip


def _wording() -> tuple[Column[str], Column[str], Column[int]]:
    """The key of the lists that belong to a wording of an article."""
    return (
        _article_id(primary_key=True),
        Column("digest", Text, primary_key=True, doc="of the wording, see `content`"),
        Column("position", Integer, primary_key=True, autoincrement=False, doc="from 0, in order of the page"),
    )


_PRECISION = "good to this many units: 100 for `1,2 тыс.`; NULL where it was printed in full, or not at all"

# --- what is crawled, and what was fetched ---------------------------------------------------------------------

site = Table(
    "site", metadata,
    Column("name", Text, primary_key=True, doc="the site file's name, e.g. `vpk`"),
    Column("title", Text, nullable=False),
    Column("base_url", Text, nullable=False, info={"may_be_empty": True},
           doc="empty where none is known: of the collection `imported`, of a site whose file is gone"),
    Column("time_zone", Text, nullable=False, doc="IANA name of the zone in which the site prints times"),
    info={"doc": "A site, as its site file describes it."},
)  # fmt: skip

run = Table(
    "run", metadata,
    Column("id", Text, primary_key=True,
           doc="a UUID: of version 7, which sorts by start, but that of an `import`; order runs by `started_at`"),
    Column("site", Text, ForeignKey("site.name"), nullable=False),
    Column("command", Text, nullable=False,
           doc="`crawl`, `scrapy crawl`, `reextract`, `import`; `rebuilt`, `salvaged`: known from WARC files alone"),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime,
           doc="NULL while it runs, and for ever where it was killed; always NULL of `import`, `rebuilt`, `salvaged`"),
    Column("reason", Text,
           doc="why it ended: `finished`, `max_pages`, `interrupted`, `asked_to_wait` (the site did), `blocked` (it "
               "answered with block or challenge pages alone), `out_of_reach` (nobody answered), or `failed:` and the "
               "error; where fields were found far less often, `; alarm:` and their names follow; NULL where "
               "`ended_at` is"),
    Column("exit_code", Integer),
    Column("pages", Integer, doc="pages fetched"),
    Column("articles", Integer, doc="articles read, with what a killed run before it fetched and did not read"),
    Column("new_articles", Integer, doc="those of them that were read for the first time"),
    Column("failures", Integer, doc="fetches and readings that failed"),
    Column("challenges", Integer, doc="block and challenge pages that came instead of content"),
    Column("software", Text, nullable=False, doc="name and version of the program"),
    Column("options", JSON, nullable=False, doc="the options it was given"),
    info={"doc": "One run of a command that fetches or reads pages."},
)  # fmt: skip

warc_file = Table(
    "warc_file", metadata,
    Column("name", Text, primary_key=True, doc="the file's final name, without `.open`"),
    Column("site", Text, ForeignKey("site.name"), nullable=False),
    Column("state", Text, nullable=False, doc="`open`, `closed`"),
    Column("committed_length", BigInteger, nullable=False, doc="bytes known to be whole and on disk"),
    Column("record_count", Integer, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("sha256", Text, doc="of the whole file, once closed"),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
    info={"doc": "A WARC file of the archive and how much of it is known to be good."},
)  # fmt: skip

capture = Table(
    "capture", metadata,
    Column("id", Text, primary_key=True,
           doc="the UUID in the WARC-Record-ID of its main record; of an imported one (`site`) made from its file's "
               "SHA-256 and its offset, as others' ids need not be unique: in no record"),
    Column("site", Text, ForeignKey("site.name"), nullable=False),
    Column("run_id", Text, ForeignKey("run.id"), nullable=False),
    Column("record_type", Text, nullable=False,
           doc="`response`, `revisit`, `resource` (a rendered page), `request` (no byte of an answer came)"),
    Column("url", Text, nullable=False),
    Column("captured_at", UtcTime, nullable=False),
    Column("page_kind", Text, nullable=False,
           doc="`article`, `listing`, `feed`, `sitemap`, `robots`, `requisite`, `other`"),
    Column("route", Text, nullable=False, doc="how it was found: `listing`, `sidebar`, `feed`, `sitemap`, `user`, ..."),
    Column("via", Text, doc="the URL of the page that named it"),
    Column("render", Text, nullable=False, doc="`never`: plain HTTP; `always`: by a browser"),
    Column("attempt", Integer, nullable=False),
    Column("warc_file", Text, ForeignKey("warc_file.name"), nullable=False),
    Column("offset", BigInteger, nullable=False, doc="of the record's gzip member, in bytes"),
    Column("length", BigInteger, nullable=False, doc="of the record's gzip member, in bytes"),
    Column("request_offset", BigInteger),
    Column("metadata_offset", BigInteger),
    Column("ip", Text),
    Column("status", Integer, doc="HTTP status code"),
    Column("mime", Text),
    Column("location", Text, doc="absolute target of a redirect"),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("payload_digest", Text, doc="as in the WARC record"),
    Column("entity_digest", Text, doc="over the de-chunked, still coded body"),
    Column("content_digest", Text, doc="over the decoded body; NULL of a revisit record: another capture has its body"),
    Column("body_size", BigInteger, doc="bytes of the de-chunked, still coded body"),
    Column("truncated", Text, doc="WARC-Truncated: why it was cut off; `segment`: the rest is not here, or doubtful"),
    Column("error", Text, doc="what the client made of a failed exchange"),
    Column("refers_to", Text, doc="the capture whose payload a revisit repeats"),
    Column("stray_bytes", BigInteger,
           doc="how many bytes came behind the end of the response: its Content-Length is wrong, and the page may be "
               "cut; their beginning is in the metadata record; NULL where none came, or nobody looked"),
    Column("read_state", Text, nullable=False,
           doc="`unread`, `read`, `failed`, `not_content`, `missing` (404, 410), `not_a_page`"),
    Index("ix_capture_url", "url", "captured_at").ddl_if(dialect="sqlite"),
    Index("ix_capture_url_hash", "url", postgresql_using="hash").ddl_if(dialect="postgresql"),  # of any length
    Index("ix_capture_site", "site", "captured_at"),
    Index("ix_capture_run", "run_id"),
    Index("ix_capture_file", "warc_file", "offset"),
    Index("ix_capture_read_state", "read_state"),
    info={"doc": "One thing fetched and kept: where its bytes stand in the WARC files, and what they are."},
)  # fmt: skip

# --- what the pages say ----------------------------------------------------------------------------------------

outlet = Table(
    "outlet", metadata,
    Column("name", Text, primary_key=True),
    Column("country", Text, primary_key=True, doc="ISO 3166-1 alpha-2"),
    info={"doc": "A source outlet as headings name it: `(The Guardian, UK)`."},
)  # fmt: skip

article = Table(
    "article", metadata,
    Column("id", Text, primary_key=True, doc="`site:language:native_id`"),
    Column("site", Text, ForeignKey("site.name"), nullable=False),
    Column("native_id", Text, nullable=False, doc="the site's own number of the article"),
    Column("language", Text, nullable=False, doc="ISO 639-1; `und` where neither page nor text tells it"),
    UniqueConstraint("site", "language", "native_id"),
    info={"doc": "An article's identity. What it says is in `content`; the view `article_latest` joins them."},
)  # fmt: skip

article_url = Table(
    "article_url", metadata,
    _article_id(primary_key=True),
    Column("url", Text, primary_key=True),
    Column("slug", Text),
    _capture_id(),
    Index("ix_article_url_url", "url"),
    info={"doc": "Every URL under which an article was seen; `capture_id` is the first that showed it."},
)  # fmt: skip

content = Table(
    "content", metadata,
    _article_id(primary_key=True),
    Column("digest", Text, primary_key=True, doc="over all fields of the wording and its lists"),
    Column("version_digest", Text, nullable=False,
           doc="over what makes a version: title, subtitle, lead, body, notes, footnotes, outlet"),
    _capture_id(),
    Column("title", Text),
    Column("title_raw", Text, doc="the heading as printed"),
    Column("outlet", Text),
    Column("outlet_country", Text, doc="ISO 3166-1 alpha-2"),
    Column("subtitle", Text),
    Column("lead", Text),
    Column("body", JSON, nullable=False, doc="list of strings: paragraphs, subheadings, list items"),
    Column("published_at", UtcTime),
    Column("published_day", Text, doc="`published_at` as a day of the site's time zone: `2025-09-08`"),
    Column("published_precision", Text, doc="`minute`, `hour`, `day`"),
    Column("published_source", Text, doc="`metadata`, `page`; in `article_latest` also `listing`, `feed`"),
    Column("rights_holder", Text),
    Column("rights_statement", Text),
    Column("original_url", Text),
    Column("original_published_at", UtcTime),
    Column("disclaimer", Text),
    Index("ix_content_outlet", "outlet"),
    Index("ix_content_published_at", "published_at", "article_id"),
    info={"doc": "One distinct wording of an article; `capture_id` is the first capture that showed it."},
)  # fmt: skip

author = Table(
    "author", metadata, *_wording(), _capture_id(),
    Column("name", Text, nullable=False),
    Column("name_original", Text, doc="the bracket as printed: `Peter Sauer (Pjotr Sauer)`"),
    Index("ix_author_name", "name"),
    info={"doc": "The authors in the byline of a wording."},
)  # fmt: skip

editor_note = Table(
    "editor_note", metadata, *_wording(), _capture_id(),
    Column("text", Text, nullable=False),
    Column("signature", Text, doc="the signer, e.g. `InoSMI`"),
    Column("paragraph", Integer, doc="0-based index into the body"),
    info={"doc": "The translator's and editor's insertions in the text."},
)  # fmt: skip

footnote = Table(
    "footnote", metadata, *_wording(), _capture_id(),
    Column("marker", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("subjects", JSON, nullable=False, doc="list of strings: who carries the marker in the text"),
    info={"doc": "Footnotes, with the names they are tied to."},
)  # fmt: skip

mention = Table(
    "mention", metadata, *_wording(), _capture_id(),
    Column("name", Text, nullable=False),
    Column("kind", Text, doc="`country`, `company`, `person`, `product`, `project`"),
    Column("url", Text),
    Index("ix_mention_name", "name"),
    info={"doc": "What stands under \"The news mentions\"."},
)  # fmt: skip

link = Table(
    "link", metadata, *_wording(), _capture_id(),
    Column("url", Text, nullable=False),
    Column("text", Text),
    Column("rel", Text, doc="`sponsored` where it is marked as paid for"),
    Column("reason", Text, doc="why it counts as sponsored"),
    info={"doc": "Outbound links of the body."},
)  # fmt: skip

image = Table(
    "image", metadata, *_wording(), _capture_id(),
    Column("url", Text, nullable=False),
    Column("credit", Text),
    Column("uploaded_at", UtcTime, doc="decoded from the file name where it is plausible"),
    info={"doc": "The article's picture."},
)  # fmt: skip

alternate = Table(
    "alternate", metadata, *_wording(), _capture_id(),
    Column("language", Text, nullable=False),
    Column("url", Text, nullable=False),
    info={"doc": "The other-language pages that an article names."},
)  # fmt: skip

reading = Table(
    "reading", metadata,
    _capture_id(primary_key=True),
    _article_id(),
    Column("digest", Text, nullable=False, doc="the wording that this capture showed, see `content`"),
    Column("version_digest", Text, nullable=False),
    Column("url", Text, nullable=False, doc="the article's URL as this capture gives it"),
    Column("slug", Text),
    Column("observed_at", UtcTime, nullable=False),
    Column("layers", JSON, nullable=False, doc="field -> `layer:rule` that found it"),
    Column("raw", JSON, nullable=False, doc="field -> the text that it was parsed from"),
    Column("conflicts", JSON, nullable=False, doc="what another layer said instead"),
    Column("reader", Text, nullable=False, doc="version of the reader that last read the capture"),
    Index("ix_reading_article", "article_id", "observed_at"),
    info={"doc": "What one capture said of one article, and how each field was found."},
)  # fmt: skip

page_counter = Table(
    "page_counter", metadata,
    _article_id(primary_key=True),
    Column("kind", Text, primary_key=True, doc="`views`, `comments`, `rating`"),
    _capture_id(primary_key=True),
    Column("observed_at", UtcTime, nullable=False),
    Column("value", BigInteger, doc="NULL where the page printed none"),
    Column("raw", Text, doc="as printed"),
    Column("precision", BigInteger, doc=_PRECISION),
    Column("absent_reason", Text, doc="`not_found`, `empty`, `unreadable`, `ambiguous`, `out_of_range`"),
    Column("layer", Text),
    Index("ix_page_counter_observed_at", "observed_at"),
    sqlite_with_rowid=False,
    info={"doc": "A counter as an article's own page showed it. The view `counter` adds what lists say."},
)  # fmt: skip

list_reading = Table(
    "list_reading", metadata,
    _capture_id(primary_key=True),
    Column("block", Text, primary_key=True, doc="`discussion`, `news`, `feed`, `sitemap`"),
    Column("site", Text, ForeignKey("site.name"), nullable=False),
    Column("observed_at", UtcTime, nullable=False),
    Column("digest", Text, nullable=False, doc="of the list that this capture showed, see `list_content`"),
    Index("ix_list_reading_digest", "digest"),
    sqlite_with_rowid=False,
    info={"doc": "What one capture showed in a sidebar, listing, feed or sitemap; the view `placement` has its rows."},
)  # fmt: skip

list_content = Table(
    "list_content", metadata,
    Column("digest", Text, primary_key=True, doc="over all rows of the list"),
    Column("rank", Integer, primary_key=True, autoincrement=False, doc="from 1"),
    Column("url", Text),
    Column("title", Text),
    Column("article_id", Text, ForeignKey("article.id"), doc="`site:language:native_id`, where the row says all three"),
    Column("native_id", Text),
    Column("language", Text),
    Column("posted_at", UtcTime, doc="the year is the latest that does not lie after the capture"),
    Column("posted_day", Text, doc="`posted_at` as a day of the site's time zone, where the row names an article"),
    Column("posted_raw", Text),
    Column("comments", BigInteger),
    Column("comments_raw", Text),
    Column("comments_precision", BigInteger, doc=_PRECISION),
    Column("observes", Boolean, nullable=False,
           doc="whether its comments count for the article: in a list that names one twice, the higher place speaks"),
    Column("layer", Text),
    Index("ix_list_content_article_id", "article_id"),
    Index("ix_list_content_native_id", "native_id"),
    Index("ix_list_content_posted_at", "posted_at", "article_id"),
    sqlite_with_rowid=False,
    info={"doc": "The rows of one distinct list: a hundred pages in a row show the same sidebar."},
)  # fmt: skip

presence = Table(
    "presence", metadata,
    _article_id(primary_key=True),
    Column("state", Text, nullable=False, doc="`present`, `missing_suspected`, `removed_confirmed`, `returned`"),
    Column("last_ok", UtcTime, doc="the last capture that showed it"),
    Column("first_missing", UtcTime, doc="the first 404 or 410 after that"),
    Column("misses", Integer, nullable=False),
    Index("ix_presence_last_ok", "last_ok", "article_id"),
    info={"doc": "Whether an article is still there: an interval [last_ok, first_missing], never a point."},
)  # fmt: skip

quarantine = Table(
    "quarantine", metadata,
    _capture_id(primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("detail", Text),
    info={"doc": "Captures that could not be read, or whose reading can never pass, with the reason."},
)  # fmt: skip

# --- how well it was read --------------------------------------------------------------------------------------

coverage = Table(
    "coverage", metadata,
    Column("run_id", Text, ForeignKey("run.id"), primary_key=True),
    Column("page_kind", Text, primary_key=True, doc="`article`, `listing`, `feed`, `sitemap`"),
    Column("field", Text, primary_key=True,
           doc="`readable`, a field of the codebook, a list's block (`discussion`), or a field of its rows "
               "(`discussion.comments`)"),
    Column("site", Text, ForeignKey("site.name"), nullable=False),
    Column("filled", Integer, nullable=False, doc="pages (of `block.field`: rows) in which the field was found"),
    Column("total", Integer, nullable=False, doc="pages (of `block.field`: rows) in which it was looked for"),
    info={"doc": "How often each field was found in the pages that a run fetched, as they are read today."},
)  # fmt: skip

# --- what is to be fetched -------------------------------------------------------------------------------------

frontier = Table(
    "frontier", metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("site", Text, ForeignKey("site.name"), nullable=False),
    Column("url", Text, nullable=False),
    Column("page_kind", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("render", Text, nullable=False),
    Column("priority", BigInteger, nullable=False, doc="higher is sooner; newest first"),
    Column("state", Text, nullable=False,
           doc="`pending`, `waiting` (until `due_at`), `leased`, `done`, `failed`, `gone`, `excluded`"),
    Column("due_at", UtcTime,
           doc="of what waits: not before then; of what is `done`, `failed` or `gone`: since when, or from when a list "
               "that still names it makes it due again; of what is `excluded`: from when a run asks once more"),
    Column("attempts", Integer, nullable=False),
    Column("lease_owner", Text, doc="of what is `leased`: the run that has it"),
    Column("lease_until", UtcTime, doc="of older versions: a lease ends with its run"),
    Column("discovered_at", UtcTime, nullable=False),
    Column("via", Text),
    Column("error", Text),
    Column("capture_id", Text, doc="the last capture of it"),
    UniqueConstraint("site", "url"),
    Index("ix_frontier_waiting", "site", "due_at", sqlite_where=Column("state") == "waiting",
          postgresql_where=Column("state") == "waiting"),
    info={"doc": "Every URL ever discovered and what became of it. No URL is forgotten."},
)  # fmt: skip

# Highest priority first, then in order of discovery: a lease reads the first rows of this index and no others.
Index("ix_frontier_due", frontier.c.site, frontier.c.state, frontier.c.priority.desc(), frontier.c.id)

host_pace = Table(
    "host_pace", metadata,
    Column("host", Text, primary_key=True),
    Column("not_before", UtcTime, doc="the host is not asked before then: it said so (Retry-After), or refuses us"),
    Column("blocked", Boolean, nullable=False, default=False,
           doc="it answered with block or challenge pages, some in a row; the row goes when a page is read again"),
    Column("reason", Text),
    info={"doc": "What a host asked of us, remembered across runs."},
)  # fmt: skip

owner = Table(
    "owner", metadata,
    Column("one", Integer, primary_key=True, autoincrement=False, doc="1: there is one row at most"),
    Column("home_id", Text, nullable=False, doc="what `svodka.id` in the data folder says"),
    Column("path", Text, nullable=False, doc="where the folder was when the database became its own"),
    Column("since", UtcTime, nullable=False),
    CheckConstraint("one = 1", name="one"),
    info={"doc": "The data folder that this database belongs to, where svodka.toml names the database."},
)  # fmt: skip

# --- how it is found -------------------------------------------------------------------------------------------

search_document = Table(
    "search_document", metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("article_id", Text, ForeignKey("article.id"), nullable=False, unique=True),
    Column("digest", Text, nullable=False, doc="the wording that is indexed: the article's latest"),
    Column("title", Text, nullable=False),
    Column("byline", Text, nullable=False, doc="outlet and authors"),
    Column("text", Text, nullable=False, doc="subtitle, lead and body, cut at 200,000 characters"),
    info={"doc": "What full-text search looks through: the latest wording of every article."},
)  # fmt: skip

CONTENT_TABLES = (
    outlet, article, article_url, content, author, editor_note, footnote, mention, link, image, alternate,
    reading, page_counter, list_content, list_reading, presence, quarantine,
)  # fmt: skip

# --- views that are read like tables ---------------------------------------------------------------------------

# Their SELECTs stand in archive/rows/views.py. The primary key says what names a row.
_views = MetaData()

counter = Table(
    "counter", _views,
    Column("article_id", Text, primary_key=True, doc="`site:language:native_id`"),
    Column("kind", Text, primary_key=True, doc="`views`, `comments`, `rating`"),
    Column("capture_id", Text, primary_key=True, doc="the capture it was read from"),
    Column("source", Text, primary_key=True, doc="`page`, or the block of the list it was read from"),
    Column("observed_at", UtcTime),
    Column("value", BigInteger, doc="NULL where the page printed none"),
    Column("raw", Text, doc="as printed"),
    Column("precision", BigInteger, doc=_PRECISION),
    Column("absent_reason", Text, doc="`not_found`, `empty`, `unreadable`, `ambiguous`, `out_of_range`"),
    Column("layer", Text),
    Column("inferred", Integer,
           doc="1 where the page itself did not come, as a 304 said that it is as before; else 0"),
    info={"doc": "A counter as observed at a time: by the article's own page, or (comments) by a list that names the "
                 "article. Observations of an article are a time series."},
)  # fmt: skip

placement = Table(
    "placement", _views,
    Column("capture_id", Text, primary_key=True, doc="the capture it was read from"),
    Column("block", Text, primary_key=True, doc="`discussion`, `news`, `feed`, `sitemap`"),
    Column("rank", Integer, primary_key=True, doc="from 1"),
    Column("site", Text),
    Column("observed_at", UtcTime),
    Column("url", Text, doc="where the row leads"),
    Column("title", Text),
    Column("article_id", Text, doc="`site:language:native_id`, where the row says all three"),
    Column("native_id", Text),
    Column("language", Text),
    Column("posted_at", UtcTime, doc="the year is the latest that does not lie after the capture"),
    Column("posted_day", Text, doc="`posted_at` as a day of the site's time zone, where the row names an article"),
    Column("posted_raw", Text),
    Column("comments", BigInteger),
    Column("comments_raw", Text),
    Column("comments_precision", BigInteger, doc=_PRECISION),
    Column("layer", Text),
    info={"doc": "A row of a sidebar, listing, feed or sitemap, as it stood on one page at one moment."},
)  # fmt: skip
