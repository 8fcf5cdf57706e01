"""The player of archived pages: the service worker of ReplayWeb.page, a separate work (AGPL-3.0) that is never ours.

It is fetched at set-up by `make replay`, from a release that is pinned by its digest. Without it everything but replay
works.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ConfigurationError
from archive.home import Home

FETCHED = Path(__file__).parents[2] / ".replay" / "sw.js"
HOW = "run `make replay` (it fetches ReplayWeb.page's service worker, a separate work), or name a copy in replay.player"


@dataclass(frozen=True, slots=True)
class Player:
    """The worker's script, and a short name that changes with it."""

    script: bytes
    version: str


def find_player(home: Home) -> Player | None:
    """The player that is set up; None where there is none. Raises ConfigurationError where the setting is wrong."""
    named = home.setting_path(home.config.player)
    path = named or FETCHED
    if not path.is_file():
        if named is not None:
            raise ConfigurationError(f"{named}: replay.player is no file")
        return None
    script = path.read_bytes()
    return Player(script, hashlib.sha256(script).hexdigest()[:12])
