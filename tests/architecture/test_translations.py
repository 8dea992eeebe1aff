"""Dutch is complete: every text a person reads is in the catalogue, translated, with the same placeholders."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tracker.translations.texts import source_catalog

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def dutch() -> Catalog:
    path = ROOT / "tracker" / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale="nl")


def source_texts() -> set[str]:
    """Every text the program says, as the extraction finds it."""
    return {singular(message) for message in source_catalog() if message.id}


def singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def test_every_text_is_in_the_dutch_catalogue() -> None:
    known = {singular(message) for message in dutch() if message.id}
    assert sorted(source_texts() - known) == []


def test_every_text_is_translated() -> None:
    assert [singular(message) for message in dutch() if message.id and (message.fuzzy or not is_said(message))] == []


def is_said(message: Message) -> bool:
    return message.string is not None and all(strings(message))


def strings(message: Message) -> list[str]:
    """The translation; of a text that counts, one for each number."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_a_translation_has_the_placeholders_of_its_text() -> None:
    wrong = []
    for message in dutch():
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(message.id if isinstance(message.id, str) else " ".join(message.id)))
        if any(not set(PLACEHOLDER.findall(text)) <= wanted for text in strings(message)):
            wrong.append(singular(message))
    assert wrong == []


def test_nothing_in_the_catalogue_is_left_over() -> None:
    source = source_texts()
    assert [singular(message) for message in dutch() if message.id and singular(message) not in source] == []
