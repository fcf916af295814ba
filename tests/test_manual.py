"""The manual says what the software does: its drawn parts are as the declarations have them."""

from benelux.core.cli.dev import manual
from benelux.core.cli.dev.source import source


def test_no_drawn_part_of_the_manual_is_out_of_date() -> None:
    here = source()

    stale = [here.name(path) for path, _ in manual.out_of_date(here)]

    assert stale == [], "run: benelux dev manual"
