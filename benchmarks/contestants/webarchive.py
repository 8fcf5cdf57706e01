"""The nearest peer: scrapy-webarchive, an ItemLoader of 13 fields and a feed of JSON lines.

`python webarchive.py LIST FOLDER`, in an environment of its own (`make peers-bench`): it needs a Scrapy before 2.12, so
this file imports nothing of Svodka. The selectors are right for the practice site's markup `metadata` alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from itemloaders.processors import Identity, Join, MapCompose, TakeFirst
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.loader import ItemLoader
from w3lib.html import remove_tags

FIELDS = {
    "url": "link[rel=canonical]::attr(href)",
    "title": ".publication > h1::text",
    "views": ".figures b:nth-child(1)::text",
    "comments": ".figures b:nth-child(2)::text",
    "rating": ".figures b:nth-child(3)::text",
    "image": ".photo img::attr(src)",
    "credit": ".photo p::text",
    "subtitle": ".publication > h2::text",
    "lead": ".intro em::text",
    "authors": ".signed::text",
    "body": ".story p, .story li, .story h4, .story blockquote",
    "published_at": 'meta[property="article:published_time"]::attr(content)',
    "mentions": ".named p a::text",
}

Article = scrapy.item.ItemMeta("Article", (scrapy.Item,), {name: scrapy.Field() for name in FIELDS})


class ArticleLoader(ItemLoader):
    """Text as it is printed, without the spaces around it."""

    default_item_class = Article
    default_input_processor = MapCompose(str.strip)
    default_output_processor = TakeFirst()
    lead_out = Join("\n")
    body_in = MapCompose(remove_tags, str.strip)
    body_out = Identity()
    mentions_out = Identity()


class WebarchiveSpider(scrapy.Spider):
    """Fetches `urls`, keeps them, and reads the articles among them."""

    name = "webarchive"
    urls: list[str]

    def start_requests(self) -> Iterator[scrapy.Request]:
        """The pages of the list."""
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response: Response) -> Iterator[Any]:
        """Count the page, and read it where it is an article's."""
        self.crawler.stats.inc_value("pages")
        if isinstance(response, TextResponse) and response.url.endswith(".html"):
            loader = ArticleLoader(response=response)
            for field, selector in FIELDS.items():
                loader.add_css(field, selector)
            yield loader.load_item()


def main(listed: str, folder: str) -> None:
    """Crawl the list; the WACZ file and the feed go into `folder`."""
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0.0001,  # as the others, see bare.py
            "CONCURRENT_ITEMS": 4,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "WARNING",
            "EXTENSIONS": {"scrapy_webarchive.extensions.WaczExporter": 543},
            "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
            "FEED_EXPORT_ENCODING": "utf-8",
            "SW_EXPORT_URI": f"{folder}/crawl.wacz",
            "FEEDS": {f"{folder}/articles.jsonl": {"format": "jsonlines"}},
        }
    )
    crawler = process.create_crawler(WebarchiveSpider)
    process.crawl(crawler, urls=Path(listed).read_text(encoding="utf-8").split())
    process.start()
    print(json.dumps({"pages": crawler.stats.get_value("pages", 0)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
