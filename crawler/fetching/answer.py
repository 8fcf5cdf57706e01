"""What an answer is worth before anything is read of it: one rule for the crawl and for captures that are read again.

It looks at nothing but what the WARC record holds, so a rebuild comes to the same verdict as the crawl did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from archive.records import GONE_STATUSES, NOT_READ, PageKind, ReadState
from crawler.extraction.page import Page
from crawler.fetching.challenge import Challenge, recognise

if TYPE_CHECKING:
    from scrapy.http import Response

    from archive.warc.reader import StoredCapture

DAMAGED_FLAG = "damaged"  # a response's body could not be decoded to its end
RENDERED_TYPE = "text/html; charset=utf-8"
READABLE_STATUSES = frozenset({200, 203})  # 203: changed on its way, but content (RFC 9110, 15.3.4)
_BLOCKS = frozenset({"challenge", "captcha", "block", "rate_limit"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A response without its codings. `whole`: it was not cut off and could be decoded to its end.

    `headers` by lower-case name, the last of each; of a rendered page only its type. `status` is None where none came.
    `made_at` is given where the body is older than the capture, as after a 304: "yesterday" is the day before that.
    """

    status: int | None
    headers: dict[str, str]
    body: bytes
    whole: bool = True
    made_at: datetime | None = None

    @property
    def content_type(self) -> str | None:
        """Content-Type as it came."""
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is None where the page is to be read, else why not; `challenge` is what stands in the way."""

    state: ReadState | None
    challenge: Challenge | None = None


TO_BE_READ = Verdict(None)


def judge(answer: Answer, page_kind: PageKind) -> Verdict:
    """Whether a page is to be read. A block page, a 5xx or a body cut short is never content and never a removal."""
    if page_kind in NOT_READ:
        return Verdict("not_a_page")
    if answer.status is None or not answer.whole:
        return Verdict("not_content")
    challenge = recognise(answer.status, answer.headers, answer.body)
    if answer.status in GONE_STATUSES:
        if challenge is not None and challenge.kind in _BLOCKS:
            return Verdict("not_content", challenge)
        return Verdict("missing" if page_kind == "article" else "not_content")
    if challenge is not None:
        return Verdict("not_content", challenge)
    return TO_BE_READ if answer.status in READABLE_STATUSES else Verdict("not_content")


def of_response(response: Response) -> Answer:
    """The answer in a response of the crawl, its content coding undone."""
    if "rendered" in response.flags:
        return Answer(response.status, {"content-type": RENDERED_TYPE}, response.body)
    headers = {
        name.decode("latin-1").lower(): values[-1].decode("latin-1").strip()
        for name, values in response.headers.items()
        if values
    }
    return Answer(response.status, headers, response.body, whole=DAMAGED_FLAG not in response.flags)


def of_capture(stored: StoredCapture) -> Answer:
    """The answer in a capture as it is kept."""
    if stored.record_type == "resource":
        return Answer(stored.status or 200, {"content-type": RENDERED_TYPE}, stored.body.data)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1").strip() for name, value in stored.http_headers}
    cut_off = any(name.lower() == "warc-truncated" for name, _ in stored.record_headers)
    failed = stored.notes is not None and stored.notes.error is not None
    return Answer(stored.status, headers, stored.body.data, whole=stored.body.complete and not cut_off and not failed)


def not_modified(original: StoredCapture, captured_at: datetime) -> Answer:
    """The answer that a 304 says is still the same, as it was at the time of its capture."""
    return replace(of_capture(original), made_at=captured_at)


def page_of(answer: Answer, url: str, fetched_at: datetime, page_kind: PageKind) -> Page:
    """The answer as the reader takes it; `url` as the WARC record has it, `fetched_at` aware."""
    return Page(url, answer.body, answer.content_type, answer.made_at or fetched_at, page_kind)
