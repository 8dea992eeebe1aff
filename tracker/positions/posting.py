"""A position as schema.org JobPosting, for search engines and other programs."""

from datetime import datetime
from typing import Any

from flask import current_app

from tracker.models import Position
from tracker.plumbing.i18n import said
from tracker.plumbing.links import absolute
from tracker.rules.deadlines import is_open
from tracker.web.filters import markdown

FULL_TIME_FROM = 0.9


def job_posting(position: Position, now: datetime) -> dict[str, Any] | None:
    """None unless applications are taken now: what is closed is no job."""
    if position.state != "published" or not is_open(position.opens_at, position.closes_at, now):
        return None
    settings = current_app.config["TRACKER"]
    organisation = {"@type": "Organization", "name": settings.institute_name, "sameAs": settings.base_url}
    posting: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": said(position.title),
        "description": _description(position),
        "identifier": {"@type": "PropertyValue", "name": settings.institute_name, "value": position.reference},
        "datePosted": (position.opens_at or position.published_at or now).date().isoformat(),
        "validThrough": position.closes_at.isoformat() if position.closes_at else None,
        "employmentType": _employment(position),
        "hiringOrganization": organisation | ({"department": _department(position)} if position.department else {}),
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": position.place,
                "addressCountry": position.country,
            },
        },
        "baseSalary": _salary(position),
        "jobStartDate": position.starts_on.isoformat() if position.starts_on else None,
        "totalJobOpenings": position.openings,
        "workHours": f"{position.hours} hours a week" if position.hours else None,
        "qualifications": str(markdown(said(position.requirements))) or None,
        "jobBenefits": str(markdown(said(position.benefits))) or None,
        "directApply": True,
        "url": absolute("positions.show", position_id=position.id),
    }
    return {name: value for name, value in posting.items() if value is not None}


def _description(position: Position) -> str:
    return "".join(str(markdown(said(text))) for text in (position.description, position.requirements) if text)


def _department(position: Position) -> dict[str, str]:
    return {"@type": "Organization", "name": position.department}


def _employment(position: Position) -> list[str]:
    size = "FULL_TIME" if position.fte is None or float(position.fte) >= FULL_TIME_FROM else "PART_TIME"
    return [size, "TEMPORARY"] if position.contract != "permanent" else [size]


def _salary(position: Position) -> dict[str, Any] | None:
    if position.salary_from is None or position.salary_to is None:
        return None
    return {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {
            "@type": "QuantitativeValue",
            "minValue": position.salary_from,
            "maxValue": position.salary_to,
            "unitText": "MONTH",
        },
    }
