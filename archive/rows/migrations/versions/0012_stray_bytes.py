"""How many bytes came behind the end of a response. Of what was captured before nobody counted them: NULL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("capture", sa.Column("stray_bytes", sa.BigInteger(), nullable=True))
