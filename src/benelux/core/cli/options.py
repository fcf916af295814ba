"""Options that mean the same wherever they stand."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Json = Annotated[bool, Parameter(name="--json", negative=(), help="Print JSON for programs.")]
Output = Annotated[
    Path | None,
    Parameter(name="--output", help="Write to this file; without it, to standard output."),
]
Force = Annotated[
    bool, Parameter(name="--force", negative=(), help="Write over a file that is there.")
]
Check = Annotated[
    bool,
    Parameter(name="--check", negative=(), help="Change nothing; say what is out of date."),
]
