"""On PostgreSQL captures are found by a hash of their URL: a B-tree takes no URL of more than some 2,700 bytes."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_capture_url", "capture")
        op.create_index("ix_capture_url_hash", "capture", ["url"], postgresql_using="hash")
