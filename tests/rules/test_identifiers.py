"""ORCID iD and ROR: the cases of the standard, and any way in which people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.identifiers import orcid, orcid_check_digit, ror, ror_check_digits


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("0000000218250097", "0000-0002-1825-0097"),
        (" 0000 0002 1825 0097 ", "0000-0002-1825-0097"),
        ("0000\u20110002\u20111825\u20110097", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("http://orcid.org/0000-0002-1825-0097/", "0000-0002-1825-0097"),
        ("ORCID.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
    ],
)
def test_a_valid_orcid_is_kept_in_one_form(written: str, kept: str) -> None:
    assert orcid(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "0000-0002-1825-0098",
        "0000-0002-1825-009",
        "",
        "X000-0002-1825-0097",
        "٠٠٠٠-٠٠٠٢-١٨٢٥-٠٠٩٧",
        "https://orcid.org/",
    ],
)
def test_anything_else_is_no_orcid(written: str) -> None:
    assert orcid(written) is None


@given(st.from_regex(r"[0-9]{15}", fullmatch=True), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_of_an_orcid_is_always_found(first: str, place: int, more: int) -> None:
    wrong = first[:place] + str((int(first[place]) + more) % 10) + first[place + 1 :]
    assert orcid(wrong + orcid_check_digit(first)) is None


@pytest.mark.parametrize(
    "written", ["03yrm5c26", "01k4yrm29", "https://ror.org/03yrm5c26", "ror.org/01k4yrm29", "03YRM5C26"]
)
def test_a_valid_ror_is_kept(written: str) -> None:
    assert ror(written) in {"03yrm5c26", "01k4yrm29"}


@pytest.mark.parametrize("written", ["01k4yrm30", "3yrm5c26", "03yrm5c2", "03yrm5u26", "", "LUMC"])
def test_anything_else_is_no_ror(written: str) -> None:
    assert ror(written) is None


@given(st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=6, max_size=6))
def test_a_ror_with_its_own_check_digits_is_valid(middle: str) -> None:
    assert ror("0" + middle + ror_check_digits("0" + middle)) is not None
