"""Photos of a product: read with care, drawn anew, and kept without what the camera wrote in them.

A photo that is drawn anew holds pixels and nothing else: no place, no time, no name of a camera, no
file hidden behind the picture.
"""

import hashlib
import io
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select

from benelux.core.errors import Fault, Invalid, NotFound, TooLarge
from benelux.core.language import Message, message
from benelux.domains.fireworks import tables
from benelux.domains.fireworks.model.sheets import Photo

LARGEST: Final = 4 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
MOST: Final = 12
"""Photos of one sheet, those of its older versions included."""
_SIDE: Final = 1600
_LARGEST_KEPT: Final = 400_000
_QUALITIES: Final = (85, 75, 60, 45, 30)
_UNREADABLE: Final = (
    OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError, TypeError, KeyError,
    IndexError, AttributeError, ZeroDivisionError, struct.error, Warning,
)  # fmt: skip
"""What the decoders raise for files that were spoilt, and warn of where warnings are errors."""
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


def drawn_anew(content: bytes, sheet: str) -> Photo:
    """What is kept of a file that was sent: a JPEG of at most 1600 pixels a side, upright.

    Raises `TooLarge` for a large file, `Invalid` for what is no picture of a known kind, has too
    many pixels or moves.
    """
    if len(content) > LARGEST:
        raise TooLarge(
            "fireworks.photo-size",
            message("This photo is too large."),
            now=message("Send one of at most {n} MB.", n=LARGEST // 1024 // 1024),
        )
    from PIL import Image, ImageOps  # noqa: PLC0415 - only photos need it

    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:  # known before any is decoded
                raise _unfit(message("Send one with at most 40 million pixels."))
            if getattr(opened, "n_frames", 1) > 1:
                raise _unfit(message("Send one that does not move."))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Image.DecompressionBombError as error:
        raise _unfit(message("Send one with at most 40 million pixels.")) from error
    except _UNREADABLE as error:
        raise _unfit(message("Send a JPEG, PNG or WebP.")) from error
    upright.thumbnail((_SIDE, _SIDE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)  # pixels alone: what stands beside them in the file stays behind
    for quality in _QUALITIES:
        out = io.BytesIO()
        bare.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= _LARGEST_KEPT:
            break
    made = out.getvalue()
    name = hashlib.sha256(sheet.encode() + made).hexdigest()[:32]
    return Photo(name, sheet, "image/jpeg", bare.width, bare.height, made)


def keep(connection: Connection, photo: Photo, author: str) -> None:
    """Keep the photo; one that is there already stays. Raises `Invalid` when there are too many."""
    table = tables.photo
    if connection.scalar(select(table.c.id).where(table.c.id == photo.id)):
        return
    there = select(func.count()).select_from(table).where(table.c.sheet_id == photo.sheet)
    if int(connection.scalar(there) or 0) >= MOST:
        raise Invalid(
            "fireworks.too-many-photos",
            message("A sheet takes at most {n} photos.", n=MOST),
            faults=(Fault("photo", message("A sheet takes at most {n} photos.", n=MOST)),),
        )
    connection.execute(
        insert(table).values(
            id=photo.id, sheet_id=photo.sheet, media_type=photo.media_type, width=photo.width,
            height=photo.height, content=photo.content, recorded_at=datetime.now(UTC),
            author=author,
        )
    )  # fmt: skip


def find(connection: Connection, sheet: str, key: str) -> Photo:
    """One photo of a sheet; raises `NotFound`."""
    table = tables.photo
    asked = select(table).where(table.c.id == key, table.c.sheet_id == sheet)
    row = connection.execute(asked).mappings().first()
    if row is None:
        raise NotFound("fireworks.no-such-photo", message("There is no such photo."))
    return Photo(
        row["id"], row["sheet_id"], row["media_type"], row["width"], row["height"], row["content"]
    )


def all_of(connection: Connection, sheet: str, keys: Sequence[str]) -> Sequence[Photo]:
    """The photos with these names, in their order."""
    return [find(connection, sheet, key) for key in keys]


def _unfit(now: Message) -> Invalid:
    return Invalid(
        "fireworks.photo",
        message("This file cannot be taken as a photo."),
        now=now,
        faults=(Fault("photo", now),),
    )
