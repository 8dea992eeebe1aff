"""Pages that are read: lists in every order and state, boards, searches, dossiers, desks, what the public sees."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from tracker.bench.rows import DETAIL_FLOOR, LIST_FLOOR, Budget
from tracker.bench.scene import Scene
from tracker.bench.trials import Trial
from tracker.bench.visitor import Visitor
from tracker.dossiers.marks import make_mark
from tracker.models import Application

LIST = Budget(times=3, queries=8, size=80_000)
PAGE = Budget(times=3, queries=8)
DOSSIER = Budget(times=3, of=DETAIL_FLOOR, queries=8)
SUMMARY = Budget(ms=50, queries=10)
NOWHERE, FREQUENT, CJK = "zzzqqq", "research", "李"
HR_LIST, HR_ACROSS, MEMBER_LIST, MEMBER_ACROSS = "list, HR", "across, HR", "list, member", "across, member"


def searched(of: str) -> Budget:
    """Against the same list without words to look for."""
    return Budget(times=1.2, of=of, queries=8, size=80_000)


def reads(scene: Scene) -> Iterator[Trial]:
    yield Trial.of_reading(LIST_FLOOR, lambda: len(scene.bare.get(f"/positions/{scene.busiest}").data), grows=False)
    bare = f"/applications/{scene.first_dossier(scene.hr, f'/desk/positions/{scene.busiest}/applications')}"
    yield Trial.of_reading(DETAIL_FLOOR, lambda: len(scene.bare.get(bare).data), grows=False)
    yield from lists(scene)
    yield from searches(scene)
    yield from dossiers(scene)
    yield from desks(scene)
    yield from public(scene)


def read(name: str, visitor: Visitor, address: str, budget: Budget) -> Trial:
    return Trial.of_reading(name, lambda: visitor.size(address), budget)


def lists(scene: Scene) -> Iterator[Trial]:
    hr, member, chair = scene.hr, scene.member, scene.chair
    busiest = f"/desk/positions/{scene.busiest}/applications"
    yield read(HR_LIST, hr, busiest, LIST)
    for sort in ("submitted", "name", "-stage", "-score", "-reviews", "waiting", "deadline"):
        yield read(f"{HR_LIST}, by {sort}", hr, f"{busiest}?sort={sort}", LIST)
    for name, mark in places(scene, Application.position_id == scene.busiest):
        yield read(f"{HR_LIST}, {name} page", hr, f"{busiest}?{mark}", LIST)
    for words in ("stage=review", "origin=abroad", "ended=no", "waiting=14", "from=2026-01-01&until=2099-01-01"):
        yield read(f"{HR_LIST}, {words}", hr, f"{busiest}?{words}", LIST)
    yield read(HR_ACROSS, hr, "/desk/applications", LIST)
    for sort in ("submitted", "name", "-stage", "-score", "-reviews", "waiting", "deadline"):
        yield read(f"{HR_ACROSS}, by {sort}", hr, f"/desk/applications?sort={sort}", LIST)
    for name, mark in places(scene):
        yield read(f"{HR_ACROSS}, {name} page", hr, f"/desk/applications?{mark}", LIST)
    for words in ("kind=interview", "for=postdoc", "origin=abroad", "ended=no", "waiting=14"):
        yield read(f"{HR_ACROSS}, {words}", hr, f"/desk/applications?{words}", LIST)
    yield read("board, HR", hr, f"/desk/positions/{scene.busiest}/board", LIST)
    theirs = f"/desk/positions/{scene.member_call}"
    yield read(MEMBER_LIST, member, f"{theirs}/applications", LIST)
    for mine in ("to_review", "reviewed", "undeclared", "assigned"):
        yield read(f"{MEMBER_LIST}, mine={mine}", member, f"{theirs}/applications?mine={mine}", LIST)
    yield read("board, member", member, f"{theirs}/board", LIST)
    yield read(MEMBER_ACROSS, member, "/desk/applications", LIST)
    yield read("list, chair", chair, f"/desk/positions/{scene.chair_call}/applications", LIST)
    yield read("list, chair, by score", chair, f"/desk/positions/{scene.chair_call}/applications?sort=-score", LIST)
    yield read("across, chair", chair, "/desk/applications", LIST)
    yield read(f"{MEMBER_LIST}, by name", member, f"{theirs}/applications?sort=name", LIST)
    for sort in ("name", "-score", "-reviews", "deadline"):  # of which these know a part
        yield read(f"{MEMBER_ACROSS}, by {sort}", member, f"/desk/applications?sort={sort}", LIST)
        yield read(f"across, chair, by {sort}", chair, f"/desk/applications?sort={sort}", LIST)


def places(scene: Scene, *conditions: Any) -> Iterator[tuple[str, str]]:
    """The part of an address that leads to a page in the middle, and to the last, of a list by day of submission."""
    at = Application.submitted_at
    found = select(at, Application.id, at.label("mark")).where(at.is_not(None), *conditions)
    count = scene.rows(select(func.count()).select_from(found.subquery()))[0][0]
    newest = found.order_by(at.desc(), Application.id.desc())
    oldest = found.order_by(at, Application.id)
    for name, query in (("deep", newest.offset(count // 2)), ("last", oldest.offset(49))):
        row = next(iter(scene.rows(query.limit(1))), None)
        if row is not None:
            yield name, f"after={make_mark(row)}"


def searches(scene: Scene) -> Iterator[Trial]:
    across = "/desk/applications"
    inside = f"/desk/positions/{scene.busiest}/applications"
    theirs = f"/desk/positions/{scene.member_call}/applications"
    rare = scene.rare_word(scene.hr, f"{inside}?sort=submitted")
    theirs_rare = scene.rare_word(scene.member, f"{across}?mine=to_review&sort=submitted")
    for name, word in (("rare word", rare), ("no match", NOWHERE)):
        yield read(f"search, HR, {name}", scene.hr, f"{across}?q={word}", searched(HR_ACROSS))
    yield read("search, HR, Chinese sign", scene.hr, f"{across}?q={CJK}", LIST)
    yield read("search, HR, frequent word", scene.hr, f"{across}?q={FREQUENT}", LIST)
    yield read("search, HR, two words", scene.hr, f"{across}?q={FREQUENT}+sleep", LIST)
    yield read("search, HR, frequent word by name", scene.hr, f"{across}?q={FREQUENT}&sort=name", LIST)
    yield read("search in call, HR, rare word", scene.hr, f"{inside}?q={rare}", searched(HR_LIST))
    yield read("search in call, HR, no match", scene.hr, f"{inside}?q={NOWHERE}", searched(HR_LIST))
    yield read("search, member, rare word", scene.member, f"{across}?q={theirs_rare}", searched(MEMBER_ACROSS))
    yield read("search, member, no match", scene.member, f"{across}?q={NOWHERE}", searched(MEMBER_ACROSS))
    yield read("search, member, frequent word", scene.member, f"{across}?q={FREQUENT}", LIST)
    yield read("search in call, member, no match", scene.member, f"{theirs}?q={NOWHERE}", searched(MEMBER_LIST))


def dossiers(scene: Scene) -> Iterator[Trial]:
    for name, visitor, address in (
        ("HR", scene.hr, f"/desk/positions/{scene.busiest}/applications?sort=-reviews"),
        ("member", scene.member, f"/desk/positions/{scene.member_call}/applications?mine=to_review"),
        ("chair", scene.chair, f"/desk/positions/{scene.chair_call}/applications?sort=-reviews"),
    ):
        application = scene.first_dossier(visitor, address)
        yield read(f"dossier, {name}", visitor, f"/desk/applications/{application}", DOSSIER)


def desks(scene: Scene) -> Iterator[Trial]:
    hr, admin = scene.hr, scene.admin
    rare = scene.rare_word(hr, f"/desk/positions/{scene.busiest}/applications?sort=submitted")
    for name, visitor in (("HR", hr), ("chair", scene.chair), ("member", scene.member), ("administrator", admin)):
        yield read(f"desk, {name}", visitor, "/desk", SUMMARY)
    yield read("funnel", hr, "/desk/reports", SUMMARY)
    yield read("funnel by origin", hr, "/desk/reports?by=origin", SUMMARY)
    yield read("positions, desk", hr, "/desk/positions", PAGE)
    yield read("position, desk", hr, f"/desk/positions/{scene.busiest}", PAGE)
    yield read("conflicts, chair", scene.chair, f"/desk/positions/{scene.chair_call}/conflicts", LIST)
    yield read("reviewers, HR", hr, f"/desk/positions/{scene.member_call}/reviewers", LIST)
    yield read("extra time", hr, f"/desk/positions/{scene.open_call}/extra-time", PAGE)
    yield read("exports", hr, "/desk/exports", PAGE)
    yield read("palette, no match", hr, f"/desk/palette?q={NOWHERE}", PAGE)
    yield read("palette, rare word", hr, f"/desk/palette?q={rare}", PAGE)
    yield read("people", admin, "/desk/people", PAGE)
    yield read("people, search", admin, f"/desk/people?q={rare}", PAGE)
    yield read("outbox", admin, "/desk/outbox", PAGE)


def public(scene: Scene) -> Iterator[Trial]:
    anyone = Visitor(scene.app)
    yield read("public: landing", anyone, "/", PAGE)
    yield read("public: positions", anyone, "/positions", PAGE)
    yield read("public: position", anyone, f"/positions/{scene.open_call}", PAGE)
    yield read("public: themes", anyone, "/themes", PAGE)
    yield read("account", scene.hr, "/account", PAGE)
