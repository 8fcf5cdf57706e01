"""The site's files that are no HTML: robots.txt, feed, sitemaps, pictures, style sheet."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from xml.sax.saxutils import escape

from crawler.practice.truth import iso
from crawler.practice.world import World

SITEMAP_SIZE = 200
FEED_SIZE = 30
STYLE_SHEET = b"a:hover{text-decoration:none}\n"


def robots(base_url: str) -> str:
    """Closed: the login and the visitors' pages."""
    return (
        "# Svodka practice aggregator: everything on this site is made up.\n"
        f"User-agent: *\nDisallow: /login\nDisallow: /user/\n\nSitemap: {base_url}/sitemap.xml\n"
    )


def feed(world: World, base_url: str) -> str:
    """RSS 2.0, newest first: title, link, summary and time of the newest articles in Russian."""
    items = []
    for entry in world.entries("ru")[: -FEED_SIZE - 1 : -1]:
        article = world.article(entry.native_id, entry.language)
        summary = " ".join(article.lead) or article.subtitle or ""
        items.append(
            f"<item><title>{escape(article.heading)}</title><link>{base_url}{article.path}</link>"
            f"<guid>{base_url}{article.path}</guid><description>{escape(summary)}</description>"
            f"<pubDate>{entry.published_at:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        )
    channel = f"<title>ВПК.name</title><link>{base_url}/</link><description>Сделано для упражнений</description>"
    body = f'<rss version="2.0"><channel>{channel}{"".join(items)}</channel></rss>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def sitemap_index(world: World, base_url: str) -> str:
    """The index of the sitemaps (sitemaps.org)."""
    parts = range(1, -(-len(world.entries()) // SITEMAP_SIZE) + 1)
    body = "".join(f"<sitemap><loc>{base_url}/sitemap-{part}.xml</loc></sitemap>" for part in parts)
    return _sitemap("sitemapindex", body)


def sitemap(world: World, base_url: str, part: int) -> str | None:
    """One sitemap, oldest articles first; None beyond the last."""
    entries = world.entries()[(part - 1) * SITEMAP_SIZE : part * SITEMAP_SIZE]
    if not entries or part < 1:
        return None
    rows = (
        f"<url><loc>{base_url}{world.path(entry)}</loc><lastmod>{iso(entry.published_at)}</lastmod></url>"
        for entry in entries
    )
    return _sitemap("urlset", "".join(rows))


def _sitemap(name: str, body: str) -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{space}">{body}</{name}>\n'


@cache
def picture(name: str) -> bytes:
    """A real PNG of 8 x 8 pixels in a colour of its own (PNG 1.2)."""
    colour = struct.pack(">I", zlib.crc32(name.encode()))[:3]
    pixels = zlib.compress(b"".join(b"\0" + colour * 8 for _ in range(8)))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
