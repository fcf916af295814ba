"""Two lists that neither side shows: the asker learns what is on both, and nobody more."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from benelux.core.errors import Invalid, TooLarge, Unavailable
from benelux.core.registers.matching import psi

needs_psi = pytest.mark.skipif(not psi.available(), reason="needs openmined-psi")
_KEPT = [f"BE {number}" for number in range(50)]


@needs_psi
def test_the_asker_learns_which_of_the_texts_are_on_the_list() -> None:
    keeper, asker = psi.Keeper(), psi.Asker()
    question = asker.question(["NL 1", "BE 7", "BE 70", "BE 49"])
    assert asker.found(keeper.set_up(_KEPT), keeper.answer(question)) == [1, 3]


@needs_psi
def test_nothing_that_is_sent_shows_a_text_and_no_question_looks_like_another() -> None:
    keeper = psi.Keeper()
    sent = [keeper.set_up(_KEPT), psi.Asker().question(["BE 7"]), psi.Asker().question(["BE 7"])]
    assert not any(b"BE 7" in one for one in sent)
    assert sent[1] != sent[2]


@needs_psi
def test_a_set_up_holds_for_a_keeper_with_the_same_key_only() -> None:
    first = psi.Keeper()
    set_up, asker = first.set_up(_KEPT), psi.Asker()
    question = asker.question(["BE 7"])
    assert asker.found(set_up, psi.Keeper(first.key).answer(question)) == [0]
    assert asker.found(set_up, psi.Keeper().answer(question)) == []


@needs_psi
def test_what_is_too_much_is_refused() -> None:
    keeper, asker = psi.Keeper(), psi.Asker()
    with pytest.raises(TooLarge):
        asker.question(["x"] * (psi.MOST_ASKED + 1))
    with pytest.raises(Invalid):
        asker.question(["x" * (psi.LONGEST + 1)])
    with pytest.raises(TooLarge):
        keeper.answer(bytes(1_000_000))
    with pytest.raises(ValueError, match="32 bytes"):
        psi.Keeper(b"not a key")


@needs_psi
@settings(max_examples=50, deadline=None)
@given(some.binary(max_size=200))
def test_a_question_of_anything_at_all_is_answered_or_refused(question: bytes) -> None:
    try:
        psi.Keeper().answer(question)
    except Invalid:
        return


@needs_psi
@settings(max_examples=100, deadline=None)
@given(some.data())
def test_what_was_changed_on_the_way_is_refused_or_finds_nothing(data: some.DataObject) -> None:
    keeper, asker = psi.Keeper(), psi.Asker()
    sent = [keeper.set_up(_KEPT[:8]), keeper.answer(asker.question(["BE 7"]))]
    which = data.draw(some.integers(0, 1))
    # Where its numbers stand, or anywhere.
    place = data.draw(some.one_of(some.integers(0, 12), some.integers(0, len(sent[which]) - 1)))
    ending = sent[which][place + 1 :] if data.draw(some.booleans()) else b""
    sent[which] = sent[which][:place] + data.draw(some.binary(max_size=3)) + ending
    try:
        assert asker.found(*sent) in ([], [0])
    except Invalid:
        return


@needs_psi
@pytest.mark.parametrize(
    "set_up", [b"", b"\x12\x00", b"\x1a\x00", b"\x1a\x02\x08\x03", b"\x0a\x00"]
)
def test_a_set_up_without_a_list_is_refused(set_up: bytes) -> None:
    """The package would end the whole process over some of these."""
    keeper, asker = psi.Keeper(), psi.Asker()
    answer = keeper.answer(asker.question(["BE 7"]))
    with pytest.raises(Invalid):
        asker.found(set_up, answer)


@needs_psi
def test_an_answer_to_another_question_is_refused() -> None:
    keeper, asker = psi.Keeper(), psi.Asker()
    asker.question(["BE 7"])
    with pytest.raises(Invalid):
        asker.found(keeper.set_up(_KEPT), keeper.answer(psi.Asker().question(["BE 7", "BE 8"])))


@needs_psi
def test_an_empty_list_has_nothing_and_an_empty_question_finds_nothing() -> None:
    keeper, asker = psi.Keeper(), psi.Asker()
    assert asker.found(keeper.set_up([]), keeper.answer(asker.question(["BE 7"]))) == []
    assert asker.found(keeper.set_up(_KEPT), keeper.answer(asker.question([]))) == []


def test_without_the_package_the_refusal_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "private_set_intersection.python", None)
    psi._library.cache_clear()  # noqa: SLF001 - as in a process that never had it
    try:
        assert not psi.available()
        with pytest.raises(Unavailable, match="openmined-psi"):
            psi.Asker()
    finally:
        psi._library.cache_clear()  # noqa: SLF001 - for the tests after this one
