"""The whole command: every entry with its options, and how each call ends."""

import hashlib
import sys
import traceback

from cyclopts import App, CycloptsError, Group

import benelux
from benelux.core.cli import tell
from benelux.core.cli.call import ABOUT_COMMON, Call
from benelux.core.cli.entries import (
    ABOUT,
    ABOUT_HELP,
    ABOUT_VERSION,
    COMMANDS,
    DOMAINS,
    HELP_FLAGS,
    OPTIONS,
    VERSION_FLAGS,
    entries,
)
from benelux.core.cli.formatter import Formatter
from benelux.core.cli.layout import Look, fill
from benelux.core.cli.usage import wrong_usage
from benelux.core.errors import Refusal
from benelux.core.language import Language, message, translate

DONE = 0
FOUND_NOTHING = 1
FAILED = 1
REFUSED = 2
INTERRUPTED = 130

_COMMANDS = Group(COMMANDS.msgid, sort_key=1)
_DOMAINS = Group(DOMAINS.msgid, sort_key=2)
_OPTIONS = Group(OPTIONS.msgid, sort_key=3)


def build(language: Language, look: Look) -> App:
    """The command with all its entries; what an entry needs is imported when it is called."""
    app = App(
        name="benelux",
        help=ABOUT.to(language),
        version=benelux.__version__,
        help_flags=HELP_FLAGS,
        version_flags=VERSION_FLAGS,
        help_format="plaintext",
        help_formatter=Formatter(language, look),
        help_epilogue=fill(look, ABOUT_COMMON.to(language)),
        group_commands=_COMMANDS,
        print_error=False,
        exit_on_error=False,
        result_action="return_value",
    )
    for flag in HELP_FLAGS:
        app[flag].help = ABOUT_HELP.msgid
    for flag in VERSION_FLAGS:
        app[flag].help = ABOUT_VERSION.msgid
    for flag in (*HELP_FLAGS, *VERSION_FLAGS):
        app[flag].group = _OPTIONS
    for entry in entries():
        app.command(
            entry.target,
            name=entry.name,
            help=translate(entry.about, language),
            group=_DOMAINS if entry.group is DOMAINS else _COMMANDS,
        )
    return app


def run(call: Call) -> int:
    """Do what was asked; the exit status is 0 done, 1 found nothing or failed, 2 refused."""
    tell.speak(call.language)
    try:
        result = build(call.language, Look.of(sys.stdout))(list(call.rest))
    except CycloptsError as error:
        return refuse(wrong_usage(error))
    except Refusal as refusal:
        return refuse(refusal)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise  # whoever reads our output has had enough; that is for the process to settle
    except Exception as error:  # noqa: BLE001 - the last one who can tell the person anything
        return surprised(error, debug=call.debug)
    return result if isinstance(result, int) and not isinstance(result, bool) else DONE


def refuse(refusal: Refusal) -> int:
    tell.remark(" ".join(refusal.line(tell.language()).split()))
    return REFUSED


def surprised(error: Exception, *, debug: bool) -> int:
    """A defect of ours: the same defect has the same reference, so that reports can be matched."""
    if debug:
        traceback.print_exception(error)
    places = [f"{frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    trail = " ".join([type(error).__name__, *places])
    reference = hashlib.sha256(trail.encode()).hexdigest()[:8]
    tell.remark(message("Something went wrong on our side; its reference is {ref}.", ref=reference))
    if not debug:
        tell.remark(message("Run the same command with --debug to see where."))
    return FAILED
