"""Photos as a telephone makes them, and files that only pretend to be one."""

import io
import struct
import zlib

from PIL import Image

SECRET = b"N 50.8503 E 4.3517 hidden behind"


def picture(width: int = 64, height: int = 48, kind: str = "JPEG") -> bytes:
    """A photo with the place where it was taken, the camera, and something behind the picture."""
    made = Image.new("RGB", (width, height), (180, 40, 30))
    exif = made.getexif()
    exif[0x010F] = "Camera of somebody"
    exif[0x8825] = {1: "N", 2: (50.0, 51.0, 1.0), 3: "E", 4: (4.0, 21.0, 6.0)}
    out = io.BytesIO()
    made.save(out, kind, exif=exif)
    return out.getvalue() + SECRET


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A small PNG that says it has many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    line = b"\x00" * (width // 8 + 1)
    body = zlib.compress(line * 200)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def moving() -> bytes:
    frames = [Image.new("RGB", (8, 8), (n * 80, 0, 0)) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()
