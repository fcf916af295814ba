"""Entries of a ledger, what they may say, and what one gets for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final, Literal

import msgspec

from benelux.core.errors import Fault, Invalid
from benelux.core.language import message

SHARD: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_KIND: Final = re.compile(r"[a-z][a-z-]{0,31}")
_LONGEST_REQUEST: Final = 200
_CARRIED: Final = "sha256:"
LARGEST: Final = 1024 * 1024
"""Bytes of content in one entry."""
OWN_KINDS: Final = frozenset({"opening", "refusal", "erasure", "delay", "rotation", "signer"})
"""Kinds of entries that the ledger writes by itself."""
OFFLINE: Final = "registers.offline"
"""Action of a check that was made without a network and put on record later; `case` says when."""
AnswerKind = Literal["hit", "no-hit", "status", "record", "list", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asked: `person` is a pseudonym that only their own organisation can resolve."""

    organisation: str
    service: str
    person: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy said, in which version, by which rules."""

    allowed: bool
    policy: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consultation:
    """One question of an authority about something, as it stands in the ledger.

    `object` is a keyed token, never a name or a plate. `offence_months` is the threshold that the
    ground asks for, as the maximum sentence in months.
    """

    actor: Actor
    action: str
    object: str
    purpose: str
    ground: str
    decision: Decision
    answer: AnswerKind
    case: str = ""
    offence_months: int | None = None

    @property
    def made_offline(self) -> datetime | None:
        """When the check was made, if it was made without a network."""
        action, _, moment = self.case.partition(" ")
        if self.action != OFFLINE or action != OFFLINE:
            return None
        try:
            return datetime.fromisoformat(moment)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to put on record.

    The same `request` with the same content is one entry, however often it is sent. `about` are the
    tokens by which the persons concerned find it; `public` stands in the log in the clear for ever,
    so it holds nothing about a person.
    """

    kind: str
    content: bytes
    request: str = ""
    about: tuple[str, ...] = ()
    public: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the log itself says of an entry; its JSON is what is hashed."""

    shard: str
    number: int
    kind: str
    at: str
    content: str = ""
    public: Mapping[str, str] = field(default_factory=dict)
    v: int = 1

    def pack(self) -> bytes:
        return msgspec.json.encode(self, order="sorted")

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of receipt: the entry is on disk, and under the signed head of `size` entries.

    `again` says that it had been there before this call.
    """

    shard: str
    number: int
    leaf: bytes
    at: datetime
    size: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """A decision not to tell the person concerned before the day `until`."""

    until: date
    ground: str
    authority: str
    reference: str = ""


def carried(token: str) -> str:
    """The token of a person as it goes to other nodes, which learn nothing from it by itself."""
    return (
        token if token.startswith(_CARRIED) else f"{_CARRIED}{sha256(token.encode()).hexdigest()}"
    )


def leaf_of(data: bytes) -> Leaf:
    """Raises `msgspec.ValidationError` or `msgspec.DecodeError` for what no ledger wrote."""
    return _LEAF.decode(data)


def stamp(moment: datetime) -> str:
    """A moment with its microseconds, so that order of texts is order in time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def checked(entry: Entry, *, own: bool = False) -> Entry:
    """The entry; raises `Invalid` when it cannot be put on record."""
    faults = []
    if not _KIND.fullmatch(entry.kind) or (entry.kind in OWN_KINDS and not own):
        faults.append(Fault("kind", message("Use a word of small letters that is not taken.")))
    if len(entry.content) > LARGEST:
        faults.append(Fault("content", message("Use at most {n} bytes.", n=LARGEST)))
    if len(entry.request) > _LONGEST_REQUEST:
        faults.append(Fault("request", message("Use at most {n} characters.", n=_LONGEST_REQUEST)))
    if faults:
        raise Invalid(
            "ledger.entry",
            message("This entry cannot be put on record."),
            faults=tuple(faults),
        )
    return entry


_LEAF: Final = msgspec.json.Decoder(Leaf)
