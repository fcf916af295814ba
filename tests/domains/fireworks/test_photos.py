"""Photos: what is kept of them, and what is never taken."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from benelux.core.errors import Invalid, TooLarge
from benelux.domains.fireworks.service import photos
from tests.domains.fireworks.nodes import Three
from tests.domains.fireworks.pictures import SECRET, bomb, moving, picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_the_camera_and_the_place_stays(kind: str) -> None:
    made = photos.drawn_anew(picture(kind=kind), "BE-MS-1")

    opened = Image.open(io.BytesIO(made.content))
    assert opened.format == "JPEG"
    assert not dict(opened.getexif())
    assert "exif" not in opened.info
    assert b"Camera of somebody" not in made.content
    assert SECRET not in made.content


def test_a_large_photo_is_made_smaller_and_stays_in_shape() -> None:
    made = photos.drawn_anew(picture(4000, 1000), "BE-MS-1")

    assert (made.width, made.height) == (1600, 400)


def test_noise_is_kept_within_what_a_message_can_carry() -> None:
    noise = Image.frombytes("RGB", (1600, 1600), os.urandom(1600 * 1600 * 3))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=60)

    made = photos.drawn_anew(out.getvalue(), "BE-MS-1")

    assert len(made.content) * 16 / 9 < 1_000_000


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xd8\xff", b"GIF89a" + b"0" * 100, b"<svg onload='x'/>", b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"0" * 50, bomb(), moving(), picture()[:200],
    ],
)  # fmt: skip
def test_what_is_no_photo_is_refused_and_breaks_nothing(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        photos.drawn_anew(content, "BE-MS-1")
    assert refused.value.faults[0].field == "photo"


def test_a_file_of_more_than_four_megabytes_is_not_even_opened() -> None:
    with pytest.raises(TooLarge):
        photos.drawn_anew(picture() + b"0" * photos.LARGEST, "BE-MS-1")


@settings(max_examples=60)
@given(place=some.integers(0, 600), letter=some.integers(0, 255), cut=some.integers(0, 700))
def test_a_spoilt_file_is_taken_or_refused_but_never_a_defect(
    place: int, letter: int, cut: int
) -> None:
    spoilt = bytearray(picture(16, 16))
    if place < len(spoilt):
        spoilt[place] = letter

    for content in (bytes(spoilt), bytes(spoilt[:cut])):
        try:
            photos.drawn_anew(content, "BE-MS-1")
        except Invalid:
            continue


def test_a_sheet_takes_no_more_photos_than_it_may(three: Three) -> None:
    store = three.node("BE").house.store

    def keep(width: int) -> None:
        made = photos.drawn_anew(picture(width, 20), "BE-MS-1")
        store.write(lambda found: photos.keep(found, made, "a"))

    for n in range(photos.MOST):
        keep(20 + n)
    keep(20)  # one that is there already is no other

    with pytest.raises(Invalid):
        keep(300)
