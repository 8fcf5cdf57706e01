"""Tells pages that stand in the way from pages that say something: challenges, blocks, consent walls, soft 404s.

Such a page is never content, never a version and never a removal. Each rule is a row of data with its reason. A rule
that goes by words alone asks for a page with little text, or for the title, so that an article on the matter passes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["challenge", "captcha", "block", "rate_limit", "consent", "soft_404"]

_LOOKED_AT = 200_000  # bytes; no challenge page known is longer than a third of this
_SHORT_PAGE = 64_000  # bytes; a longer page is never "a page with little text"
_CHALLENGE_STATUSES = frozenset({401, 403, 405, 429, 503})
_CROWD = 60  # links
_HEAD = 2_000  # bytes in which most titles stand
_LITTLE = 1500  # characters of visible text


@dataclass(frozen=True, slots=True)
class Challenge:
    """Why a page is not content: its `kind`, the `rule` that said so, and the `reason` in words."""

    kind: Kind
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """All conditions given must hold.

    `markup`: one of these stands in the page's bytes (in lower case); `text` is looked for in the visible text;
    `max_text`: at most so many characters of visible text, on a page of at most `max_page` bytes.
    """

    name: str
    kind: Kind
    reason: str
    statuses: frozenset[int] | None = None
    header: tuple[str, re.Pattern[str]] | None = None
    title: re.Pattern[str] | None = None
    markup: tuple[bytes, ...] = ()
    text: re.Pattern[str] | None = None
    max_text: int | None = None
    max_page: int = _SHORT_PAGE

    def applies(self, page: _Page) -> bool:
        """True where every condition of the rule holds."""
        return self._head_applies(page) and self._body_applies(page)

    def _head_applies(self, page: _Page) -> bool:
        if self.statuses is not None and page.status not in self.statuses:
            return False
        return self.header is None or self.header[1].search(page.headers.get(self.header[0], "")) is not None

    def _body_applies(self, page: _Page) -> bool:
        """The cheap conditions are asked first: the visible text is worked out for few pages only."""
        if self.title is not None and not self.title.search(page.title):
            return False
        if self.max_text is not None and not (page.is_html and page.size <= self.max_page):
            return False
        if self.markup and not any(needle in page.lower for needle in self.markup):
            return False
        if self.max_text is not None and len(page.text) > self.max_text:
            return False
        return self.text is None or self.text.search(page.text) is not None


def recognise(status: int, headers: Mapping[str, str], body: bytes) -> Challenge | None:
    """The first rule that applies to a response, or None for a page that may be read.

    `headers` in any case; `body` without its content coding. A 5xx without a rule is trouble, not a challenge.
    """
    page = _Page(status, {name.lower(): value for name, value in headers.items()}, body)
    for rule in _OF_A_CROWD if page.is_crowded else RULES:
        if rule.applies(page):
            return Challenge(rule.kind, rule.name, rule.reason)
    return None


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Signatures are of the pages that these services show in place of a page, not of what they add to pages: Cloudflare's
# challenge-platform/scripts/jsd, DataDome's tags.js or a reCAPTCHA under the comments are on ordinary pages too.
RULES = (
    Rule("cloudflare-mitigated", "challenge", "Cloudflare says that it challenges us",
         header=("cf-mitigated", _words("challenge"))),
    Rule("cloudflare-challenge", "challenge", "a page of Cloudflare's that runs a script to admit browsers",
         markup=(b"window._cf_chl_opt", b"/cdn-cgi/challenge-platform/h/", b"cf-browser-verification", b"jschl-answer",
                 b"jschl_answer")),
    Rule("cloudflare-block", "block", "Cloudflare refuses our address",
         title=_words(r"^(attention required! \||access denied \|.* used cloudflare)"), markup=(b"cloudflare",)),
    Rule("ddos-guard", "challenge", "a page of DDoS-Guard's that runs a script to admit browsers",
         title=_words(r"^ddos-guard$"), max_text=_LITTLE),
    Rule("ddos-guard-script", "challenge", "a page of DDoS-Guard's that runs a script to admit browsers",
         markup=(b"ddos-guard/js-challenge", b"check.ddos-guard.net"), max_text=_LITTLE),
    Rule("qrator", "challenge", "a page of Qrator's that runs a script to admit browsers",
         markup=(b"/__qrator/", b"qrator_jsid", b"qauth_utm"), max_text=_LITTLE),
    Rule("stormwall", "challenge", "a page of StormWall's that runs a script to admit browsers",
         markup=(b"__js_p_", b"swp_sessionkey", b"stormwall"), max_text=_LITTLE),
    Rule("aws-waf", "challenge", "AWS WAF says that it challenges us",
         header=("x-amzn-waf-action", _words("challenge|captcha"))),
    Rule("datadome", "captcha", "a page of DataDome's with a captcha",
         markup=(b"geo.captcha-delivery.com", b"interstitial.captcha-delivery.com"), max_text=_LITTLE),
    Rule("incapsula", "block", "Imperva refuses the request",
         markup=(b"incapsula incident id", b"&incident_id=", b"&amp;incident_id="), max_text=_LITTLE),
    Rule("perimeterx", "captcha", "a page of HUMAN's (PerimeterX) with a captcha",
         markup=(b'id="px-captcha', b"id='px-captcha"), max_text=_LITTLE),
    Rule("sucuri", "challenge", "a page of Sucuri's that runs a script to admit browsers",
         markup=(b"sucuri_cloudproxy_js", b"sucuri website firewall - access denied"), max_text=_LITTLE),
    Rule("akamai-block", "block", "Akamai refuses the request",
         title=_words(r"^access denied$"), markup=(b"reference #", b"reference&#32;&#35;")),
    Rule("anubis", "challenge", "a page of Anubis that asks for a proof of work",
         markup=(b'id="anubis_challenge', b'id="anubis_version')),
    Rule("yandex-captcha", "captcha", "a captcha of Yandex",
         markup=(b"smartcaptcha.yandexcloud.net", b"smartcaptcha.cloud.yandex", b"/showcaptcha", b"/checkcaptcha"),
         max_text=_LITTLE),
    Rule("cookie-reload", "challenge", "a page that sets a cookie by script and loads itself again",
         markup=(b"location.reload(",), max_text=120, max_page=8_000),
    Rule("captcha-widget", "captcha", "little but a captcha",
         markup=(b"g-recaptcha", b"h-captcha", b"cf-turnstile", b"smart-captcha"), max_text=600),
    Rule("are-you-a-robot", "captcha", "the page asks whether we are a robot",
         title=_words(r"are you (a )?(robot|human)|not a (ro)?bot|вы (не )?робот|captcha|капч|human verification"),
         max_text=_LITTLE),
    Rule("checking-browser", "challenge", "the page says that it checks the browser",
         title=_words(r"^(just a moment|one moment, please|checking your browser|проверка (вашего )?браузера|"
                      r"подождите|security check|проверка безопасности)"), max_text=_LITTLE),
    Rule("enable-javascript", "challenge", "the page asks for JavaScript or cookies and says nothing else",
         text=_words(r"(enable|turn on|включите)\s+(поддержку\s+)?(javascript|cookies)"), max_text=300, max_page=8_000),
    Rule("too-many-requests", "rate_limit", "HTTP 429: we asked too often",
         statuses=frozenset({429})),
    Rule("unavailable-for-legal-reasons", "block", "HTTP 451: refused for legal reasons",
         statuses=frozenset({451})),
    Rule("forbidden", "block", "HTTP 403: the site refuses us",
         statuses=frozenset({403})),
    Rule("limit-in-words", "rate_limit", "the page says that we asked too often",
         text=_words(r"too many requests|rate limit(ed)? exceeded|слишком много запросов|"
                     r"превышен[оа]? (число|количество|лимит) (запрос|обращени)"), max_text=600, max_page=8_000),
    Rule("refusal-in-words", "block", "the page says that we are refused",
         statuses=_CHALLENGE_STATUSES | {200},
         title=_words(r"^(access (is )?denied|403 forbidden|forbidden|blocked|you have been blocked|"
                      r"доступ (к сайту )?(запрещ[её]н|ограничен|заблокирован))\b"), max_text=_LITTLE),
    Rule("consent-wall", "consent", "a wall that asks for consent before the page",
         title=_words(r"^(before you continue|bevor sie (fortfahren|zu )|cookie consent|your privacy choices|"
                      r"we value your privacy|avant de continuer)"), max_text=6000),
    Rule("consent-form", "consent", "a form of consent and little else",
         markup=(b"//consent.google.", b"//consent.youtube.", b"//consent.yahoo."), max_text=6000, max_page=32_000),
    Rule("soft-404", "soft_404", "the title says that there is no such page, the status says that there is",
         statuses=frozenset({200}),
         title=_words(r"^((error|ошибка)\W{0,3})?404(\W*$|\W{1,3}(error|not found|page|ошибка|страниц))|"
                      r"^(ошибка\W{0,3})?(запрошенная |запрашиваемая |такая )?страница не (найдена|существует)|"
                      r"^((oops|sorry)\W{1,3})?(the )?page (was |is |you requested was )?(not found|cannot be found)|"
                      r"^(404\W{1,3})?(not found|нет такой страницы|(материал|новость) не найден[а]?)\W*($|[|–—-])")),
)  # fmt: skip


# A page with a site's worth of links is none of those that go by words or markup alone.
_OF_A_CROWD = tuple(rule for rule in RULES if rule.title is not None or not (rule.markup or rule.text))


class _Page:
    """What the rules look at, each part worked out when a rule first asks."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.size = len(body)
        self._body = body[:_LOOKED_AT]

    @cached_property
    def lower(self) -> bytes:
        return self._body.lower()

    @cached_property
    def is_crowded(self) -> bool:
        """Whether it has a site's worth of links: what comes instead of a page has few. Spares 20 searches a page."""
        return self._crowds(self._body) or self._crowds(self.lower)

    @staticmethod
    def _crowds(markup: bytes) -> bool:
        return len(markup.split(b"<a ", _CROWD)) > _CROWD  # a search from link to link takes twice as long

    @cached_property
    def is_html(self) -> bool:
        kind = self.headers.get("content-type", "")
        return "html" in kind if kind else b"<html" in self._body[:2000].lower()

    @cached_property
    def title(self) -> str:
        if not self.is_html:
            return ""
        start = self._body[:_HEAD].lower().find(b"<title")
        start = self.lower.find(b"<title") if start < 0 else start
        found = _TITLE.match(self._decode(self._body[start : start + 1000])) if start >= 0 else None
        return " ".join(found[1].split()) if found else ""

    @cached_property
    def text(self) -> str:
        html = self._decode(self._body)
        return " ".join(_TAG.sub(" ", _UNSEEN.sub(" ", html)).split())

    def _decode(self, part: bytes) -> str:
        declared = self.headers.get("content-type", "").encode() + self._body[:1024]
        return part.decode("cp1251" if b"1251" in declared else "utf-8", "replace")


_TITLE = _words(r"<title[^>]*>([^<]{0,500})")
_UNSEEN = re.compile(r"<(script|style|template|svg|head)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
