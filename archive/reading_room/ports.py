"""The reading room's three origins: one host, three ports, so that what one holds another cannot reach."""

from __future__ import annotations

from dataclasses import dataclass

from archive.reading_room.guard import HOSTS


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the reading room's origins are, all on the same host; `replay` is None where there is no player."""

    main: int
    raw: int
    replay: int | None

    def origins(self, port: int, path: str = "") -> str:
        """The addresses of a port under each name of this machine, as a policy lists them."""
        return " ".join(f"http://{host}:{port}{path}" for host in sorted(HOSTS))
