"""Runs that went out to a site: only those that walked its lists can have found what is new on it.

A run over URLs that the user named, as a daily look at known articles, says nothing of when lists were read last, nor
of how many new articles a day has.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, select

from archive.rows.schema import run

VISITING = ("crawl", "scrapy crawl")  # commands that ask a site for pages


def visited(site: str) -> ColumnElement[bool]:
    """The runs that asked a site for anything."""
    return and_(run.c.site == site, run.c.command.in_(VISITING))


def walked(site: str) -> ColumnElement[bool]:
    """Those of them that began with the site's lists."""
    return and_(visited(site), run.c.options["urls"].as_string().is_(None))


def last_walk_started_at(conn: Connection, site: str) -> datetime | None:
    """When the last run that walked a site's lists began, whatever became of it."""
    statement = select(run.c.started_at).where(walked(site))
    return conn.scalar(statement.order_by(run.c.started_at.desc()).limit(1))
