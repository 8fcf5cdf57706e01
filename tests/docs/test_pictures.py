"""Every picture is used, with a caption that says that it is made up; every picture that is named is there."""

import re
import struct
from pathlib import Path

import pytest

from tests.archive.reading_room.changing_world import Told
from tests.docs.pictures import IMAGES, WIDTH, pictures

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)\n\n\*(.+?)\*\n", re.DOTALL)
USED = [
    (page, told, (page.parent / target).resolve(), caption)
    for page in PAGES
    for told, target, caption in PICTURE.findall(page.read_text(encoding="utf-8"))
]


def test_every_picture_is_used_and_every_one_that_is_named_is_there():
    named = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    }
    assert named == {path for _, _, path, _ in USED} == set(IMAGES.iterdir())


@pytest.mark.parametrize(("page", "told", "path", "caption"), USED, ids=[path.name for _, _, path, _ in USED])
def test_a_picture_is_told_in_words_and_its_caption_says_that_it_is_made_up(page, told, path, caption):
    assert len(told.split()) > 5
    assert "made up" in caption or "made-up" in caption


@pytest.mark.parametrize("picture", pictures(Told("", "", "", ("", ""))), ids=lambda picture: picture[0])
def test_a_picture_is_as_large_as_it_is_made_and_small_to_load(picture):
    name, _, _, height = picture
    data = (IMAGES / name).read_bytes()
    assert struct.unpack(">II", data[16:24]) == (WIDTH, height)  # the IHDR chunk of PNG
    assert len(data) < 100_000
