"""The view `counter` can be asked for one article by its indexes; views are made again after the last step."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing but the views has changed."""
