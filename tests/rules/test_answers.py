"""Answers: kept in one form, mended where they stand, readable."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import shipped
from tracker.rules.answers import ENTRY_FIELDS, AnswerRefused, FieldKind, missing, normal, plain, problems, word_count
from tracker.rules.questions import Form, Limit, Option, Question, QuestionType


def ask(kind: str, **more: Any) -> Question:
    return Question(key="q", type=QuestionType(kind), label={"en": "Q", "nl": "V"}, **more)


PICKS = (Option("a", {"en": "Apple", "nl": "Appel"}), Option("b", {"en": "Pear", "nl": "Peer"}))
DEGREE = {
    "level": "7",
    "field": "Biology",
    "institution": "Leiden",
    "country": "nl",
    "start": "2020-9",
    "end": "09/2022",
}

KEPT_DEGREE = {**DEGREE, "country": "NL", "start": "2020-09", "end": "2022-09"}


@pytest.mark.parametrize(
    ("question", "raw", "kept"),
    [
        (ask("short_text"), "  Zoe\u0308 \n", "Zo\u00eb"),
        (ask("short_text"), "", None),
        (ask("long_text"), "one\r\ntwo\t!", "one\ntwo\t!"),
        (ask("long_text"), "王小明 👩‍🔬 مرحبا", "王小明 👩‍🔬 مرحبا"),
        (ask("number"), "3,5", 3.5),
        (ask("number"), "12", 12),
        (ask("number"), "٣٫٥", 3.5),
        (ask("number"), "１２", 12),
        (ask("date"), "٢٠٢٦-٠٩-٠١", "2026-09-01"),
        (ask("number"), 0, 0),
        (ask("date"), "2026-09-01", "2026-09-01"),
        (ask("date"), "2026-09-", "2026-09-"),
        (ask("work"), [{"start": "2026-"}], [{"start": "2026-"}]),
        (ask("country"), "nl", "NL"),
        (ask("choice", options=PICKS), "a", "a"),
        (ask("choices", options=PICKS), ["b", "a", "b"], ["a", "b"]),
        (ask("choices", options=PICKS), "b", ["b"]),
        (ask("statement"), "on", True),
        (ask("statement"), "", None),
        (ask("orcid"), "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        (ask("orcid"), "0000-0002-18", "0000-0002-18"),
        (ask("institution"), {"name": "A", "ror": "https://ror.org/03yrm5c26"}, {"name": "A", "ror": "03yrm5c26"}),
        (ask("institution"), "Leiden", {"name": "Leiden"}),
        (ask("degrees"), [DEGREE, {"level": "", "field": " "}], [KEPT_DEGREE]),
        (ask("degrees"), [], None),
        (ask("file"), "anything", None),
    ],
)  # fmt: skip
def test_an_answer_is_kept_in_one_form(question: Question, raw: object, kept: object) -> None:
    assert normal(question, raw) == kept


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        (ask("short_text"), "a\x00b"),
        (ask("long_text"), "a\x0bb"),
        (ask("short_text"), "\ud800"),
        (ask("short_text"), {"a": 1}),
        (ask("short_text"), "x" * 2_001),
        (ask("number"), "1e999"),
        (ask("number"), "nan"),
        (ask("number"), float("nan")),
        (ask("number"), "9" * 40),
        (ask("date"), "2026-02-30"),
        (ask("date"), "0001-01-01"),
        (ask("country"), "ZZ"),
        (ask("choice", options=PICKS), "c"),
        (ask("choices", options=PICKS), ["c"]),
        (ask("degrees"), "text"),
        (ask("degrees"), ["text"]),
        (ask("degrees"), [{"start": "2020-13"}]),
        (ask("publications"), [{"year": "3000"}]),
        (ask("work"), [{"title": "x"}] * 101),
    ],
)
def test_what_cannot_be_an_answer_is_refused(question: Question, raw: object) -> None:
    with pytest.raises(AnswerRefused):
        normal(question, raw)


def test_a_refusal_within_entries_says_where() -> None:
    with pytest.raises(AnswerRefused) as refused:
        normal(ask("work"), [{"title": "ok"}, {"start": "yesterday"}])
    assert (refused.value.entry, refused.value.field) == (2, "start")


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@given(texts)
def test_any_text_is_kept_and_keeping_it_twice_changes_nothing(text: str) -> None:
    once = normal(ask("long_text"), text)
    assert normal(ask("long_text"), once) == once


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["level", "start", "year", "name", "kind", "test", "email"]), inner, max_size=4
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(QuestionType), anything)
def test_any_posted_value_is_kept_or_refused_and_what_is_kept_can_be_checked_and_read(kind: str, raw: object) -> None:
    question = ask(kind, options=PICKS, required=True)
    try:
        kept = normal(question, raw)
    except AnswerRefused:
        return
    assert normal(question, kept) == kept
    problems(question, kept)
    assert isinstance(plain(question, kept, "nl"), str)


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        (ask("short_text", required=True), None, ["Please answer this question."]),
        (ask("short_text"), None, []),
        (ask("number", required=True), 0, []),
        (ask("long_text", limit=Limit(words=2)), "one two three", ["This has 3 words, at most 2 are asked."]),
        (ask("short_text", limit=Limit(characters=2)), "abc", ["This has 3 characters, at most 2 are asked."]),
        (ask("number", limit=Limit(min=0, max=36)), 37, ["This must be 36 or less."]),
        (ask("number", limit=Limit(min=0.5, max=36)), 0, ["This must be 0.5 or more."]),
        (ask("statement", required=True), None, ["Please read this and tick it."]),
        (ask("choice", required=True, options=PICKS), None, ["Please choose an answer."]),
        (ask("choices", options=PICKS, limit=Limit(max=1)), ["a", "b"], ["These are 2, at most 1 are asked."]),
        (ask("link"), "javascript:alert(1)", ["This is not a link. It starts with https:// and has no spaces."]),
        (ask("link"), "https://example.org/a?b=c", []),
        (
            ask("orcid"),
            "0000-0002-1825-0098",
            ["This is not an ORCID iD: the last character does not fit the others. Please check it."],
        ),
        (
            ask("degrees", limit=Limit(min=1)),
            [{**DEGREE, "country": "NL", "start": "2022-09", "end": "2020-09"}],
            ["Entry 1 ends before it starts."],
        ),
        (ask("referees"), [{"name": "A", "email": "b", "organisation": "C", "relation": "D"}],
         ["Entry 1, “E-mail address”: this is not an e-mail address."]),
        (ask("language_tests"), [{"test": "ielts", "overall": 90, "date": "2026-01-01"}],
         ["Entry 1 has a score that this test does not give: it runs from 0 to 9."]),
        (ask("date"), "2026-09-", ["Give the day, the month and the year, for example 1 September 2026."]),
        (ask("work"), [{"kind": "work", "title": "T", "country": "NL", "start": "2026-01", "end": "2025-"}],
         ["Entry 1, “Until”: Give the month and the year, for example September 2026."]),
        (ask("work"), [{"kind": "work"}], [
            "Entry 1, “Role or activity”: please fill this in.",
            "Entry 1, “Country you were in”: please fill this in.",
            "Entry 1, “From”: please fill this in.",
        ]),
    ],
)  # fmt: skip
def test_problems_are_said_by_the_answer(question: Question, value: object, said: list[str]) -> None:
    assert [str(sentence) for sentence in problems(question, value)] == said


def test_a_required_document_is_missed_until_it_is_there() -> None:
    question = ask("file", required=True)
    assert [str(sentence) for sentence in problems(question, None)] == ["Add this document."]
    assert problems(question, None, has_file=True) == []


@pytest.mark.parametrize("key", shipped.FORM_KEYS)
def test_an_empty_application_misses_exactly_what_is_required(key: str) -> None:
    form = Form.parse(shipped.form(key))
    assert [question.key for question, _ in missing(form, {}, set())] == [
        question.key for question in form.questions if question.required
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two", 2),
        ("it’s a well-known e.g. case – really", 6),
        ("你好世界", 4),
        ("我 use Python", 3),
        ("한국어 단어 셋", 3),
        ("مرحبا بالعالم", 2),
        ("हिन्दी में लिखना", 3),
        ("e\u0301te\u0301 2026", 2),
        ("... – !", 0),
    ],
)
def test_words_are_counted_as_people_count_them(text: str, words: int) -> None:
    assert word_count(text) == words


@pytest.mark.parametrize(
    ("question", "value", "text"),
    [
        (ask("choice", options=PICKS), "a", "Appel"),
        (ask("choices", options=PICKS), ["a", "b"], "Appel; Peer"),
        (ask("country"), "DE", "Duitsland"),
        (ask("number"), 3.0, "3"),
        (ask("institution"), {"name": "Leiden", "ror": "03yrm5c26"}, "Leiden"),
        (
            ask("prizes"),
            [{"kind": "prize", "title": "Medal", "organisation": "KNAW", "year": 2024}],
            "Prize · Medal · KNAW · 2024",
        ),
        (ask("short_text"), None, ""),
    ],
)
def test_every_answer_reads_as_plain_text(question: Question, value: object, text: str) -> None:
    assert plain(question, value, "nl") == text


def test_every_entry_table_has_unique_keys_and_choices_only_where_it_chooses() -> None:
    for fields in ENTRY_FIELDS.values():
        assert len({field.key for field in fields}) == len(fields)
        assert all(bool(field.options) == (field.kind is FieldKind.CHOICE) for field in fields)
