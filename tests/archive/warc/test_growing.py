"""A file that is closed while somebody looks for it is found all the same."""

import threading

import pytest

from archive.errors import NothingFound
from archive.home import Home
from archive.warc.growing import final_name, find_file
from archive.warc.gzip_members import mapped
from archive.warc.reader import read_capture_at

NAME = "a.warc.gz"


def test_the_name_in_rows_and_indexes_is_the_final_one(tmp_path):
    assert final_name(tmp_path / f"{NAME}.open") == final_name(tmp_path / NAME) == NAME


def test_what_is_closed_after_it_was_found_is_read_under_its_final_name(folder, new_writer, capture):
    writer = new_writer()
    (row,) = writer.append([capture()])
    writer.sync()
    found = find_file(folder, row.warc_file)
    assert found.name == f"{row.warc_file}.open"
    writer.close()
    assert read_capture_at(found, row.offset).url == row.url


def test_a_thousand_files_that_are_closed_meanwhile_are_all_found(tmp_path):
    home = Home(tmp_path)
    folder = home.archive_folder("vpk")
    folder.mkdir(parents=True)
    names = [f"{number}.warc.gz" for number in range(1000)]
    for name in names:
        (folder / f"{name}.open").write_bytes(name.encode())
    closing = threading.Thread(target=lambda: [(folder / f"{name}.open").rename(folder / name) for name in names])
    closing.start()
    try:
        for name in names:
            with mapped(home.find_warc(name)) as found:
                assert bytes(found) == name.encode()
    finally:
        closing.join()


def test_what_was_never_there_is_not_found(tmp_path):
    assert find_file(tmp_path, NAME) is None
    with pytest.raises(NothingFound):
        Home(tmp_path).warc_path("vpk", NAME)
    with pytest.raises(FileNotFoundError), mapped(tmp_path / f"{NAME}.open"):
        pass
