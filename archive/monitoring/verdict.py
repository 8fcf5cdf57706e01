"""Whether a crawl that came to its end got anything: if not, that is an error that cron should mail, not a success."""

from __future__ import annotations

from archive.errors import Blocked, NothingFound, SvodkaError
from archive.frontier import names_articles
from archive.monitoring.coverage import missing_lists
from archive.session import INTERRUPTED, Session

_LEFT_ALONE = {"asked_to_wait": "asks us to wait", "blocked": "the site does not let us in"}


def verdict_on(session: Session, *, walked: bool) -> SvodkaError | None:
    """The error that a run comes to; None where it is fine, or has no end. `walked`: it went over the lists."""
    if session.reason in (None, INTERRUPTED) or session.failure is not None:
        return None
    return _fruitless(session, walked=walked) or (_misled(session) if walked else None)


def _fruitless(session: Session, *, walked: bool) -> SvodkaError | None:
    if session.challenge and not session.tally.read:
        return Blocked(f"{session.base_url}: the site does not let us in: {session.challenge}")
    nothing = not session.tally.read if walked else not session.tally.answers  # of named URLs their own states tell
    if session.reason in _LEFT_ALONE and nothing:
        return Blocked(f"{session.base_url}: {_LEFT_ALONE[session.reason]}: {session.last_error}")
    if session.tally.answers:
        return None
    if session.last_error:
        return NothingFound(f"{session.base_url}: nothing could be fetched: {session.last_error}")
    if session.next_due:  # the last run's failures wait, and nothing else is left
        return NothingFound(
            f"{session.base_url}: the last try failed; nothing is due before {session.next_due:%H:%M} UTC"
        )
    return None


def _misled(session: Session) -> SvodkaError | None:
    """A site that has none of its lists any more, or whose lists name no article, has moved, or its file is wrong."""
    with session.database.reader() as conn:
        missing, total = missing_lists(conn, [session.run_id])
        knows_articles = names_articles(conn, session.site)
    if 0 < missing == total:
        return NothingFound(f"{session.base_url}: all {total} pages that a crawl begins with answer 404 or 410")
    if session.tally.read and not knows_articles:
        return NothingFound(
            f"{session.base_url}: no link is an article by the patterns of the site file for {session.site}"
        )
    return None
