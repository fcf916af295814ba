"""Every declared register keeps what registers promise, from the day it is declared."""

from dataclasses import replace

import pytest

from benelux.core.domain import discover
from benelux.core.language import Message
from benelux.core.registers.conformance import NotKept, check
from benelux.core.registers.declaration import (
    Field,
    Lookup,
    Move,
    Register,
    Statistics,
    declared,
    find,
)
from benelux.core.registers.soundness import unsound
from tests.core.boats import DOMAIN
from tests.core.boats.registers import MOORINGS

DOMAINS = {domain.name: domain for domain in (*discover(), DOMAIN)}
EVERY = [*declared(discover()), MOORINGS]


@pytest.mark.parametrize("register", EVERY, ids=lambda register: register.name)
def test_a_declared_register_keeps_every_promise(register: Register) -> None:
    check(register, DOMAINS[register.domain])


@pytest.mark.parametrize(
    "register",
    [
        replace(MOORINGS, name="moorings"),
        replace(MOORINGS, mark="x1"),
        replace(MOORINGS, retention=MOORINGS.retention[1:]),
        replace(MOORINGS, purposes=()),
        replace(MOORINGS, fields=(*MOORINGS.fields, MOORINGS.fields[0])),
        replace(MOORINGS, fields=(*MOORINGS.fields, Field("a.b", Message("A")))),
        replace(MOORINGS, fields=(*MOORINGS.fields, Field("a", Message("A"), "choice"))),
        replace(MOORINGS, lookups=(Lookup("exact", ("rank",)),)),
        replace(MOORINGS, lookups=(Lookup("person", ("family", "born")),)),
        replace(MOORINGS, lookups=(Lookup("plate", ("flag", "hull")),)),
        replace(MOORINGS, statistics=Statistics(by=("rank",))),
        replace(MOORINGS, moves=(*MOORINGS.moves, Move("a", Message("A"), ("sunk",), "valid"))),
        replace(MOORINGS, moves=MOORINGS.moves[1:]),
        replace(MOORINGS, states=MOORINGS.states[:1]),
    ],
)
def test_a_declaration_that_does_not_fit_together_says_why(register: Register) -> None:
    assert list(unsound(register))
    with pytest.raises(NotKept):
        check(register, DOMAIN)


def test_registers_are_found_by_their_names() -> None:
    assert find((DOMAIN,), "boats.moorings") is MOORINGS
    assert declared((DOMAIN,)) == (MOORINGS,)
