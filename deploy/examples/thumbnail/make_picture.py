"""Writes a picture to standard output, the same bytes each time: usage: make_picture.py png|jpeg|rotated|bomb"""

import math
import struct
import sys
import zlib

WIDTH, HEIGHT = 1600, 1000
SKY, SUN, HILLS = (90, 140, 220), (250, 220, 120), (40, 110, 60)


def landscape():
    """A sky, a sun in its upper left, hills below."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for y in range(HEIGHT):
        draw.line([(0, y), (WIDTH, y)], tuple(min(255, c + 60 * y // HEIGHT) for c in SKY))
    draw.ellipse([200, 120, 440, 360], SUN)
    ridge = [(x, 650 + 90 * math.sin(x / 170) + 40 * math.sin(x / 61)) for x in range(0, WIDTH + 1, 4)]
    draw.polygon([(0, HEIGHT), *ridge, (WIDTH, HEIGHT)], HILLS)
    return picture


def save(kind, **options):
    landscape().save(sys.stdout.buffer, kind, **options)


def rotated():
    """As a camera held upright writes it: on its side, and a note how to turn it."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    save("JPEG", quality=90, exif=exif)


def bomb():
    """20000 x 20000 pixels, all black, in some kilobytes."""
    side = 20_000
    rows = zlib.compress((b"\0" + bytes(side // 8)) * side, 9)
    write = sys.stdout.buffer.write
    write(b"\x89PNG\r\n\x1a\n")
    for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")):
        write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))


KINDS = {"png": lambda: save("PNG"), "jpeg": lambda: save("JPEG", quality=90), "rotated": rotated, "bomb": bomb}

if __name__ == "__main__":
    KINDS[sys.argv[1]]()
