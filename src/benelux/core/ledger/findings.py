"""What a walk through a ledger can find, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from benelux.core.language import Message, message

Kind = Literal[
    "missing", "changed", "moved", "rewritten", "head", "signer", "level", "content", "erased",
    "revived", "index", "edge", "elsewhere", "stamp",
]  # fmt: skip
WORDS: Final[Mapping[Kind, Message]] = {
    "missing": message("entries are missing"),
    "changed": message("the entry is not the one that was hashed"),
    "moved": message("the entry stands where another belongs"),
    "rewritten": message("among these entries at least one is not what the signed head covers"),
    "head": message("the head was changed: it is not what was signed"),
    "signer": message("the key of the heads is not the one that the log itself names"),
    "level": message("a kept level does not belong to the entries"),
    "content": message("the content is not what was put on record"),
    "erased": message("the content is gone, and no entry says that it was erased"),
    "revived": message("the content was erased and is there again"),
    "index": message("the index no longer names the persons whom the entry is about"),
    "edge": message("the shard's own count of its entries is not right"),
    "stamp": message("the time stamp over these entries does not hold"),
    "elsewhere": message("the log is not the one that was signed or seen elsewhere"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with entries `first` to `last`; for a head, at `last` + 1 entries."""

    kind: Kind
    first: int
    last: int

    @property
    def said(self) -> Message:
        if self.first == self.last:
            return message("entry {number}: {what}", number=self.first, what=WORDS[self.kind])
        return message(
            "entries {first} to {last}: {what}",
            first=self.first, last=self.last, what=WORDS[self.kind],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a walk: what was looked at, and everything that is wrong."""

    shard: str
    entries: int
    heads: int
    erased: int
    opened: bool
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings
