"""Languages: sentences spoken, words said, and whose language counts."""

from contextvars import Context

from flask import Flask

from tracker.plumbing.i18n import in_language, language, said, spoken
from tracker.rules.sentences import say


def test_words_are_said_in_the_readers_language_and_in_english_where_it_lacks(app: Flask) -> None:
    words = {"en": "Draft", "nl": "Concept"}
    assert said(words) == "Draft"
    with in_language("nl"):
        assert (said(words), said({"en": "Only English"}), said({}), said(None)) == ("Concept", "Only English", "", "")
    assert said(words) == "Draft"


def test_a_sentence_is_spoken_with_its_values(app: Flask) -> None:
    assert spoken(say("The committee has %(count)s members.", count=2)) == "The committee has 2 members."
    assert spoken(say("100% of it")) == "100% of it"
    assert spoken("") == ""


def test_a_sentence_inside_a_sentence_is_spoken_too(app: Flask) -> None:
    assert spoken(say("It says: %(inner)s", inner=say("Stop."))) == "It says: Stop."


def test_a_language_we_do_not_have_is_english(app: Flask) -> None:
    with in_language("xx"):
        assert language() == "en"


def test_languages_nest_and_come_back(app: Flask) -> None:
    with in_language("nl"):
        with in_language("en"):
            assert language() == "en"
        assert language() == "nl"
    assert language() == "en"


def test_the_browser_is_asked_unless_the_cookie_knows(app: Flask) -> None:
    for headers, expected in (
        ({"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.5"}, "nl"),
        ({"Accept-Language": "fr"}, "en"),
        ({}, "en"),
        ({"Accept-Language": "nl", "Cookie": "language=en"}, "en"),
        ({"Accept-Language": "en", "Cookie": "language=nl"}, "nl"),
        ({"Accept-Language": "en", "Cookie": "language=../etc"}, "en"),
    ):

        def heard(headers: dict[str, str] = headers) -> str:
            with app.test_request_context("/", headers=headers):
                return language()

        assert Context().run(heard) == expected
