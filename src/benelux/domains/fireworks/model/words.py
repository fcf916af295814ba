"""Texts of bounded length without characters that cannot be printed."""

from typing import Annotated, Final

from msgspec import Meta

_PRINTED: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*\Z"
Line = Annotated[str, Meta(max_length=200, pattern=_PRINTED)]
Prose = Annotated[str, Meta(max_length=4000, pattern=_PRINTED)]
Key = Annotated[str, Meta(max_length=60, pattern=r"^[A-Za-z0-9 .-]*\Z")]
Code = Annotated[str, Meta(max_length=2, pattern=r"^([A-Z]{2})?\Z")]
