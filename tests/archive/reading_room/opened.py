"""A reading room that is open while a test looks at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from archive.reading_room.server import ReadingRoom


@contextmanager
def opened(room: ReadingRoom) -> Iterator[ReadingRoom]:
    """The room, served from a thread of its own; closed at the end of the block, whatever happened in it."""
    thread = threading.Thread(target=room.run)
    thread.start()
    try:
        yield room
    finally:
        room.close()
        thread.join(10)
    assert not thread.is_alive()
