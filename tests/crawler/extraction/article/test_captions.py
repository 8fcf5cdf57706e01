"""What stands beneath a picture or a film in a text is no paragraph of it."""

import pytest

BYLINE = "<p>Питер Сауэр (Pjotr Sauer)</p>"
FIRST = "The bridge was closed again this morning, and nobody knew for how long it would stay so."
SECOND = "The ministry says that it has been opened at noon, but only for those who live beside it."
THIRD = "A commission will look at it next week."
PICTURE = '<img src="/file/img/a.jpg" alt="The bridge is closed.">'


@pytest.mark.parametrize(
    "box",
    [
        f"<div>{PICTURE}<div>The bridge in the morning</div></div>",
        '<div><iframe src="https://video.example/1"></iframe><p>Film: the bridge</p></div>',
        f'<div><a href="/b.jpg">{PICTURE}</a><p class="wp-caption-text">The bridge. It is closed.</p></div>',
        f"<div>{PICTURE}<div>The bridge is closed.</div></div>",
        f"<div><div>{PICTURE}<div>One span</div></div><div>{PICTURE}<div>Another span</div></div></div>",
    ],
    ids=["a few words", "a film", "its name", "what the picture says", "a gallery"],
)
def test_a_caption_without_a_figure_is_no_paragraph(article, box):
    found = article(f"{BYLINE}<div><p>{FIRST}</p>{box}<p>{SECOND}</p><p>{THIRD}</p></div>")
    assert found.body == [FIRST, SECOND, THIRD]


SLIDE = '<div class="slide"><img src="/file/img/{n}.jpg"><div><i>{n} / 3</i><p>{said}</p><i>♥ 13</i></div></div>'
SAID = ["The bridge in the morning", "It is closed. Nobody knows why", "Ivan Petrov"]


def gallery(said=SAID):
    return f"<div>{''.join(SLIDE.format(n=n, said=each) for n, each in enumerate(said, 1))}</div>"


def test_what_is_said_of_the_pictures_of_a_gallery_is_no_paragraph(article):
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    found = article(f"{gallery()}<p>Image source: Peter Sauer</p><p>Text and photos: Peter Sauer</p>{text}")
    assert (found.subtitle, found.lead, found.body) == (None, None, [FIRST, SECOND, THIRD])
    assert [author.name for author in found.authors] == ["Peter Sauer"]
    assert (found.image.url, found.image.credit) == ("https://vpk.name/file/img/1.jpg", "Peter Sauer")


def test_an_article_whose_paragraphs_have_a_picture_each_is_no_gallery(article):
    found = article(f"{BYLINE}{gallery([FIRST, SECOND, THIRD])}")
    assert [line for line in found.body if len(line) > 30] == [FIRST, SECOND, THIRD]


def test_nor_is_one_whose_sections_have_a_picture_each(article):
    listed = f"{FIRST}</p><ul><li>One span</li><li>Another span</li><li>A third one</li></ul><p>{SECOND}"
    assert article(f"{BYLINE}{gallery([listed] * 3)}").body.count(SECOND) == 3


@pytest.mark.parametrize(
    "slide",
    [
        SLIDE.replace("{n} / 3", ""),
        SLIDE.replace('class="slide"', ""),
        "<div><img src=/{n}.jpg><p>© TASS</p><p>{said}</p></div>",
        "<div><img src=/{n}.jpg><div class=image-caption>The bridge {n}<br>{said}</div></div>",
        "<figure><img src=/{n}.jpg><p>The bridge {n}</p><p>{said}</p></figure>",
    ],
    ids=["what it is called", "numbers", "credits", "captions called so", "figures"],
)
def test_something_tells_that_it_is_a_gallery(article, slide):
    box = "".join(slide.format(n=n, said=each) for n, each in enumerate(SAID, 1))
    found = article(f"{BYLINE}<p>{FIRST}</p><p>{SECOND}</p><div>{box}</div><p>{THIRD}</p>")
    assert found.body == [FIRST, SECOND, THIRD]


def test_of_a_gallery_a_sentence_that_is_called_a_caption_is_one_any_other_is_a_paragraph(article):
    slide = "<div><img src=/{n}.jpg><div class={called}>© TASS<br>{said}</div></div>"
    for called, kept in (("caption", False), ("words", True)):
        box = "".join(slide.format(n=n, called=called, said=each) for n, each in enumerate(["One", "Two", CREW], 1))
        found = article(f"{BYLINE}<p>{FIRST}</p><p>{SECOND}</p><div>{box}</div><p>{THIRD}</p>")
        assert (CREW in found.body) == kept


def test_the_length_of_a_film_is_no_entry_of_a_chronicle(article):
    film = "<div><img src=/film.jpg><p>01:43 min</p></div>"
    assert article(f"{BYLINE}<p>{FIRST}</p><p>{SECOND}</p>{film}<p>{THIRD}</p>").body == [FIRST, SECOND, THIRD]


FLAGS = ["США: 31 танк Abrams", "Германия: 18 танков Leopard", "Польша: 14 танков Leopard"]
ENTRIES = ["09:10 Взрыв прогремел в Киеве", "09:40 ПВО сбила пять дронов", "10:15 Аэропорт закрыт", "11:00 Открыт"]
CREW = "Экипаж отработал стрельбу на полигоне и вернулся в пункт дислокации вечером."
PHOTO = "<div class=photo><img src=/{n}.jpg><p>Танк Т-90М на полигоне</p>{said}</div>"
UNDER = [f"<p>{CREW}</p>", f"<p>{CREW}</p>", "", f"<p>{CREW}</p>", ""]


def with_pictures(markup, lines):
    return "".join(markup.format(n=n, said=line) for n, line in enumerate(lines, 1))


@pytest.mark.parametrize(
    ("box", "lines"),
    [
        (f"<ul>{with_pictures('<li><img src=/{n}.png> {said}</li>', FLAGS)}</ul>", FLAGS),
        (f"<ul>{with_pictures('<li><img src=/{n}.png> <p>{said}</p></li>', FLAGS)}</ul>", FLAGS),
        (with_pictures("<div class=entry><img src=/clock.png><p>{said}</p></div>", ENTRIES), ENTRIES),
        (with_pictures("<div class=entry><img src=/dot.png><p>{said}</p></div>", FLAGS), FLAGS),
        (with_pictures("<div class=entry><img src=/{n}.jpg><p>{said}</p></div>", ENTRIES), ENTRIES),
        (with_pictures(PHOTO, UNDER), [CREW] * 3),
        (with_pictures(PHOTO.replace("photo", "slide"), UNDER), [CREW] * 3),
    ],
    ids=["flags", "flags in a list of paragraphs", "a chronicle", "an icon", "its pictures", "sentences", "slides"],
)
def test_a_picture_with_each_makes_no_captions_of_lines_and_paragraphs(article, box, lines):
    found = article(f"{BYLINE}<p>{FIRST}</p><p>{SECOND}</p>{box}<p>{THIRD}</p>")
    assert [line for line in found.body if line in lines] == lines
    assert [line for line in found.body if line in {FIRST, SECOND, THIRD}] == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "box",
    [
        f"<div>{PICTURE}<p>{SECOND}</p></div>",
        f"<div>{PICTURE}<h3>Another day</h3></div>",
        f"<div>{PICTURE}<p>Another day</p><p>{SECOND}</p></div>",
        f"<p>{PICTURE}Another day</p>",
    ],
    ids=["a paragraph", "a subheading", "several blocks", "in one paragraph"],
)
def test_what_is_more_than_a_caption_stays(article, box):
    found = article(f"{BYLINE}<div><p>{FIRST}</p>{box}<p>{THIRD}</p></div>")
    assert len(found.body) in {3, 4}
    assert "Another day" in found.body or SECOND in found.body


def test_a_few_words_beside_a_picture_above_the_text_may_be_the_subtitle(article):
    head = f"<div>{PICTURE}<p>What became of the bridge</p></div>"
    assert article(f"{head}{BYLINE}<p>{FIRST}</p><p>{SECOND}</p>").subtitle == "What became of the bridge"


def test_a_portrait_beside_an_author_makes_no_caption_of_the_name(article):
    byline = f"<div>{PICTURE}<span>Питер Сауэр</span></div>"
    found = article(f"<p><b>{FIRST}</b></p>{byline}<div><p>{SECOND}</p><p>{THIRD}</p></div>")
    assert [author.name for author in found.authors] == ["Питер Сауэр"]
