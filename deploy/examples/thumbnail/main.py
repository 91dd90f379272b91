"""Makes a small picture of a large one: PNG of PNG, JPEG of JPEG."""

import io

from hearth import Response
from PIL import Image, ImageOps

SIDE = 256
MOST_PIXELS = 24_000_000
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
# Bounded below by what the memory limit holds, and told in words of our own.
Image.MAX_IMAGE_PIXELS = None


class BadPicture(Exception):
    """What was sent is no picture that this function can make smaller."""


def handle(event, context):
    if not isinstance(event, bytes):
        raise BadPicture("send a picture as image/png or image/jpeg")
    try:
        return thumbnail(event)
    except (OSError, SyntaxError, ValueError) as error:
        raise BadPicture(f"the picture is broken: {error}") from error


def thumbnail(data):
    try:
        picture = Image.open(io.BytesIO(data), formats=list(TYPES))
    except Image.UnidentifiedImageError:
        raise BadPicture("this is neither a PNG nor a JPEG") from None
    kind, width, height = picture.format, *picture.size
    # Only the head is read yet: a small file can say that it holds gigabytes.
    if width * height > MOST_PIXELS:
        raise BadPicture(f"the picture has {width} x {height} pixels, at most {MOST_PIXELS // 1_000_000} million are taken")
    # Colours of a palette cannot be mixed.
    small = picture.convert("RGBA") if picture.mode == "P" else picture
    small.thumbnail((SIDE, SIDE))
    small = ImageOps.exif_transpose(small)
    if kind == "JPEG" and small.mode not in ("L", "RGB"):
        small = small.convert("RGB")
    out = io.BytesIO()
    small.save(out, kind)
    print(f"{kind} {width}x{height} -> {small.width}x{small.height}, {len(data)} -> {out.tell()} bytes")
    return Response(out.getvalue(), content_type=TYPES[kind])
