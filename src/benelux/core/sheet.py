"""What a spreadsheet is given: cells that it does not take for formulas."""

from typing import Final, TypeVar

V = TypeVar("V")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def cell(value: V) -> V | str:
    """`value` for a CSV file; a text that a spreadsheet would calculate gets an apostrophe."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
