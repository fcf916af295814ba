"""The `benelux` command; it starts quickly because it imports late."""

import os
import sys
from collections.abc import Sequence

from benelux.core.cli.call import Call, read
from benelux.core.errors import Refusal


def main(words: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a letter that the terminal lacks is no reason to stop
            stream.reconfigure(errors="replace")
    try:
        status = _answer(list(sys.argv[1:] if words is None else words))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has had enough. The interpreter flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)


def _answer(words: Sequence[str]) -> int:
    try:
        call = read(words)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.line('en')}\n")
        return 2
    if call.rest in {(), ("--help",), ("-h",)}:
        return _help(call)
    from benelux.core.cli.run import run

    return run(call)


def _help(call: Call) -> int:
    from benelux.core.cli.layout import Look
    from benelux.core.cli.root_help import render

    sys.stdout.write(render(call.language, Look.of(sys.stdout)))
    return 0


if __name__ == "__main__":
    main()
