"""Candidates of the demo, and their answers to every question of the forms that ship."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tracker.demo.names import somebody
from tracker.demo.phrases import phrase, phrases
from tracker.demo.staff import address_of
from tracker.demo.universities import COUNTRIES, university
from tracker.demo.vacancies import Vacancy
from tracker.rules.emails import canonical_email
from tracker.rules.entry_fields import TEST_PARTS
from tracker.rules.identifiers import orcid_check_digit

METHODS = (
    "cell_culture",
    "molecular",
    "sequencing",
    "imaging",
    "animal",
    "clinical",
    "epidemiology",
    "statistics",
    "programming",
    "qualitative",
)
WHERE_HEARD = ("our_site", "euraxess", "academic_transfer", "someone", "social", "other")
ZONES = {
    "NL": "Europe/Amsterdam",
    "CN": "Asia/Shanghai",
    "IN": "Asia/Kolkata",
    "BR": "America/Sao_Paulo",
    "US": "America/New_York",
    "JP": "Asia/Tokyo",
    "NG": "Africa/Lagos",
}
SCALES = (
    ("8.1", "10", "1", "5.5"),
    ("1.3", "1.0", "5.0", "4.0"),
    ("3.74", "4.00", "0.00", "2.00"),
    ("16.2", "20", "0", "10"),
)
"""A mark, the best, the worst and the pass mark of its scale."""
MARKS = ("grade_raw", "grade_best", "grade_worst", "grade_pass")


@dataclass(frozen=True)
class Candidate:
    """One applicant, the same towards every position."""

    id: str
    name: str
    called: str
    home: str
    lives_in: str
    email: str
    language: str
    quality: float
    """How good the committee would find them, on a scale of 1 to 5."""

    @property
    def canonical_email(self) -> str:
        return canonical_email(self.email)

    @property
    def time_zone(self) -> str:
        return ZONES.get(self.lives_in, "Europe/Amsterdam")


def new_candidate(rng: Random, number: int, person_id: str) -> Candidate:
    name, called, home = somebody(rng)
    lives_in = rng.choices((home, "NL", rng.choice(COUNTRIES)), weights=(70, 16, 14))[0]
    return Candidate(
        id=person_id,
        name=name,
        called=called,
        home=home,
        lives_in=lives_in,
        email=f"{address_of(name) or 'candidate'}.{number}@mail.example",
        language="nl" if home == "NL" and rng.random() < 0.7 else "en",
        quality=min(5.0, max(1.2, rng.gauss(3.3, 0.8))),
    )


def answers(who: Candidate, vacancy: Vacancy, today: date, rng: Random) -> dict[str, Any]:
    """All answers, as they are kept; what an optional question leaves empty is not there."""
    field = rng.choice(phrases("fields"))
    given = dict(_personal(who, rng)) | dict(_background(who, vacancy, today, field, rng))
    given |= dict(_research(vacancy, today, field, rng)) | {"referees": _referees(who, rng)}
    given |= dict(_doctor(vacancy, today, rng) if vacancy.kind == "postdoc" else _student(vacancy, rng))
    given |= {"truthful": True, "privacy_read": True}
    if rng.random() < 0.15:
        given["remarks"] = phrase(rng, "remarks")
    return given


def _personal(who: Candidate, rng: Random) -> Iterator[tuple[str, Any]]:
    yield "full_name", who.name
    yield "called", who.called
    yield "residence_country", who.lives_in
    yield "heard_from", rng.choice(WHERE_HEARD)
    yield "needs_permit", "no" if who.home in {"NL", "DE", "FR", "ES", "IT", "PL", "PT", "GR", "IE"} else "yes"
    if rng.random() < 0.6:
        yield "phone", f"+{rng.randint(20, 98)} {rng.randint(100, 999)} {rng.randint(100000, 999999)}"
    if rng.random() < 0.7:
        place = university(who.lives_in, rng)
        yield "institution_now", {key: place[key] for key in ("name", "ror") if key in place}
    if rng.random() < 0.5:
        digits = f"0000000{rng.randint(1, 3)}{rng.randint(0, 9_999_999):07d}"
        whole = digits + orcid_check_digit(digits)
        yield "orcid", "-".join(whole[start : start + 4] for start in range(0, 16, 4))
    if rng.random() < 0.35:
        yield "website", f"https://people.example/{address_of(who.called).replace('.', '-') or 'me'}"


def _background(who: Candidate, vacancy: Vacancy, today: date, field: str, rng: Random) -> Iterator[tuple[str, Any]]:
    year = today.year - (6 if vacancy.kind == "postdoc" else 2) - rng.randint(0, 3)
    yield "start_from", (today + timedelta(days=rng.randint(120, 260))).isoformat()
    yield "months_in_netherlands", rng.choice((0, 0, 0, 6, 12, 24, 36)) if who.lives_in == "NL" else 0
    yield "degrees", _degrees(who, vacancy, field, year, rng)
    yield "history", _history(who, vacancy, year, rng)
    yield "methods", sorted(rng.sample(METHODS, rng.randint(2, 5)), key=METHODS.index)
    yield "english", [_english(who, today, rng)]
    yield "dutch", "native" if who.home == "NL" else rng.choices(("none", "some", "good"), weights=(70, 22, 8))[0]
    if rng.random() < 0.5:
        yield "other_languages", phrase(rng, "languages")
    yield "thesis_title", phrase(rng, "thesis_titles", field=field)
    if rng.random() < 0.7:
        yield "thesis_summary", phrase(rng, "thesis_summaries")


def _degrees(who: Candidate, vacancy: Vacancy, field: str, year: int, rng: Random) -> list[dict[str, Any]]:
    """The newest first; marks on the scale of the place."""
    marks = dict(zip(MARKS, rng.choice(SCALES), strict=True))
    master = _degree("7", field, university(who.lives_in, rng), f"{year - 2}-09", f"{year}-07") | marks
    bachelor = _degree("6", field, university(who.home, rng), f"{year - 5}-09", f"{year - 2}-06")
    found = [master, bachelor]
    if vacancy.kind == "postdoc":
        found.insert(0, _degree("8", field, university(rng.choice(COUNTRIES), rng), f"{year}-10", f"{year + 4}-11"))
    return found


def _degree(level: str, field: str, place: dict[str, Any], start: str, end: str) -> dict[str, Any]:
    facts = {"level": level, "field": field, "institution": place["name"], "country": place["country"]}
    return facts | ({"ror": place["ror"]} if "ror" in place else {}) | {"start": start, "end": end}


def _history(who: Candidate, vacancy: Vacancy, year: int, rng: Random) -> list[dict[str, Any]]:
    """Unbroken from the studies on, newest first; sometimes with a stay abroad."""
    roles = "postdoc_roles" if vacancy.kind == "postdoc" else "roles"
    now = {
        "kind": "work",
        "title": phrase(rng, roles),
        "organisation": phrase(rng, "organisations"),
        "country": who.lives_in,
        "start": f"{year}-08",
    }
    study = {
        "kind": "study",
        "title": "Master’s programme",
        "organisation": university(who.lives_in, rng)["name"],
        "country": who.lives_in,
        "start": f"{year - 2}-09",
        "end": f"{year}-07",
    }
    if rng.random() < 0.4:
        abroad = rng.choice([country for country in COUNTRIES if country != who.lives_in])
        stay = {
            "kind": "stay",
            "title": "Research stay",
            "organisation": university(abroad, rng)["name"],
            "country": abroad,
            "start": f"{year - 1}-02",
            "end": f"{year - 1}-06",
            "description": "Learned the method there that I use now.",
        }
        return [now, stay, study]
    return [now, study]


def _english(who: Candidate, today: date, rng: Random) -> dict[str, Any]:
    tested = (today - timedelta(days=rng.randint(40, 700))).isoformat()
    if who.home in {"NL", "GB", "IE", "US", "NG", "KE"}:
        return {"test": "native", "description": "Studied in English."}
    if rng.random() < 0.3:
        points = [rng.randint(18, 29) for _ in TEST_PARTS]
        return {"test": "toefl_ibt", "overall": sum(points), "date": tested} | dict(
            zip(TEST_PARTS, points, strict=True)
        )
    halves = [rng.randint(11, 17) for _ in TEST_PARTS]
    parts = dict(zip(TEST_PARTS, map(_half, halves), strict=True))
    return {"test": "ielts", "overall": _half(round(sum(halves) / 4)), "date": tested} | parts


def _half(halves: int) -> int | float:
    """So many halves, as the form keeps a number: whole ones without a point."""
    return halves / 2 if halves % 2 else halves // 2


def _research(vacancy: Vacancy, today: date, field: str, rng: Random) -> Iterator[tuple[str, Any]]:
    parts = [phrase(rng, one, topic=vacancy.topic) for one in ("openings", "middles", "ends")]
    yield "motivation", "\n\n".join(parts)
    wanted = rng.randint(1, 4) if vacancy.kind == "postdoc" else rng.choice((0, 0, 1, 2))
    if wanted:
        yield "publications", [_publication(today.year - one, field, rng) for one in range(wanted)]
    if rng.random() < 0.6:
        chosen = rng.sample(phrases("prizes"), rng.randint(1, 2))
        yield (
            "prizes",
            [
                {"kind": kind, "title": title, "organisation": giver, "year": today.year - rng.randint(1, 5)}
                for kind, title, giver in chosen
            ],
        )


def _publication(year: int, field: str, rng: Random) -> dict[str, Any]:
    others = ", ".join(somebody(rng)[0] for _ in range(rng.randint(1, 4)))
    paper = {
        "title": phrase(rng, "thesis_titles", field=field),
        "authors": others,
        "year": year,
        "venue": phrase(rng, "venues"),
    }
    return (
        paper
        | ({"doi": f"10.5555/demo.{rng.randint(1000, 9999)}"} if rng.random() < 0.6 else {})
        | {"role": "Analysis and first draft"}
    )


def _student(vacancy: Vacancy, rng: Random) -> Iterator[tuple[str, Any]]:
    yield "doctorate", "no"
    yield "masters", rng.choices(("held", "expected"), weights=(75, 25))[0]
    yield "scholarship", rng.choices(("no", "applied", "granted"), weights=(80, 12, 8))[0]
    yield "question", phrase(rng, "questions", topic=vacancy.topic)
    if rng.random() < 0.7:
        yield "difficulty", phrase(rng, "difficulties")


def _doctor(vacancy: Vacancy, today: date, rng: Random) -> Iterator[tuple[str, Any]]:
    status = rng.choices(("awarded", "defended", "expected"), weights=(75, 10, 15))[0]
    days = rng.randint(200, 1400) if status == "awarded" else -rng.randint(20, 120)
    yield "phd_status", status
    yield "phd_date", (today - timedelta(days=days)).isoformat()
    yield "research_years", rng.choice((0, 1, 1.5, 2, 3, 4)) if status == "awarded" else 0
    yield "research_plan", phrase(rng, "plans", topic=vacancy.topic)
    for key in ("independence", "supervision", "open_science"):
        yield key, phrase(rng, key)


def _referees(who: Candidate, rng: Random) -> list[dict[str, Any]]:
    found = []
    for number in range(2):
        name, _, home = somebody(rng)
        found.append(
            {
                "name": f"Prof. {name}",
                "email": f"{address_of(name) or 'professor'}.{number}{rng.randint(10, 99)}@university.example",
                "organisation": university(rng.choice((home, who.lives_in)), rng)["name"],
                "relation": phrase(rng, "relations"),
            }
        )
    return found
