"""The tree of RFC 6962: roots, proofs, and every malformed proof refused."""

from base64 import b64decode
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.ledger.merkle import (
    EMPTY,
    Frontier,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)
from benelux.core.ledger.tiles import WIDTH, Levels, Tree, top

_VECTORS = Path(__file__).parent / "data" / "merkle_vectors.jsonl"
_LEAVES = [leaf_hash(b"entry %d" % number) for number in range(2 * WIDTH + 90)]


class Vector(msgspec.Struct, rename={"wants_error": "wantErr", "leaf_index": "leafIdx"}):
    id: str
    kind: str
    wants_error: bool
    proof: list[str] | None = None
    leaf_index: int = 0
    treeSize: int = 0  # noqa: N815 - as in the file
    leafHash: str = ""  # noqa: N815 - as in the file
    root: str = ""
    size1: int = 0
    size2: int = 0
    root1: str = ""
    root2: str = ""
    start: int = 0
    end: int = 0
    size: int = 0


class Log(NamedTuple):
    levels: Levels
    roots: list[bytes]


def _vectors() -> list[Vector]:
    return [msgspec.json.decode(line, type=Vector) for line in _VECTORS.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def whole() -> Log:
    """A log of some hundred entries, and its root after each of them."""
    levels, roots = Levels(), [EMPTY]
    for leaf in _LEAVES:
        levels.append(leaf)
        roots.append(levels.root())
    return Log(levels, roots)


def test_all_published_vectors_are_judged_as_published() -> None:
    vectors = _vectors()
    assert len(vectors) == 252
    judged = {one.id: _holds(one) for one in vectors}
    assert judged == {one.id: not one.wants_error for one in vectors}


def _holds(one: Vector) -> bool:
    proof = [b64decode(part) for part in one.proof or []]
    leaf, root = b64decode(one.leafHash), b64decode(one.root)
    root1, root2 = b64decode(one.root1), b64decode(one.root2)
    match one.kind:
        case "inclusion":
            return verify_inclusion(leaf, one.leaf_index, one.treeSize, proof, root)
        case "consistency":
            return verify_consistency(one.size1, root1, one.size2, root2, proof)
        case "subtreeinclusion":
            return verify_subtree_inclusion(leaf, one.leaf_index, one.start, one.end, proof, root)
        case _:
            return verify_subtree_consistency(one.start, one.end, root1, one.size, root2, proof)


def _by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 writes it down, halving again and again."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(_by_definition(leaves[:half]), _by_definition(leaves[half:]))


def test_the_root_is_the_one_of_the_definition_at_every_size(whole: Log) -> None:
    for size in (0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 602):
        expected = _by_definition(_LEAVES[:size])
        assert whole.roots[size] == expected
        assert root_of(_LEAVES[:size]) == expected
        assert whole.levels.tree(size).root() == expected


@given(some.data())
def test_every_entry_is_proven_under_every_later_head(whole: Log, data: some.DataObject) -> None:
    size = data.draw(some.integers(1, len(_LEAVES)))
    index = data.draw(some.integers(0, size - 1))
    proof = whole.levels.tree(size).inclusion(index)
    root = whole.roots[size]
    assert verify_inclusion(_LEAVES[index], index, size, proof, root)
    assert not verify_inclusion(_LEAVES[index], index, size, [*proof, EMPTY], root)
    assert not verify_inclusion(_LEAVES[index], index + 1, size, proof, root)
    assert not verify_inclusion(EMPTY, index, size, proof, root)
    if proof:
        assert not verify_inclusion(_LEAVES[index], index, size, proof[:-1], root)
        assert not verify_inclusion(_LEAVES[index], index, size, proof[::-1][1:], root)


@given(some.data())
def test_every_head_is_proven_to_continue_every_earlier_one(
    whole: Log, data: some.DataObject
) -> None:
    later = data.draw(some.integers(1, len(_LEAVES)))
    earlier = data.draw(some.integers(1, later))
    proof = whole.levels.tree(later).consistency(earlier)
    old, new = whole.roots[earlier], whole.roots[later]
    assert verify_consistency(earlier, old, later, new, proof)
    assert not verify_consistency(earlier, EMPTY, later, new, proof)
    assert not verify_consistency(earlier, old, later, EMPTY, proof)
    assert not verify_consistency(earlier, old, later, new, [*proof, EMPTY])
    assert not verify_consistency(later + 1, new, later, new, proof)


def test_nothing_is_proven_over_an_empty_tree() -> None:
    assert not verify_inclusion(EMPTY, 0, 0, [], EMPTY)
    assert not verify_consistency(0, EMPTY, 5, root_of(_LEAVES[:5]), [])
    with pytest.raises(IndexError):
        Levels().tree().inclusion(0)
    with pytest.raises(IndexError):
        Levels().tree().consistency(0)


@given(
    some.lists(some.binary(max_size=40), max_size=40), some.integers(-2, 70), some.integers(-2, 70)
)
def test_a_check_of_anything_at_all_ends_with_a_verdict(
    proof: list[bytes], first: int, second: int
) -> None:
    root = root_of(_LEAVES[:9])
    assert verify_inclusion(_LEAVES[0], first, second, proof, root) is False
    assert verify_consistency(first, EMPTY, second, root, proof) in {True, False}


def test_an_edge_goes_on_where_it_was_put_down() -> None:
    edge = Frontier()
    for leaf in _LEAVES[:300]:
        edge.append(leaf)
    again = Frontier.unpack(edge.size, edge.pack())
    again.append(_LEAVES[300])
    assert again.root() == root_of(_LEAVES[:301])


@pytest.mark.parametrize(("size", "packed"), [(1, b""), (2, b"x" * 64), (-1, b""), (1, b"short")])
def test_an_edge_that_does_not_belong_to_its_size_is_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="no edge"):
        Frontier.unpack(size, packed)


def test_a_proof_reads_a_few_tiles_however_large_the_log_is() -> None:
    class Synthetic:
        """Full tiles of one hash at every level, as if ten million leaves were equal."""

        def __init__(self) -> None:
            self.asked: list[tuple[int, int]] = []
            row = [_LEAVES[0]] * WIDTH
            self.levels = [b"".join(row)]
            for _ in range(3):
                self.levels.append(top(self.levels[-1]) * WIDTH)

        def hashes(self, level: int, place: int) -> bytes:
            self.asked.append((level, place))
            return self.levels[level]

    tiles = Synthetic()
    proof = Tree(tiles, 10_000_000).inclusion(4_321_987)
    assert len(proof) == 24
    assert len(tiles.asked) <= 7
