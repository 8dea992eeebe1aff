"""People from the whole world: addresses, names, passwords, and how they are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.common_passwords import COMMON_PASSWORDS
from tracker.rules.countries import COUNTRY_CODES, countries, country_name
from tracker.rules.emails import canonical_email, looks_like_email
from tracker.rules.limits import TextRefused
from tracker.rules.passwords import password_problem
from tracker.rules.people_names import clean_name, initials, sort_key
from tracker.rules.search_text import matches, search_text, search_words


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Mai.Nguyen@Example.ORG ", "mai.nguyen@example.org"),
        ("ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "anna@example.org"),
        ("an\u200bna@exam\u00adple.org\ufeff", "anna@example.org"),
        ("anna+jobs@example.org", "anna+jobs@example.org"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("anna@example.org.", "anna@example.org"),
    ],
)
def test_one_person_has_one_address_however_it_is_written(written: str, kept: str) -> None:
    assert canonical_email(written) == kept
    assert looks_like_email(kept)


@given(st.text(max_size=80))
def test_making_an_address_canonical_twice_changes_nothing(text: str) -> None:
    assert canonical_email(canonical_email(text)) == canonical_email(text)


@pytest.mark.parametrize(
    "address",
    ["", "anna", "anna@", "@example.org", "anna@example", "a b@example.org", "a@b@c.org", "a..b@example.org",
     "a@exa..mple.org", ".a@example.org", "a@example.org\nbcc: b@c.org", "x" * 65 + "@example.org", "a,b@example.org"],
)  # fmt: skip
def test_what_is_no_address_does_not_look_like_one(address: str) -> None:
    assert not looks_like_email(address)


@pytest.mark.parametrize(
    "name", ["Sukarno", "王小明", "محمد علي", "Łukasz Żółć", "María-José O’Neill", "Nguyễn Thị Mai"]
)
def test_names_from_everywhere_come_back_the_same(name: str) -> None:
    assert clean_name(f"  {name} ") == name


@pytest.mark.parametrize(
    "name", ["", "   ", "123", "Win at https://evil.example", "www.evil.example", "a\x00b", "<b>x</b>"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(TextRefused):
        clean_name(name)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mai Nguyen", "MN"), ("Sukarno", "S"), ("王小明", "王"), ("Ana de la Cruz", "AC"), ("", "?"), ("(Jo) Smit", "S")],
)
def test_initials_are_taken_from_any_name(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_names_sort_without_their_marks() -> None:
    assert sorted(["Zoe", "Ángel", "Łukasz", "Bo"], key=sort_key) == ["Ángel", "Bo", "Łukasz", "Zoe"]


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("Łukasz Müller", "lukasz muller"),
        ("Søren Ångström", "soren angstrom"),
        ("Straße", "strasse"),
        ("ＦＵＬＬ width", "full width"),
        ("王小明 教授", "王小明 教授"),
        ("Ελένη", "ελενη"),
        ("a\u200bb", "ab"),
        ("  two\n lines ", "two lines"),
    ],
)
def test_text_is_searched_in_one_form(text: str, searched: str) -> None:
    assert search_text(text) == searched


@pytest.mark.parametrize("wanted", ["lukasz", "ŁUKASZ", "Muller", "小明", "müller łukasz"])
def test_a_person_is_found_by_any_way_of_writing(wanted: str) -> None:
    assert matches(search_text("Łukasz Müller", "王小明"), search_words(wanted))


@given(st.text(max_size=40))
def test_search_text_is_stable(text: str) -> None:
    assert search_text(search_text(text)) == search_text(text)


@pytest.mark.parametrize(
    "password",
    [
        "violet kettle on a roof",
        "k3!xW9-pq2Lz",
        "een rustige morgen bij zee",
        "正確馬電池釘書釘一二三四",
        "x7" * 3 + "long-and-odd",
    ],
)
def test_long_and_unusual_passwords_are_good(password: str) -> None:
    assert password_problem(password, email="mai.nguyen@example.org", names=["Mai Nguyen"]) is None


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 1025, "password1234", "P@ssw0rd1234", "welkom2026!!", "aaaaaaaaaaaaaa", "abcabcabcabc",
     "qwertyuiop[]", "1234567890123", "lkjhgfdsapoiuy", "mai.nguyen@example.org", "NguyenNguyen1", "nguyen-mai-12",
     "twelve\x00chars!", "\ud800" * 12],
)  # fmt: skip
def test_common_short_and_personal_passwords_are_refused(password: str) -> None:
    assert password_problem(password, email="mai.nguyen@example.org", names=["Mai Nguyen"]) is not None


def test_every_listed_password_is_refused() -> None:
    assert len(COMMON_PASSWORDS) >= 200
    assert [password for password in COMMON_PASSWORDS if password_problem(password) is None] == []


@given(st.text(min_size=12, max_size=40))
def test_any_password_gets_an_answer(password: str) -> None:
    problem = password_problem(password, email=password, names=[password])
    assert problem is None or str(problem)


def test_every_country_has_a_name_in_both_languages() -> None:
    assert len(COUNTRY_CODES) == 250
    for language in ("en", "nl"):
        assert [code for code, name in countries(language) if name == code] == []
    assert (country_name("DE", "nl"), country_name("??", "en")) == ("Duitsland", "??")
