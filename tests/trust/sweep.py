"""Every address the application has, filled in with ids that exist."""

import re
from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.trust.world import SECRETS
from tests.visitor import Visitor

PARAMETER = re.compile(r"<(?:[^:<>]+(?:\([^)]*\))?:)?([^<>]+)>")
LEAVES = frozenset({"accounts.sign_out"})


def rules(app: Flask, method: str) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]
    return sorted((rule for rule in found if rule.endpoint not in LEAVES), key=lambda rule: rule.rule)


def parameters(rule: Rule) -> list[str]:
    return PARAMETER.findall(rule.rule)


def address(rule: Rule, ids: Mapping[str, str]) -> str:
    return PARAMETER.sub(lambda found: ids[found[1]], rule.rule)


def addresses(app: Flask, method: str, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Endpoint and path, for each rule."""
    for rule in rules(app, method):
        yield rule.endpoint, address(rule, ids)


def secrets_in(response: TestResponse) -> set[str]:
    whole = (response.get_data() + str(response.headers).encode("utf-8", "replace")).decode("utf-8", "ignore")
    text = whole.casefold()
    return {one for one in SECRETS if one in text}


def status_of(client: Visitor, path: str, method: str = "GET") -> int:
    """500 where a fault would have been answered so; tests let it through."""
    try:
        return client.open(path, method=method).status_code
    except Exception:
        return 500
