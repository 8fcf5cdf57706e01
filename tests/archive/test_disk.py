"""What takes the place of a file is there whole, or the file is as it was."""

import pytest

from archive.disk import replaced, sync_path


def test_a_file_is_replaced_by_what_was_written(tmp_path):
    path = tmp_path / "a"
    for text in (b"first", b"second"):
        with replaced(path) as file:
            file.write(text)
        assert path.read_bytes() == text
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_on_the_way_changes_nothing_and_leaves_nothing(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"first")
    with pytest.raises(KeyboardInterrupt), replaced(path) as file:
        file.write(b"half of the sec")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_names_the_file(tmp_path):
    def refuse(_: int) -> None:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match=str(tmp_path)) as caught:
        sync_path(tmp_path, refuse)
    assert caught.value.filename == str(tmp_path)
