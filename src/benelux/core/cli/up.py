"""Start the portal: one folder, one address, one line that says where it is."""

import os
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Annotated, Final

from cyclopts import Parameter

from benelux.core.cli import serve, tell, workers
from benelux.core.errors import Fault, Invalid, NotAllowed
from benelux.core.identity.fitness import refuse_unfit
from benelux.core.language import Message, message
from benelux.core.settings import SETTINGS, Settings
from benelux.core.store import Claim, claim

_ABOUT: Final = {setting.name: setting.about.msgid for setting in SETTINGS}
_HIGHEST_PORT: Final = 65535
_MOST_WORKERS: Final = 256
_MOST_CACHE: Final = 65536


def up(  # noqa: PLR0913 - one parameter for each setting
    *,
    port: Annotated[int | None, Parameter(help=_ABOUT["port"])] = None,
    host: Annotated[str | None, Parameter(help=_ABOUT["host"])] = None,
    database: Annotated[str | None, Parameter(help=_ABOUT["database"])] = None,
    data: Annotated[Path | None, Parameter(help=_ABOUT["data"])] = None,
    workers: Annotated[int | None, Parameter(help=_ABOUT["workers"])] = None,
    cache: Annotated[int | None, Parameter(help=_ABOUT["cache"])] = None,
    public_url: Annotated[str | None, Parameter(help=_ABOUT["public_url"])] = None,
    demo: Annotated[bool | None, Parameter(help=_ABOUT["demo"])] = None,
    show: Annotated[
        bool, Parameter(name="--open", negative=(), help="Open the portal in a browser.")
    ] = False,
) -> int:
    """Start the portal and keep it running."""
    settings = Settings.read(
        os.environ,
        port=port,
        host=host,
        database=database,
        data=data,
        workers=workers,
        cache=cache,
        public_url=public_url,
        demo=demo,
    )
    start(settings, show=show)
    return 0


def start(settings: Settings, *, show: bool = False) -> None:
    """Serve until asked to stop. Raises what stands in the way before anything is opened."""
    settings = checked(replace(settings, data=settings.data.expanduser().resolve()))
    prepare(settings.data)
    refuse_unfit(settings)
    with claim(settings.data, serve.address(settings.host, settings.port)) as held:
        _serve(settings, held, show=show)


def checked(settings: Settings) -> Settings:
    """The settings as they will be used.

    Raises `Invalid` for a number out of reach, and `NotAllowed` when the demonstration sign-in
    would be within reach of others.
    """
    faults = [
        Fault(f"--{name}", message("a number from {first} to {last}", first=first, last=last))
        for name, value, first, last in (
            ("port", settings.port, 0, _HIGHEST_PORT),
            ("workers", settings.workers, 1, _MOST_WORKERS),
            ("cache", settings.cache, 0, _MOST_CACHE),
        )
        if not first <= value <= last
    ]
    if faults:
        what = message("The portal cannot start with these settings.")
        raise Invalid("up.settings", what, faults=tuple(faults))
    if settings.public_url:
        return replace(settings, demo=False)
    if settings.demo and not settings.is_loopback:
        raise NotAllowed(
            "up.demo-in-reach",
            message(
                "The portal does not start at {host} with its demonstration sign-in.",
                host=settings.host,
            ),
            why=message("Anybody who reaches that address could sign in as an officer."),
            now=message("Add --no-demo, or leave out --host."),
        )
    return settings


def prepare(folder: Path) -> None:
    """Make the data folder, for this user's eyes only, with whatever is put there later.

    A folder that was there already keeps its own permissions.
    Raises `Invalid` when it is no folder or cannot be written to.
    """
    os.umask(0o077)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError as error:
        raise _unusable(folder, message("{error}.", error=error.strerror or error)) from error
    if not writable:
        raise _unusable(folder, message("Nothing can be written there."))


def _unusable(folder: Path, why: Message) -> Invalid:
    return Invalid(
        "up.folder",
        message("The folder {folder} cannot be used.", folder=folder),
        why=why,
        now=message("Name another folder with --data."),
    )


def _serve(settings: Settings, held: Claim, *, show: bool) -> None:
    from benelux.core.web.static import Assets  # noqa: PLC0415 - refusals above come at once

    if not Assets().names:
        tell.remark(
            message("The browser assets are not built; pages are shown plain, without them.")
        )
    listener = serve.listen(settings.host, settings.port)
    with listener:
        port = listener.getsockname()[1]
        if settings.port not in {0, port}:
            tell.remark(
                message(
                    "Port {taken} is taken; port {port} is used instead.",
                    taken=settings.port, port=port,
                )
            )  # fmt: skip
        settings = replace(settings, port=port)
        address = serve.address(settings.host, port)
        held.announce(address)
        run = workers.run if settings.workers > 1 else serve.run
        run(settings, listener, _ready(address, show=show))


def _ready(address: str, *, show: bool) -> Callable[[], None]:
    def ready() -> None:
        tell.line(message("Benelux is at {address}  (Ctrl-C stops it)", address=address))
        if show:
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    return ready
