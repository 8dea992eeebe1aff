"""A candidate's names are taken out of a text, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tracker.rules import redaction
from tracker.rules.redaction import MARK, names_in, redact
from tracker.rules.search_text import search_text

CASES = [
    ("Oluwaseun Brânză", "I am OLUWASEUN BRANZA.", f"I am {MARK}."),
    ("Oluwaseun Brânză", "Branza, O. (2024)", f"{MARK}, O. (2024)"),
    ("Oluwaseun Brânză", "Bra\u0302nza\u0306's law", f"{MARK}'s law"),
    ("Oluwaseun Brânză", "Bran\u200bza", MARK),
    ("Oluwaseun Brânză", "brandy", "brandy"),
    ("María José García-López", "María José García-López", MARK),
    ("María José García-López", "see https://mgarcia.example/cv", f"see {MARK}"),
    ("María José García-López", "lopezian", "lopezian"),
    ("王小明", "我叫王小明。小明的论文", f"我叫{MARK}。{MARK}的论文"),
    ("محمد عبد الله", "اسمي محمد عبد الله", f"اسمي {MARK}"),
    ("Li Wu", "Li asked li for Wu's", f"{MARK} asked li for {MARK}'s"),
    ("Jan van der Berg", "Jan van der Berg of the den Haag van", f"{MARK} of the den Haag van"),
    ("Þóra Jónsdóttir", "THORA JONSDOTTIR", MARK),
    ("Łukasz Żółkiewski", "lukasz.zolkiewski@uni.pl", MARK),
]


@pytest.mark.parametrize(("name", "text", "clean"), CASES)
def test_names_are_marked_out(name: str, text: str, clean: str) -> None:
    assert redact(text, names_in(name)) == clean


def test_the_name_in_an_address_is_marked_out_and_words_like_it_stay() -> None:
    names = names_in("Sukarno", "student@candidates.example")
    assert redact("A student wrote from student@gmail.example", names) == f"A student wrote from {MARK}"


def test_a_text_without_the_name_comes_back_the_same() -> None:
    text = "Any Unicode: 🧠 ｆｕｌｌ, é, e\u0301, \u202b…"
    assert redact(text, names_in("Sukarno")) == text


@given(some.text(some.characters(max_codepoint=0x24F) | some.sampled_from("王 李́ﬁİ\u200b\u2028"), max_size=30))
def test_a_text_folded_at_once_is_as_long_and_says_the_same_as_one_folded_letter_by_letter(text: str) -> None:
    letters = [" " if letter.isspace() else search_text(letter) for letter in text]
    folded, places = redaction._fold(text)
    assert folded == "".join(letters)
    assert list(places) == [place for place, letter in enumerate(letters) for _ in letter]
