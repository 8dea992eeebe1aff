"""The application tracker. `create_app` assembles; everything else has its own room."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import reactions
from tracker.plumbing import events, i18n, logs, redis_line
from tracker.plumbing.database import init_app as init_database
from tracker.plumbing.settings import Settings, load_settings
from tracker.plumbing.storage import init_app as init_storage
from tracker.web import (
    access,
    chrome,
    compression,
    errors,
    filters,
    headers,
    metrics,
    once,
    static_files,
    stylesheets,
    templates,
    unit_of_work,
    wall,
)
from tracker.web.csrf import Protection

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "home",
    "accounts",
    "themes",
    "forms",
    "workflows",
    "messages",
    "positions",
    "applications",
    "letters",
    "committee",
    "reviews",
    "comments",
    "dossiers",
    "reports",
)
csrf = Protection()


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """An application with these settings, or those of the environment; `config` is Flask's own, for tests."""
    settings = settings or load_settings(os.environ)
    app = unit_of_work.OneTransaction(__name__, template_folder=str(ROOT / "templates"), static_folder="static")
    secure = settings.base_url.startswith("https://")
    app.config.update(
        TRACKER=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=(settings.upload_megabytes + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "tracker" / "translations"),
    )
    app.config.update(config)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # as Flask's documentation has it done
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of its default provider
    templates.init_app(app)

    logs.init_app(app, settings)
    metrics.init_app(app, settings)
    init_database(app, settings)
    init_storage(app, settings)
    redis_line.init_app(app, settings)
    wall.init_app(app, settings)
    unit_of_work.init_app(app)
    once.init_app(app)
    csrf.init_app(app)
    access.init_app(app)
    i18n.init_app(app)
    errors.init_app(app)
    compression.init_app(app)
    headers.init_app(app, settings)
    filters.init_app(app)
    chrome.init_app(app, settings)
    static_files.init_app(app)
    stylesheets.init_app(app)
    events.set_reactions(reactions.TABLE)
    for room in ROOMS:
        app.register_blueprint(import_module(f"tracker.{room}.views").blueprint)
    return app
