"""The view `article_latest` takes the last number that was printed, and a time that prints its year before others.

Views are made again after the last step.
"""

from __future__ import annotations

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Nothing but the views has changed."""
