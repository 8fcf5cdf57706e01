"""Indexes for lists of articles in order of publication and of reading, and for what was captured first and last."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("ix_capture_site", "capture", ["site", "captured_at"], if_not_exists=True)
    op.create_index("ix_content_published_at", "content", ["published_at", "article_id"], if_not_exists=True)
    op.create_index("ix_list_content_posted_at", "list_content", ["posted_at", "article_id"], if_not_exists=True)
    op.create_index("ix_presence_last_ok", "presence", ["last_ok", "article_id"], if_not_exists=True)
