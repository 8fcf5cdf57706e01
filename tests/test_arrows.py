"""The arrows of the house go one way: svodka.py -> pipelines -> crawler -> archive."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "archive": {"archive"},
    "crawler": {"crawler", "archive"},
    "pipelines": {"pipelines", "crawler", "archive"},
}
ROOMS = set(MAY_IMPORT) | {"svodka"}


def imports(path: Path) -> set[str]:
    """The top-level packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the arrows"
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_arrow_goes_back(room):
    wrong = {
        str(path.relative_to(ROOT)): sorted(imports(path) & ROOMS - MAY_IMPORT[room])
        for path in (ROOT / room).rglob("*.py")
        if imports(path) & ROOMS - MAY_IMPORT[room]
    }
    assert wrong == {}


def modules(path: Path) -> set[str]:
    """The modules that a file imports, and what it imports from them, by their full names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_no_files_import_each_other_in_a_circle():
    """Whether for names at run time, for types, or within functions: in a circle no file can be read first."""
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
             for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py")}  # fmt: skip
    below = {
        name: {known for each in modules(path) for known in (each, each.rpartition(".")[0]) if known in files}
        for name, path in files.items()
    }
    while leaves := {name for name, imported in below.items() if not imported & below.keys()}:
        below = {name: imported for name, imported in below.items() if name not in leaves}
    assert below == {}


def test_nothing_below_the_commands_imports_them():
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "pipelines").rglob("*.py")
        if path.parent.name != "commands" and any(name.startswith("pipelines.commands") for name in modules(path))
    ]
    assert wrong == []


def test_the_front_door_leads_to_the_commands_alone():
    rooms = {name for name in modules(ROOT / "svodka.py") if name.split(".")[0] in ROOMS}
    assert rooms
    assert {".".join(name.split(".")[:2]) for name in rooms} == {"pipelines.commands"}


def test_the_archive_knows_nothing_of_scrapy():
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "archive").rglob("*.py")
        if imports(path) & {"scrapy", "twisted", "itemloaders", "scrapy_playwright"}
    ]
    assert wrong == []


def test_every_file_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for room in MAY_IMPORT
        for path in (ROOT / room).rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) and "versions" not in path.parts
    ]
    assert silent == []
