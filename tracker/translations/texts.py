"""How texts are found in the program, and how a catalogue is brought up to date with them."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "_": None, "lazy_gettext": None, "_l": None, "say": None, "n_": (1, 2)}


def source_catalog() -> Catalog:
    """Every text of the program, with the files it stands in."""
    catalog = Catalog(project="umc-tracker", charset="utf-8")
    for folder in ("tracker", "templates"):
        found = extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS, options_map={"**.html": EXTENSIONS, "**.txt": EXTENSIONS}
        )
        for path, _, text, comments, context in found:
            catalog.add(text, None, [(f"{folder}/{path}", 0)], auto_comments=comments, context=context)
    return catalog


EXTENSIONS = {"extensions": "jinja2.ext.do,jinja2.ext.i18n", "trimmed": "true"}


def bring_up_to_date(language: str) -> tuple[int, int]:
    """Add new texts to the language's catalogue and drop old ones; how many there are, and how many wait for words."""
    path = ROOT / "tracker" / "translations" / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        catalog = Catalog(locale=language, project="umc-tracker", charset="utf-8")
    catalog.update(source_catalog(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalog, width=120, no_location=True, sort_output=True, omit_header=False, ignore_obsolete=True)
    waiting = [message for message in catalog if message.id and not _is_said(message.string)]
    return len(catalog), len(waiting)


def _is_said(text: object) -> bool:
    return all(text) if isinstance(text, (list, tuple)) else bool(text)
