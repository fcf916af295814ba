"""Countries where an operator or a customer may be: any in the world, with a name to choose by."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

from benelux.core.language import LANGUAGES, Text, locale_of

_CODE: Final = re.compile(r"[A-Z]{2}")
_NOT_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})
NEAR: Final = ("BE", "NL", "LU", "DE", "FR")
"""Those that are named first."""


@cache
def countries() -> Mapping[str, Text]:
    """ISO 3166-1 codes with their names; the countries of the region first, then by code."""
    names: list[dict[str, str]] = [
        dict(Locale.parse(locale_of(language)).territories) for language in LANGUAGES
    ]
    codes = sorted(
        (code for code in names[0] if _CODE.fullmatch(code) and code not in _NOT_COUNTRIES),
        key=lambda code: (NEAR.index(code) if code in NEAR else len(NEAR), code),
    )
    return {code: Text(*(known.get(code, code) for known in names)) for code in codes}
