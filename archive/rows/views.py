"""The views: what researchers ask for most, joined once and the same on SQLite and PostgreSQL.

Views keep no data: every upgrade drops them and makes them again from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Table

from archive.rows import schema
from archive.rows.printed_times import precision, says_its_day


@dataclass(frozen=True, slots=True)
class View:
    """A view's name, what it is for, what its columns are where the name does not say it, and its SELECT."""

    name: str
    doc: str
    columns: dict[str, str]
    sql: str


_LAST = "ORDER BY x.observed_at DESC, x.capture_id DESC LIMIT 1"
_OF_A_COUNTER = "x.observed_at, x.capture_id, x.source, CASE x.source WHEN 'page' THEN 0 ELSE 1 END AS place"
_LAST_COUNTER = "ORDER BY x.observed_at DESC, x.capture_id DESC, place, x.source LIMIT 1"


def latest_counter(kind: str, column: str = "value", of: str = "r") -> str:
    """A column of an article's last counter that was printed; `of` is the table with the article's id.

    A 304 is no measurement: the number it stands for was printed before, and a list may have printed a newer one since.
    Of what one page shows of itself, its own counter speaks, not its row in its own sidebar.
    """
    # SQLite looks into a UNION ALL by its indexes only where all that it is ordered by is selected, too (rule 18 of
    # flattenSubquery in its select.c); else it makes the whole view to look at one article.
    return (
        f'(SELECT y.{column} FROM (SELECT x.value, x."precision", {_OF_A_COUNTER} FROM counter x '  # noqa: S608
        f"WHERE x.article_id = {of}.article_id AND x.kind = '{kind}' AND x.value IS NOT NULL AND x.inferred = 0 "
        f"{_LAST_COUNTER}) y)"
    )


def _first_listed(value: str) -> str:
    """Of the row in archive/rows/listed.py: one that prints its year, a listing before a feed, the first observed."""
    return (
        f"(SELECT {value} FROM placement x WHERE x.site = a.site AND x.native_id = a.native_id "  # noqa: S608
        "AND x.language = a.language AND x.block IN ('news', 'feed') AND x.posted_at IS NOT NULL "
        f'ORDER BY {says_its_day("x.posted_raw")}, x.block DESC, x.observed_at, x.capture_id, x."rank" LIMIT 1)'
    )


def _published(column: str, listed: str) -> str:
    """What the page or its metadata says, else what a list says (metadata > page > list)."""
    return f"CASE WHEN c.published_at IS NULL THEN {_first_listed(listed)} ELSE c.{column} END AS {column}"


_PUBLISHED = ", ".join(
    (
        _published("published_at", "x.posted_at"),
        _published("published_day", "x.posted_day"),
        _published("published_precision", precision("x.posted_raw")),
        _published("published_source", "CASE x.block WHEN 'news' THEN 'listing' ELSE 'feed' END"),
    )
)
_OF_THE_PAGE = "c.published_at, c.published_day, c.published_precision, c.published_source"


def _content(published: str) -> str:
    return (
        "c.title, c.title_raw, c.outlet, c.outlet_country, c.subtitle, c.lead, c.body, "
        f"{published}, c.rights_holder, c.rights_statement, c.original_url, c.original_published_at, c.disclaimer"
    )


def _documented(view: Table) -> dict[str, str]:
    return {column.name: column.doc for column in view.columns if column.doc}


# A validator need not change with a counter (RFC 9110, 8.8.1): after a 304 a number is the site's word.
_INFERRED = "CASE WHEN p.status = 304 THEN 1 ELSE 0 END"
# CAST: a column has one affinity in both halves, or SQLite makes the whole view for one article (rule 17h there).
_COUNTERS = f"""
    SELECT k.article_id, k.kind, k.capture_id, CAST('page' AS TEXT) AS source, k.observed_at, k.value, k.raw,
        k."precision", k.absent_reason, k.layer, {_INFERRED} AS inferred
    FROM page_counter k
    JOIN capture p ON p.id = k.capture_id
    UNION ALL
    SELECT c.article_id, CAST('comments' AS TEXT), r.capture_id, r.block, r.observed_at, c.comments, c.comments_raw,
        c.comments_precision,
        CAST(CASE WHEN c.comments IS NULL THEN 'out_of_range' END AS TEXT), c.layer, {_INFERRED}
    FROM list_content c
    JOIN list_reading r ON r.digest = c.digest
    JOIN capture p ON p.id = r.capture_id
    WHERE c.observes
"""  # noqa: S608

VIEWS = (
    View(
        "counter",
        schema.counter.info["doc"],
        _documented(schema.counter),
        _COUNTERS,
    ),
    View(
        "placement",
        schema.placement.info["doc"],
        _documented(schema.placement),
        """
        SELECT r.capture_id, r.block, c."rank", r.site, r.observed_at, c.url, c.title, c.article_id, c.native_id,
            c.language, c.posted_at, c.posted_day, c.posted_raw, c.comments, c.comments_raw,
            c.comments_precision, c.layer
        FROM list_reading r
        JOIN list_content c ON c.digest = r.digest
        """,
    ),
    View(
        "version",
        "The changes of an article in order of time: a row where title, subtitle, lead, body, notes, footnotes or "
        "outlet differ from the reading before it. A -> B -> A makes three.",
        {
            "number": "from 1",
            "capture_id": "the capture that first showed the change",
            "observed_at": "the change was made between `previous_observed_at` and this",
            "previous_observed_at": "time of the capture before it",
            "previous_capture_id": "the last capture before it; NULL for the first version",
            "digest": "of the wording, see `content`: joins with `author`, `footnote`, ...",
        },
        f"""
        WITH step AS (
            SELECT r.*,
                LAG(r.version_digest) OVER (PARTITION BY r.article_id ORDER BY r.observed_at, r.capture_id)
                    AS previous_version_digest,
                LAG(r.capture_id) OVER (PARTITION BY r.article_id ORDER BY r.observed_at, r.capture_id)
                    AS previous_capture_id,
                LAG(r.observed_at) OVER (PARTITION BY r.article_id ORDER BY r.observed_at, r.capture_id)
                    AS previous_observed_at
            FROM reading r
        )
        SELECT s.article_id,
            ROW_NUMBER() OVER (PARTITION BY s.article_id ORDER BY s.observed_at, s.capture_id) AS number,
            s.capture_id, s.observed_at, s.previous_capture_id, s.previous_observed_at, s.digest, s.version_digest,
            {_content(_OF_THE_PAGE)}
        FROM step s
        JOIN content c ON c.article_id = s.article_id AND c.digest = s.digest
        WHERE s.previous_version_digest IS NULL OR s.previous_version_digest <> s.version_digest
        """,  # noqa: S608
    ),
    View(
        "article_latest",
        "Every article that was read, as its latest capture shows it, with its latest counters.",
        {
            "capture_id": "the latest capture that was read: the evidence of this row",
            "observed_at": "time of that capture",
            "first_observed_at": "time of the first capture that was read",
            "readings": "captures that were read",
            "published_at": "as the page or its metadata says; else as a row of a listing or the feed says, one whose "
            "year is inferred last, see `published_source` and `placement`",
            "published_day": "`published_at` as a day of the site's time zone (`2025-09-08`): days are counted by it",
            "views": "the latest value that was printed, as are `comments` and `rating`; a 304 prints none",
        },
        f"""
        SELECT a.id AS article_id, a.site, a.native_id, a.language, r.url, r.slug, r.digest, r.capture_id,
            r.observed_at,
            (SELECT MIN(x.observed_at) FROM reading x WHERE x.article_id = a.id) AS first_observed_at,
            (SELECT COUNT(*) FROM reading x WHERE x.article_id = a.id) AS readings,
            {_content(_PUBLISHED)},
            {latest_counter("views")} AS views,
            {latest_counter("comments")} AS comments,
            {latest_counter("rating")} AS rating
        FROM article a
        JOIN reading r ON r.capture_id = (SELECT x.capture_id FROM reading x WHERE x.article_id = a.id {_LAST})
        JOIN content c ON c.article_id = r.article_id AND c.digest = r.digest
        """,  # noqa: S608
    ),
    View(
        "counter_series",
        "Counters over time: every observation with the one before it from the same source.",
        {
            "source": "`page`, or the block of the list it was read from",
            "raw": "as printed",
            "change": "since the observation before; NULL for the first, and where either is absent",
            "previous_observed_at": "time of the observation before",
        },
        """
        SELECT k.article_id, a.site, a.language, k.kind, k.source, k.observed_at, k.value, k.raw, k.precision,
            k.absent_reason,
            k.value - LAG(k.value) OVER
                (PARTITION BY k.article_id, k.kind, k.source ORDER BY k.observed_at, k.capture_id) AS change,
            LAG(k.observed_at) OVER
                (PARTITION BY k.article_id, k.kind, k.source ORDER BY k.observed_at, k.capture_id)
                AS previous_observed_at,
            k.inferred, k.capture_id
        FROM counter k
        JOIN article a ON a.id = k.article_id
        """,
    ),
    View(
        "capture_location",
        "Where the bytes of a capture stand.",
        {
            "capture_id": "as in `capture`: the UUID in the record's WARC-Record-ID, but for imported ones",
            "url": "what was asked for",
            "warc_path": "below the data folder; the file's name ends in `.open` while it is being written",
            "record_offset": "of the record's gzip member in the file, in bytes",
            "record_length": "of the gzip member, in bytes",
            "payload_capture_id": "the capture that holds the payload: another one where this is a revisit record",
        },
        """
        SELECT k.id AS capture_id, k.site, k.url, k.captured_at, k.page_kind, k.status, k.mime, k.record_type,
            'collections/' || k.site || '/archive/' || k.warc_file AS warc_path,
            k."offset" AS record_offset, k.length AS record_length, k.payload_digest, k.content_digest,
            COALESCE(k.refers_to, k.id) AS payload_capture_id, k.truncated, k.error, k.stray_bytes,
            k.read_state
        FROM capture k
        """,
    ),
)


def make_views(conn: Connection) -> None:
    """Drop the views, whatever they are, and make today's."""
    for view in reversed(VIEWS):
        conn.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")
    for view in VIEWS:
        conn.exec_driver_sql(f"CREATE VIEW {view.name} AS {view.sql}")
