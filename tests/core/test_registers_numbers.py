"""Numbers of records: nobody counts through them, and every slip in one is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benelux.core.errors import Invalid
from benelux.core.registers.numbers import SIGNS, Number, new, read

NUMBERS = st.builds(
    Number,
    st.sampled_from(["BE", "NL", "LU"]),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=4),
    st.text(SIGNS, min_size=8, max_size=8),
)
_SIGNS_AND_LETTERS = SIGNS + "ILO"


@given(NUMBERS)
def test_a_number_is_read_as_it_was_written(number: Number) -> None:
    assert read(number.text) == number


@given(NUMBERS, st.sampled_from(["", " ", ".", "–", "- "]))
def test_it_is_read_in_small_letters_and_with_any_separator(number: Number, between: str) -> None:
    assert read(number.text.lower().replace("-", between)) == number


def test_letters_that_are_read_for_figures_are_taken_for_them() -> None:
    number = Number("BE", "PP", "10101010")
    assert read(number.text.replace("1010", "IOLo")) == number


@given(NUMBERS, st.integers(0, 12), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_found(number: Number, place: int, sign: str) -> None:
    plain = list(number.text.replace("-", ""))
    place = len(plain) - 1 - place % 9  # in the body or the check
    if plain[place] == sign:
        return
    plain[place] = sign
    with pytest.raises(Invalid):
        read("".join(plain))


@given(NUMBERS, st.integers(0, 7))
def test_two_signs_that_were_swapped_are_found(number: Number, place: int) -> None:
    plain = list(number.text.replace("-", ""))
    place += len(plain) - 9
    if plain[place] == plain[place + 1]:
        return
    plain[place], plain[place + 1] = plain[place + 1], plain[place]
    with pytest.raises(Invalid) as refused:
        read("".join(plain))
    assert "swapped" in refused.value.line("en")


@pytest.mark.parametrize(
    "text", ["", "7", "BE-PP-7K3M-9QXR", "BE-PP-UUUU-UUUU-U", "BE-PP-７K3M-9QXR-5", "B" * 10**6]
)
def test_what_is_no_number_is_refused_and_says_how_one_looks(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.faults[0].field == "number"
    assert len(refused.value.line("nl")) < 500


def test_numbers_are_drawn_at_random() -> None:
    drawn = {new("BE", "PP") for _ in range(2000)}
    assert len(drawn) == 2000
    assert {number[6] for number in drawn} == set(SIGNS)
