"""The status list of any country's keeper: made here, or fetched from the node that has it."""

from typing import Final

from benelux.core.errors import NotFound, Unavailable
from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.language import message
from benelux.core.registers.declaration import Register
from benelux.core.registers.desk import keeper_of
from benelux.core.registers.issuers import homes, issuers_of
from benelux.core.registers.statuslist import read_status_list, status_list

_WAIT_S: Final = 3.0
_LARGEST: Final = 200_000
_fetched: Final[dict[str, str]] = {}
"""The last list that came from each address."""


def list_of(house: House, register: Register, country: str) -> str:
    """The signed list of that country's keeper; without a country, of the first node here.

    Raises `NotFound` for a node that nobody knows, and `Unavailable` for one that has not answered
    since this process began; later the last list that came from it stands in.
    """
    own = homes(house)
    home = own.get(country) if country else next(iter(own.values()))
    if home is not None:
        return status_list(home, register, keeper_of(home, register).id)
    peer = federation_of(house).peers.get(country)
    if peer is None:
        raise NotFound(
            "exchange.no-such-node",
            message("The node of {country} is not known here.", country=country),
        )
    address = f"{peer.address.rstrip('/')}/api/registers/{register.name}/statuslist"
    text = _from_there(f"{address}?country={country}")
    if text is None:
        raise Unavailable(
            "exchange.no-answer",
            message("The node of {country} does not answer.", country=country),
        )
    read_status_list(text, issuers_of(house))  # so that nothing but a keeper's list is passed on
    return text


def _from_there(address: str) -> str | None:
    import httpx  # noqa: PLC0415 - slow to import, and most portals have all nodes with them

    found = b""
    try:
        with httpx.stream("GET", address, timeout=_WAIT_S) as answer:
            answer.raise_for_status()
            for part in answer.iter_bytes():
                found += part
                if len(found) > _LARGEST:
                    raise httpx.DecodingError("too large")
    except httpx.HTTPError:
        return _fetched.get(address)
    _fetched[address] = found.decode("ascii", "replace")
    return _fetched[address]
