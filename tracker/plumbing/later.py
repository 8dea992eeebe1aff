"""Libraries that few requests need, each imported when something of it is first asked for.

Together they were a quarter of the time in which a web process starts: docs/decisions/one-program-for-all-processes.md
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["authlib_errors", "flask_client", "joserfc_errors", "pikepdf", "redis", "requests", "typst", "webauthn"]


class Later(ModuleType):
    """Stands for a module until it is needed."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


if TYPE_CHECKING:
    import joserfc.errors as joserfc_errors
    import pikepdf
    import redis
    import requests
    import typst
    import webauthn
    import webauthn.helpers.exceptions
    import webauthn.helpers.structs
    from authlib.common import errors as authlib_errors
    from authlib.integrations import flask_client
else:
    authlib_errors = Later("authlib.common.errors")
    flask_client = Later("authlib.integrations.flask_client")
    joserfc_errors = Later("joserfc.errors")
    pikepdf = Later("pikepdf")
    redis = Later("redis")
    requests = Later("requests")
    typst = Later("typst")
    webauthn = Later("webauthn")
