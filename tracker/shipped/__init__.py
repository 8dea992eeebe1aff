"""What every new installation starts with: themes, forms, rubrics, workflows, reasons and messages, all of it data."""

import json
from importlib.resources import files
from typing import Any, Final

FORM_KEYS: Final = ("phd", "postdoc")
WORKFLOW_KEYS: Final = ("phd", "postdoc", "programme")
RUBRIC_KEYS: Final = ("phd", "postdoc")


def themes() -> list[dict[str, Any]]:
    """The ten themes in order, each with its projects and prizes."""
    return _list("themes.json")


def form(key: str) -> dict[str, Any]:
    """The content of a shipped form, for `Form.parse`; its name is under "name"."""
    return _object(f"forms/{_known(key, FORM_KEYS)}.json")


def workflow(key: str) -> dict[str, Any]:
    return _object(f"workflows/{_known(key, WORKFLOW_KEYS)}.json")


def workflows() -> list[dict[str, Any]]:
    return [workflow(key) for key in WORKFLOW_KEYS]


def rubrics() -> dict[str, dict[str, Any]]:
    """By kind of position: name, scale, threshold and criteria with their anchors."""
    return _object("rubrics.json")


def position_defaults(kind: str) -> dict[str, Any]:
    """What a new position of this kind begins with: terms of employment and standard texts."""
    defaults: dict[str, Any] = _object("positions.json")[kind]
    return defaults


def reasons() -> list[dict[str, Any]]:
    """Reason codes for a rejection: what staff choose and what the candidate reads."""
    return _list("reasons.json")


def messages() -> list[dict[str, Any]]:
    """Templates of messages to candidates, with placeholders such as {candidate}."""
    return _list("messages.json")


def _known(key: str, keys: tuple[str, ...]) -> str:
    if key not in keys:
        raise KeyError(key)
    return key


def _list(path: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = _read(path)
    return content


def _object(path: str) -> dict[str, Any]:
    content: dict[str, Any] = _read(path)
    return content


def _read(path: str) -> Any:
    return json.loads(files(__name__).joinpath(path).read_text(encoding="utf-8"))
