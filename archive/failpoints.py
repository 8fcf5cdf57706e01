"""Crash trials: a named point of the program at which it kills itself, as `kill -9` would, when the environment asks.

`SVODKA_FAILPOINT=name` strikes at the first passing of that point, `name:3` at the third. Unset, nothing happens.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

VARIABLE = "SVODKA_FAILPOINT"

_passings: dict[str, int] = {}


def failpoint(name: str, before: Callable[[], object] | None = None) -> None:
    """Die here, unflushed and unannounced, if the environment names this point; run `before` first.

    `before` lets a caller leave the state that a crash at a worse moment would leave, e.g. half of a write.
    """
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    wanted_name, _, nth = wanted.partition(":")
    if wanted_name != name:
        return
    _passings[name] = _passings.get(name, 0) + 1
    if _passings[name] == int(nth or "1"):
        if before is not None:
            before()
        os.kill(os.getpid(), signal.SIGKILL)
