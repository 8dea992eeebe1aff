"""What goes over the line compressed: files and pages that hold no secret.

A page for somebody signed in carries their token and what the address asked for beside each other; compressed together,
its length tells one from the other (BREACH). Such pages go as they are.
"""

from flask import Flask, Response, g, request
from flask_compress import Compress

FILES = frozenset({"static", "stylesheet"})
WORDS = ("text/html", "text/css", "text/javascript", "application/javascript", "application/atom+xml", "image/svg+xml")


def init_app(app: Flask) -> None:
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=list(WORDS),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "gzip"],
    )
    compress = Compress(app)

    @app.after_request
    def shrink(response: Response) -> Response:
        is_for_all = request.endpoint in FILES or g.get("shared", False)
        if response.status_code != 200 or not is_for_all:  # a part of a file is counted in its own bytes
            return response
        source = response.response
        if hasattr(source, "close"):
            response.call_on_close(source.close)  # the file, which nobody closes once it is read piece by piece
        return compress.after_request(response)
