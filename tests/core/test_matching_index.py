"""Tokens, the file they are kept in, and a batch of plates against it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.errors import Unavailable
from benelux.core.registers.matching.batch import loose_many
from benelux.core.registers.matching.index import SortedIndex
from benelux.core.registers.matching.plates import plate_keys
from benelux.core.registers.matching.tokens import Tokens

_KEY, _OTHER = bytes(32), bytes(31) + b"1"
_REGISTER = "bridges.passes"
_TOKENS = some.lists(some.integers(0, 2**64 - 1), max_size=50)


def _index(*numbers: int) -> SortedIndex:
    return SortedIndex.of(np.array(numbers, dtype=np.uint64))


def test_a_token_is_the_same_alone_and_among_many() -> None:
    tokens = Tokens(_KEY)
    texts: list[str | bytes] = ["plate BE 1ABC234", b"plate BE 1ABC234", "ü"]
    assert tokens.many(_REGISTER, texts).tolist() == [tokens.of(_REGISTER, one) for one in texts]
    assert tokens.of(_REGISTER, texts[0]) == tokens.of(_REGISTER, texts[1])
    assert tokens.of(_REGISTER, "é") == tokens.of(_REGISTER, "é".encode())


def test_another_key_or_another_register_makes_other_tokens() -> None:
    tokens, others = Tokens(_KEY), Tokens(_OTHER)
    assert tokens.of(_REGISTER, "x") != others.of(_REGISTER, "x")
    assert tokens.of(_REGISTER, "x") != tokens.of("bridges.permits", "x")
    assert tokens.key_id(_REGISTER) != others.key_id(_REGISTER)
    with pytest.raises(ValueError, match="32 bytes"):
        Tokens(b"short")


@given(_TOKENS, _TOKENS)
def test_an_index_has_what_it_was_made_of_and_nothing_else(
    kept: list[int], asked: list[int]
) -> None:
    index = _index(*kept)
    assert len(index) == len(set(kept))
    queries = np.array(kept + asked, dtype=np.uint64)
    assert index.contains(queries).tolist() == [one in set(kept) for one in kept + asked]


@pytest.mark.parametrize("numbers", [(), (0,), (5, 2**64 - 1, 0, 5)])
def test_an_index_comes_back_from_its_file(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    path, key_id = tmp_path / "tokens", Tokens(_KEY).key_id(_REGISTER)
    _index(1, 2, 3).save(path, key_id)
    _index(*numbers).save(path, key_id)
    index = SortedIndex.open(path, key_id)
    assert len(index) == len(set(numbers))
    assert index.contains(np.array([*numbers, 77], dtype=np.uint64)).tolist() == [
        *(True for _ in numbers),
        False,
    ]
    assert [one.name for one in tmp_path.iterdir()] == ["tokens"]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", [0, 9, 20, 40, 64, 71, 87])
def test_an_index_with_one_bit_changed_is_refused(tmp_path: Path, place: int) -> None:
    path, key_id = tmp_path / "tokens", Tokens(_KEY).key_id(_REGISTER)
    _index(1, 2, 3).save(path, key_id)
    whole = bytearray(path.read_bytes())
    whole[place] ^= 1
    path.write_bytes(whole)
    with pytest.raises(Unavailable):
        SortedIndex.open(path, key_id)


@pytest.mark.parametrize("length", [0, 7, 63, 64, 65, 80])
def test_an_index_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    path, key_id = tmp_path / "tokens", Tokens(_KEY).key_id(_REGISTER)
    _index(1, 2, 3).save(path, key_id)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(Unavailable):
        SortedIndex.open(path, key_id)


def test_an_index_of_another_key_or_none_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    with pytest.raises(Unavailable):
        SortedIndex.open(path, Tokens(_KEY).key_id(_REGISTER))
    _index(1).save(path, Tokens(_KEY).key_id(_REGISTER))
    with pytest.raises(Unavailable):
        SortedIndex.open(path, Tokens(_OTHER).key_id(_REGISTER))


def test_a_batch_finds_the_plates_that_were_entered() -> None:
    tokens = Tokens(_KEY)
    kept = [
        plate_keys("BE", "1-ABC-234"),
        plate_keys("DE", "LÖ-AB 12"),
        plate_keys("NL", "KD-123-B"),
    ]
    texts = [f"loose {one}" for plate in kept for one in plate.loose]
    index = SortedIndex.of(tokens.many(_REGISTER, texts))
    asked = [
        "BE 1abc234",
        "DE LÖ-AB 12",
        "DE LOE-AB 12",
        "NL KD123B",
        "LU 1-ABC-234",
        "",
        "?",
        "NL\n",
    ]
    found = index.contains(tokens.many(_REGISTER, loose_many(asked, "loose ")))
    assert found.tolist() == [True, True, True, True, False, False, False, False]
