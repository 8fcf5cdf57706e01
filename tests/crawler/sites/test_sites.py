"""Site files: found by themselves, unknown ones named with the known, every URL fact as it stands in them."""

import pytest

from archive.errors import UsageError
from crawler.sites import load_site, site_names, site_of
from crawler.sites.site import Site, untracked


def test_every_module_of_the_folder_is_a_site_of_its_own_name():
    assert {"generic", "topwar", "vpk"} <= set(site_names())
    for name in site_names():
        assert isinstance(load_site(name), Site)
        assert load_site(name).name == name


def test_an_unknown_site_is_told_in_one_line_with_the_known_ones():
    with pytest.raises(UsageError, match=r"no site is called 'vkp'; known: generic, .*vpk"):
        load_site("vkp")


@pytest.mark.parametrize("name", ["site", "__init__", "../vpk", ""])
def test_no_other_module_is_a_site(name):
    with pytest.raises(UsageError):
        load_site(name)


def test_every_seed_is_a_page_that_the_site_file_knows():
    for name in site_names():
        site = load_site(name)
        for seed in site.seeds:
            assert site.facts(site.base_url.rstrip("/") + seed.path).page_kind == seed.page_kind, (name, seed)


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("/news/526690_v_rossii.html", ("article", "ru", "526690", "v_rossii", None)),
        ("/en/1018475_50-days.html", ("article", "en", "1018475", "50-days", None)),
        ("/news/26829.html", ("article", "ru", "26829", None, None)),
        ("/", ("listing", "ru", None, None, None)),
        ("/en/", ("listing", "en", None, None, None)),
        ("/news/page/12/", ("listing", "ru", None, None, 12)),
        ("/en/page/3/", ("listing", "en", None, None, 3)),
        ("/?page=2", ("listing", "ru", None, None, 2)),
        ("/rss/", ("feed", None, None, None, None)),
        ("/sitemap-1.xml", ("sitemap", None, None, None, None)),
    ],
)
def test_the_urls_of_vpk(path, facts):
    found = load_site("vpk").facts("https://vpk.name" + path)
    assert (found.page_kind, found.language, found.native_id, found.slug, found.page) == facts


@pytest.mark.parametrize(
    "url",
    [
        "https://vpk.name/user/7/",
        "https://vpk.name/login",
        "https://vpk.name/?l=1&m=2",
        "https://vpk.name/u/7.jpg",
        "https://vpk-news.ru/news/1_a.html",
        "https://vpk.name.example/news/1_a.html",
    ],
)
def test_what_is_no_page_of_vpk_to_read(url):
    assert load_site("vpk").facts(url) is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "listing"),
        ("/world/", "listing"),
        ("/2025/09/08/a-story-of-it/", "article"),
        ("/news/12345", "article"),
        ("/news/page/2/", "listing"),
        ("/feed/", "feed"),
        ("/rss.xml", "feed"),
        ("/sitemap_index.xml", "sitemap"),
        ("/a/b.jpg", "other"),
    ],
)
def test_the_urls_of_any_site(path, kind):
    assert load_site("generic").at("https://news.example/").facts("https://news.example" + path).page_kind == kind


def test_the_site_of_a_url_is_told_by_its_host():
    assert site_of("https://vpk.name/news/1_a.html").name == "vpk"
    assert site_of("https://topwar.ru/1-a.html").name == "topwar"
    assert site_of("http://VPK.name:80/news/1_a.html").name == "vpk"
    found = site_of("http://News.example:8080/story")
    assert (found.name, found.base_url, found.hosts) == ("generic", "http://news.example:8080/", ("news.example:8080",))


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://vpk.name/news/1_a.html?utm_source=rss&utm_medium=feed", "https://vpk.name/news/1_a.html"),
        ("https://vpk.name/news/?page=2&yclid=1#x", "https://vpk.name/news/?page=2#x"),
        ("https://vpk.name/?fbclid", "https://vpk.name/"),
        ("https://vpk.name/?utm=1", "https://vpk.name/?utm=1"),
        ("https://vpk.name/a", "https://vpk.name/a"),
    ],
)
def test_parameters_that_count_visits_say_nothing_of_a_page(url, plain):
    assert untracked(url) == plain
    assert load_site("vpk").facts(url) == load_site("vpk").facts(plain)


@pytest.mark.parametrize(
    "url",
    ["https://VPK.name/news/1_a.html", "http://vpk.name:80/news/1_a.html", "HTTPS://vpk.name:443/news/1_a.html"],
)
def test_a_host_is_the_same_in_capitals_and_with_its_schemes_own_port(url):
    assert load_site("vpk").facts(url) == load_site("vpk").facts("https://vpk.name/news/1_a.html")


@pytest.mark.parametrize("url", ["http://vpk.name:443/news/1_a.html", "https://vpk.name:8080/news/1_a.html"])
def test_another_port_is_another_site(url):
    assert load_site("vpk").facts(url) is None
