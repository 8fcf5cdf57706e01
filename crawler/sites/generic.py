"""Any news site, given by --base-url: nothing is known of it but what its pages say of themselves."""

from __future__ import annotations

import re

from crawler.sites.site import Labels, Seed, Site, UrlPattern

LABELS = Labels(
    image_credit=("Источник изображения", "Источник фото", "Image source", "Photo", "Фото"),
    original=("Оригинал публикации", "Original publication"),
    newsletter=("Подписка на новости", "Sign up for our newsletter", "Subscribe to our newsletter"),
    note_signatures=(
        "Прим. ИноСМИ",
        "прим. редакции",
        "прим. ред.",
        "approx. InoSMI",
        "примеч. ред.",
        "прим. переводчика",
        "прим. перев.",
        "прим. пер.",
        "прим. автора",
        "InoSMI note",
        "Editor's note",
        "Editor’s note",
        "ed. note",
    ),
    footnote=("Выполняет функции иностранного агента",),
    share=("Поделиться", "Share"),
)

SITE = Site(
    name="generic",
    title="any site",
    base_url="http://localhost/",
    hosts=("localhost",),
    seeds=(Seed("/", "listing", "listing"), Seed("/sitemap.xml", "sitemap", "sitemap")),
    patterns=(
        UrlPattern(re.compile(r"/[^?]*(?:sitemap)[^/?]*\.xml(?:\.gz)?"), "sitemap"),
        UrlPattern(re.compile(r"/(?:[^?]*/)?(?:rss|feed|atom)(?:\.xml|/)?|/[^?]*\.rss"), "feed"),
        UrlPattern(re.compile(r"/(?:index\.(?:html?|php))?|/(?:[^?]*/)?page/(?P<page>\d+)/?"), "listing"),
        UrlPattern(re.compile(r"/[^?]*\?page=(?P<page>\d+)"), "listing"),
        UrlPattern(
            re.compile(r"/[^?]*\.(?:jpe?g|png|gif|webp|svg|css|js|json|ico|pdf|zip|gz|mp[34]|woff2?|txt|xml)", re.I),
            "other",
        ),
        # A section's page ends with one or two plain words: /news/, /world/asia/. An article's path says more.
        UrlPattern(re.compile(r"/[a-zа-яё]{2,20}(?:/[a-zа-яё]{2,20})?/?", re.I), "listing"),
        UrlPattern(re.compile(r"/.+"), "article"),
    ),
    labels=LABELS,
    layers={
        "*": ("selectors", "metadata", "text", "landmarks"),
        "body": ("selectors", "text", "landmarks"),
        "authors": ("selectors", "metadata"),  # names alone in a line are not always authors
        "subtitle": ("selectors", "text"),
        "lead": ("selectors", "text"),
        "image": ("selectors", "metadata", "landmarks"),
    },
)  # fmt: skip
