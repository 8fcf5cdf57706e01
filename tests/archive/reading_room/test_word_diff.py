"""What changed is told word by word, and both texts can be read from it again."""

from time import monotonic

from hypothesis import given
from hypothesis import strategies as st

from archive.reading_room.word_diff import compare

TEXTS = st.lists(
    st.lists(st.sampled_from(["танк", "57", "и", "the", "«Су»", "  "]), max_size=8).map(" ".join), max_size=6
)


def told(before: list[str], after: list[str]) -> list[str]:
    """The paragraphs with [-deleted-] and {+inserted+} words."""
    marks = {"same": "{}", "del": "[-{}-]", "ins": "{{+{}+}}"}
    return ["".join(marks[kind].format(text) for kind, text in each) for each in compare(before, after)]


def test_words_within_a_paragraph() -> None:
    before, after = "Экспорт вырос на 14 процентов", "Экспорт вырос на 15 процентов снова"
    assert told([before], [after]) == ["Экспорт вырос на [-14-]{+15+} процентов{+ снова+}"]


def test_paragraphs_that_came_and_went_around_one_that_changed() -> None:
    before = ["Один абзац.", "Второй абзац о танках.", "Конец."]
    after = ["Совсем другое начало.", "Второй абзац о самолётах.", "Конец.", "Ещё слово."]
    assert told(before, after) == [
        "[-Один абзац.-]", "{+Совсем другое начало.+}", "Второй абзац о [-танках-]{+самолётах+}.", "Конец.",
        "{+Ещё слово.+}",
    ]  # fmt: skip


def test_nothing_changed() -> None:
    assert told(["а", "б"], ["а", "б"]) == ["а", "б"]
    assert told([], []) == []


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(before: list[str], after: list[str]) -> None:
    found = compare(before, after)
    for kind, text in (("ins", before), ("del", after)):
        left = ["".join(piece.text for piece in each if piece.kind != kind) for each in found]
        assert [each for each in left if each] == [each for each in text if each]


def test_a_text_made_to_take_long_does_not() -> None:
    before = [" ".join("ab"[n % 2] for n in range(k, k + 3000)) for k in range(300)]
    after = [" ".join("ba"[n % 3 % 2] for n in range(k, k + 3000)) for k in range(300)]
    started = monotonic()
    found = compare(before, after)
    assert monotonic() - started < 10
    assert "".join(piece.text for each in found for piece in each if piece.kind != "ins") == "".join(before)
