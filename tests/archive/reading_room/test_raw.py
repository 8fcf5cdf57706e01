"""The archived bytes come back as they are, and can do nothing."""

from __future__ import annotations

import http.client

import httpx
import pytest

from archive.reading_room.server import ReadingRoom


class TestTheArchivedBody:
    def test_is_decoded_and_keeps_its_media_type(
        self, raw: httpx.Client, ids: dict[str, str], page_bytes: bytes
    ) -> None:
        answer = raw.get(f"/raw/{ids['article']}")
        assert answer.content == page_bytes
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "content-encoding" not in answer.headers

    def test_comes_with_its_teeth_drawn(self, raw: httpx.Client, ids: dict[str, str]) -> None:
        headers = raw.get(f"/raw/{ids['article']}").headers
        assert headers["content-security-policy"] == (
            "sandbox; default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in headers

    def test_of_an_odd_media_type_is_just_bytes(self, raw: httpx.Client, ids: dict[str, str]) -> None:
        assert raw.get(f"/raw/{ids['odd type']}").headers["content-type"] == "application/octet-stream"

    def test_of_an_error_page_is_there_too(self, raw: httpx.Client, ids: dict[str, str]) -> None:
        assert raw.get(f"/raw/{ids['gone']}").content == b"gone"


def test_the_wire_bytes_are_a_download_of_the_record_as_it_came(
    raw: httpx.Client, ids: dict[str, str], wire: dict[str, bytes]
) -> None:
    for name in ("article", "again", "gone"):
        answer = raw.get(f"/raw/{ids[name]}?as=wire")
        assert answer.content == wire[ids[name]]
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("name", ["no", "", "../svodka.db", "..%2f..%2fetc%2fpasswd", "a" * 5000, "/etc/passwd"])
@pytest.mark.parametrize("suffix", ["", "?as=wire"])
def test_a_name_that_is_no_capture_is_not_found(room: ReadingRoom, name: str, suffix: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", room.raw_port)
    connection.putrequest("GET", f"/raw/{name}{suffix}", skip_host=False)  # as it is: a client would tidy the path
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 404
    assert b"root:" not in answer.read()
    connection.close()
