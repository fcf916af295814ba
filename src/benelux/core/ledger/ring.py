"""One shard's keys, ready for use."""

from functools import cached_property

from benelux.core.ledger import keys as names
from benelux.core.ledger.keys import Keys
from benelux.core.ledger.note import COSIGNATURE, Signer
from benelux.core.ledger.sealing import Wrapper, hidden


class Ring:
    """The keys of one shard; each is fetched when it is first needed."""

    def __init__(self, keys: Keys, shard: str, origin: str) -> None:
        self.keys = keys
        self.shard = shard
        self.origin = origin
        self._wrappers: dict[int, Wrapper] = {}
        self._signers: dict[int, Signer] = {}

    def wrapper(self, generation: int) -> Wrapper:
        found = self._wrappers.get(generation)
        if found is None:
            secret = self.keys.get(self.shard, names.wrapping(generation))
            found = self._wrappers[generation] = Wrapper(secret, self.shard, generation)
        return found

    def signer(self, generation: int) -> Signer:
        found = self._signers.get(generation)
        if found is None:
            secret = self.keys.get(self.shard, names.signing(generation))
            found = self._signers[generation] = Signer(self.origin, secret)
        return found

    def hide(self, kind: str, text: str) -> bytes:
        return hidden(self._index, kind, text)

    def make(self, wrapping: int, signing: int) -> None:
        """See that these generations exist, and the key of the indexes."""
        for name in (names.wrapping(wrapping), names.signing(signing), names.INDEX):
            self.keys.make(self.shard, name)

    def destroy_wrapping(self, generation: int) -> None:
        self._wrappers.pop(generation, None)
        self.keys.destroy(self.shard, names.wrapping(generation))

    @cached_property
    def _index(self) -> bytes:
        return self.keys.get(self.shard, names.INDEX)


def witness_of(keys: Keys, name: str) -> Signer:
    """Who signs here as a witness of others."""
    return Signer(name, keys.make("node", names.WITNESS), COSIGNATURE)
