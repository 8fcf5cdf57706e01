"""topwar.ru (Военное обозрение), on DataLife Engine. From public mentions; the live site was not read."""

from __future__ import annotations

import re

from crawler.sites.site import Labels, Seed, Site, UrlPattern

LABELS = Labels(
    image_credit=("Источник изображения", "Источник фото", "Фото"),
    newsletter=("Подпишитесь на наш Telegram-канал", "Подпишитесь"),
    comment_prompt=("Добавить комментарий", "Хотите оставить комментарий"),
    login=("Войти",),
    note_signatures=("прим. редакции", "прим. ред."),
    footnote=("Выполняет функции иностранного агента",),
    share=("Поделиться",),
)

SITE = Site(
    name="topwar",
    title="Военное обозрение",
    base_url="https://topwar.ru/",
    hosts=("topwar.ru", "www.topwar.ru"),
    seeds=(
        Seed("/news/", "listing", "listing"), Seed("/rss.xml", "feed", "feed"),
        Seed("/sitemap.xml", "sitemap", "sitemap"),
    ),
    patterns=(
        UrlPattern(re.compile(r"/(?P<native_id>\d+)-(?P<slug>[^/?]+)\.html"), "article", "ru"),
        UrlPattern(re.compile(r"/rss\.xml"), "feed"),
        UrlPattern(re.compile(r"/[^/?]*sitemap[^/?]*\.xml(?:\.gz)?"), "sitemap"),
        UrlPattern(
            re.compile(r"/(?:(?:news|weapon|armament|opinions|history)/)?(?:page/(?P<page>\d+)/)?"), "listing", "ru"
        ),
    ),
    time_zone="Europe/Moscow",
    languages=("ru",),
    labels=LABELS,
    layers={
        "*": ("selectors", "landmarks", "metadata", "text"),
        "title": ("selectors", "metadata", "landmarks"),
        "published_at": ("selectors", "metadata", "landmarks"),
        "published_precision": ("selectors", "metadata", "landmarks"),
        # What stands between heading and text is not known: date and author in a line are no subtitle.
        "subtitle": ("selectors",),
        "lead": ("selectors",),
    },
    counters=("views", "comments", "rating"),
)  # fmt: skip
