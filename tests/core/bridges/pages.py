"""Pages of every sort: a list, a form, one for a role, and ones that refuse or fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from benelux.core.errors import KINDS, Fault
from benelux.core.language import Text, message
from benelux.core.web.ask import Ask, Download, Redirect, Reply, View
from benelux.core.web.forms import Field, Filled, Form, Option
from benelux.core.web.listing import Column, Filter, Listing
from benelux.core.web.pages import Pages

PAGES = Pages("bridges")
asked = count(1)


@dataclass(frozen=True, slots=True)
class Bridge:
    name: Text
    river: str
    tonnes: int | None
    opened: date
    remark: str = ""


BRIDGES = (
    Bridge(Text.same("Pont Adolphe"), "petrusse", 40, date(1903, 7, 24)),
    Bridge(Text.same("Erasmusbrug"), "maas", 60, date(1996, 9, 4), "=HYPERLINK(1)"),
    Bridge(
        Text("Brug van de Schelde", "Pont de l'Escaut", "Scheldebrücke", "Scheldt bridge"),
        "schelde",
        None,
        date(1982, 1, 1),
        "-1",
    ),
    Bridge(Text.same("Pont de Fragnée"), "maas", 20, date(1904, 1, 1)),
)
RIVERS = {"maas": message("Meuse"), "schelde": message("Scheldt"), "petrusse": message("Petrusse")}

LISTING: Listing[Bridge] = Listing(
    name="bridges",
    rows=lambda _ask: BRIDGES,
    columns=(
        Column("name", message("Bridge"), lambda row, lang: row.name[lang]),
        Column("river", message("River"), lambda row, _: row.river,
               show=lambda row, _: RIVERS[row.river]),
        Column("tonnes", message("Tonnes"), lambda row, _: row.tonnes, numeric=True),
        Column("opened", message("Opened"), lambda row, _: row.opened),
        Column("remark", message("Remark"), lambda row, _: row.remark, export_only=True),
    ),
    filters=(
        Filter("river", message("River"), lambda row: (row.river,), lambda key: RIVERS[key]),
        Filter("heavy", message("Heavy"),
               lambda row: ("yes",) if (row.tonnes or 0) > 30 else ("no",), lambda key: key),
    ),
    source=Text.same("Source: the tests"),
)  # fmt: skip


def _rivers(_ask: Ask) -> Sequence[Option]:
    return [Option(key, name) for key, name in RIVERS.items()]


FORM = Form(
    "bridge",
    (
        Field("name", message("Name"), longest=20),
        Field("about", message("About"), "area", required=False, longest=50),
        Field("opened", message("Opened"), "date"),
        Field("river", message("River"), "choice", options=_rivers),
        Field("crosses", message("Crosses"), "choices", required=False, options=_rivers),
        Field("link", message("Web address"), "address", required=False),
        Field("photo", message("Photo"), "file", required=False),
        Field("open", message("Open"), "yes", required=False),
    ),
    message("Keep"),
)

PAGES.list_page("", LISTING, message("Bridges"), message("All bridges."))(lambda _ask, _window: {})


@PAGES.page("/new", message("New bridge"), message("A form."), posts=True)
def new(ask: Ask) -> Reply:
    filled = FORM.read(ask) if ask.form else Filled()
    if ask.form and not filled.faults:
        return Redirect(ask.url("bridges", q=filled.value("name")))
    status = 422 if filled.faults else 200
    values = {"form": FORM, "filled": filled}
    return View("bridges/form.html", message("New bridge"), values, status=status)


@PAGES.page("/count", message("Count"), message("How often this page was made."))
def made(_ask: Ask) -> Reply:
    return Download(f"{next(asked)} ".encode() + b"x" * 1000, "text/plain", "count.txt")


@PAGES.page("/keeper", message("Keeper"), message("For keepers only."), role="keeper")
def keeper(_ask: Ask) -> Reply:
    return View("systems.html", message("Keeper"), {"domains": ()})


@PAGES.page("/refuse/{kind:str}", message("Refuse"), message("Refuses."), examples=lambda _: ())
def refuse(ask: Ask) -> Reply:
    kind = next(one for one in KINDS if one.kind == ask.path["kind"])
    fault = Fault("tonnes", message("a number is expected"))
    raise kind(
        f"bridges.{kind.kind}",
        message("There is nothing at this address."),
        why=message("Wait a moment before you try again."),
        now=message("Check the address, search, or start from the home page."),
        faults=(fault,),
    )


@PAGES.page("/fail", message("Fail"), message("Has a defect."), examples=lambda _: ())
def fail(_ask: Ask) -> Reply:
    raise RuntimeError("the secret of the bridge")
