"""What stands around the content on every page: menus, styles and scripts, to make pages as heavy as real ones."""

from __future__ import annotations

from functools import cache

_SECTIONS = (
    ("Авиация", "aviaciya"), ("Флот", "flot"), ("Сухопутные войска", "suhoputnye-voiska"), ("Космос", "kosmos"),
    ("Ракетное оружие", "raketnoe-orujie"), ("Электроника", "elektronika"), ("Бронетехника", "bronetehnika"),
    ("Стрелковое оружие", "strelkovoe-orujie"), ("Беспилотники", "bespilotniki"), ("Экономика", "ekonomika"),
)  # fmt: skip
_TOPICS = ("лента", "фото", "видео", "справочник", "выставки", "предприятия", "вакансии", "тендеры")


@cache
def menu() -> tuple[tuple[str, str], ...]:
    """Texts and paths of the menus; the paths are no articles."""
    return tuple(
        (f"{name}: {topic}", f"/section/{path}/{n}/") for name, path in _SECTIONS for n, topic in enumerate(_TOPICS)
    )


@cache
def styles() -> str:
    """Some 9 KB of CSS in ASCII."""
    base = "body{margin:0;font:14px/1.5 Arial,sans-serif;color:#222}a{color:#0b4f8a}img{max-width:100%}\n"
    rules = (f".g{n}{{margin:{n % 7}px {n % 11}px;padding:{n % 5}px;width:{n % 100}%;float:left}}" for n in range(160))
    return base + "\n".join(rules)


@cache
def script() -> str:
    """Some 6 KB of JavaScript in ASCII, which changes nothing on the page."""
    lines = (f"  counters.push({{id:{n},name:'block-{n}',seen:false,at:{n * 37 % 1000}}});" for n in range(110))
    return (
        "(function(){\n  var counters=[];\n" + "\n".join(lines) + "\n  window.practice={blocks:counters.length};\n})();"
    )
