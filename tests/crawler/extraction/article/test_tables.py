"""Which tables in a text are none of its paragraphs."""

import pytest

FIRST = "The bridge was closed again this morning, and nobody knew for how long it would stay so."
SECOND = "The ministry says that it has been opened at noon, but only for those who live beside it."
THIRD = "A commission will look at it next week."
ROWS = "<tr><td>Length, m</td><td>120</td></tr><tr><td>Width, m</td><td>9</td></tr>"


def body(article, before, table, behind=THIRD):
    parts = "".join(f"<p>{line}</p>" for line in before)
    return article(f"<p>Питер Сауэр (Pjotr Sauer)</p><div>{parts}{table}<p>{behind}</p></div>").body


@pytest.mark.parametrize("wrapped", ["{}", "<div>{}</div>"])
@pytest.mark.parametrize("rows", [ROWS, ROWS.replace("<td>", "<td><p>").replace("</td>", "</p></td>")])
def test_the_cells_of_a_table_of_figures_are_no_paragraphs(article, wrapped, rows):
    assert body(article, [FIRST, SECOND], wrapped.format(f"<table>{rows}</table>")) == [FIRST, SECOND, THIRD]


def test_nor_is_what_stands_above_such_a_table(article):
    table = f"<table><caption>Dimensions</caption>{ROWS}</table>"
    assert body(article, [FIRST, SECOND], table) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("before", "rows"),
    [
        ([FIRST], ROWS),
        ([FIRST, SECOND], "<tr><td>Length, m</td><td>120</td></tr>"),
        ([FIRST, SECOND], "<tr><td>Length, m</td></tr><tr><td>120</td></tr>"),
        ([FIRST, SECOND], ROWS + "<tr><td>Height</td><td>Nobody has ever measured it.</td></tr>"),
    ],
    ids=["above the text", "a single row", "a single column", "a sentence in a cell"],
)
def test_a_table_that_may_place_the_text_stays(article, before, rows):
    found = body(article, before, f"<table>{rows}</table>")
    assert "120" in found
    assert found[-1] == THIRD


def test_footnotes_may_stand_in_a_table(article):
    rows = "<tr><td>*</td><td>foreign agent</td></tr><tr><td>**</td><td>undesirable</td></tr>"
    assert "foreign agent" in body(article, [FIRST, SECOND], f"<table>{rows}</table>")
