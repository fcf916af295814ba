"""Hashing of a log as RFC 6962 and RFC 9162 have it, and the checking of proofs.

Pure functions over bytes. A check gives no reasons: a proof holds or it does not, and one that is
malformed in any way does not.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

SIZE: Final = 32
"""Bytes of a hash."""
EMPTY: Final = sha256().digest()
"""The root of a log without entries."""


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that is needed to go on, and to know its root.

    It holds the roots of the complete subtrees, the largest first: one for each bit of `size`.
    """

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.nodes = list(nodes)
        if size < 0 or len(self.nodes) != size.bit_count() or not _are_hashes(self.nodes):
            raise ValueError(f"this is no edge of a tree of {size} leaves")

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "Frontier":
        return cls(size, [packed[at : at + SIZE] for at in range(0, len(packed), SIZE)])

    def pack(self) -> bytes:
        return b"".join(self.nodes)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf."""
        nodes = self.nodes
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + nodes.pop() + leaf).digest()
            size >>= 1
        nodes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.nodes:
            return EMPTY
        root = self.nodes[-1]
        for left in self.nodes[-2::-1]:
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    edge = Frontier()
    for leaf in leaves:
        edge.append(leaf)
    return edge.root()


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `proof` shows that leaf number `index` (from 0) of a tree of `size` is `leaf`."""
    if not 0 <= index < size or len(leaf) != SIZE or not _are_hashes(proof):
        return False
    here, last = index, size - 1
    found = leaf
    for sibling in proof:
        if last == 0:
            return False  # more than the way up needs
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while not here & 1:  # levels in which the last node has no sibling
                here >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        here >>= 1
        last >>= 1
    return last == 0 and found == root


def verify_consistency(
    size: int, root: bytes, later_size: int, later_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the tree of `later_size` only adds to the one of `size`.

    An empty tree is refused: everything is consistent with it, so a proof would say nothing.
    """
    if not 0 < size <= later_size:
        return False
    return verify_subtree_consistency(0, size, root, later_size, later_root, proof)


def verify_subtree_inclusion(  # noqa: PLR0913, PLR0917 - a leaf, its place, and what is claimed of it
    leaf: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the subtree over leaves `start` to `end` (not included) has `leaf` as its `index`."""
    if not _is_subtree(start, end) or not start <= index < end:
        return False
    return verify_inclusion(leaf, index - start, end - start, proof, root)


def verify_subtree_consistency(  # noqa: C901, PLR0913, PLR0917 - the algorithm as RFC 9162 has it
    start: int, end: int, root: bytes, size: int, tree_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of `size` contains the subtree over leaves `start` to `end` with `root`."""
    if not _is_subtree(start, end) or end > size or not _are_hashes(proof):
        return False
    if start == end:
        return not proof and root == EMPTY and (size > 0 or tree_root == EMPTY)
    first, last, top = start, end - 1, size - 1
    # Up to where the subtree's right edge becomes one complete node, or the whole of it does.
    while first != last and (last & 1 or last == top):
        first, last, top = first >> 1, last >> 1, top >> 1
    rest = list(proof)
    if first == last:
        old = new = root
    elif rest:
        old = new = rest.pop(0)
    else:
        return False
    for other in rest:
        if top == 0:
            return False
        if last & 1 or last == top:
            if first < last:
                old = node_hash(other, old)
            new = node_hash(other, new)
            while not last & 1:
                first, last, top = first >> 1, last >> 1, top >> 1
        else:
            new = node_hash(new, other)
        first, last, top = first >> 1, last >> 1, top >> 1
    return top == 0 and old == root and new == tree_root


def _is_subtree(start: int, end: int) -> bool:
    """Whether these leaves lie under one node of the tree, however far it may grow."""
    if not 0 <= start <= end:
        return False
    width = 1 << (end - start - 1).bit_length() if end > start else 1
    return start % width == 0


def _are_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(one) == SIZE for one in proof)
