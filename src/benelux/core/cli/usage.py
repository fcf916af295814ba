"""Wrong usage, told in one line: what is not understood, and where the help is."""

from difflib import get_close_matches
from typing import Literal, get_args, get_origin

from cyclopts import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
    ValidationError,
)

from benelux.core.errors import Invalid
from benelux.core.language import Message, message


def wrong_usage(error: CycloptsError) -> Invalid:
    """The refusal that says what `error` means to who typed the command."""
    return Invalid("cli.usage", _what(error), why=_guess(error), now=_hint(error))


def _what(error: CycloptsError) -> Message:
    match error:
        case UnknownOptionError():
            return message("There is no option {option}.", option=_typed(error))
        case UnknownCommandError():
            return message("There is no command “{command}”.", command=_unused(error))
        case UnusedCliTokensError():
            return message("“{words}” is more than this command takes.", words=_unused(error))
        case MissingArgumentError():
            return message("{name} needs a value.", name=_name(error))
        case CoercionError() | ValidationError():
            return _unreadable(error)
        case _:
            return message("{error}", error=str(error).strip())


def _unreadable(error: CoercionError | ValidationError) -> Message:
    value = error.token.value if isinstance(error, CoercionError) and error.token else error
    name = _name(error)
    shape = error.target_type if isinstance(error, CoercionError) else None
    if shape is not None and get_origin(shape) is Literal:
        known = ", ".join(str(one) for one in get_args(shape))
        return message(
            "{name} cannot be “{value}”; it may be: {known}.", name=name, value=value, known=known
        )
    if shape is int:
        return message("{name} is a whole number, not “{value}”.", name=name, value=value)
    return message("{name} cannot be “{value}”.", name=name, value=value)


def _guess(error: CycloptsError) -> Message | None:
    if isinstance(error, UnknownOptionError):
        known = [name for argument in error.argument_collection for name in argument.names]
        word = _typed(error)
    elif isinstance(error, UnknownCommandError) and error.app:
        known = [name for name in error.app if not name.startswith("-")]
        word = _unused(error)
    else:
        return None
    close = get_close_matches(word, known, n=1)
    return message("Did you mean {word}?", word=close[0]) if close else None


def _hint(error: CycloptsError) -> Message:
    command = " ".join(["benelux", *(error.command_chain or ()), "--help"])
    return message("See: {command}", command=command)


def _typed(error: UnknownOptionError) -> str:
    return error.token.keyword or error.token.value


def _unused(error: CycloptsError) -> str:
    words = error.unused_tokens or [""]
    return words[0] if isinstance(error, UnknownCommandError) else " ".join(words)


def _name(error: CycloptsError) -> str:
    argument = error.argument
    if argument is None:
        return "?"
    return argument.name if argument.name.startswith("--") else argument.name.upper()
