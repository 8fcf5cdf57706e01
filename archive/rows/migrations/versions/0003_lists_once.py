"""Every distinct list is kept once: `placement` and `counter` become views over what a capture showed.

The digests are those of archive/rows/wording.py as it was when this was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_COLUMNS = (
    "rank", "url", "title", "article_id", "native_id", "language", "posted_at", "posted_raw", "comments",
    "comments_raw", "observes", "layer",
)  # fmt: skip
_AT_ONCE = 500  # captures


def upgrade() -> None:
    for view in ("counter_series", "article_latest", "version"):  # they are made again after the last step
        op.execute(f"DROP VIEW IF EXISTS {view}")
    _page_counters()
    _lists()
    op.drop_table("counter")
    op.drop_table("placement")


def _time() -> sa.types.TypeEngine[Any]:
    return sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def _page_counters() -> None:
    op.create_table(
        "page_counter",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("capture_id", sa.Text(), nullable=False),
        sa.Column("observed_at", _time(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("precision", sa.BigInteger(), nullable=True),
        sa.Column("absent_reason", sa.Text(), nullable=True),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_page_counter_article_id")),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_page_counter_capture_id")),
        sa.PrimaryKeyConstraint("article_id", "kind", "capture_id", name=op.f("pk_page_counter")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_page_counter_observed_at", "page_counter", ["observed_at"])
    names = 'article_id, kind, capture_id, observed_at, value, raw, "precision", absent_reason, layer'
    op.execute(f"INSERT INTO page_counter ({names}) SELECT {names} FROM counter WHERE source = 'page'")  # noqa: S608


def _lists() -> None:
    content = op.create_table(
        "list_content",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("article_id", sa.Text(), nullable=True),
        sa.Column("native_id", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("posted_at", _time(), nullable=True),
        sa.Column("posted_raw", sa.Text(), nullable=True),
        sa.Column("comments", sa.BigInteger(), nullable=True),
        sa.Column("comments_raw", sa.Text(), nullable=True),
        sa.Column("observes", sa.Boolean(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_list_content_article_id")),
        sa.PrimaryKeyConstraint("digest", "rank", name=op.f("pk_list_content")),
        sqlite_with_rowid=False,
    )
    reading = op.create_table(
        "list_reading",
        sa.Column("capture_id", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("observed_at", _time(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_list_reading_capture_id")),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_list_reading_site")),
        sa.PrimaryKeyConstraint("capture_id", "block", name=op.f("pk_list_reading")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_list_content_article_id", "list_content", ["article_id"])
    op.create_index("ix_list_content_native_id", "list_content", ["native_id"])
    op.create_index("ix_list_reading_digest", "list_reading", ["digest"])
    known: set[str] = set()
    for captures in _batches():
        for (capture_id, block), rows in captures:
            digest, values = _content(rows)
            if digest not in known:
                known.add(digest)
                op.bulk_insert(content, [{"digest": digest, **row} for row in values])
            first = rows[0]
            shown = {"capture_id": capture_id, "block": block, "site": first.site, "observed_at": first.observed_at}
            op.bulk_insert(reading, [{**shown, "digest": digest}])


def _batches() -> Iterator[list[tuple[tuple[str, str], list[Any]]]]:
    """The lists of some captures at a time: a statement may not be read while others write."""
    bind = op.get_bind()
    last = ""
    while True:
        ids = sa.text("SELECT DISTINCT capture_id FROM placement WHERE capture_id > :last ORDER BY capture_id LIMIT :n")
        captures = bind.scalars(ids, {"last": last, "n": _AT_ONCE}).all()
        if not captures:
            return
        rows = bind.execute(
            sa.text(
                "SELECT * FROM placement WHERE capture_id > :last AND capture_id <= :until "
                'ORDER BY capture_id, block, "rank"'
            ),
            {"last": last, "until": captures[-1]},
        ).all()
        yield [(key, list(found)) for key, found in groupby(rows, key=lambda row: (row.capture_id, row.block))]
        last = captures[-1]


def _content(rows: list[Any]) -> tuple[str, list[dict[str, Any]]]:
    """(digest, rows of `list_content`)."""
    spoken: set[str] = set()
    values = []
    for row in rows:
        key = f"{row.site}:{row.language}:{row.native_id}" if row.native_id and row.language else None
        counts = row.comments is not None or (row.comments_raw is not None and row.comments_raw.strip("- ").isdigit())
        observes = key is not None and counts and key not in spoken
        if key is not None and observes:
            spoken.add(key)
        own = {name: getattr(row, name, None) for name in _COLUMNS}
        values.append(own | {"article_id": key, "observes": observes})
    plain = [[_plain(name, value) for name, value in row.items()] for row in values]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32], values


def _plain(name: str, value: Any) -> Any:
    if name == "posted_at" and value is not None:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC).isoformat()
    return value
