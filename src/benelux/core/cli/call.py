"""What every command is told besides its own options: in which language, and how openly."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benelux.core.errors import Fault, Invalid
from benelux.core.language import LANGUAGES, Language, Message, is_language, message

LANGUAGE_VARIABLE = "BENELUX_LANGUAGE"
DEBUG_VARIABLE = "BENELUX_DEBUG"
ABOUT_COMMON = message(
    "Every command also takes --lang nl|fr|de|en for the language it speaks, and --debug to show"
    " where an unexpected error arose."
)
_SYSTEM_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the command; `rest` is what remains for the command itself."""

    language: Language
    debug: bool
    rest: tuple[str, ...]


def read(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> Call:
    """Take `--lang` and `--debug` out of the words, wherever they stand before a `--`.

    Raises `Invalid` for a language that is not one of the four.
    """
    language: str | None = None
    debug = environment.get(DEBUG_VARIABLE, "").lower() not in {"", "0", "false", "no", "off"}
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            rest += [word, *left]
            break
        if word == "--debug":
            debug = True
        elif word == "--lang":
            language = left.pop(0) if left else ""
        elif word.startswith("--lang="):
            language = word.partition("=")[2]
        else:
            rest.append(word)
    chosen = language_of(environment) if language is None else _known("--lang", language)
    return Call(chosen, debug, tuple(rest))


def language_of(environment: Mapping[str, str]) -> Language:
    """The language that was set for this platform, else the system's, else English."""
    wanted = environment.get(LANGUAGE_VARIABLE)
    if wanted:
        return _known(LANGUAGE_VARIABLE, _first(wanted))
    system = next((environment[name] for name in _SYSTEM_VARIABLES if environment.get(name)), "")
    code = _first(system)
    return code if is_language(code) else "en"


def _first(locale: str) -> str:
    return locale.replace("-", "_").partition("_")[0].partition(".")[0].lower()


def _known(where: str, code: str) -> Language:
    if is_language(code):
        return code
    wish: Message = message("may be: {known}", known=", ".join(LANGUAGES))
    raise Invalid(
        "cli.language",
        message("There is no language “{code}” here.", code=code[:20]),
        faults=(Fault(where, wish),),
    )
