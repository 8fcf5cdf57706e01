"""Where a redirect leads: to the very row that a page naming the same address would make."""

import pytest

from crawler.fetching.redirects import redirect_target

OLD = "https://vpk.name/news/1_old.html"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (b"/news/1_new.html", "https://vpk.name/news/1_new.html"),
        (b"//VPK.name:443/news/1_new.html#comments", "https://vpk.name/news/1_new.html"),
        ("/news/1_танк.html".encode(), "https://vpk.name/news/1_танк.html"),
        ("/news/1_é.html".encode("latin-1"), "https://vpk.name/news/1_é.html"),
        (b"mailto:editor@vpk.name", None),
        (b"http://[", None),
        (b"", None),
    ],
)
def test_where_a_redirect_leads(location, target):
    assert redirect_target(location, OLD) == target
