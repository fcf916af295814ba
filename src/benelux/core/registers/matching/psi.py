"""Private set intersection: which of my texts are on your list, and neither of us sees the other's.

The keeper sets up its list once for a key; whoever asks blinds texts with a key of the moment, the
keeper blinds them again without seeing them, and the asker learns which are on the list and no
more. Both are taken to follow the protocol: a keeper that lies can hide a hit or feign one.

The package `openmined-psi` does the work (elliptic-curve Diffie-Hellman, Bloom filter), and is
optional. A question of 10,000 keeps a core busy for some seconds: run it beside the event loop.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Final

from benelux.core.errors import Invalid, Refusal, TooLarge, Unavailable
from benelux.core.language import message

MOST_ASKED: Final = 10_000
MOST_KEPT: Final = 2_000_000
LONGEST: Final = 200
_KEY: Final = 32
_BY_CHANCE: Final = 1e-6
"""How likely it is that a question of full length has a hit that is none."""
_REVEAL: Final = True
"""The asker learns which texts are on the list; else it would only learn how many are."""
_FUNCTIONS: Final = range(1, 65)
_POINT: Final = 64
"""So many bytes, and some to spare, a hidden text has."""


class Keeper:
    """The side that has the list."""

    def __init__(self, key: bytes = b"") -> None:
        """With the `key` of an earlier keeper, its set-up goes on to hold; else with a new one."""
        if key and len(key) != _KEY:
            raise ValueError(f"a key of a hidden list has {_KEY} bytes")
        with _understood():
            server = _library().server
            self._server = (
                server.CreateFromKey(key, _REVEAL) if key else server.CreateWithNewKey(_REVEAL)
            )

    @property
    def key(self) -> bytes:
        """The secret; who has it and the set-up can try out every text there is."""
        return bytes(self._server.GetPrivateKeyBytes())

    def set_up(self, texts: Sequence[str]) -> bytes:
        """The list, hidden, for every asker; a quarter of a millisecond for each text.

        To be made again when the list changes; with a new key whenever an asker should no longer be
        able to set an old list beside a new one.
        """
        _bounded(texts, MOST_KEPT)
        library = _library()
        # Not its other sets, Golomb-coded ones: it reads those beyond their end when they are cut.
        with _understood():
            made = self._server.CreateSetupMessage(
                _BY_CHANCE, MOST_ASKED, list(texts), library.DataStructure.BLOOM_FILTER
            )
        return bytes(made.SerializeToString())

    def answer(self, question: bytes) -> bytes:
        """The answer to an `Asker`'s question; raises `Invalid` for what is no question."""
        if len(question) > MOST_ASKED * _POINT:
            raise _too_many(MOST_ASKED)
        request = _library().Request()
        with _understood():
            request.ParseFromString(question)
            if len(request.encrypted_elements) > MOST_ASKED:
                raise _too_many(MOST_ASKED)
            return bytes(self._server.ProcessRequest(request).SerializeToString())


class Asker:
    """The side that asks: one question, under a key that ends with it."""

    def __init__(self) -> None:
        self._client = _library().client.CreateWithNewKey(_REVEAL)
        self._asked = 0

    def question(self, texts: Sequence[str]) -> bytes:
        """These texts, hidden, for the keeper; at most `MOST_ASKED`."""
        _bounded(texts, MOST_ASKED)
        self._asked = len(texts)
        with _understood():
            return bytes(self._client.CreateRequest(list(texts)).SerializeToString())

    def found(self, set_up: bytes, answer: bytes) -> list[int]:
        """The places, in the question, of the texts that are on the list.

        Raises `Invalid` for what is no set-up, and for what is no answer to this question.
        """
        if len(set_up) > MOST_KEPT * _POINT or len(answer) > MOST_ASKED * _POINT:
            raise _too_many(MOST_KEPT)
        library = _library()
        kept, told = library.ServerSetup(), library.Response()
        with _understood():
            kept.ParseFromString(set_up)
            told.ParseFromString(answer)
            # The package ends the whole process over a set-up that no keeper sends.
            filtered = kept.bloom_filter
            sound = filtered.num_hash_functions in _FUNCTIONS and filtered.bits
            if not sound or len(told.encrypted_elements) != self._asked:
                raise _unreadable()
            return sorted(self._client.GetIntersection(kept, told))


def available() -> bool:
    """Whether the package is installed."""
    try:
        _library()
    except Unavailable:
        return False
    return True


@cache
def _library() -> ModuleType:
    try:
        return import_module("private_set_intersection.python")
    except ImportError as error:
        raise Unavailable(
            "exchange.no-psi",
            message("Questions that hide both lists cannot be asked here."),
            why=message("The package “openmined-psi” is not installed at this node."),
            now=message("Ask whoever runs it to install “benelux[psi]”, or ask one by one."),
        ) from error


@contextmanager
def _understood() -> Iterator[None]:
    """What the package cannot read becomes a refusal: it says so in errors of its own kinds."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:  # its decoder's errors have no common kind but this
        raise _unreadable() from error


def _unreadable() -> Invalid:
    return Invalid(
        "exchange.psi-unreadable",
        message("This part of a hidden question cannot be read."),
        now=message("Begin the question again."),
    )


def _bounded(texts: Sequence[str], most: int) -> None:
    if len(texts) > most:
        raise _too_many(most)
    if any(len(text) > LONGEST for text in texts):
        raise Invalid(
            "exchange.psi-too-long",
            message("A text of a hidden question has at most {n} characters.", n=LONGEST),
        )


def _too_many(most: int) -> TooLarge:
    return TooLarge(
        "exchange.psi-too-many",
        message("A hidden list has at most {n} texts.", n=most),
        now=message("Divide it."),
    )
