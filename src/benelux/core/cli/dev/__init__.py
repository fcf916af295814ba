"""Tools for who works on the platform; they need a clone of its source."""

from cyclopts import App

app = App(name="dev", help="Tools for who works on the platform.")
app.command("benelux.core.cli.dev.check:check", name="check", help="Run every check of the code.")
app.command(
    "benelux.core.cli.dev.manual:manual", name="manual", help="Write the manual's drawn parts."
)
app.command(
    "benelux.core.cli.dev.new_domain:new_domain",
    name="new-domain",
    help="Furnish a new domain that passes every check.",
)
app.command(
    "benelux.core.cli.dev.new_register:new_register",
    name="new-register",
    help="Furnish a domain with a register that passes every check.",
)
app.command(
    "benelux.core.cli.dev.translations:translations",
    name="translations",
    help="Bring the translators' files up to date.",
)
