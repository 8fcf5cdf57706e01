"""The views `counter` and `counter_series` say which numbers are inferred; views are made again after the last step."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing but the views has changed."""
