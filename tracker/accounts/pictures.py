"""The square picture that an authenticator app scans, as SVG that needs no style of its own."""

import io

import pyotp
import segno
from flask import current_app
from markupsafe import Markup

from tracker.models import Person
from tracker.plumbing.settings import Settings


def to_scan(person: Person, secret: str) -> Markup:
    settings: Settings = current_app.config["TRACKER"]
    address = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=settings.institute_name)
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, svgclass="scan-picture", lineclass=None, omitsize=True, border=2
    )
    return Markup(drawn.getvalue().decode("ascii"))  # noqa: S704 - drawn here, of dark and light squares alone
