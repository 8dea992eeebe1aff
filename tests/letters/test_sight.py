"""Who sees what of a letter: its words are made first, then everybody is asked who should not have them."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_conflict, make_hr, make_letter, make_person, make_position, make_seat, make_staff
from tests.letters.world import FIRST, SECOND, SECRET, asked, follow_link, letter_of
from tests.visitor import Visitor, sign_in
from tracker.letters.queries import letters_of
from tracker.models import Application, ConflictKind, LetterState, PositionRole
from tracker.rules.letters import BETWEEN_REMINDERS


@pytest.fixture
def application(session: Session, now: datetime) -> Application:
    """With a letter that has come, and one a referee is still writing."""
    made = asked(now=now - 2 * BETWEEN_REMINDERS)
    first = letter_of(session, FIRST)
    first.state, first.text, first.answered_at, first.decline_reason = LetterState.RECEIVED, SECRET, now, ""
    session.commit()
    second = letter_of(session, SECOND)
    second.text = "A draft that nobody may read yet."
    session.commit()
    return made


def test_the_candidate_sees_that_it_came_and_never_a_word(
    client: Visitor, session: Session, application: Application
) -> None:
    sign_in(client, application.candidate)
    letter = letter_of(session)
    pages = [f"/applications/{application.id}", f"/applications/{application.id}/letters"]
    for path in pages:
        page = client.get(path)
        assert page.status_code == 200
        assert "Received" in page.text
        assert SECRET not in page.text
        assert "nobody may read" not in page.text
    assert client.get(f"/desk/applications/{application.id}/letters/{letter.id}").status_code == 404


def test_the_candidate_reminds_once_and_then_waits(client: Visitor, session: Session, application: Application) -> None:
    sign_in(client, application.candidate)
    path = f"/applications/{application.id}/letters/{letter_of(session, SECOND).id}/remind"
    assert client.post(path).status_code == 303
    assert client.post(path).status_code == 409


def test_a_letter_that_came_is_not_reminded(client: Visitor, session: Session, application: Application) -> None:
    sign_in(client, application.candidate)
    assert client.post(f"/applications/{application.id}/letters/{letter_of(session).id}/remind").status_code == 409


def test_the_candidate_names_another_when_one_declined(
    client: Visitor, session: Session, application: Application
) -> None:
    sign_in(client, application.candidate)
    path = f"/applications/{application.id}/letters/another"
    assert client.get(path).status_code == 303
    letter_of(session, SECOND).state = LetterState.DECLINED
    session.commit()
    assert client.get(path).status_code == 200
    assert client.post(path, data={"name": "Eve", "email": "nowhere"}).status_code == 422
    assert client.post(path, data={"name": "Eve", "email": FIRST}).status_code == 422
    assert client.post(path, data={"name": "Eve", "email": "eve@uni.example"}).status_code == 303
    session.rollback()
    assert [one.referee_name for one in letters_of(application.id)][-1] == "Eve"


@pytest.mark.parametrize("kind", ["another candidate", "HR"])
def test_nobody_else_comes_to_the_candidates_page(
    client: Visitor, session: Session, application: Application, kind: str
) -> None:
    sign_in(client, make_hr() if kind == "HR" else make_person())
    letter = letter_of(session, SECOND)
    assert client.get(f"/applications/{application.id}/letters").status_code == 404
    assert client.post(f"/applications/{application.id}/letters/{letter.id}/remind").status_code == 404


def test_a_letter_of_another_application_is_not_reminded_from_ones_own(
    client: Visitor, session: Session, application: Application
) -> None:
    from tests.factories import make_application

    other = make_letter(make_application(), state=LetterState.ASKED)
    sign_in(client, application.candidate)
    assert client.post(f"/applications/{application.id}/letters/{other.id}/remind").status_code == 404


def test_hr_reminds_and_cancels(client: Visitor, session: Session, application: Application) -> None:
    sign_in(client, make_hr())
    letter = letter_of(session, SECOND)
    assert client.post(f"/desk/letters/{letter.id}/remind").status_code == 303
    assert client.post(f"/desk/letters/{letter.id}/cancel").status_code == 303
    assert letter_of(session, SECOND).state is LetterState.CANCELLED
    assert client.post(f"/desk/letters/{letter.id}/cancel").status_code == 409


def test_handling_letters_is_hrs_alone(client: Visitor, session: Session, application: Application) -> None:
    letter = letter_of(session, SECOND)
    for role, status in ((PositionRole.CHAIR, 403), (PositionRole.MEMBER, 403)):
        person = make_staff()
        make_seat(application.position, person, role)
        sign_in(client, person)
        assert client.post(f"/desk/letters/{letter.id}/cancel").status_code == status
    stranger = make_staff()
    make_seat(make_position(), stranger, PositionRole.CHAIR)
    sign_in(client, stranger)
    assert client.post(f"/desk/letters/{letter.id}/cancel").status_code == 404
    conflicted = make_hr()
    make_conflict(application, conflicted, ConflictKind.FAMILY)
    sign_in(client, conflicted)
    assert client.post(f"/desk/letters/{letter.id}/cancel").status_code == 404


def test_readers_see_letters_that_came_and_not_what_is_being_written(
    client: Visitor, session: Session, application: Application
) -> None:
    sign_in(client, make_hr())
    page = client.get(f"/desk/applications/{application.id}?view=letters")
    assert page.status_code == 200
    assert SECRET in page.text
    assert "nobody may read" not in page.text


def test_the_secret_link_is_on_no_page_of_the_dossier(
    client: Visitor, session: Session, application: Application
) -> None:
    chair = next(one.person for one in application.position.seats if one.role is PositionRole.CHAIR)
    make_conflict(application, chair)
    sign_in(client, chair)
    for view in ("letters", "messages", "history", ""):
        page = client.get(f"/desk/applications/{application.id}?view={view}")
        assert page.status_code == 200
        assert "/link/letter/" not in page.text


def test_the_referee_of_one_letter_has_no_way_to_another(
    client: Visitor, session: Session, application: Application
) -> None:
    follow_link(client, session, SECOND)
    for path in ("/letter", "/letter/check"):
        assert SECRET not in client.get(path).text
    assert client.get(f"/desk/applications/{application.id}/letters/{letter_of(session).id}").status_code == 302
