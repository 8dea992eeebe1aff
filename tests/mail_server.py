"""A real SMTP server for tests: keeps what it accepts, and answers as it is told."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from flask import Flask

from tracker.plumbing.settings import Smtp


@dataclass
class MailServer:
    """`answers` are given to the next letters, one each; then every letter is accepted."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    delay: float = 0.0
    """Seconds that it takes to answer a letter."""
    begun: int = 0

    @classmethod
    @contextmanager
    def running(cls, starttls: SSLContext | None = None) -> Iterator["MailServer"]:
        """With a context for STARTTLS, nothing is taken in the clear."""
        server = cls(port=free_port())
        more: Any = {"tls_context": starttls, "require_starttls": True} if starttls else {}
        controller = Controller(server, hostname="127.0.0.1", port=server.port, enable_SMTPUTF8=True, **more)
        controller.start()
        try:
            yield server
        finally:
            controller.stop()

    def serve(self, app: Flask) -> None:
        """Make the application hand in its mail here."""
        app.config["TRACKER"] = replace(app.config["TRACKER"], smtp=Smtp("127.0.0.1", self.port))

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers and self.answers[0].startswith("RCPT "):
            return self.answers.pop(0).removeprefix("RCPT ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        self.begun += 1
        await asyncio.sleep(self.delay)
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 Accepted"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
