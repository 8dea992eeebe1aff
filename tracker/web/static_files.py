"""Static files: addresses carry the content's hash, so that they may be kept for ever."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request


@lru_cache(maxsize=512)
def content_mark(path: str, changed_at: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def has_assets(app: Flask) -> bool:
    """Whether the front-end files were fetched when the program was set up."""
    return Path(app.static_folder or "", "vendor", ".built-from").is_file()


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    marks: dict[str, str | None] = {}

    @app.url_defaults
    def mark(endpoint: str, values: dict[str, Any]) -> None:
        """Files do not change while a server runs, unless somebody works on them."""
        name = values.get("filename")
        if endpoint != "static" or name is None or "v" in values:
            return
        if name not in marks or app.debug or app.testing:
            path = folder / name
            marks[name] = content_mark(str(path), path.stat().st_mtime) if path.is_file() else None
        if marks[name] is not None:
            values["v"] = marks[name]

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200 and request.args.get("v"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
