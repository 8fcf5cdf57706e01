"""Scrapy's settings: polite by construction, and with its surprising defaults off.

What a user sets stands in svodka.toml (archive/config.py); pipelines/run.py lays it over these.
"""

from __future__ import annotations

BOT_NAME = "svodka"
SPIDER_MODULES = ["crawler.spiders.of_sites"]
NEWSPIDER_MODULE = "crawler.spiders"

# --- politeness --------------------------------------------------------------------------------------------------
ROBOTSTXT_USER_AGENT = "svodka"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
COOKIES_ENABLED = False
DOWNLOAD_TIMEOUT = 60

# --- every byte --------------------------------------------------------------------------------------------------
DOWNLOAD_HANDLERS = {
    "http": "crawler.fetching.handler.DownloadHandler",
    "https": "crawler.fetching.handler.DownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
SCHEDULER = "crawler.fetching.scheduler.FrontierScheduler"
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True  # the bytes are kept all the same; the page is tried again
DOWNLOAD_VERIFY_CERTIFICATES = True
SVODKA_RESOLVER = "crawler.fetching.resolver.Resolver"

# Of Scrapy's own parts those that are named here, and no others: a release that adds one changes nothing, and what is
# switched off is not imported, either (the cookies' public suffix list, the remote control's web server). A retry is a
# row with a due time and a redirect is a row too, so both survive a kill; the robots middleware is our own (RFC 9309,
# and without the race of Scrapy 2.19.0).
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.fetching.robots.RobotsMiddleware": 100,
    "crawler.fetching.stopping.StopMiddleware": 110,
    "crawler.fetching.pauses.PauseMiddleware": 120,
    "crawler.fetching.content_coding.ContentCodingMiddleware": 590,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES = {"crawler.spiders.unit_output.UnitOutputMiddleware": 1}
# A page is one item. Every further one that may be in the pipelines at a time is another task for each response.
CONCURRENT_ITEMS = 1
STATS_CLASS = "crawler.stats.DirectStats"

# --- what was read -----------------------------------------------------------------------------------------------
ITEM_PIPELINES = {
    "pipelines.persist.PersistPipeline": 300,
}

# --- no doors ----------------------------------------------------------------------------------------------------
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
EXTENSIONS = {"crawler.fetching.address_guard.NoProxies": 0}

# --- our own -----------------------------------------------------------------------------------------------------
SVODKA_HOME = "data"
SVODKA_MAX_PAGES = 2000
SVODKA_MAX_ATTEMPTS = 5
SVODKA_CHROMIUM = "/usr/bin/chromium"
SVODKA_ALLOWED_PRIVATE_HOSTS: list[str] = []  # beside the host of a base_url that the user gave

LOG_LEVEL = "WARNING"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
