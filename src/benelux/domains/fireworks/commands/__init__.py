"""This domain on the command line."""

from typing import Final

from cyclopts import App

from benelux.domains.fireworks.commands import passes, precursors, sheets

app: Final = App(name="fireworks")
app.command(passes.app)
app.command(sheets.app)
app.command(precursors.app)
