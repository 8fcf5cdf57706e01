"""Counts of lists that were printed short (`1,2 тыс.`) say how exact they are, as the counters of articles do.

The precision is told from what was printed: 1200 of the figures 12 is good to 100. The lists in which there is such a
count get the digest that today's program gives them, as it was when this was written.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_DIGESTED = (
    "rank", "url", "title", "article_id", "native_id", "language", "posted_at", "posted_raw", "comments",
    "comments_raw", "observes", "layer",
)  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]")


def upgrade() -> None:
    for view in (
        "counter_series",
        "article_latest",
        "version",
        "counter",
        "placement",
    ):  # made again after the last step
        op.execute(f"DROP VIEW IF EXISTS {view}")
    op.add_column("list_content", sa.Column("comments_precision", sa.BigInteger(), nullable=True))
    bind = op.get_bind()
    short = "SELECT DISTINCT digest FROM list_content WHERE comments <> 0 AND comments_raw <> CAST(comments AS text)"
    for digest in bind.scalars(sa.text(short)).all():
        rows = bind.execute(sa.text('SELECT * FROM list_content WHERE digest = :old ORDER BY "rank"'), {"old": digest})
        _carry(bind, digest, [dict(row._mapping) for row in rows])


def _carry(bind: sa.Connection, old: str, rows: list[dict[str, Any]]) -> None:
    """Write the precision of a list's rows, and the list's new digest; nothing where each count was printed in full."""
    precisions = {row["rank"]: _precision(row["comments"], row["comments_raw"]) for row in rows}
    if not any(precisions.values()):
        return
    said = [_said(row, precisions[row["rank"]]) for row in rows]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    new = hashlib.sha256(text.encode()).hexdigest()[:32]
    change = (
        'UPDATE list_content SET digest = :new, comments_precision = :precision WHERE digest = :old AND "rank" = :rank'
    )
    bind.execute(sa.text(change), [{"new": new, "old": old, "rank": k, "precision": v} for k, v in precisions.items()])
    bind.execute(sa.text("UPDATE list_reading SET digest = :new WHERE digest = :old"), {"new": new, "old": old})


def _precision(value: int | None, raw: str | None) -> int | None:
    """How many units the last printed figure stands for; None of what was printed in full."""
    figures = "".join(each for each in raw or "" if each in "0123456789")
    if not value or not figures.strip("0") or not _LETTERS.search(raw or ""):
        return None
    scale, rest = divmod(abs(value), int(figures))
    return scale if scale > 1 and not rest else None


def _said(row: dict[str, Any], precision: int | None) -> list[Any]:
    values = [_plain(name, row[name]) for name in _DIGESTED]
    return values if precision is None else [*values, precision]


def _plain(name: str, value: Any) -> Any:
    if name == "posted_at" and value is not None:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC).isoformat()
    return bool(value) if name == "observes" else value
