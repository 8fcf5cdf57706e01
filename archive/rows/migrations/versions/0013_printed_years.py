"""The view `article_latest` takes the last number that was printed, and a time that prints its year before others.

Views are made again after the last step.
"""

from __future__ import annotations

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Nothing but the views has changed."""
