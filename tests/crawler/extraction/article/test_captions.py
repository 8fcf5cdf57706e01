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
