"""vpk.name (ВПК.name): Russian articles and machine-translated English ones.

Sure: the articles' URLs, the order of the text, the feed. Guessed, and said to be so below: pagination and sitemap.
No class name of the live site is known, so there is no selector set; the landmarks are read from labels.
"""

from __future__ import annotations

import re

from crawler.sites.site import Labels, Seed, Site, UrlPattern

LABELS = Labels(
    image_credit=("Источник изображения", "Источник фото", "Image source", "Source of the image"),
    rights=(
        "Права на данный материал принадлежат", "Права на материал принадлежат",
        "The rights to this material belong to",
    ),
    rights_statement=(
        "Материал размещён правообладателем в открытом доступе",
        "The material is placed by the copyright holder in the public domain",
    ),
    original=("Оригинал публикации", "Original publication"),
    disclaimer=(
        "Материалы ИноСМИ содержат оценки исключительно зарубежных СМИ",
        "InoSMI materials contain ratings exclusively from foreign media",
        "InoSMI materials contain assessments exclusively from foreign media",
    ),
    mentions=("В новости упоминаются", "The news mentions"),
    comment_prompt=("Хотите оставить комментарий", "Do you want to leave a comment"),
    newsletter=("Подписка на новости", "Ежедневная рассылка новостей ВПК"),
    discussion=("Обсуждение", "Discussion"),
    update=("Обновить", "Update"),
    login=("Войти", "Log in", "Login"),
    note_signatures=(
        "approx. InoSMI", "Прим. ИноСМИ", "прим. редакции", "прим. ред.", "approx. editorial", "approx. ed.",
        "note InoSMI", "примечание ИноСМИ", "прим. ВПК.name", "примеч. ред.", "прим. переводчика", "прим. перев.",
        "прим. пер.", "прим. автора", "InoSMI note", "Editor's note", "Editor’s note", "ed. note",
    ),
    footnote=(
        "Выполняет функции иностранного агента", "Выполняют функции иностранного агента",
        "Performs the functions of a foreign agent",
    ),
    share=(
        "Поделиться", "Share", "Распечатать", "Print", "Реклама", "Advertisement", "Advertising",
        "На правах рекламы",
        "Читайте также", "Читайте по теме", "Смотрите также", "Материалы по теме", "Read also", "See also", "Related",
        "Размер шрифта", "Font size",
        "По теме", "Ещё по теме", "On the subject", "More on the subject", "More on the topic",
    ),
    mention_kinds={
        "country": "country", "countries": "country", "страны": "country", "страна": "country",
        "company": "company", "companies": "company", "компании": "company", "предприятия": "company",
        "person": "person", "persons": "person", "people": "person", "персоны": "person",
        "product": "product", "products": "product", "продукция": "product", "вооружение": "product",
        "техника": "product",
        "project": "project", "projects": "project", "проекты": "project",
    },
)  # fmt: skip

SITE = Site(
    name="vpk",
    title="ВПК.name",
    base_url="https://vpk.name/",
    hosts=("vpk.name", "www.vpk.name"),
    seeds=(
        Seed("/", "listing", "listing"),
        Seed("/en/", "listing", "listing"),
        Seed("/rss/", "feed", "feed"),
        Seed("/sitemap.xml", "sitemap", "sitemap"),  # a guess: robots.txt of the live site was not read
    ),
    patterns=(
        UrlPattern(re.compile(r"/news/(?P<native_id>\d+)(?:_(?P<slug>[^/?]*))?\.html"), "article", "ru"),
        UrlPattern(re.compile(r"/en/(?:news/)?(?P<native_id>\d+)(?:_(?P<slug>[^/?]*))?\.html"), "article", "en"),
        UrlPattern(re.compile(r"/(?:en/)?rss/?"), "feed"),
        UrlPattern(re.compile(r"/sitemap[^/?]*\.xml(?:\.gz)?"), "sitemap"),
        # Guesses, the commonest forms of pagination: /news/page/2/, /page/2/, /?page=2, /news/?page=2
        UrlPattern(re.compile(r"/en/(?:news/)?(?:page/(?P<page>\d+)/?)?(?:index\.html)?"), "listing", "en"),
        UrlPattern(re.compile(r"/(?:news/)?(?:page/(?P<page>\d+)/?)?(?:index\.html)?"), "listing", "ru"),
        UrlPattern(re.compile(r"/en/(?:news/)?\?page=(?P<page>\d+)"), "listing", "en"),
        UrlPattern(re.compile(r"/(?:news/)?\?page=(?P<page>\d+)"), "listing", "ru"),
    ),
    time_zone="Europe/Moscow",
    languages=("ru", "en"),
    labels=LABELS,
    layers={
        "*": ("selectors", "landmarks", "metadata", "text"),
        "published_at": ("selectors", "metadata", "landmarks"),
        "published_precision": ("selectors", "metadata", "landmarks"),
        "authors": ("selectors", "landmarks"),  # a wire story has none, whoever the metadata names
    },
    counters=("views", "comments", "rating"),
)
