"""Too much, too long, too deep: refused in words; and who asks about accounts learns nothing, not even by the work."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from tests.databases import make_app
from tests.factories import make_hr, make_person
from tests.trust.world import make_world
from tests.visitor import Visitor, sign_in
from tracker.accounts import secrets_kept
from tracker.plumbing.database import counted_statements

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/desk", "/desk/applications", "/desk/palette"])
def test_very_long_addresses_and_very_many_parameters_break_nothing(app: Flask, client: Visitor, path: str) -> None:
    sign_in(client, make_hr())
    for query in ("q=" + "x" * 60_000, "&".join(f"q={n}" for n in range(5_000)), "stage=a&" * 3_000, "q=" + "%" * 999):
        assert client.get(f"{path}?{query}").status_code < 500
    assert client.get(path.rstrip("/") + "/" + "x" * 60_000).status_code == 404


def test_forms_of_too_many_or_too_large_parts_are_413(app: Flask, client: Visitor) -> None:
    sign_in(client, make_hr())
    part = b'--b\r\nContent-Disposition: form-data; name="a%d"\r\n\r\nx\r\n'
    many = b"".join(part % number for number in range(2_100)) + b"--b--\r\n"
    for path in ("/desk/exports", "/sign-in", "/desk/forms/new"):
        assert client.post(path, data=many, content_type="multipart/form-data; boundary=b").status_code == 413
        assert client.post(path, data=b"q=" + b"x" * (3 << 20), content_type=FORM).status_code == 413


@pytest.mark.parametrize(
    "kind", ["application/json", FORM, "text/plain", "multipart/form-data", "multipart/form-data; boundary="]
)
def test_bodies_that_are_not_what_they_say_break_nothing(app: Flask, client: Visitor, now: datetime, kind: str) -> None:
    world = make_world(now)
    sign_in(client, world.people["chair of X"])
    deep = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    for path in (
        f"/desk/applications/{world.x.application.id}/review",
        f"/desk/applications/{world.x.application.id}/comments",
        "/account/details",
        "/sign-in",
    ):
        for body in (deep, b"[" * 100_000, b"\xff\xfe\x00", json.dumps([None] * 1000).encode()):
            assert client.post(path, data=body, content_type=kind).status_code < 500


ASK: dict[str, Callable[[Visitor, str], object]] = {
    "sign in": lambda client, email: client.post("/sign-in", data={"email": email, "password": "not the right one"}),
    "ask for a new password": lambda client, email: client.post("/reset", data={"email": email}),
    "sign up": lambda client, email: Visitor(client.application, client.response_wrapper, use_cookies=True).post(
        "/sign-up", data={"email": email, "name": "Some Body", "password": "a long and good one 4711"}
    ),
}


@pytest.mark.parametrize("act", list(ASK))
def test_who_asks_about_an_account_cannot_tell_by_the_work_whether_there_is_one(
    app: Flask, client: Visitor, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by a clock, which lies: by the number of statements and of passwords hashed."""
    make_person(email="known@example.org", password="a long and good one 0815")
    hashed: list[str] = []
    for name in ("hash", "verify"):
        real = getattr(secrets_kept._hasher, name)

        def counted(*given: object, real: Callable[..., object] = real, name: str = name) -> object:
            hashed.append(name)
            return real(*given)

        monkeypatch.setattr(type(secrets_kept._hasher), name, lambda self, *given, counted=counted: counted(*given))
    secrets_kept._stand_in()
    ASK[act](client, "warm@example.org")
    work = {}
    for email in ("known@example.org", "nobody@example.org"):
        hashed.clear()
        with counted_statements() as counted_:
            ASK[act](client, email)
        work[email] = (counted_.count, sorted(hashed))
    known, unknown = work.values()
    assert known == unknown


def test_a_forged_host_or_proxy_header_changes_no_link_of_any_page(app: Flask, client: Visitor) -> None:
    forged = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "/evil.example",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/desk",
        "X-Rewrite-URL": "/desk",
        "X-HTTP-Method-Override": "DELETE",
    }
    for path in ("/", "/positions", "/themes", "/sign-in", "/desk", "/robots.txt", "/nowhere"):
        answer = client.get(path, headers=forged)
        assert "evil.example" not in answer.text + str(answer.headers)
        assert answer.status_code == client.get(path).status_code


def test_who_guesses_gets_no_new_address_by_writing_one(app: Flask, client: Visitor) -> None:
    """What is counted is the connection's own: else who guesses would wear a new one each time."""
    answers = []
    for turn in range(61):
        answer = client.post(
            "/sign-in",
            data={"email": f"n{turn}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{turn}"},
        )
        answers.append(answer.status_code)
    assert (set(answers), answers[-1]) == ({422, 429}, 429)


@pytest.mark.parametrize(
    "value",
    ["x\r\nSet-Cookie: evil=1", "/%0d%0aSet-Cookie:%20evil=1", "/\r\nEvil: 1", "/\u2028Evil: 1", "/嘊嘍Evil: 1"],
)
def test_nothing_typed_splits_an_answer(app: Flask, client: Visitor, value: str) -> None:
    person = make_person(password="correct horse battery staple")
    data = {"email": person.email, "password": "correct horse battery staple", "next": value, "language": "nl"}
    for path in ("/language", "/sign-in"):
        answer = client.post(path, data=data)
        assert ("evil" in str(answer.headers.getlist("Set-Cookie")), "Evil" in answer.headers) == (False, False)
        assert all("\r" not in one and "\n" not in one for _, one in answer.headers)


def test_cookies_are_for_this_site_alone_and_out_of_reach_of_scripts(
    app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secure = make_app(tmp_path_factory.mktemp("secure"), BASE_URL="https://jobs.example.org")
    answer = secure.test_client().get("/sign-in", base_url="https://jobs.example.org")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for one in cookies:
        assert one.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in one.split(";")}
        assert "SameSite=Lax" in one
        assert "Domain" not in one
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
