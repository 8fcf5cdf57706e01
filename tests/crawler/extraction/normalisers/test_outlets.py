"""The outlet at the end of a heading: only a bracket "X, Country" with a known country."""

import pytest

from crawler.extraction.normalisers.outlets import country_code, split_outlet


@pytest.mark.parametrize(
    ("heading", "title", "outlet", "country", "printed"),
    [
        ("50 days to defeat (The Guardian, UK)", "50 days to defeat", "The Guardian", "GB", "UK"),
        (
            "50 дней до поражения (The Guardian, Великобритания)",
            "50 дней до поражения",
            "The Guardian",
            "GB",
            "Великобритания",
        ),
        ("Статья (Global Times, КНР)", "Статья", "Global Times", "CN", "КНР"),
        ("Статья (De Telegraaf, Голландия)", "Статья", "De Telegraaf", "NL", "Голландия"),
        ("Статья (СБ, Белоруссия)", "Статья", "СБ", "BY", "Белоруссия"),
        ("Putin and Azerbaijan (Al Mayadeen, Lebanon)", "Putin and Azerbaijan", "Al Mayadeen", "LB", "Lebanon"),
        ("Т (SANA, Сирийская Арабская Республика)", "Т", "SANA", "SY", "Сирийская Арабская Республика"),
        (
            "Су-57 (модель) лучше (Politico (Europe), Бельгия)",
            "Су-57 (модель) лучше",
            "Politico (Europe)",
            "BE",
            "Бельгия",
        ),
        ("Статья (CNN, США)*", "Статья", "CNN", "US", "США"),
        ("Статья (Republika, Республика Польша)", "Статья", "Republika", "PL", "Республика Польша"),
        ("Статья (Yonhap, Республика Корея)", "Статья", "Yonhap", "KR", "Республика Корея"),
        ("Статья (CNA, Республика Китай)", "Статья", "CNA", "TW", "Республика Китай"),
        ("Статья ( CNN , USA )", "Статья", "CNN", "US", "USA"),
        ("A story (The Guardian, the UK)", "A story", "The Guardian", "GB", "the UK"),
        ("Статья (CNN, Соединенные Штаты Америки)", "Статья", "CNN", "US", "Соединенные Штаты Америки"),
        ("Why? (Foreign Policy, In Focus, USA)", "Why?", "Foreign Policy, In Focus", "US", "USA"),
    ],
)
def test_an_outlet_is_cut_off_and_its_country_named(heading, title, outlet, country, printed):
    left, found = split_outlet(heading)
    assert (left, found.name, found.country, found.country_raw) == (title, outlet, country, printed)


@pytest.mark.parametrize(
    "heading",
    [
        "Истребитель пятого поколения (Су-57)",
        "Учения прошли успешно (ТАСС)",
        "Обзор (часть 2, продолжение)",
        "A story (Foo, Bar)",
        "(The Guardian, UK)",
        "Т (Reuters, ЕС)",
        "Т (The Guardian, UK) и далее",
        "Т (Газета, IT)",
        "Т",
    ],
)
def test_any_other_bracket_stays_in_the_title(heading):
    assert split_outlet(heading) == (heading, None)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("США", "US"),
        ("ОАЭ", "AE"),
        ("Молдавия", "MD"),
        ("Эсватини", "SZ"),
        ("Йемен", "YE"),
        ("Турция", "TR"),
        ("Türkiye", "TR"),
        ("South Korea", "KR"),
        ("Республика Корея", "KR"),
        ("КНДР", "KP"),
        ("Украина", "UA"),
        ("U.S.", "US"),
        ("the United States", "US"),
        ("the Netherlands", "NL"),
        ("The Gambia", "GM"),
        ("Соединённые Штаты", "US"),
        ("the", None),
        ("Атлантида", None),
        ("", None),
        ("European Union", None),
        ("СССР", None),
    ],
)
def test_countries_by_their_names(name, code):
    assert country_code(name) == code
