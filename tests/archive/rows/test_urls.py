"""A database's URL is understood or refused in one line, and its password is never shown."""

import pytest

from archive.errors import ConfigurationError
from archive.rows.urls import parsed, public


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("host=127.0.0.1 password=hush dbname=news", "not the URL of a database"),
        ("postgresql://svodka:hush@localhost:port/news", "not the URL of a database"),
        ("postgres://svodka:hush@localhost/news", r"postgresql://"),
        ("postgresql://svodka:h@hush@localhost/news", "%40"),
    ],
)
def test_a_url_of_no_use_is_told_without_its_password(url: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as told:
        parsed(url)
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://svodka:hush@localhost/news",
        "postgresql://svodka@localhost/news?password=hush",
        "postgresql://svodka@localhost/news?sslkey=key.pem&sslpassword=hush",
    ],
)
def test_a_url_is_shown_without_its_password(url: str) -> None:
    shown = public(parsed(url)).render_as_string()
    assert "hush" not in shown
    assert "localhost/news" in shown
