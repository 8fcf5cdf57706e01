"""When to stop following a list: after N articles in a row that were fetched before. Queued work is never dropped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence


class ListWalk:
    """Counts known articles in a row, over the pages of each list."""

    def __init__(self, stop_after: int, known: Callable[[Sequence[str]], Collection[str]], *, backfill: bool) -> None:
        self._stop_after, self._known, self._backfill = stop_after, known, backfill
        self._streaks: dict[str, int] = {}

    def follow(self, list_name: str, urls: Sequence[str]) -> bool:
        """Whether to go on to the next page of a list, given the articles of this one in order."""
        if self._backfill:
            return bool(urls)
        known = self._known(urls)
        streak = self._streaks.get(list_name, 0)
        for url in urls:
            streak = streak + 1 if url in known else 0
            if streak >= self._stop_after:
                break
        self._streaks[list_name] = streak
        return bool(urls) and streak < self._stop_after
