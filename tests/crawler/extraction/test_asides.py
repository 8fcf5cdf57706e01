"""What stands amid the paragraphs of an article and is not of it."""

import pytest

BYLINE = "<p>Питер Сауэр (Pjotr Sauer)</p>"
PARAGRAPHS = ["A first paragraph of the body.", "A second paragraph of the body.", "A third one to end it."]
CARD = (
    '<div><a href="/en/77_x.html"><div><div>A headline of another one</div><div>What it tells in a line</div></div>'
    "</a></div>"
)


def with_aside(aside, at=1):
    texts = [f"<p>{text}</p>" for text in PARAGRAPHS]
    return BYLINE + "".join([*texts[:at], aside, *texts[at:]])


@pytest.mark.parametrize("at", [1, 3])
@pytest.mark.parametrize(
    "aside",
    [
        "<p>Реклама. ООО «Ночной дозор», ИНН 5010012345, erid: 2SDnjcABC</p>",
        "<p><small>Реклама. erid: 2SDnjcABC. Рекламодатель: ООО «Ночной дозор»</small></p>",
        "<p>erid: 2SDnjcABC</p>",
        '<div>Подписывайтесь на наш <a href="https://t.me/vpk">Telegram-канал</a></div>',
        "<p>Подпишитесь на рассылку ВПК.name</p>",
        "<p>Subscribe to our Telegram channel</p>",
        '<p><a href="/news/77_x.html"><b>Дроны над Мюнхеном: что известно</b></a></p>',
        CARD,
        '<div><a href="/news/77_x.html">Дроны над Мюнхеном: что известно</a><span>01.05.2025</span></div>',
    ],
)
def test_it_is_no_paragraph(article, aside, at):
    found = article(with_aside(aside, at))
    assert found.body == PARAGRAPHS
    assert [author.name for author in found.authors] == ["Питер Сауэр"]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Реклама этого прибора шла по телевизору весь год, пишет газета.",
        "Подписывайтесь на займы, призывали плакаты той войны.",
        'A paragraph with <a href="/news/77_x.html">a link to another article</a> in it.',
        '<a href="https://elsewhere.example/77">A paragraph that leads off the site.</a>',
    ],
)
def test_what_only_begins_so_is_one(article, paragraph):
    assert len(article(with_aside(f"<p>{paragraph}</p>")).body) == 4


def test_a_link_that_is_paid_for_stays_one_beside_its_marking(article):
    paid = '<p>More is told <a href="https://shop.example/?erid=2SDn">by the maker</a> in detail.</p>'
    found = article(with_aside(paid + "<p>Реклама. ООО «Ночной дозор», ИНН 5010012345, erid: 2SDn</p>"))
    assert [(link.text, link.rel) for link in found.links] == [("by the maker", "sponsored")]


def test_a_digest_is_made_of_links(article):
    digest = "".join(f'<p><a href="/news/{n}_x.html">A headline with number {n} of the week.</a></p>' for n in range(5))
    assert len(article(BYLINE + digest + f"<p>{PARAGRAPHS[0]}</p>").body) == 6
