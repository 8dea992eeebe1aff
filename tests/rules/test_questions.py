"""Forms as data: what can be built, and that every mistake is named at once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import shipped
from tracker.rules.forbidden_topics import ForbiddenTopic, forbidden_topic
from tracker.rules.questions import Form, FormInvalid, QuestionType


def both(text: str) -> dict[str, str]:
    return {"en": text, "nl": text}


def form_with(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"key": "main", "title": both("Main"), "questions": list(questions)}]}


def question(**more: Any) -> dict[str, Any]:
    return {"key": "motivation", "type": "long_text", "label": both("Motivation")} | more


def mistakes(content: object) -> list[str]:
    try:
        Form.parse(content)
    except FormInvalid as invalid:
        return [str(sentence) for sentence in invalid.sentences]
    return []


@pytest.mark.parametrize("key", shipped.FORM_KEYS)
def test_a_shipped_form_can_be_built_and_written_back(key: str) -> None:
    form = Form.parse(shipped.form(key))
    assert form.as_content() == {"sections": shipped.form(key)["sections"]}
    assert Form.parse(form.as_content()) == form


def test_the_shipped_forms_between_them_ask_every_type() -> None:
    asked = {each.type for key in shipped.FORM_KEYS for each in Form.parse(shipped.form(key)).questions}
    assert asked == set(QuestionType)


def test_a_question_is_found_by_its_key() -> None:
    form = Form.parse(form_with(question()))
    assert form.question("motivation").said("nl") == "Motivation"
    assert form.section_of("motivation").key == "main"
    with pytest.raises(KeyError):
        form.question("salary")


def test_every_mistake_is_named_at_once() -> None:
    found = mistakes(
        form_with(
            question(type="telepathy"),
            question(label={"nl": "Alleen Nederlands"}),
            question(key="a", label={"en": "Only English"}),
            question(key="b", limit={"words": 0}),
            question(key="c", type="choice", options=[]),
            question(key="No Key"),
        )
    )
    assert found == [
        "“Motivation” is of the type “telepathy”, which does not exist.",
        "The key “motivation” is used twice.",
        "“Alleen Nederlands” has a text without English.",
        "“Only English” has a text without Dutch.",
        "The limit “words” of “Motivation” must lie between 1 and 5000.",
        "“Motivation” needs at least two answers to choose from.",
        "“Motivation” needs a key of small letters, digits and underscores that starts with a letter.",
    ]


@pytest.mark.parametrize("content", [None, [], "form", {}, {"sections": {}}, {"sections": []}, {"sections": [3]}])
def test_what_is_no_form_is_refused_in_words(content: object) -> None:
    assert len(mistakes(content)) >= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["key", "type", "label", "help", "required", "purpose", "limit", "options"]), json_values)
def test_any_json_in_any_place_is_built_or_refused_but_never_breaks(part: str, value: object) -> None:
    mistakes(form_with(question(**{part: value})))
    mistakes({"sections": [{"key": "main", "title": both("Main"), "questions": value, part: value}]})


@pytest.mark.parametrize(
    ("label", "topic"),
    [
        ("What is your current salary?", ForbiddenTopic.SALARY_HISTORY),
        ("Salary history", ForbiddenTopic.SALARY_HISTORY),
        ("How much do you earn?", ForbiddenTopic.SALARY_HISTORY),
        ("Wat is je huidige salaris?", ForbiddenTopic.SALARY_HISTORY),
        ("Upload uw laatste loonstrook", ForbiddenTopic.SALARY_HISTORY),
        ("Wat verdien je nu?", ForbiddenTopic.SALARY_HISTORY),
        ("How is your health?", ForbiddenTopic.HEALTH),
        ("Do you have a disability?", ForbiddenTopic.HEALTH),
        ("Are you pregnant?", ForbiddenTopic.HEALTH),
        ("Heeft u een chronische ziekte?", ForbiddenTopic.HEALTH),
        ("Hoe is uw gezondheid?", ForbiddenTopic.HEALTH),
        ("Do you have a criminal record?", ForbiddenTopic.CRIMINAL_RECORD),
        ("Heb je een strafblad?", ForbiddenTopic.CRIMINAL_RECORD),
        ("What is your religion?", ForbiddenTopic.RELIGION),
        ("Wat is uw geloofsovertuiging?", ForbiddenTopic.RELIGION),
        ("Wat is je geloof?", ForbiddenTopic.RELIGION),
        ("National identity number", ForbiddenTopic.NATIONAL_ID),
        ("Passport number", ForbiddenTopic.NATIONAL_ID),
        ("BSN", ForbiddenTopic.NATIONAL_ID),
        ("Burgerservicenummer", ForbiddenTopic.NATIONAL_ID),
        ("A copy of your passport", ForbiddenTopic.NATIONAL_ID),
        ("Social-security number", ForbiddenTopic.NATIONAL_ID),
        ("Your photo", ForbiddenTopic.PHOTO),
        ("Pasfoto", ForbiddenTopic.PHOTO),
        ("Your ethnicity", ForbiddenTopic.ORIGIN),
        ("S\u200balary history", ForbiddenTopic.SALARY_HISTORY),
        ("SALARY   HISTORY", ForbiddenTopic.SALARY_HISTORY),
        ("Your experience with health research", None),
        ("Have you worked on infectious disease?", None),
        ("Your global health research in two sentences", None),
        ("Which salary scale did we advertise?", None),
        ("ORCID iD number", None),
        ("I accept this in good faith", None),
        ("Ervaring met gezondheidszorg", None),
        ("Ik geloof in open wetenschap: waarom jij?", None),
        ("Photography of cells", None),
        ("Medical background knowledge", None),
    ],
)
def test_forbidden_topics_are_found_by_whole_phrases(label: str, topic: ForbiddenTopic | None) -> None:
    assert forbidden_topic(label) == topic


@pytest.mark.parametrize("part", ["label", "help"])
def test_a_question_on_a_forbidden_topic_cannot_be_built_wherever_it_is_written(part: str) -> None:
    words = {"en": "Please tell us more", "nl": "Wat is je burgerservicenummer?"}
    assert mistakes(form_with(question(**{"label": both("More"), part: words}))) == [
        f"“{words['en'] if part == 'label' else 'More'}” cannot be asked: "
        "identity numbers and copies of identity papers are never collected here."
    ]
