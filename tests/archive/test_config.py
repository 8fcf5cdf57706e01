"""svodka.toml: what is not in it has its default, what is wrong in it is one clear line."""

import pytest

from archive.config import Config, read_config
from archive.errors import ConfigurationError


def test_without_a_file_everything_has_its_default(tmp_path):
    assert read_config(tmp_path / "svodka.toml") == Config()


def test_what_it_says_is_taken(tmp_path):
    path = tmp_path / "svodka.toml"
    path.write_text('[crawl]\ncontact = "desk@example.org"\ndelay = 3\n[archive]\nmax_file_mb = 5\n')
    assert read_config(path) == Config(contact="desk@example.org", delay=3, max_file_mb=5)


def test_zero_is_taken_where_it_means_something(tmp_path):
    path = tmp_path / "svodka.toml"
    path.write_text("[crawl]\ndelay = 0\n[archive]\nmax_file_mb = 0\nfree_space_floor_mb = 0\n")
    assert read_config(path) == Config(delay=0, max_file_mb=0, free_space_floor_mb=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[crawl", "not a TOML file"),
        ('contact = "x"', "outside a table"),
        ("[crawl]\nspeed = 1", "unknown setting crawl.speed"),
        ("[crawl]\ncontact = 1", "crawl.contact = 1: expected text in quotation marks"),
        ('[crawl]\ncontact = "the desk"', "expected an e-mail address or web page"),
        ('[crawl]\ncontact = "desk@example.org\\nHost: x"', "expected an e-mail address or web page"),
        ("[crawl]\nmax_pages = true", "expected a whole number"),
        ("[crawl]\ndelay = -1", "must not be negative"),
        ('[crawl]\ndelay = "a"', "crawl.delay = 'a': expected a number"),
        ("[crawl]\ndelay = inf", "expected a finite number"),
        ("[crawl]\ntimeout = nan", "expected a finite number"),
        ("[crawl]\nmax_pages = 0", "must be more than 0"),
        ("[crawl]\ntimeout = 0", "must be more than 0"),
        ("[crawl]\ninterval_hours = 0.0", "must be more than 0"),
        ("[crawl]\nmax_attempts = 0", "must be more than 0"),
        ("[crawl]\nmax_body_mb = 0", "must be more than 0"),
        ("[crawl]\nstop_after_known = 0", "must be more than 0"),
        ("[archive]\nmax_file_hours = 0", "must be more than 0"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path, text, message):
    path = tmp_path / "svodka.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=message) as caught:
        read_config(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value).removeprefix(str(path))


@pytest.mark.parametrize("contact", ["", "desk@example.org", "Desk <desk@example.org>", "https://example.org/crawl"])
def test_whoever_can_be_reached_is_a_contact(tmp_path, contact):
    (tmp_path / "svodka.toml").write_text(f'[crawl]\ncontact = "{contact}"\n')
    assert read_config(tmp_path / "svodka.toml").contact == contact


def test_a_very_large_number_is_taken(tmp_path):
    path = tmp_path / "svodka.toml"
    path.write_text(f"[crawl]\nmax_pages = {10**400}\n")
    assert read_config(path).max_pages == 10**400
