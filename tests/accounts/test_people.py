"""Who works here: invitations, roles, the list of people, the first administrator."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from tests.accounts.mailbox import kinds_to, link_to
from tests.factories import PASSWORD, make_admin, make_hr, make_person, make_position, make_seat, make_staff
from tests.visitor import Visitor, sign_in
from tracker.accounts.staffing import change_role, first_administrator_link
from tracker.models import Person, PositionRole, SiteRole
from tracker.plumbing.clock import now
from tracker.plumbing.database import counted_statements
from tracker.rules.refusals import NotAllowedNow

GOOD = "a quiet herd of violet yaks"


@pytest.fixture
def admin(client: Visitor) -> Person:
    person = make_admin("Ada", email="ada@example.org")
    sign_in(client, person)
    return person


def by_email(session: DbSession, email: str) -> Person:
    session.rollback()
    return session.scalars(select(Person).where(Person.email == email)).one()


def test_the_invited_choose_a_password_and_are_in(client: Visitor, session: DbSession, admin: Person) -> None:
    client.post("/desk/people/invite", data={"name": "Bo", "email": "bo@example.org", "role": "hr"})
    link = link_to(session, "bo@example.org")
    client.post("/sign-out")
    assert client.get(link).location == "/invitation"
    assert "bo@example.org" in client.get("/invitation").text
    assert client.post("/invitation", data={"name": "Bo Jansen", "password": "short"}).status_code == 422
    assert client.post("/invitation", data={"name": "Bo Jansen", "password": GOOD}).location == "/desk"
    person = by_email(session, "bo@example.org")
    assert (person.name, person.site_role, person.is_staff) == ("Bo Jansen", SiteRole.HR, True)
    assert person.email_verified_at is not None
    assert client.post("/invitation", data={"name": "Eve", "password": GOOD}).status_code == 410


def test_an_invitation_sent_again_replaces_the_first(client: Visitor, session: DbSession, admin: Person) -> None:
    client.post("/desk/people/invite", data={"name": "Bo", "email": "bo@example.org", "role": "none"})
    first = link_to(session, "bo@example.org")
    client.post(f"/desk/people/{by_email(session, 'bo@example.org').id}/invite-again")
    second = link_to(session, "bo@example.org")
    client.get(first)
    assert client.get("/invitation").status_code == 410
    client.get(second)
    assert client.get("/invitation").status_code == 200


def test_a_candidate_who_is_invited_keeps_their_account(client: Visitor, session: DbSession, admin: Person) -> None:
    person = make_person("Bo", email="bo@example.org", password=PASSWORD)
    client.post("/desk/people/invite", data={"name": "Other", "email": "BO@example.org", "role": "none"})
    found = by_email(session, "bo@example.org")
    assert (found.id, found.name, found.is_staff) == (person.id, "Bo", True)
    assert kinds_to(session, "bo@example.org") == ["made_staff"]


def test_who_only_claims_an_address_is_not_made_staff(client: Visitor, session: DbSession, admin: Person) -> None:
    thief = Visitor(client.application, client.response_wrapper, use_cookies=True)
    thief.post("/sign-up", data={"name": "Eve", "email": "bo@example.org", "password": GOOD})
    client.post("/desk/people/invite", data={"name": "Bo", "email": "bo@example.org", "role": "admin"})
    assert thief.get("/desk").status_code == 403
    session.rollback()
    roles = session.scalars(
        select(Person.site_role).where(Person.email == "bo@example.org").order_by(Person.name)
    ).all()
    assert roles == [SiteRole.ADMIN, SiteRole.NONE]


def test_the_last_administrator_cannot_step_down(client: Visitor, session: DbSession, admin: Person) -> None:
    assert client.post(f"/desk/people/{admin.id}/role", data={"role": "none"}).status_code == 409
    assert by_email(session, "ada@example.org").site_role is SiteRole.ADMIN


def test_an_administrator_who_never_came_does_not_count(session: DbSession) -> None:
    ada, invited = make_admin("Ada", password=PASSWORD), make_admin("Invited")
    with pytest.raises(NotAllowedNow):
        change_role(ada, role=SiteRole.HR, is_staff=True, by=ada, now=now())
    change_role(invited, role=SiteRole.HR, is_staff=True, by=ada, now=now())


def test_an_administrator_steps_down_when_there_is_another(client: Visitor, session: DbSession, admin: Person) -> None:
    make_admin(password=PASSWORD)
    assert client.post(f"/desk/people/{admin.id}/role", data={"role": "hr", "is_staff": "y"}).location == "/desk"
    assert client.get("/desk/people").status_code == 403


def test_a_role_that_does_not_exist_is_refused(client: Visitor, admin: Person) -> None:
    other = make_staff()
    assert client.post(f"/desk/people/{other.id}/role", data={"role": "emperor"}).status_code == 422


@pytest.mark.parametrize("path", ["/desk/people", "/desk/people/invite"])
@pytest.mark.parametrize("make", [make_hr, make_staff, make_person])
def test_people_are_for_the_administrator_alone(client: Visitor, make: Callable[[], Person], path: str) -> None:
    sign_in(client, make())
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("act", ["role", "close", "invite-again"])
@pytest.mark.parametrize("make", [make_hr, make_staff, make_person])
def test_nobody_else_changes_a_person(
    client: Visitor, session: DbSession, make: Callable[[], Person], act: str
) -> None:
    victim = make_staff(email="victim@example.org")
    sign_in(client, make())
    real = client.post(f"/desk/people/{victim.id}/{act}", data={"role": "admin"})
    none = client.post(f"/desk/people/0000000000000000/{act}", data={"role": "admin"})
    assert (real.status_code, none.status_code) == (403, 403)
    assert "victim@example.org" not in real.text
    found = by_email(session, "victim@example.org")
    assert (found.site_role, found.closed_at) == (SiteRole.NONE, None)


def test_the_list_shows_staff_and_finds_by_name_and_address(client: Visitor, admin: Person) -> None:
    make_staff("Ångström", email="a@uni.example")
    make_person("王小明", email="wang@uni.example")
    page = client.get("/desk/people").text
    assert ("Ångström" in page, "王小明" in page) == (True, False)
    assert "王小明" in client.get("/desk/people?who=candidates&q=wang").text
    assert "Nobody found" in client.get("/desk/people?q=%25%01").text


def test_the_list_goes_on_without_losing_anybody(client: Visitor, admin: Person) -> None:
    names = [f"Person {number:03}" for number in range(120)]
    for number, name in enumerate(names):
        make_staff(name, email=f"p{number}@example.org")
    seen, path = [], "/desk/people"
    while path:
        page = client.get(path).text
        seen += [name for name in names if f">{name}<" in page]
        path = _link(page, "next")
    assert seen == names


def _link(page: str, rel: str) -> str:
    import html
    import re

    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else ""


@pytest.mark.parametrize("mark", ["x", "WzFd", "bnVsbA==", "WyJhXHUwMDAwIiwgImIiXQ=="])
def test_a_mark_that_is_none_is_the_beginning(client: Visitor, admin: Person, mark: str) -> None:
    assert "Ada" in client.get(f"/desk/people?after={mark}").text


def test_the_list_takes_as_many_queries_for_one_as_for_many(client: Visitor, admin: Person) -> None:
    def queries() -> int:
        client.get("/desk/people")
        with counted_statements() as seen:
            client.get("/desk/people")
        return seen.count

    alone = queries()
    for _ in range(3):
        make_staff()
    assert queries() == alone


def test_a_person_shows_where_they_have_a_role(client: Visitor, admin: Person) -> None:
    person = make_staff("Bo")
    make_seat(make_position("Sleep and memory"), person, PositionRole.OBSERVER)
    page = client.get(f"/desk/people/{person.id}").text
    assert "Sleep and memory" in page
    assert "Observer" in page


def test_closing_the_account_of_another_ends_their_sessions(client: Visitor, session: DbSession, admin: Person) -> None:
    victim = make_staff(email="gone@example.org")
    theirs = Visitor(client.application, client.response_wrapper, use_cookies=True)
    sign_in(theirs, victim)
    assert theirs.get("/account").status_code == 200
    assert client.post(f"/desk/people/{victim.id}/close").status_code == 303
    assert theirs.get("/account").status_code == 302


def test_an_empty_installation_makes_its_first_administrator_once(client: Visitor, session: DbSession) -> None:
    link = first_administrator_link(now=now())
    assert link.startswith(client.application.config["TRACKER"].base_url)
    path = "/link/" + link.split("/link/")[1]
    assert client.get(path).location == "/first-administrator"
    data = {"name": "Ada", "email": "ada@example.org", "password": GOOD}
    assert client.post("/first-administrator", data=data | {"password": "x"}).status_code == 422
    assert client.post("/first-administrator", data=data).location == "/desk"
    assert client.get("/desk/people").status_code == 200
    assert by_email(session, "ada@example.org").site_role is SiteRole.ADMIN
    client.get(path)
    assert client.post("/first-administrator", data=data | {"email": "eve@example.org"}).status_code == 410
    with pytest.raises(NotAllowedNow):
        first_administrator_link(now=now())


def test_the_first_link_is_worth_nothing_once_there_is_an_administrator(client: Visitor, session: DbSession) -> None:
    path = "/link/" + first_administrator_link(now=now()).split("/link/")[1]
    make_admin()
    client.get(path)
    data = {"name": "Eve", "email": "eve@example.org", "password": GOOD}
    assert client.post("/first-administrator", data=data).status_code == 409
