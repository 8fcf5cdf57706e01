"""The data folder that a database belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "owner",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("home_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("since", sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql"), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_owner_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_owner")),
    )
