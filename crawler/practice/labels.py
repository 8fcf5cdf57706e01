"""The site's own words around an article, in each of their spellings and in both languages."""

from __future__ import annotations

from random import Random

from crawler.practice.article import Labels, Language

_SPELLINGS: dict[Language, dict[str, tuple[str, ...]]] = {
    "ru": {
        "credit": ("Источник изображения:", "Источник изображения", "ИСТОЧНИК ИЗОБРАЖЕНИЯ:"),
        "rights": ("Права на данный материал принадлежат", "Права на данный материал принадлежат:"),
        "statement": (
            "Материал размещён правообладателем в открытом доступе",
            "Материал размещен правообладателем в открытом доступе",
        ),
        "original": ("Оригинал публикации", "Оригинал публикации:"),
        "mentions": ("В новости упоминаются", "В новости упоминаются:"),
        "comment_prompt": ("Хотите оставить комментарий? Зарегистрируйтесь и/или Войдите",),
    },
    "en": {
        "credit": ("Image source:",),
        "rights": ("The rights to this material belong to",),
        "statement": ("The material is placed by the copyright holder in the public domain",),
        "original": ("Original publication", "Original publication:"),
        "mentions": ("The news mentions",),
        "comment_prompt": ("Do you want to leave a comment? Register and/or Log in",),
    },
}

DISCLAIMERS: dict[Language, str] = {
    "ru": "Материалы ИноСМИ содержат оценки исключительно зарубежных СМИ и не отражают позицию редакции ВПК.name",
    "en": "InoSMI materials contain ratings exclusively from foreign media and do not reflect the editorial board's"
    " position ВПК.name",
}
TRANSLATOR: dict[Language, str] = {"ru": "ИноСМИ", "en": "InoSMI"}
DISCUSSION: dict[Language, tuple[str, str]] = {"ru": ("Обсуждение", "Обновить"), "en": ("Discussion", "Update")}
MENTION_HEADINGS: dict[Language, dict[str, str]] = {
    "ru": {
        "country": "Страны",
        "company": "Компании",
        "person": "Персоны",
        "product": "Продукция",
        "project": "Проекты",
    },
    "en": {
        "country": "Countries",
        "company": "Companies",
        "person": "Persons",
        "product": "Products",
        "project": "Projects",
    },
}
# The site keeps these in Russian on its English pages too.
LOGIN = "Войти"
NEWSLETTER = ("ПОДПИСКА НА НОВОСТИ", "Ежедневная рассылка новостей ВПК на электронный почтовый ящик")


def first_labels(language: Language) -> Labels:
    """The spelling of the seed page."""
    return Labels(**{name: spellings[0] for name, spellings in _SPELLINGS[language].items()})


def any_labels(language: Language, random: Random) -> Labels:
    """One spelling of each label."""
    return Labels(**{name: random.choice(spellings) for name, spellings in _SPELLINGS[language].items()})
