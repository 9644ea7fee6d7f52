"""Files as people send them, and worse."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from functools import cache
from io import BytesIO

from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

DESCRIPTION, MAKE, ORIENTATION, GPS = 0x010E, 0x010F, 0x0112, 0x8825
NORTH, LATITUDE = 1, 2


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def scene(width: int = 60, height: int = 40, mode: str = "RGB", *, seed: int = 1) -> Image.Image:
    """Patches of colour, softly joined."""
    patches = Image.frombytes(mode, (8, 6), random.Random(seed).randbytes(48 * len(Image.new(mode, (1, 1)).getbands())))
    return patches.resize((width, height), Image.Resampling.BICUBIC)


def jpeg(width: int = 60, height: int = 40, **how: object) -> bytes:
    return saved(scene(width, height), "JPEG", **how)


@cache
def photograph() -> bytes:
    """As a phone takes it: twelve megapixels and grainy, on its side, with the place and the phone's name."""
    grain = Image.merge("RGB", [Image.effect_noise((4000, 3000), 60)] * 3)
    image = Image.blend(scene(4000, 3000), grain, 0.04)
    return saved(image, "JPEG", quality=92, exif=exif(orientation=6), comment=b"Alice at home", xmp=b"<x>Alice</x>")


def exif(*, orientation: int = 1) -> Image.Exif:
    said = Image.Exif()
    said[ORIENTATION] = orientation
    said[MAKE] = "Alice’s phone"
    said[DESCRIPTION] = "Alice’s kitchen"
    said.get_ifd(GPS).update({NORTH: "N", LATITUDE: (IFDRational(51), IFDRational(27), IFDRational(0))})
    return said


def quarters(**how: object) -> bytes:
    """Wider than high: red, green above blue, white."""
    image = Image.new("RGB", (80, 40))
    for index, colour in enumerate(["red", "lime", "blue", "white"]):
        image.paste(colour, (index % 2 * 40, index // 2 * 20, index % 2 * 40 + 40, index // 2 * 20 + 20))
    return saved(image, "JPEG", quality=100, subsampling=0, **how)


def in_swapped_colours() -> bytes:
    """Red, as a profile says that takes the first number for blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = (profile.index(tag, 128) for tag in (b"rXYZ", b"bXYZ"))
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return saved(Image.new("RGB", (40, 40), (0, 0, 255)), "PNG", icc_profile=bytes(profile))


def png_of(width: int, height: int, *, depth: int = 8, colour: int = 2, rows: bytes = b"") -> bytes:
    """A PNG that says it is so large, whatever is in it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    packed = zlib.compress(rows or bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def deep(value: int) -> bytes:
    """One grey in sixteen bits."""
    return png_of(4, 4, depth=16, colour=0, rows=(b"\0" + struct.pack(">4H", *[value] * 4)) * 4)


def jpeg_and_archive() -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("Evil.class", "cafebabe")
    return jpeg() + archive.getvalue()


def jpeg_and_page() -> bytes:
    return jpeg() + b"<html><script>alert(1)</script></html>"


def gif_and_archive() -> bytes:
    return saved(scene(), "GIF") + jpeg_and_archive()


def moving(kind: str) -> bytes:
    return saved(scene(), kind, save_all=True, append_images=[scene(seed=2)])


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(200)
