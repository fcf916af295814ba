"""Messages that were given up, from the command line: seeing them, and sending them once more."""

from typing import Annotated

from cyclopts import Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.exchange import outbox, sweeping
from benelux.core.exchange.command_line import Country, Data, app, here, node_here
from benelux.core.identity.keys import now
from benelux.core.language import message


@app.command
def letters(
    *,
    limit: Annotated[int, Parameter(help="How many at most.")] = 100,
    country: Country = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """List the messages of this node that were given up, the last one first."""
    with here(data, country) as house, node_here(house, country).store.read() as connection:
        found = outbox.dead_letters(connection, max(1, min(limit, 10_000)))
    if json:
        tell.json(found)
        return 0
    head = (message("Message"), message("To"), message("Kind"), message("Given up"),
            message("Why"))  # fmt: skip
    rows = [(one.id, one.receiver, one.kind, str(one.ended_at), one.code) for one in found]
    tell.table(head, rows)
    return 0


@app.command
def send_again(
    letter: Annotated[str, Parameter(name="message", help="Id of a message that was given up.")],
    /,
    *,
    country: Country = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Send a message that was given up once more, as a new one."""
    with here(data, country) as house:
        node = node_here(house, country)
        sent = node.store.write(lambda connection: outbox.send_again(connection, node, letter))
    if json:
        tell.json({"id": sent})
    else:
        tell.line(sent)
    return 0


@app.command
def sweep(*, country: Country = None, data: Data = None, json: Json = False) -> int:
    """Let go what the exchange has kept long enough; a running node does so by itself."""
    with here(data, country) as house:
        done = sweeping.sweep(node_here(house, country).store, now())
    if json:
        tell.json(done)
        return 0
    what = message(
        "{received} received, {sent} sent, the text of {texts} dead letters, {nonces} nonces.",
        received=done.received, sent=done.sent, texts=done.texts, nonces=done.nonces,
    )  # fmt: skip
    tell.line(what)
    return 0
