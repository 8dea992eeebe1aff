"""Question by question, while one types: versions, retries, two tabs, and what cannot be kept."""

import threading
import time
from typing import Any

import pytest
from flask import Flask

from tests.applications.phd import candidate, make_phd, save, start
from tests.visitor import Visitor
from tracker.applications.answering import keepable, save_answer
from tracker.applications.drafts import form_of
from tracker.models import Answer, Application
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db, transaction
from tracker.rules.answers import AnswerRefused

JSON = {"Accept": "application/json"}


@pytest.fixture
def draft(app: Flask, signed_in: Any, client: Visitor) -> Application:
    signed_in(candidate())
    return start(client, make_phd())


def keep(client: Visitor, draft: Application, question: str, version: int, **more: Any) -> Any:
    data = {"question": f"q-{question}", "version": str(version)} | more
    return client.post(f"/applications/{draft.id}/answers", data=data, headers=JSON)


def kept(draft: Application, question: str) -> Any:
    db.session.expire_all()
    answer = db.session.get(Answer, (draft.id, question))
    return answer.value if answer else None


def test_an_answer_is_kept_and_its_version_grows(client: Visitor, draft: Application) -> None:
    first = keep(client, draft, "motivation", 0, value="I dream")
    assert (first.status_code, first.json["version"]) == (200, 1)
    second = keep(client, draft, "motivation", 1, value="I dream of sleep")
    assert second.json["version"] == 2
    assert len(second.json["saved_at"]) == 5
    assert kept(draft, "motivation") == "I dream of sleep"


def test_a_second_tab_is_told_and_overwrites_nothing(client: Visitor, draft: Application) -> None:
    keep(client, draft, "motivation", 0, value="from the first tab")
    answer = keep(client, draft, "motivation", 0, value="from the second tab")
    assert answer.status_code == 409
    assert (answer.json["theirs"], answer.json["version"]) == ("from the first tab", 1)
    assert kept(draft, "motivation") == "from the first tab"
    chosen = keep(client, draft, "motivation", 1, value="from the second tab")
    assert chosen.json["version"] == 2


def test_the_same_again_after_a_lost_reply_is_no_conflict(client: Visitor, draft: Application) -> None:
    assert keep(client, draft, "motivation", 0, value="once").json["version"] == 1
    assert keep(client, draft, "motivation", 0, value="once").json["version"] == 1


@pytest.mark.engines
@pytest.mark.parametrize("was", ["", "what both have seen"])
def test_who_had_to_wait_for_another_tab_is_told_what_it_saved(
    app: Flask, client: Visitor, draft: Application, was: str
) -> None:
    version = keep(client, draft, "motivation", 0, value=was).json["version"] if was else 0
    data = {"question": "q-motivation", "version": str(version), "value": "from the second tab"}
    headers = JSON | {"X-CSRFToken": client.csrf_token()}
    answers: list[Any] = []

    def send() -> None:
        answers.append(
            super(Visitor, client).open(f"/applications/{draft.id}/answers", method="POST", data=data, headers=headers)
        )

    db.session.commit()
    sending = threading.Thread(target=send)
    with transaction():
        application = db.session.get_one(Application, draft.id, with_for_update=True, populate_existing=True)
        save_answer(application, "motivation", "from the first tab", version=version, now=clock_now())
        sending.start()
        time.sleep(0.5)  # it has looked, and waits for its turn
    sending.join()
    assert answers[0].status_code == 409
    assert (answers[0].json["theirs"], answers[0].json["version"]) == ("from the first tab", version + 1)
    assert kept(draft, "motivation") == "from the first tab"


def test_an_answer_can_be_emptied(client: Visitor, draft: Application) -> None:
    keep(client, draft, "motivation", 0, value="too hasty")
    assert keep(client, draft, "motivation", 1, value="").json["version"] == 2
    assert kept(draft, "motivation") is None


def test_a_text_over_its_limit_is_kept_all_the_same(client: Visitor, draft: Application) -> None:
    assert keep(client, draft, "motivation", 0, value="word " * 900).status_code == 200
    page = client.get(f"/applications/{draft.id}/sections/motivation?check=1")
    assert "This has 900 words, at most 500 are asked." in page.text


def test_a_nul_is_refused_with_a_sentence(client: Visitor, draft: Application) -> None:
    answer = keep(client, draft, "motivation", 0, value="nul \x00 here")
    assert (answer.status_code, "invisible control character" in answer.json["message"]) == (422, True)
    assert kept(draft, "motivation") is None
    page = save(client, draft, "motivation", motivation="nul \x00 here", question="kept")
    assert page.status_code == 422
    assert kept(draft, "question") == "kept"


def test_half_a_character_never_reaches_the_database(client: Visitor, draft: Application) -> None:
    body = b"question=q-motivation&version=0&value=half%ED%A0%BDhere"
    answer = client.post(
        f"/applications/{draft.id}/answers", data=body, content_type="application/x-www-form-urlencoded", headers=JSON
    )
    assert answer.status_code in {200, 422}
    (kept(draft, "motivation") or "").encode("utf-8")
    with pytest.raises(AnswerRefused):
        keepable(form_of(draft).question("motivation"), "half \ud83d here")


@pytest.mark.parametrize("name", ["李小龙", "محمد", "Suharto", "Þóra Jónsdóttir", "Nguyễn Thị Mai", "O'Neil-Łuczak"])
def test_names_come_back_byte_for_byte(client: Visitor, draft: Application, name: str) -> None:
    keep(client, draft, "full_name", 0, value=name)
    assert kept(draft, "full_name").encode() == name.encode()
    page = client.get(f"/applications/{draft.id}/sections/personal").text
    assert name.replace("'", "&#39;") in page


def test_one_field_that_cannot_be_read_does_not_keep_the_rest_from_being_saved(
    client: Visitor, draft: Application
) -> None:
    answer = keep(
        client,
        draft,
        "english",
        0,
        **{"q-english-0-test": "ielts", "q-english-3-test": "cae", "q-english-3-overall": "x"},
    )
    assert answer.status_code == 200
    assert list(answer.json["notes"]) == ["q-english-3-overall"]
    assert kept(draft, "english") == [{"test": "ielts"}, {"test": "cae"}]


def test_a_half_typed_date_waits_for_the_rest(client: Visitor, draft: Application) -> None:
    keep(client, draft, "start_from", 0, **{"q-start_from-day": "1", "q-start_from-month": "9"})
    page = client.get(f"/applications/{draft.id}/sections/eligibility?check=1").text
    assert 'id="q-start_from-day" name="q-start_from-day" value="1"' in page
    assert "Give the day, the month and the year" in page
    keep(
        client,
        draft,
        "start_from",
        1,
        **{f"q-start_from-{part}": at for part, at in (("day", "1"), ("month", "9"), ("year", "٢٠٢٧"))},
    )
    assert kept(draft, "start_from") == "2027-09-01"


def test_a_conflict_over_rows_gives_the_fields_that_hold_them(client: Visitor, draft: Application) -> None:
    keep(
        client,
        draft,
        "degrees",
        0,
        **{"q-degrees-0-level": "7", "q-degrees-0-start-month": "9", "q-degrees-0-start-year": "2023"},
    )
    answer = keep(client, draft, "degrees", 0, **{"q-degrees-0-level": "6"})
    assert answer.status_code == 409
    assert answer.json["theirs"]["q-degrees-0-level"] == "7"
    assert answer.json["theirs"]["q-degrees-0-start-month"] == "9"
    assert "Master’s or equivalent" in answer.json["theirs_text"]


def test_a_question_that_the_form_does_not_have_is_refused(client: Visitor, draft: Application) -> None:
    assert keep(client, draft, "salary_history", 0, value="1").status_code == 422
    assert keep(client, draft, "cv", 0, value="1").status_code == 422


def test_a_whole_step_meets_another_tab_without_losing_a_word(client: Visitor, draft: Application) -> None:
    stale = {"version-motivation": "0", "q-motivation": "mine", "version-question": "0", "q-question": "kept"}
    keep(client, draft, "motivation", 0, value="theirs")
    page = client.post(f"/applications/{draft.id}/sections/motivation", data=stale | {"do": "next"})
    assert page.status_code == 409
    assert "mine</textarea>" in page.text
    assert "theirs" in page.text
    assert kept(draft, "motivation") == "theirs"
    assert kept(draft, "question") == "kept"


def test_what_cannot_be_kept_stands_in_its_field_and_the_rest_is_saved(client: Visitor, draft: Application) -> None:
    page = save(client, draft, "eligibility", months_in_netherlands="many", doctorate="no")
    assert page.status_code == 422
    assert 'value="many"' in page.text
    assert "This is not a number" in page.text
    assert kept(draft, "doctorate") == "no"


def test_rows_are_added_and_removed_without_scripts(client: Visitor, draft: Application) -> None:
    rows = {"referees-0-name": "First", "referees-1-name": "Second"}
    added = save(client, draft, "documents", do="add:referees", **rows)
    assert added.location.endswith("?add=referees#q-referees-last")
    assert 'name="q-referees-2-name"' in client.get(added.location).text
    save(client, draft, "documents", do="remove:referees:0", **rows)
    assert kept(draft, "referees") == [{"name": "Second"}]


def test_nothing_is_written_after_sending(client: Visitor, draft: Application) -> None:
    draft.submitted_at = draft.started_at
    db.session.commit()
    assert keep(client, draft, "motivation", 0, value="late").status_code == 409
    assert save(client, draft, "motivation", motivation="late").status_code == 409
    assert kept(draft, "motivation") is None
