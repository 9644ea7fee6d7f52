"""What is done to the pixels of a picture. The only file that imports Pillow, and itself imported where it is used.

One picture is unpacked at a time in each process: the largest that is taken in needs some hundred megabytes for it.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from shop.core.errors import Invalid
from shop.core.i18n import _, _l

LARGEST_FILE = 20 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 12_000  # pixels
MOST_SCANS = 200  # of a progressive JPEG, which has about ten; each is work for every pixel
TAKEN_IN = ("JPEG", "PNG", "WEBP", "AVIF")

_OTHERS = {
    b"gif8": _l("This is a GIF. Save it as PNG, and send that."),
    b"ii*\0": _l("This is a TIFF or a camera’s raw file. Save it as JPEG, and send that."),
    b"mm\0*": _l("This is a TIFF or a camera’s raw file. Save it as JPEG, and send that."),
    b"%pdf": _l("This is a PDF. Save its page as JPEG or PNG, and send that."),
    b"pk\3\4": _l("This is an archive. Unpack it, and send the picture inside."),
    b"<!doctype html": _l("This is a web page. Save the picture that is on it, and send that."),
    b"<html": _l("This is a web page. Save the picture that is on it, and send that."),
}
_SRGB = ImageCms.createProfile("sRGB")
_one_at_a_time = threading.Lock()


class Unfit(Invalid):
    """Not a picture for the shop. The message says what it is instead, and how to mend it."""

    code = "picture_unfit"


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture as it is kept: upright, in sRGB, nothing but its pixels."""

    content: bytes
    kind: str  # jpg, or png when it is transparent somewhere
    width: int
    height: int


def clean(content: bytes) -> Clean:
    """Reads what somebody sent, and writes its pixels anew. Raises Unfit.

    What it is, is told by its content, never by its name; its size is looked at before a pixel is unpacked.
    """
    if not content:
        raise Unfit(_("This file is empty. Choose the picture again."))
    if len(content) > LARGEST_FILE:
        raise Unfit(
            _(
                "This file is larger than %(most)s MB. Make the picture smaller, or save it as JPEG, and send that.",
                most=LARGEST_FILE // 2**20,
            )
        )
    if content.count(b"\xff\xda") > MOST_SCANS and content.startswith(b"\xff\xd8"):
        raise _damaged()
    with _alone():
        image = _opened(content)
        if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
            raise _too_large(image.size)
        if getattr(image, "is_animated", False) and image.format != "MPO":  # which is how some phones write JPEG
            raise Unfit(_("This picture moves. Save one of its frames as JPEG or PNG, and send that."))
        try:
            ImageOps.exif_transpose(image, in_place=True)
        except Exception as error:  # decoders raise whatever they like
            raise _damaged() from error
        return _written(_in_srgb(image))


def smaller(content: bytes, widths: Sequence[int], fallback: int) -> list[tuple[int, str, bytes]]:
    """From a picture as it is kept: (width, kind, file) of one AVIF for each width and a WebP as wide as `fallback`."""
    made = []
    with _alone():
        image = Image.open(BytesIO(content))
        heights = {width: max(1, round(image.height * width / image.width)) for width in widths}
        image.draft(None, (max(widths), max(heights.values())))  # a JPEG is unpacked no larger than needed
        for width, height in heights.items():
            scaled = image.resize((width, height), Image.Resampling.LANCZOS)
            made.append((width, "avif", _file(scaled, "AVIF", quality=55, max_threads=1)))  # the shop is served too
            if width == fallback:
                made.append((width, "webp", _file(scaled, "WEBP", quality=75)))
    return made


@contextmanager
def _alone() -> Iterator[None]:
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # decoders warn of what is refused or mended here
        yield


def _opened(content: bytes) -> Image.Image:
    """With its header read and nothing else."""
    try:
        return Image.open(BytesIO(content), formats=TAKEN_IN)
    except UnidentifiedImageError:
        sentence = _what_instead(content[:1024])
        raise Unfit(sentence) from None
    except Image.DecompressionBombError as error:
        raise Unfit(_("This picture has far too many pixels. Make it smaller, and send that.")) from error
    except Exception as error:
        raise _damaged() from error


def _what_instead(head: bytes) -> str:
    """What a file is that is no picture for the shop, in words, by how it begins."""
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for prefix, words in _OTHERS.items():
        if begins.startswith(prefix):
            return str(words)
    if b"<svg" in begins:
        return _("This is an SVG drawing, which may carry programs. Save it as PNG, and send that.")
    if head[4:8] == b"ftyp" and b"hei" in head[8:64]:
        return _("This is a HEIC, as iPhones take them. Save it as JPEG, and send that.")
    return _("This is not a picture the shop can read. Send a JPEG, PNG, WebP or AVIF.")


def _too_large(size: tuple[int, int]) -> Unfit:
    return Unfit(
        _(
            "This picture is %(width)s × %(height)s pixels, more than the shop takes in. Make it smaller (3000 on the"
            " longer side is plenty), and send that.",
            width=size[0],
            height=size[1],
        )
    )


def _damaged() -> Unfit:
    return Unfit(_("This picture is damaged, or did not arrive whole. Open it, save it anew, and send that."))


def _in_srgb(image: Image.Image) -> Image.Image:
    """In RGB, or RGBA where something shows through; colours as the picture's own profile means them."""
    profile = image.info.get("icc_profile")
    if image.mode == "I;16":
        image = image.point(lambda value: value * (1 / 257)).convert("L")  # converting alone would cut off at 255
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if mode == "RGBA" or image.mode not in ("L", "CMYK"):
        image = image.convert(mode)
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):  # a profile that is broken, or meant for another kind of picture
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            image = ImageCms.profileToProfile(image, meant, _SRGB, outputMode=mode) or image
    image = image.convert(mode)
    return image.convert("RGB") if mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255) else image


def _written(image: Image.Image) -> Clean:
    image.info.clear()  # a comment would be written along
    if image.mode == "RGBA":
        return Clean(_file(image, "PNG", compress_level=1), "png", *image.size)  # higher levels take ten times as long
    return Clean(_file(image, "JPEG", quality=90, subsampling=0), "jpg", *image.size)


def _file(image: Image.Image, kind: str, **how: int) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()
