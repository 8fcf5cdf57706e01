"""Coverage of every run, and how often it met a challenge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("run", sa.Column("challenges", sa.Integer(), nullable=True))
    op.create_table(
        "coverage",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("page_kind", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_coverage_run_id")),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_coverage_site")),
        sa.PrimaryKeyConstraint("run_id", "page_kind", "field", name=op.f("pk_coverage")),
    )
