"""How to cite an article so that a reader can check it: who says what, when it was seen, and which bytes show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from archive.evidence import CaptureAddress, capture_address, reading_of, source_address
from archive.home import Home
from archive.rows.listed import time_in_a_list
from archive.rows.reading import publication
from archive.rows.schema import article, author, content, site, warc_file
from archive.warc.growing import final_name


@dataclass(frozen=True, slots=True)
class Citation:
    """One reading of an article. `sha256` is of the page's decoded body, `warc_sha256` of the WARC file once closed.

    The body stands in the record of `payload_capture_id`: another one than `capture_id` where that is a revisit record,
    because the same bytes came again or, if `inferred`, because the site said that nothing had changed (304).
    Where the page does not say when it was published, `published_capture_id` is that of the list that does: of the
    latest reading alone, as a capture that is asked for speaks for itself.
    """

    article_id: str
    title: str | None
    authors: tuple[str, ...]
    outlet: str | None
    site_title: str
    published_at: datetime | None
    published_day: str | None
    published_precision: str | None
    published_source: str | None
    published_capture_id: str | None
    published_warc_file: str | None
    published_warc_offset: int | None
    url: str
    language: str
    observed_at: datetime
    capture_id: str
    warc_file: str
    warc_offset: int
    sha256: str | None
    warc_sha256: str | None
    inferred: bool
    payload_capture_id: str
    payload_warc_file: str
    payload_warc_offset: int
    payload_warc_sha256: str | None

    @property
    def text(self) -> str:
        """One paragraph for a footnote."""
        who = ", ".join(self.authors)
        said = f"{who}. " if who else ""
        where = f"{self.outlet}, via {self.site_title}" if self.outlet else self.site_title
        day = f", {self.published_day}" if self.published_day else ""
        published = f"{day} ({self.dated})" if self.dated else day
        return (
            f"{said}\N{LEFT DOUBLE QUOTATION MARK}{self.title or self.article_id}\N{RIGHT DOUBLE QUOTATION MARK}. "
            f"{where}{published}. {self.url} (as captured {self.observed_at:%Y-%m-%d %H:%M:%S} UTC; {self.bytes})."
        )

    @property
    def dated(self) -> str:
        """Who says when it was published, where the page itself does not."""
        if self.published_capture_id is None:
            return ""
        place = f"{self.published_warc_file} at offset {self.published_warc_offset}"
        return f"so a {self.published_source}, capture urn:uuid:{self.published_capture_id}, {place}"

    @property
    def bytes(self) -> str:
        """The capture, the record that holds the page, and the digest of the page."""
        shown = f"capture urn:uuid:{self.capture_id}, {self.warc_file} at offset {self.warc_offset}"
        if self.payload_capture_id != self.capture_id:
            how = "a 304: unchanged since" if self.inferred else "the same bytes as"
            place = f"{self.payload_warc_file} at offset {self.payload_warc_offset}"
            shown += f", {how} urn:uuid:{self.payload_capture_id}, {place}"
        return f"{shown}, {self.sha256 or 'no digest'}"

    @property
    def bibtex(self) -> str:
        """An @online entry for BibLaTeX."""
        fields = {
            "title": self.title or self.article_id,
            "author": " and ".join("{" + _tex(name) + "}" for name in self.authors),
            "organization": self.outlet or self.site_title,
            "date": self.published_day or "",  # what is known by the day only must not get a time
            "url": self.url,
            "urldate": f"{self.observed_at:%Y-%m-%d}",
            "langid": {"ru": "russian", "en": "english"}.get(self.language, self.language),
            "note": f"{self.bytes}; date: {self.dated}" if self.dated else self.bytes,
        }
        plain = {"author", "url"}
        lines = [
            f"  {name} = {{{value if name in plain else _tex(value)}}}," for name, value in fields.items() if value
        ]
        return "\n".join([f"@online{{{re.sub(r'[^A-Za-z0-9]+', '-', self.article_id)},", *lines, "}"])


def cite(conn: Connection, home: Home, identity: str) -> Citation:
    """The latest reading of an article (id or URL), or the reading of a capture (its id). Raises NothingFound."""
    read = reading_of(conn, identity)
    c = content.c
    said = conn.execute(select(content).where(c.article_id == read.article_id, c.digest == read.digest)).one()
    owner = conn.execute(
        select(article.c.language, site.c.title)
        .join(site, site.c.name == article.c.site)
        .where(article.c.id == read.article_id)
    ).one()
    named = (author.c.article_id == read.article_id) & (author.c.digest == read.digest)
    address = capture_address(conn, home, read.capture_id)
    payload = source_address(conn, home, read.capture_id)
    return Citation(
        article_id=read.article_id,
        title=said.title,
        authors=tuple(conn.scalars(select(author.c.name).where(named).order_by(author.c.position))),
        outlet=said.outlet,
        site_title=owner.title,
        **_published(conn, home, said, latest=identity != read.capture_id),
        url=read.url,
        language=owner.language,
        observed_at=read.observed_at,
        capture_id=read.capture_id,
        warc_file=_file(address),
        warc_offset=address.offset,
        sha256=payload.content_digest or payload.payload_digest,
        warc_sha256=_digest_of_file(conn, address),
        inferred=address.status == 304,
        payload_capture_id=payload.id,
        payload_warc_file=_file(payload),
        payload_warc_offset=payload.offset,
        payload_warc_sha256=_digest_of_file(conn, payload),
    )


def _published(conn: Connection, home: Home, said: Row[Any], *, latest: bool) -> dict[str, Any]:
    """What the page says of its publication, else what `article_latest` has from a list, with the list's capture."""
    row = time_in_a_list(conn, said.article_id) if latest and said.published_at is None else None
    if row is not None:
        return publication(conn, said.article_id) | _listed(capture_address(conn, home, row.capture_id))
    names = ("published_at", "published_day", "published_precision", "published_source")
    return {name: getattr(said, name) for name in names} | _listed(None)


def _listed(address: CaptureAddress | None) -> dict[str, Any]:
    """The capture of the list that says when an article was published, and where its record is."""
    return {
        "published_capture_id": address.id if address else None,
        "published_warc_file": _file(address) if address else None,
        "published_warc_offset": address.offset if address else None,
    }


def _file(address: CaptureAddress) -> str:
    return final_name(address.path)


def _digest_of_file(conn: Connection, address: CaptureAddress) -> str | None:
    return conn.scalar(select(warc_file.c.sha256).where(warc_file.c.name == _file(address)))


def _tex(text: str) -> str:
    """A text as TeX takes it."""
    return re.sub(r"[\\^~{}%&#$_]", lambda sign: _NAMED.get(sign[0], f"\\{sign[0]}"), text)


_NAMED = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}  # `\^` puts it on a letter
