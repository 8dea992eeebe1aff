"""One style sheet for each room: a page asks for it once, however many files it is written in."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

from tracker.web.access import public

SHARED = ("tokens", "hues", "base", "frame", "buttons", "forms", "marks", "pieces", "overlays")
ROOMS = {
    "plain": (*SHARED, "public"),
    "paper": (*SHARED, "public", "themes"),
    "desk": (*SHARED, "staff", "tables", "board", "dossier", "charts", "themes"),
}
A_YEAR = "public, max-age=31536000, immutable"


@lru_cache(maxsize=16)
def joined(paths: tuple[Path, ...], changed_at: tuple[float, ...]) -> tuple[str, str]:
    """The files one after the other, and the mark of what they say; anew when one of them changes."""
    text = "\n".join(path.read_text("utf-8") for path in paths)
    return text, hashlib.sha256(text.encode()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "") / "css"
    rooms = {room: tuple(folder / f"{name}.css" for name in names) for room, names in ROOMS.items()}

    def sheet(room: str) -> tuple[str, str]:
        paths = rooms[room]
        return joined(paths, tuple(path.stat().st_mtime for path in paths))

    marks: dict[str, str] = {}

    def stylesheet_of(room: str) -> str:
        """Files do not change while a server runs, unless somebody works on them."""
        if room not in marks or app.debug or app.testing:
            marks[room] = sheet(room)[1]
        return url_for("stylesheet", room=room, v=marks[room])

    @app.get("/styles/<room>.css", endpoint="stylesheet")
    @public
    def show(room: str) -> Response:
        if room not in rooms:
            abort(404)
        text, mark = sheet(room)
        response = Response(text, mimetype="text/css")
        response.headers["Cache-Control"] = A_YEAR if request.args.get("v") == mark else "no-cache"
        return response

    app.jinja_env.globals.update(stylesheet_of=stylesheet_of)
