"""What the commands of the ledger share."""

from typing import Annotated, Final

from cyclopts import App, Parameter

app: Final = App(name="ledger")
Shard = Annotated[str, Parameter(name="shard", help="Name of an authority's ledger.")]
