"""What a crawl of named URLs may fetch: these, where they redirect to, and what they need to be displayed.

Nothing else that waits in the frontier, however much of it there is, is lent to such a crawl, or looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.records import Discovery, Lease, Outcome

MOST_REDIRECTS = 20  # of a URL that the user named, one after the other
REQUISITES = ("requisite",)


class Wanted:
    """The URLs that the user named, and what has come to them; it is false where the crawl walks the whole site."""

    def __init__(self, named: Sequence[str]) -> None:
        self._named = len(named)
        self._most = len(named) * (1 + MOST_REDIRECTS)
        self._pages, self._needed = set(named), set[str]()
        self._lent: dict[int, Lease] = {}

    def __bool__(self) -> bool:
        return self._named > 0

    def urls(self, *, pages: bool) -> frozenset[str]:
        """What is not fetched yet: `pages`, and what they need."""
        return frozenset(self._pages | self._needed if pages else self._needed)

    def also(self, targets: Sequence[Discovery]) -> bool:
        """Whether redirects may be followed to `targets`, up to a bound; then they are wanted, too."""
        if not self or self._named >= self._most:
            return False
        self._named += len(targets)
        self._pages.update(target.url for target in targets)
        return True

    def need(self, found: Sequence[Discovery]) -> None:
        """Want also what a page, or a style sheet, needs to be displayed."""
        if self:
            self._needed.update(each.url for each in found if each.page_kind in REQUISITES)

    def lent(self, leases: Sequence[Lease]) -> None:
        """Ask no more for what was lent, until it has to be fetched again."""
        if self:
            self._lent.update((lease.id, lease) for lease in leases)
            urls = {lease.url for lease in leases}
            self._pages -= urls
            self._needed -= urls

    def ended(self, outcome: Outcome | None) -> None:
        """Want again what was lent and waits for another try."""
        lease = self._lent.pop(outcome.lease_id, None) if outcome else None
        if lease and outcome and outcome.state == "waiting":
            (self._needed if lease.page_kind in REQUISITES else self._pages).add(lease.url)
