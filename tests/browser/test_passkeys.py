"""Passkeys with a virtual authenticator, where a second factor is required; and an app without any script."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import look
from tests.mail_server import free_port
from tests.servers import Server

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def strict(
    demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """The demo with a name, where staff need a second factor; and the sign-in of somebody of HR."""
    folder = tmp_path_factory.mktemp("strict") / "data"
    shutil.copytree(demo_folder, folder)
    sign_ins = {one["role"]: one for one in json.loads((folder / "sign-ins.json").read_text("utf-8"))}
    port = free_port()
    address = f"http://localhost:{port}"
    with Server("serve", "--port", str(port), folder=folder, BASE_URL=address, STAFF_SECOND_FACTOR="yes") as server:
        server.wait_for("Serving on")
        yield address, sign_ins


def enter(page: Page, who: dict[str, str]) -> None:
    page.goto("/sign-in")
    page.fill("#email", who["email"])
    page.fill("#password", who["password"])
    page.locator("form:has(#password) button[type=submit]").click()


def leave(page: Page) -> None:
    page.locator(".rail-foot .account-summary").click()
    page.locator("form[data-sign-out] button").click()
    page.wait_for_url(lambda url: "/desk" not in url)


def test_a_passkey_is_made_and_opens_the_desk_after_the_password_and_without(
    browser: Browser, strict: tuple[str, dict[str, dict[str, str]]]
) -> None:
    address, sign_ins = strict
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    enter(page, sign_ins["hr"])
    page.wait_for_url("**/sign-in/set-up**")
    assert look(page) == []
    page.fill("#name", "My laptop")
    page.locator("[data-passkey=make]").click()
    expect(page.locator(".paper-codes li")).to_have_count(10)
    assert look(page) == []
    page.goto("/desk")
    leave(page)
    enter(page, sign_ins["hr"])
    page.wait_for_url("**/sign-in/step**")
    assert look(page) == []
    page.locator("[data-passkey=show]").click()
    page.wait_for_url(f"{address}/desk")
    leave(page)
    page.goto("/sign-in")
    page.locator("[data-passkey=show]").click()
    page.wait_for_url(f"{address}/desk")
    page.goto("/account/security")
    expect(page.locator("#passkeys")).to_contain_text("My laptop")
    assert look(page) == []
    context.close()


def test_an_app_is_set_up_without_scripts(browser: Browser, strict: tuple[str, dict[str, dict[str, str]]]) -> None:
    address, sign_ins = strict
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    enter(page, sign_ins["admin"])
    page.wait_for_url("**/sign-in/set-up**")
    page.locator("form[action$='/account/authenticator'] button").click()
    page.locator("li details summary").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).now())
    page.locator("form[action$='/confirm'] button[type=submit]").click()
    expect(page.locator(".paper-codes li")).to_have_count(10)
    page.locator(".buttons a").click()
    page.wait_for_url(f"{address}/desk")
    context.close()
