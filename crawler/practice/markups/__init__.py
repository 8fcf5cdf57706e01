"""The same content in many markups: one template each, drawn from by name.

Every template prints an article in the order of the site's text (login, heading, counters, picture credit, subtitle,
lead, byline, body, footnotes, rights, original, disclaimer, mentions, comment prompt, newsletter, discussion); the
last list and the mentions may stand before or after the rest.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crawler.practice.truth import Printed

MARKUPS: dict[str, Printed] = {
    "tables": Printed(),
    "soup": Printed(alternate=True),
    "semantic": Printed(published=True, alternate=True),
    "metadata": Printed(published=True, alternate=True),
    "br": Printed(lead_apart=False),
    "classes": Printed(published=True, alternate=True),
    "aside_first": Printed(),
    "alt_only": Printed(in_attributes=frozenset({"views", "comments", "rating", "rights_holder"})),
    "inline_labels": Printed(lead_apart=False),
    "spa": Printed(scripted=True),
    "definition": Printed(),
    "custom": Printed(alternate=True),
    # Written after the reader, to try it on what it was not made for.
    "inline": Printed(),
    "blocks": Printed(published=True, alternate=True),
    "letter": Printed(),
    "dated": Printed(published=True),
    # After content managers that Russian news sites run on; written without sight of the reader.
    "bitrix": Printed(published=True, in_attributes=frozenset({"views", "comments", "rating", "rights_holder"})),
    "wordpress": Printed(published=True, alternate=True),
    "amp": Printed(published=True, alternate=True),
    "center": Printed(),
    # Six more of the same kind, also written without sight of the reader.
    "next": Printed(published=True, alternate=True),
    "drupal": Printed(published=True, alternate=True),
    "joomla": Printed(published=True),
    "tilda": Printed(),
    "ucoz": Printed(published=True),
    "bem": Printed(published=True, alternate=True),
    # Twelve more, again written without sight of the reader.
    "dle": Printed(),
    "bootstrap3": Printed(lead_apart=False),
    "tailwind": Printed(published=True, alternate=True),
    "nuxt": Printed(published=True, alternate=True),
    "strict": Printed(published=True),
    "aspnet": Printed(published=True),
    "mobile": Printed(alternate=True),
    "handmade": Printed(published=True, alternate=True),
    "ghost": Printed(published=True, alternate=True),
    "mediawiki": Printed(published=True, alternate=True),
    "newspaper": Printed(published=True, alternate=True),
    "aem": Printed(published=True, alternate=True),
    # Ten more, written without sight of the reader as mended for those above.
    "portal": Printed(published=True),
    "longread": Printed(published=True),
    "infinite": Printed(published=True, alternate=True),
    "netcat": Printed(),
    "hugo": Printed(published=True, alternate=True, lead_apart=False),
    "django": Printed(published=True),
    "angular": Printed(alternate=True),
    "liferay": Printed(published=True, alternate=True),
    "blocktheme": Printed(published=True, alternate=True),
    "rails": Printed(),
    # Eight more, as before.
    "modx": Printed(published=True),
    "typo3": Printed(published=True, alternate=True),
    "umi": Printed(),
    "uikit": Printed(published=True, alternate=True),
    "elementor": Printed(published=True, alternate=True),
    "astro": Printed(published=True, alternate=True),
    "phpbb": Printed(published=True),
    "microformats": Printed(published=True, alternate=True),
    # Six more, as before.
    "hostcms": Printed(published=True, alternate=True),
    "vbulletin": Printed(published=True, lead_apart=False),
    "telegraph": Printed(published=True, alternate=True),
    "foundation": Printed(published=True),
    "material": Printed(published=True, alternate=True),
    "yii": Printed(published=True, alternate=True),
    # Four more, as before.
    "wix": Printed(published=True, alternate=True),
    "qwik": Printed(published=True, alternate=True),
    "elementplus": Printed(published=True, alternate=True),
    "primefaces": Printed(published=True),
    "wap": Printed(alternate=True, lead_apart=False),
}


def hashed(name: str) -> str:
    """An opaque class name, as build tools make them."""
    return "x" + blake2b(name.encode(), digest_size=4).hexdigest()


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("crawler.practice", "markups"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["hashed"] = hashed
    return environment


_ENVIRONMENT = _environment()


def render(markup: str, context: dict[str, Any]) -> str:
    """The page of `context` in one of MARKUPS, as HTML."""
    return _ENVIRONMENT.get_template(f"{markup}.html").render(context)


def render_topic(topic: str, comments: list[dict[str, Any]]) -> Markup:
    """The comments of a topic, to stand inside a page of any markup."""
    return Markup(_ENVIRONMENT.get_template("_topic.html").render(topic=topic, comments=comments))  # noqa: S704 - escaped
