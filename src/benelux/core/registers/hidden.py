"""Hidden questions: which of many are in the register, and neither side sees the other's list.

The keeper hides its list once a day, and after any change; who asks gets the hidden list, and an
answer that only they can read (`matching.psi`). The keeper learns how many were asked about and
nothing else, so the policies, the limits and the ledger are the only measure of what is asked.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, func, select

from benelux.core.errors import Fault, Refusal, Unavailable
from benelux.core.house import House
from benelux.core.identity.alarms import watch
from benelux.core.identity.facts import Facts
from benelux.core.language import message
from benelux.core.ledger.service import entry_of
from benelux.core.ledger.writing import Item, append_in
from benelux.core.registers import tables
from benelux.core.registers.batches import asked_keys
from benelux.core.registers.deciding import checked_request, decide, unclear
from benelux.core.registers.declaration import Lookup, Question, Register
from benelux.core.registers.desk import Desk, desk_of
from benelux.core.registers.lookups import list_texts
from benelux.core.registers.matching.people import STRONG, person_keys
from benelux.core.registers.matching.psi import Asker, Keeper
from benelux.core.registers.reading import records
from benelux.core.registers.values import Acting, Content
from benelux.core.store import Store

_SECRET: Final = "hidden"  # noqa: S105 - the name of a key
_SOON: Final = 2.0
"""Seconds that somebody waits for a list; a longer one is hidden while they come again."""
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class HiddenList:
    """A register's list on one day, hidden; `turn` says of which state of the register."""

    turn: tuple[int, int]
    day: date
    keeper: Keeper
    set_up: bytes


def hidden_list(
    house: House, register: Register, *, by: Acting, facts: Facts, request: str
) -> bytes:
    """The hidden list of today. Raises as `ask` does, and `Unavailable` while it is being made."""
    checked_request(request, facts)
    desk = desk_of(house, register)
    _on_record(desk, by, facts, f"hidden list {request}")
    return _list_of(desk).set_up


def hidden_answer(  # noqa: PLR0913 - what is asked, by whom, why, and as which request
    house: House, register: Register, question: bytes, *, by: Acting, facts: Facts, request: str
) -> bytes:
    """The answer to a hidden question, which only who asked can read; raises as `hidden_list`."""
    checked_request(request, facts)
    desk = desk_of(house, register)
    _on_record(desk, by, facts, f"hidden question {request}")
    return _list_of(desk).keeper.answer(question)


class Hidden:
    """The asker's side of one hidden question about many: plates, numbers, or persons.

    A person is written “family name;given name;date of birth”. It is found by the sound of both
    names with the whole date: looser keys would need a look at the record, which nobody has here.
    """

    def __init__(self, register: Register, lines: Sequence[str]) -> None:
        """Raises `Invalid`, naming the line, for what cannot be asked about."""
        pairs = [
            (place, text)
            for place, texts in enumerate(_asked_texts(register, lines))
            for text in texts
        ]
        self._size = len(lines)
        self._places = [place for place, _ in pairs]
        self._asker = Asker()
        self.question = self._asker.question([text for _, text in pairs])

    def hits(self, set_up: bytes, answer: bytes) -> list[bool]:
        """For each line whether it is in the register."""
        found = {self._places[place] for place in self._asker.found(set_up, answer)}
        return [place in found for place in range(self._size)]


def _people(register: Register) -> Lookup | None:
    """How this register's hidden list has persons, if it has them."""
    if any(one.kind == "plate" for one in register.lookups):
        return None
    return next((one for one in register.lookups if one.kind == "person"), None)


def _kept_texts(register: Register, number: str, content: Content) -> Iterator[str]:
    """Under which texts a record stands on the hidden list."""
    people = _people(register)
    if people is None:
        yield from list_texts(register, number, content)
        return
    yield from _strong(*(str(content.get(key) or "") for key in people.fields))


def _asked_texts(register: Register, lines: Sequence[str]) -> Iterable[list[str]]:
    if _people(register) is None:
        return [[key.decode()] if key else [] for key in asked_keys(register, lines)]
    return [_person_texts(number, line) for number, line in enumerate(lines, 1)]


def _person_texts(number: int, line: str) -> list[str]:
    parts = [part.strip() for part in line.split(";")]
    texts = list(_strong(*parts)) if len(parts) == _PARTS else []
    if not texts:
        wish = message("Give family name;given name;date of birth, as Jansen;An;1962-10-24.")
        raise unclear(Fault("texts", wish, line=number))
    return texts


def _strong(family: str, given: str, born: str) -> list[str]:
    return [
        f"person {key.text}" for key in person_keys(family, given, born) if key.quality == STRONG
    ]


_LISTS: Final[WeakKeyDictionary[Store, dict[str, "Future[HiddenList]"]]] = WeakKeyDictionary()
_door: Final = Lock()
_makers: Final = ThreadPoolExecutor(1, thread_name_prefix="hidden-lists")


def _list_of(desk: Desk) -> HiddenList:
    """The list of today, made in the background where it takes long."""
    turn, day = _turn(desk), desk.today()
    with _door:
        lists = _LISTS.setdefault(desk.store, {})
        making = lists.get(desk.register.name)
        if making is None or (making.done() and not _holds(making, turn, day)):
            making = lists[desk.register.name] = _makers.submit(_made, desk, turn, day)
    try:
        return making.result(_SOON)
    except TimeoutError:
        raise Unavailable(
            "registers.hiding",
            message("The list is being hidden, which takes some minutes for a long one."),
            now=message("Ask again a little later."),
        ) from None


def _holds(making: "Future[HiddenList]", turn: tuple[int, int], day: date) -> bool:
    return making.exception() is None and (making.result().turn, making.result().day) == (turn, day)


def _made(desk: Desk, turn: tuple[int, int], day: date) -> HiddenList:
    keeper = Keeper(desk.vault.secret(_SECRET))
    texts = {
        text
        for record in records(desk.house, desk.register, day=day)
        if record.content is not None
        for text in _kept_texts(desk.register, record.id, record.content)
    }
    return HiddenList(turn, day, keeper, keeper.set_up(sorted(texts)))


def _turn(desk: Desk) -> tuple[int, int]:
    """Another value after any change of the register: a version more, or a record fewer."""
    name = desk.register.name
    with desk.store.read() as connection:
        versions, living = (
            connection.scalar(select(func.count()).where(rows.c.register == name)) or 0
            for rows in (tables.version, tables.record)
        )
    return versions, living


def _on_record(desk: Desk, by: Acting, facts: Facts, what: str) -> None:
    """Put the question on record; raises the refusal where it is not allowed, or one too many."""
    case = decide(
        desk, Question.HIT.action, what, by=by, facts=facts, now=desk.now(), day=desk.today()
    )

    def work(connection: Connection) -> Refusal | None:
        refusal: Refusal | None = None
        if case.purpose is not None:
            refusal = watch(
                connection, desk.log, desk.register.name, case.purpose, by=by, now=desk.now()
            )
        told = case.consultation("list", too_often=refusal is not None)
        numbered = "" if refusal else f"{by.organisation} {desk.register.name} {what}"
        item = Item.of(desk.log.ring, entry_of(told, (), numbered))
        (receipt,) = append_in(connection, desk.log.ring, [item], desk.now())
        return receipt if isinstance(receipt, Refusal) else refusal

    refused = desk.store.write(work)
    if refused is not None:
        raise refused  # only here, so that the refusal stays on record
    if not case.decision.granted:
        raise case.refusal()
