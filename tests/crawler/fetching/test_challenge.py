"""Pages in the way are recognised, and articles about them are not. All pages here are made up after the real ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetching.challenge import RULES, recognise

HTML = {"Content-Type": "text/html; charset=utf-8"}
PROSE = "<p>Министерство обороны сообщило о поставке новой партии самолётов в войска до конца года.</p>" * 40


def page(title: str, body: str = "", head: str = "") -> bytes:
    document = f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return document.encode()


# rule -> (status, headers, body)
IN_THE_WAY: dict[str, tuple[int, dict[str, str], bytes]] = {
    "cloudflare-mitigated": (403, {**HTML, "CF-Mitigated": "challenge"}, b""),
    "cloudflare-challenge": (503, HTML, page("Just a moment...", "<script>window._cf_chl_opt={cvId:'3'}</script>")),
    "cloudflare-block": (403, HTML, page("Attention Required! | Cloudflare", "Sorry, you have been blocked")),
    "ddos-guard": (403, HTML, page("DDoS-Guard", "<p>Checking your browser before accessing vpk.name</p>")),
    "ddos-guard-script": (200, HTML, page("", "<script src='https://check.ddos-guard.net/check.js'></script>")),
    "qrator": (401, HTML, page("", "<script src='/__qrator/qauth_utm_v2.js'></script>")),
    "stormwall": (200, HTML, page("", "<script>var name='swp_sessionKey'</script>")),
    "aws-waf": (202, {**HTML, "x-amzn-waf-action": "challenge"}, b""),
    "datadome": (403, HTML, page("vpk.name", "<script src='https://geo.captcha-delivery.com/c.js'></script>")),
    "incapsula": (200, HTML, page("", "Request unsuccessful. Incapsula incident ID: 877000-1")),
    "perimeterx": (403, HTML, page("Access to this page has been denied", '<div id="px-captcha"></div>')),
    "sucuri": (200, HTML, page("You are being redirected...", "<script>sucuri_cloudproxy_js='';</script>")),
    "akamai-block": (403, HTML, page("Access Denied", "You don't have permission. Reference #18.2d351ab8.1557333295")),
    "anubis": (200, HTML, page("One second", '<script id="anubis_challenge" type="application/json">{}</script>')),
    "yandex-captcha": (200, HTML, page("Ой!", "<form action='/checkcaptcha'>Введите символы</form>")),
    "cookie-reload": (200, HTML, b"<html><script>document.cookie='a=1';location.reload(true)</script></html>"),
    "captcha-widget": (200, HTML, page("vpk.name", "<div class='g-recaptcha' data-sitekey='x'></div>")),
    "are-you-a-robot": (200, HTML, page("Вы не робот?", "<p>Подтвердите, что запросы отправляли вы</p>")),
    "checking-browser": (503, HTML, page("Проверка браузера", "<p>Подождите несколько секунд</p>")),
    "enable-javascript": (200, HTML, page("vpk.name", "Please enable JavaScript and cookies to continue")),
    "too-many-requests": (429, HTML, page("", "Slow down")),
    "unavailable-for-legal-reasons": (451, HTML, page("", "Unavailable")),
    "forbidden": (403, HTML, page("", "No")),
    "limit-in-words": (503, HTML, page("Ошибка", "Превышено количество запросов с вашего адреса")),
    "refusal-in-words": (200, HTML, page("Доступ ограничен", "<p>Обратитесь к администратору</p>")),
    "consent-wall": (200, HTML, page("Before you continue to the site", "<p>We use cookies and data.</p>" * 20)),
    "consent-form": (200, HTML, page("", "<form action='https://consent.google.com/save'>Accept all</form>")),
    "soft-404": (200, HTML, page("Страница не найдена | ВПК.name", PROSE)),
}
NOT_IN_THE_WAY = {
    "an article": page("50 дней до поражения (The Guardian, Великобритания)", PROSE),
    "an article on captchas": page("Капча: вы не робот? Как устроена проверка браузера", PROSE),
    "an article on Cloudflare": page("Cloudflare refused access", PROSE + "<p>Attention Required! | Cloudflare</p>"),
    "an article on a lost page": page("Самолёт не найден: 404 дня поисков", PROSE),
    "an article of a 404th unit": page("404th Maintenance Company returns", PROSE),
    "an article with comments behind a reCAPTCHA": page("Су-57", PROSE + "<div class='g-recaptcha'></div>"),
    "a page behind Cloudflare": page("Су-57", PROSE + "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>"),
    "a page behind DataDome": page("Су-57", PROSE + "<script src='https://js.datadome.co/tags.js'></script>"),
    "a page with a noscript hint": page("Су-57", PROSE + "<noscript>Please enable JavaScript</noscript>"),
    "a page with a consent banner": page("Су-57", PROSE * 2 + "<div>We value your privacy. Accept all</div>"),
    "a short note": page("Учения начались", "<p>Учения начались сегодня.</p>"),
    "an empty page": b"",
}


@pytest.mark.parametrize("rule", IN_THE_WAY)
def test_a_page_in_the_way_is_recognised_with_its_reason(rule: str) -> None:
    challenge = recognise(*IN_THE_WAY[rule])
    assert challenge is not None
    assert challenge.rule == rule
    assert challenge.reason == next(known.reason for known in RULES if known.name == rule)


def test_every_rule_has_a_page_here() -> None:
    assert [rule.name for rule in RULES] == list(IN_THE_WAY)


@pytest.mark.parametrize("name", NOT_IN_THE_WAY)
def test_an_ordinary_page_is_not_taken_for_a_challenge(name: str) -> None:
    assert recognise(200, {**HTML, "Server": "ddos-guard"}, NOT_IN_THE_WAY[name]) is None


@pytest.mark.parametrize(
    ("status", "body"), [(404, PROSE), (410, PROSE), (500, "oops"), (502, "bad gateway"), (503, "busy")]
)
def test_trouble_and_absence_are_not_challenges(status: int, body: str) -> None:
    assert recognise(status, HTML, page("Ошибка", body)) is None


@pytest.mark.parametrize("title", ["404", "404 Not Found", "Ошибка 404", "404 — Страница не найдена", "Page not found"])
def test_a_soft_404_is_known_by_its_title_and_only_at_status_200(title: str) -> None:
    challenge = recognise(200, HTML, page(title, PROSE))
    assert challenge is not None
    assert challenge.kind == "soft_404"
    assert recognise(404, HTML, page(title, PROSE)) is None


def test_pages_in_windows_1251_are_read() -> None:
    body = page("Доступ запрещён").decode().encode("cp1251")
    challenge = recognise(200, {"content-type": "text/html; charset=windows-1251"}, body)
    assert challenge is not None
    assert challenge.kind == "block"


def test_feeds_and_pictures_are_not_judged_by_words() -> None:
    feed = "<rss><channel><title>404</title><item><title>Доступ запрещён</title></item></channel></rss>".encode()
    assert recognise(200, {"Content-Type": "application/rss+xml"}, feed) is None
    assert recognise(200, {"Content-Type": "image/jpeg"}, b"\xff\xd8\xff") is None


@given(st.integers(100, 599), st.dictionaries(st.text(), st.text()), st.binary())
def test_no_response_breaks_it(status: int, headers: dict[str, str], body: bytes) -> None:
    recognise(status, headers, body)


@pytest.mark.parametrize("tag", ["title", "TITLE", "Title"])
@pytest.mark.parametrize("before", [0, 1_995, 5_000])
def test_a_title_is_found_wherever_it_stands(tag: str, before: int) -> None:
    body = f"<html><head>{' ' * before}<{tag}>404 Not Found</{tag}></head><body>{PROSE}</body></html>".encode()
    challenge = recognise(200, HTML, body)
    assert challenge is not None
    assert challenge.kind == "soft_404"


@pytest.mark.parametrize("link", ["<a href=/>x</a>", "<A HREF=/>x</A>"])
def test_a_crowd_of_links_speaks_for_a_page(link: str) -> None:
    few, many = (page("Су-57", "g-recaptcha " + link * number) for number in (59, 60))
    challenge = recognise(200, HTML, few)
    assert challenge is not None
    assert challenge.rule == "captcha-widget"
    assert recognise(200, HTML, many) is None
