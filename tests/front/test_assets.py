"""What the front is made of holds together: icons, colours, the lock, and what the content policy allows."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "tracker" / "static"
STYLES = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ICON = re.compile(r"""(?:\bicon\(|icon_name=|'icon': )'([a-z0-9-]+)'""")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgb\(|\bhsl\(|\boklch\(")
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
NAMED_HERE = {"tokens.css", "dark.css", "hues.css", "print.css"}


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set((STATIC / "icons.txt").read_text("utf-8").split())
    named = {name for path in TEMPLATES for name in ICON.findall(path.read_text("utf-8"))}
    assert named - drawn == set()


def test_every_icon_of_the_navigation_is_drawn() -> None:
    from tracker.web.chrome import NAV

    drawn = set((STATIC / "icons.txt").read_text("utf-8").split())
    assert {item.icon for item in NAV} - drawn == set()


def test_the_lock_names_no_address_of_a_registry() -> None:
    packages = json.loads((STATIC / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_load_nothing_from_elsewhere(path: Path) -> None:
    assert re.findall(r"url\(|@import", without_comments(path)) == []


@pytest.mark.parametrize("path", [path for path in STYLES if path.name not in NAMED_HERE], ids=lambda path: path.name)
def test_only_the_tokens_name_colours(path: Path) -> None:
    assert [line for line in without_comments(path).splitlines() if COLOUR.search(line)] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_variable_that_a_style_reads_is_set_somewhere(path: Path) -> None:
    everywhere = "".join(without_comments(other) for other in STYLES)
    known = set(re.findall(r"(--[\w-]+)\s*:", everywhere))
    read = set(re.findall(r"var\((--[\w-]+)\s*\)", without_comments(path)))
    assert {name for name in read - known if not name.startswith("--bs-")} == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_write_text_and_never_markup(path: Path) -> None:
    assert MARKUP.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_word_that_a_script_says_is_translated(path: Path) -> None:
    words = (ROOT / "templates" / "layout" / "_words.html").read_text("utf-8")
    known = set(re.findall(r"^  '([\w.]+)':", words, flags=re.MULTILINE))
    said = set(re.findall(r"""\bword\("([a-z_]+)\"""", path.read_text("utf-8")))
    assert said - known == set()


def test_both_themes_set_the_same_colours() -> None:
    colour = re.compile(r"^  (--(?!bs-)[\w-]+): (?:#|rgb)", re.MULTILINE)
    light = set(colour.findall((STATIC / "css" / "tokens.css").read_text("utf-8"))) - {"--brand", "--on-brand"}
    dark = set(colour.findall((STATIC / "css" / "dark.css").read_text("utf-8")))
    assert light - dark == set()


def test_words_of_an_imported_template_are_said_anew_for_each_reader() -> None:
    """Jinja keeps a module imported without context, and with it the language of whoever came first."""
    kept = re.compile(r"""{%-? from "([^"]+)" import (?![^%]*with context)""")
    imported = {name for path in TEMPLATES for name in kept.findall(path.read_text("utf-8"))}
    inside = re.compile(r"{%-? macro .*?endmacro -?%}|{#.*?#}", re.DOTALL)
    tops = {name: inside.sub("", (ROOT / "templates" / name).read_text("utf-8")) for name in imported}
    assert [name for name, top in sorted(tops.items()) if re.search(r"\bn?_\(|gettext\(", top)] == []
