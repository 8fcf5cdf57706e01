"""What is made of a site file is made once, and for each object its own."""

from crawler.extraction.once import once


def test_one_object_is_asked_once_and_its_equal_anew():
    asked = []

    @once
    def name(key):
        asked.append(key)
        return f"made {len(asked)}"

    one, equal = ["site"], ["site"]
    assert [name(one), name(one), name(equal), name(one)] == ["made 1", "made 1", "made 2", "made 1"]
    assert len(asked) == 2
