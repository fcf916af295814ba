"""Keep an answer in a file: the whole of it or nothing, and never over another by accident."""

import os
import secrets
from pathlib import Path

from benelux.core.cli import tell
from benelux.core.errors import Conflict, Invalid
from benelux.core.language import message


def keep(content: bytes, path: Path, *, force: bool = False) -> None:
    """Write `content` to `path` at once.

    Raises `Conflict` when the file is there already and `force` is not given, and `Invalid` when
    the place cannot be written to; nothing is left behind then.
    """
    if path.exists() and not force:
        raise _there(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        if force:
            draft.replace(path)
        else:
            _place(draft, path)
    except FileExistsError as error:
        raise _there(path) from error
    except OSError as error:
        raise Invalid(
            "cli.output",
            message("The file {path} cannot be written.", path=path),
            why=message("{error}.", error=error.strerror or error),
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _place(draft: Path, path: Path) -> None:
    """Give the finished file its name, unless somebody was first."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, where looking first has to do
        if path.exists():
            raise FileExistsError(path) from None
        draft.replace(path)


def _there(path: Path) -> Conflict:
    return Conflict(
        "cli.output-exists",
        message("The file {path} is already there.", path=path),
        now=message("Name another file, or write over it with --force."),
    )


def give(content: bytes, output: Path | None, *, force: bool = False) -> None:
    """`content` to a file, or to standard output where none is named."""
    if output is None:
        tell.binary(content)
    else:
        keep(content, output, force=force)
        tell.remark(message("Written to {path}.", path=output))
