"""Who opens the demo's pages: a browser for each, in a language, that notices what goes wrong."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.servers import Server

DESKTOP = (1280, 900)
PHONE = (390, 844)
CATALOGUES = Path("tracker/translations")


@dataclass(frozen=True)
class Demo:
    address: str
    folder: Path
    sign_ins: dict[str, dict[str, str]]
    server: Server

    def letters_to(self, email: str) -> list[EmailMessage]:
        """What the outbox holds for that address, oldest first."""
        files = sorted((self.folder / "outbox").glob("**/*.eml"), key=lambda one: one.stat().st_mtime_ns)
        letters = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]
        return [one for one in letters if email in str(one["To"])]

    def link_to(self, email: str, part: str, seconds: float = 20) -> str:
        """The link in the newest mail to that address, once it is there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for letter in reversed(self.letters_to(email)):
                plain = letter.get_body(("plain",))
                found = re.search(rf"http\S+{re.escape(part)}\S+", plain.get_content() if plain else "")
                if found:
                    return f"{self.address}/{found[0].split('/', 3)[3]}"
            time.sleep(0.2)
        raise AssertionError(f"no mail with {part} to {email}")


class Words:
    """The page's own words in a language: words("Sign in")."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue: NullTranslations = (
            NullTranslations() if language == "en" else Translations.load(CATALOGUES, [language])
        )

    def __call__(self, text: str, **values: Any) -> str:
        said = str(self._catalogue.gettext(text))
        return said % values if values else said


@dataclass
class Visits:
    """The contexts a test has opened, and what went wrong in them."""

    browser: Browser
    demo: Demo
    cookies: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    def context(self, role: str | None = None, *, size: tuple[int, int] = DESKTOP, **more: Any) -> BrowserContext:
        if role is not None and role not in self.cookies:
            self._sign_in(role)
        context = self.browser.new_context(
            base_url=self.demo.address,
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            storage_state=self.cookies[role] if role else None,
            **more,
        )
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.problems.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("response", self._note_response)
        context.set_default_timeout(10_000)
        self.opened.append(context)
        return context

    def page(self, role: str | None = None, language: str = "en", **more: Any) -> Page:
        """In that language, at the desk; visitors and candidates at the front door."""
        page = self.context(role, **more).new_page()
        page.goto("/")
        speak(page, language)
        return page

    def close(self) -> None:
        for context in self.opened:
            context.close()

    @contextmanager
    def expecting_problems(self) -> Iterator[None]:
        """What a broken connection writes to the console is what the test asked for."""
        before = len(self.problems)
        yield
        del self.problems[before:]

    def _note_console(self, message: ConsoleMessage) -> None:
        refused = "the server responded with a status of 4" in message.text  # judged where it was expected
        if message.type == "error" and not refused:
            self.problems.append(f"{message.page and message.page.url}: {message.text}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} {response.url}")

    def _sign_in(self, role: str) -> None:
        context = self.browser.new_context(base_url=self.demo.address)
        page = context.new_page()
        sign_in(page, **{name: self.demo.sign_ins[role][name] for name in ("email", "password")})
        self.cookies[role] = context.storage_state()
        context.close()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def speak(page: Page, language: str) -> None:
    """Choose the language, as a reader does by the switch at the top."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"form.language button[value={language}]").first.click()
        page.wait_for_selector(f"html[lang={language}]")
