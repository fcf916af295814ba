"""`benelux node`: the node of one country, its card, its peers, and questions to all of them."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from cyclopts import Parameter

from benelux.core.cli import tell
from benelux.core.cli.keep import give
from benelux.core.cli.options import Force, Json, Output
from benelux.core.cli.up import start
from benelux.core.errors import Invalid, NotFound
from benelux.core.exchange import cards, commands_letters, federation, peers, standing
from benelux.core.exchange.cards import Card
from benelux.core.exchange.command_line import ABOUT, Country, Data, app, here, node_here
from benelux.core.exchange.fanout import DEADLINE_S, Answers, fan_out
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.nodes import Federation
from benelux.core.exchange.trying import said, try_connection
from benelux.core.identity import registry
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.facts import Actor, Facts
from benelux.core.language import message
from benelux.core.registers.declaration import Question
from benelux.core.registers.values import Acting, Asking, Subject
from benelux.core.settings import Settings

__all__ = ["app", "commands_letters"]


@app.command
def serve(  # noqa: PLR0913 - one parameter for each setting
    *,
    country: Annotated[str, Parameter(help=ABOUT["country"])],
    peer: Annotated[
        tuple[Path, ...], Parameter(help="Card of a node to trust, a file; may be repeated.")
    ] = (),
    port: Annotated[int | None, Parameter(help=ABOUT["port"])] = None,
    host: Annotated[str | None, Parameter(help=ABOUT["host"])] = None,
    database: Annotated[str | None, Parameter(help=ABOUT["database"])] = None,
    data: Data = None,
    workers: Annotated[int | None, Parameter(help=ABOUT["workers"])] = None,
    public_url: Annotated[str | None, Parameter(help=ABOUT["public_url"])] = None,
    demo: Annotated[bool | None, Parameter(help=ABOUT["demo"])] = None,
) -> int:
    """Start a portal that is the node of one country, and keep it running."""
    named = ",".join(str(path.expanduser().resolve()) for path in peer)
    settings = Settings.read(
        os.environ,
        port=port,
        host=host,
        database=database,
        data=data,
        workers=workers,
        public_url=public_url,
        demo=demo,
        country=country.upper(),
        peers=named or None,
    )
    start(settings)
    return 0


@app.command
def card(
    *,
    country: Country = None,
    address: Annotated[
        str | None, Parameter(help="Address under which the other nodes reach this one.")
    ] = None,
    data: Data = None,
    output: Output = None,
    force: Force = False,
) -> int:
    """Print this node's card, signed, for the administrators of the other nodes."""
    with here(data, country) as house:
        made = cards.card_of(node_here(house, country))
        if address is not None:
            made = replace(made, address=address.rstrip("/"))
        give(cards.signed(made, cards.node_key(node_here(house, country))), output, force=force)
        tell.remark(_fingerprint(made))
    return 0


@app.command
def trust(
    file: Annotated[Path, Parameter(name="file", help="Card of a node, a file.")],
    /,
    *,
    yes: Annotated[
        bool, Parameter(negative=(), help="Enter it: the fingerprint was compared.")
    ] = False,
    country: Country = None,
    data: Data = None,
) -> int:
    """Show the fingerprint of another node's card; with --yes, trust it from here on."""
    raw = federation.read_card(file)
    shown = cards.read(raw)
    tell.line(_fingerprint(shown))
    for one in shown.authorities:
        keys = [key.id for key in shown.keys if key.authority == one.id and not key.revoked]
        tell.line(f"{one.id}\t{' '.join(keys)}")
    if not yes:
        tell.remark(
            message("Compare the fingerprint with the administrator of that node, then add --yes.")
        )
        return 1
    with here(data, country) as house:
        peers.trust(node_here(house, country), raw, anew=True)
    tell.remark(message("The node of {country} is trusted.", country=shown.country))
    return 0


@app.command(name="peers")
def list_peers(
    *,
    test: Annotated[bool, Parameter(negative=(), help="Try each connection.")] = False,
    country: Country = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """List the nodes that this one knows."""
    with here(data, country) as house:
        known = federation_of(house)
        found = standing.every(house)
        tried = [try_connection(known, one.country) for one in found] if test else []
    if json:
        tell.json({"nodes": found, "tried": tried} if test else found)
    else:
        head = (message("Country"), message("Address"), message("Fingerprint"))
        tell.table(head, [(one.country, one.address, one.fingerprint) for one in found])
        for one in tried:
            tell.line(said(one))
    return 0 if found and all(one.good for one in tried) else 1


@app.command
def ask(  # noqa: PLR0913 - one option for each part of the question
    register: Annotated[str, Parameter(name="register", help="Name of a register: domain.name.")],
    /,
    *,
    as_service: Annotated[
        str, Parameter(name="--as", help="Service of an authority here for which you ask.")
    ],
    question: Annotated[Question, Parameter(help="How much of an answer is asked for.")],
    purpose: Annotated[str, Parameter(help="What it is asked for.")],
    instrument: Annotated[str, Parameter(help="Legal ground: the instrument.")],
    article: Annotated[str, Parameter(help="Legal ground: the article.")],
    case: Annotated[str, Parameter(help="Reference of the case.")] = "",
    number: Annotated[str, Parameter(help="Number of a record.")] = "",
    field: Annotated[str, Parameter(help="One field and its value, as field=value.")] = "",
    family: Annotated[str, Parameter(help="Family name of a person.")] = "",
    given: Annotated[str, Parameter(help="Given name of a person.")] = "",
    born: Annotated[str, Parameter(help="Date or year of birth.")] = "",
    plate: Annotated[str, Parameter(help="Number plate, as country and plate: NL 12-ABC-3.")] = "",
    day: Annotated[date | None, Parameter(help="Day for which the answer holds.")] = None,
    deadline: Annotated[float, Parameter(help="Seconds to wait at most.")] = DEADLINE_S,
    country: Country = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Ask a register of all countries at once; who did not answer is named."""
    key, _, value = field.partition("=")
    nation, _, text = plate.partition(" ")
    subject = Subject(number, (key, value), family, given, born, nation, text)
    facts = Facts(
        purpose=purpose, instrument=instrument, article=article, case=case or None, channel="api"
    )
    asking = Asking(register, question, subject, facts, uuid4().hex, day)
    with here(data, country) as house:
        known = federation_of(house)
        found = fan_out(
            known, asking, _service(known, as_service), deadline, language=tell.language()
        )
    if json:
        tell.json(
            {
                "replies": found.replies,
                "failures": [
                    {"country": one.country, "code": one.code, "message": tell.say(one.message)}
                    for one in found.failures
                ],
            }
        )
    else:
        _tell(found)
    return 0 if found.replies else 1


def _tell(found: Answers) -> None:
    head = (message("Country"), message("Answer"), message("Record"), message("On record"))
    rows = [
        (
            one.country,
            one.verdict,
            ", ".join(f"{record.number} {record.state}" for record in one.found),
            f"{one.receipt[0]}/{one.receipt[1]}",
        )
        for one in found.replies
    ]
    tell.table(head, rows)
    for failure in found.failures:
        tell.remark(message("{country}: {why}", country=failure.country, why=failure.message))


def _service(known: Federation, name: str) -> Acting:
    """The machine of that service, at the node that speaks for it."""
    for node in known.own.values():
        with node.house.store.read() as connection:
            try:
                service = registry.get(connection, Service, name)
            except NotFound:
                continue
            authority = registry.get(connection, Authority, service.authority)
        if authority.country == node.country:
            return Acting(Actor.machine(authority, service), authority.id, name, name)
    raise Invalid(
        "exchange.no-such-service",
        message("No node here speaks for a service “{name}”.", name=name[:60]),
    )


def _fingerprint(shown: Card) -> str:
    said_ = message(
        "{country} at {address}: {fingerprint}",
        country=shown.country, address=shown.address, fingerprint=cards.fingerprint(shown.key),
    )  # fmt: skip
    return tell.say(said_)
