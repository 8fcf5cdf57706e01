"""PostgreSQL's search index leaves out no word and no ending; it is made again after the last step. SQLite's stays."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_document DROP COLUMN IF EXISTS lexemes")
