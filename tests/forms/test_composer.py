"""HR composes forms: every type goes in and comes out as it was, every mistake is said, frozen versions stay."""

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_hr, make_position, make_staff
from tests.visitor import Visitor
from tracker import shipped
from tracker.forms import composing
from tracker.forms.actions import begin, freeze, install_shipped, latest
from tracker.forms.comparison import changes
from tracker.forms.queries import offered
from tracker.models import ApplicationForm, Entry, FormVersion
from tracker.rules.questions import Form, QuestionType

WORDS = {"label_en": "A question", "label_nl": "Een vraag"}
OPTIONS = {
    "options-0-en": "Yes", "options-0-nl": "Ja", "options-0-key": "",
    "options-1-en": "No", "options-1-nl": "Nee", "options-1-key": "",
    "options-2-en": "", "options-2-nl": "", "options-2-key": "",
}  # fmt: skip
LIMITS: dict[str, dict[str, int]] = {
    "short_text": {"characters": 80},
    "long_text": {"words": 300, "characters": 2000},
    "choices": {"min": 1, "max": 2},
    "number": {"min": -5, "max": 10},
    "degrees": {"min": 1, "max": 8},
    "work": {"max": 40},
    "language_tests": {"max": 3},
    "publications": {"max": 10},
    "prizes": {"min": 0, "max": 9},
    "referees": {"min": 2, "max": 3},
    "file": {"megabytes": 5, "pages": 4},
}


@pytest.fixture
def form(session: Session, now: datetime) -> ApplicationForm:
    install_shipped(now)
    return session.scalars(select(ApplicationForm).where(ApplicationForm.key == "phd")).one()


def seen(form: ApplicationForm, session: Session) -> str:
    session.expire_all()
    return str(latest(form).version)


def empty_form(session: Session, now: datetime) -> ApplicationForm:
    form = begin({"en": "Ours", "nl": "Het onze"}, source=None, by=make_hr(), now=now)
    version = latest(form)
    version.content = {"sections": [{"key": "one", "title": {"en": "One", "nl": "Een"}, "questions": []}]}
    session.flush()
    return form


@pytest.mark.parametrize("kind", list(QuestionType))
def test_every_type_is_added_edited_and_kept_as_it_was(
    signed_in: Any, session: Session, now: datetime, kind: QuestionType
) -> None:
    form, client = empty_form(session, now), signed_in(make_hr())
    limit = LIMITS.get(kind.value, {})
    data = WORDS | {
        "act": "save", "type": kind.value, "help_en": "Help", "help_nl": "Hulp",
        "purpose_en": "Why", "purpose_nl": "Waarom",
        "required": "y", "hidden": "y", "identifying": "y", "seen": seen(form, session),
    }  # fmt: skip
    data |= {f"limit_{name}": str(value) for name, value in limit.items()}
    has_options = kind in {QuestionType.CHOICE, QuestionType.CHOICES}
    data |= OPTIONS if has_options else {}
    path = f"/desk/forms/{form.id}/sections/one/questions/new"
    assert client.get(f"{path}?type={kind.value}").status_code == 200
    assert client.post(path, data=data).status_code == 303
    session.expire_all()
    expected: dict[str, Any] = {
        "key": "a_question", "type": kind.value, "label": {"en": "A question", "nl": "Een vraag"},
        "help": {"en": "Help", "nl": "Hulp"}, "purpose": {"en": "Why", "nl": "Waarom"},
        "required": True, "hidden": True, "identifying": True,
    }  # fmt: skip
    expected |= {"limit": limit} if limit else {}
    if has_options:
        expected["options"] = [
            {"key": "yes", "label": {"en": "Yes", "nl": "Ja"}},
            {"key": "no", "label": {"en": "No", "nl": "Nee"}},
        ]
    stored = latest(form).content["sections"][0]["questions"][0]
    assert stored == expected
    assert Form.parse(latest(form).content).question("a_question").as_content() == stored

    keys = {"options-0-key": "yes", "options-1-key": "no"} if has_options else {}
    again = data | keys | {"seen": seen(form, session)}
    assert client.post(f"/desk/forms/{form.id}/questions/a_question", data=again).status_code == 303
    session.expire_all()
    assert latest(form).content["sections"][0]["questions"] == [expected]


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence"),
    [
        ("short_text", {"label_en": ""}, "Write the question in English."),
        ("short_text", {"label_nl": " "}, "Write the question in Dutch."),
        ("short_text", {"help_en": "Only here"}, "Write this in both languages, or in neither."),
        ("short_text", {"label_en": "What is your current salary?"}, "what someone earned before is no ground"),
        ("short_text", {"help_nl": "Je burgerservicenummer", "help_en": "x"}, "identity numbers and copies"),
        ("long_text", {"limit_words": "0"}, "Choose a number from 1 to 5000."),
        ("long_text", {"limit_words": "many"}, "Not a valid integer value."),
        ("number", {"limit_min": "5", "limit_max": "4"}, "The largest is smaller than the smallest."),
        ("file", {"limit_megabytes": "999"}, "Choose a number from 1 to 50."),
        ("choice", {"options-1-en": "", "options-1-nl": ""}, "Write at least two answers to choose from."),
        ("choice", {"options-1-nl": ""}, "Write this answer in both languages."),
        ("choices", {"options-0-en": "My religion"}, "religion and belief are private"),
    ],
)
def test_every_mistake_is_said_by_its_field_and_what_was_typed_stays(
    signed_in: Any, session: Session, now: datetime, kind: str, wrong: dict[str, str], sentence: str
) -> None:
    form, client = empty_form(session, now), signed_in(make_hr())
    extra = OPTIONS if kind in {"choice", "choices"} else {}
    data = WORDS | extra | {"act": "save", "type": kind, "seen": seen(form, session)} | wrong
    answer = client.post(f"/desk/forms/{form.id}/sections/one/questions/new", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "Een vraag" in page or "label_nl" in wrong
    session.expire_all()
    assert latest(form).content["sections"][0]["questions"] == []


def test_the_composer_names_everything_that_keeps_a_version_from_use(
    signed_in: Any, session: Session, now: datetime
) -> None:
    form = empty_form(session, now)
    broken = {"key": "a", "type": "short_text", "label": {"en": "Your current salary", "nl": "Je huidige salaris"}}
    latest(form).content = {
        "sections": [{"key": "one", "title": {"en": "One"}, "questions": [broken, deepcopy(broken)]}]
    }
    page = signed_in(make_hr()).get(f"/desk/forms/{form.id}").get_data(as_text=True)
    assert "Positions cannot use this version yet" in page
    for sentence in ("“One” has a text without Dutch.", "The key “a” is used twice.", "cannot be asked"):
        assert sentence in page
    assert form.id not in {version.form_id for version in offered()}


def test_rows_of_answers_are_moved_added_and_dropped_without_saving(
    signed_in: Any, session: Session, now: datetime
) -> None:
    form, client = empty_form(session, now), signed_in(make_hr())
    data = WORDS | OPTIONS | {"type": "choice", "seen": seen(form, session)}
    path = f"/desk/forms/{form.id}/sections/one/questions/new"
    for act, first in (("down-0", "No"), ("drop-0", "No"), ("up-1", "No"), ("more", "Yes"), ("up-999999999", "Yes")):
        answer = client.post(path, data=data | {"act": act})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert f'value="{first}"' in page.split('name="options-0-en"')[1][:80]
    session.expire_all()
    assert latest(form).content["sections"][0]["questions"] == []


def test_editing_a_frozen_version_starts_a_new_one_and_positions_keep_theirs(
    signed_in: Any, form: ApplicationForm, session: Session, now: datetime
) -> None:
    hr = make_hr()
    first = latest(form)
    position = make_position()
    position.form_version = first
    freeze(first, by=hr, now=now)
    before = deepcopy(first.content)
    data = {"what": "remove_question", "key": "motivation", "seen": seen(form, session)}
    key = first.content["sections"][0]["questions"][0]["key"]
    assert signed_in(hr).post(f"/desk/forms/{form.id}/arrange", data=data | {"key": key}).status_code == 303
    session.expire_all()
    assert [version.number for version in form.versions] == [1, 2]
    assert first.content == before
    assert position.form_version_id == first.id
    assert key not in composing.keys_in(latest(form).content)
    what = session.scalars(select(Entry.what).where(Entry.thing_id == form.id).order_by(Entry.number)).all()
    assert what == ["installed", "version_frozen", "version_begun", "remove_question"]


def test_removing_can_be_taken_back_and_freezing_forgets_what_was_removed(
    signed_in: Any, form: ApplicationForm, session: Session, now: datetime
) -> None:
    client: Visitor = signed_in(make_hr())
    before = deepcopy(latest(form).content)
    path = f"/desk/forms/{form.id}/arrange"
    for what, key in (("remove_question", "degrees"), ("remove_section", "education")):
        data = {"what": what, "key": key, "seen": seen(form, session)}
        assert client.post(path, data=data).status_code == 303
    assert "Removed a moment ago" in client.get(f"/desk/forms/{form.id}").get_data(as_text=True)
    for _ in range(2):
        data = {"what": "put_back", "key": "0", "seen": seen(form, session)}
        assert client.post(path, data=data).status_code == 303
    session.expire_all()
    assert latest(form).content["sections"] == before["sections"]
    latest(form).content = composing.remove_question(latest(form).content, "degrees")
    freeze(latest(form), by=None, now=now)
    assert set(latest(form).content) == {"sections"}


def test_up_down_drop_and_duplicate(form: ApplicationForm) -> None:
    content = latest(form).content
    order = list(composing.keys_in(content))
    keys = [q["key"] for s in content["sections"] for q in s["questions"]]
    down = composing.shift_question(content, keys[0], 1)
    assert [q["key"] for q in down["sections"][0]["questions"]][:2] == [keys[1], keys[0]]
    assert composing.shift_question(down, keys[0], -1) == composing.copied(content)
    last = content["sections"][0]["questions"][-1]["key"]
    over = composing.shift_question(content, last, 1)
    assert over["sections"][1]["questions"][0]["key"] == last
    dropped = composing.move_question(content, keys[0], content["sections"][2]["key"], 1)
    assert dropped["sections"][2]["questions"][1]["key"] == keys[0]
    doubled = composing.duplicate_section(composing.duplicate_question(content, keys[0]), "education")
    assert len(composing.keys_in(doubled)) == len(order) + 1 + 6
    assert Form.parse(doubled).question(f"{keys[0]}_2").label == Form.parse(content).question(keys[0]).label


def test_an_older_version_gets_409_and_keeps_what_was_typed(
    signed_in: Any, form: ApplicationForm, session: Session
) -> None:
    client: Visitor = signed_in(make_hr())
    stale = seen(form, session)
    data = {"what": "question_down", "key": "degrees", "seen": stale}
    assert client.post(f"/desk/forms/{form.id}/arrange", data=data).status_code == 303
    assert client.post(f"/desk/forms/{form.id}/arrange", data=data).status_code == 409
    typed = WORDS | {"act": "save", "type": "short_text", "seen": stale, "label_en": "Typed with love"}
    answer = client.post(f"/desk/forms/{form.id}/questions/degrees", data=typed)
    assert answer.status_code == 409
    assert "Typed with love" in answer.get_data(as_text=True)


@pytest.mark.parametrize("key", ["nothing", "99", "-1", "0" * 50])
def test_an_act_on_what_is_not_there_changes_nothing(
    signed_in: Any, form: ApplicationForm, session: Session, key: str
) -> None:
    client: Visitor = signed_in(make_hr())
    before = seen(form, session)
    for what in ("question_up", "remove_section", "put_back", "question_dropped", "duplicate_question"):
        data = {"what": what, "key": key, "seen": before}
        assert client.post(f"/desk/forms/{form.id}/arrange", data=data).status_code == 409
    assert client.post(f"/desk/forms/{form.id}/arrange", data={"what": "eval"}).status_code == 422
    assert seen(form, session) == before


def test_what_changed_is_told_in_sentences(form: ApplicationForm) -> None:
    old = latest(form).content
    new = composing.remove_question(old, "thesis_title")
    new = composing.put_section(new, None, {"key": "extra", "title": {"en": "Extra", "nl": "Extra"}})
    question = composing.question_of(new, "degrees") | {"required": False}
    new = composing.put_question(new, "education", "degrees", question)
    assert [str(one) for one in changes(old, new)] == [
        "The section “Extra” is new.",
        "The question “Degrees” changed: whether an answer is required.",
        "The question “Title of your master’s thesis” is gone.",
    ]
    assert changes(old, old) == []


@pytest.mark.parametrize("key", shipped.FORM_KEYS)
def test_shipped_forms_are_offered_and_previewed_in_both_languages(
    signed_in: Any, session: Session, now: datetime, key: str
) -> None:
    install_shipped(now)
    install_shipped(now)
    forms = session.scalars(select(ApplicationForm).where(ApplicationForm.key == key)).all()
    assert len(forms) == 1
    assert latest(forms[0]).id in {version.id for version in offered()}
    hr = make_hr()
    for language in ("en", "nl"):
        hr.language = language
        page = signed_in(hr).get(f"/desk/forms/{forms[0].id}/preview").get_data(as_text=True)
        assert shipped.form(key)["sections"][0]["title"][language] in page


def test_an_archived_form_is_offered_no_more_until_it_is_restored(
    signed_in: Any, form: ApplicationForm, session: Session
) -> None:
    client: Visitor = signed_in(make_hr())
    for path, there in (("archive", False), ("restore", True)):
        assert client.post(f"/desk/forms/{form.id}/{path}").status_code == 303
        session.expire_all()
        assert (form.id in {version.form_id for version in offered()}) is there


def test_a_new_form_begins_empty_or_as_a_copy(signed_in: Any, form: ApplicationForm, session: Session) -> None:
    client: Visitor = signed_in(make_hr())
    source = latest(form)
    names = {"name_en": "Ours", "name_nl": "Het onze"}
    assert client.post("/desk/forms/new", data=names | {"source": ""}).status_code == 303
    assert client.post("/desk/forms/new", data=names | {"source": source.id}).status_code == 303
    assert client.post("/desk/forms/new", data=names | {"source": "elsewhere"}).status_code == 422
    found = session.scalars(select(ApplicationForm).where(ApplicationForm.key.startswith("ours"))).all()
    contents = {one.key: latest(one).content for one in found}
    assert contents == {"ours": {"sections": []}, "ours_2": source.content}


def test_only_designers_come_in(signed_in: Any, form: ApplicationForm, session: Session) -> None:
    client: Visitor = signed_in(make_staff())
    before = seen(form, session)
    pages = ("", "/new", f"/{form.id}", f"/{form.id}/preview", f"/{form.id}/changes", f"/{form.id}/questions/degrees")
    assert [client.get(f"/desk/forms{page}").status_code for page in pages] == [403] * len(pages)
    data = {"what": "remove_section", "key": "education", "seen": before}
    assert client.post(f"/desk/forms/{form.id}/arrange", data=data).status_code == 403
    assert seen(form, session) == before
    assert session.scalars(select(FormVersion.number).where(FormVersion.form_id == form.id)).all() == [1]
