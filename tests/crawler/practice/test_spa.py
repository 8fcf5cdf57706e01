"""The markup `spa` fills in its views and its list by script: a browser sees what plain HTTP does not."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

from crawler.practice.server import PracticeServer, PracticeSite

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
SEED = "en/1018475_50-days-to-defeat-trumps-ultimatum-only-accelerated-the-russian-offensive.html"


@pytest.mark.browser
def test_a_browser_shows_the_rendered_truth(archive):
    site = PracticeSite(archive, markup="spa")
    with PracticeServer(site) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(server.url + SEED)
        page.wait_for_selector("html[data-ready]")
        views = page.text_content("#views")
        hrefs = [link.get_attribute("href") for link in page.query_selector_all("#discussion a")]
        browser.close()
    plain, rendered = site.truth("/" + SEED)["article"], site.truth("/" + SEED, rendered=True)["article"]
    assert (plain["views"], plain["placements"]) == (None, [])
    assert views == rendered["views_raw"] == "983"
    assert [site.base_url + href for href in hrefs] == [row["url"] for row in rendered["placements"]]
