"""Asking another country's node a hidden question: neither side sees the other's list."""

import secrets
from collections.abc import Sequence
from typing import Final

import msgspec

from benelux.core.errors import NotAllowed
from benelux.core.exchange.lines import line
from benelux.core.exchange.nodes import Federation
from benelux.core.identity.facts import Facts
from benelux.core.identity.keyring import signing_key
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import Language, message
from benelux.core.registers.declaration import Register
from benelux.core.registers.hidden import Hidden
from benelux.core.registers.hidden_api import AskedHidden, AskedList
from benelux.core.registers.values import Acting
from benelux.core.registers.wire import Asker, Stated

PATIENCE_S: Final = 60.0
_LONGEST_LIST: Final = 100 * 1024 * 1024


def ask_hidden(  # noqa: PLR0913 - what is asked, by whom, of whom, why, and until when
    federation: Federation,
    register: Register,
    lines: Sequence[str],
    *,
    by: Acting,
    country: str,
    facts: Facts,
    within: float = PATIENCE_S,
    language: Language = "en",
) -> list[bool]:
    """For each line whether it is in that country's register; see `hidden.Hidden` for its form.

    Raises `Invalid` for a line that cannot be asked about, what the node refuses, and
    `Unavailable` while it hides its list, or when it does not answer in time.
    """
    home = federation.own.get(by.actor.country)
    if home is None:
        raise NotAllowed(
            "exchange.not-from-here",
            message("Questions of your authority do not go out from this portal."),
        )
    hidden = Hidden(register, lines)
    key = signing_key(home.house.store, KeyFolder.of(home.house.settings), by.organisation)
    to, path = line(federation, country), f"/api/registers/{register.name}/hidden"
    stated, asker, request = Stated.of(facts), Asker.of(by), secrets.token_hex(16)
    wanted = msgspec.json.encode(AskedList(stated, request, country, asker))
    asked = msgspec.json.encode(AskedHidden(hidden.question, stated, request, country, asker))
    set_up = to.post(
        f"{path}/list", wanted, key=key, within=within, language=language, largest=_LONGEST_LIST
    )
    answer = to.post(f"{path}/questions", asked, key=key, within=within, language=language)
    return hidden.hits(set_up.raw(), answer.raw())
