"""Bytes are counted while others write: what is gone by the time it is looked at takes none."""

from pathlib import Path

from archive.sizes import size_below, size_of


def test_files_count_wherever_below_and_folders_do_not(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "one").write_bytes(b"12345")
    (tmp_path / "two").write_bytes(b"67")
    assert (size_below(tmp_path), size_of(tmp_path / "two"), size_of(tmp_path / "a")) == (7, 2, 0)


def test_a_name_behind_which_nothing_is_any_more_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")  # listed, and not there when it is asked for
    (tmp_path / "there").write_bytes(b"1")
    assert (size_below(tmp_path), size_of(tmp_path / "nowhere")) == (1, 0)
