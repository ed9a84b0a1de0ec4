"""Pixels for the playground's picture: maps and words, painted past matplotlib's slower ways.

Matplotlib takes several milliseconds to lay out and draw a word that has changed, and to resample
an image. A frame of the playground has thirty of each.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import Colormap, to_rgb
from PIL import Image, ImageDraw, ImageFont

from nnlib._checks import Array
from nnlib.show import style


class Placed(NamedTuple):
    """An image of RGBA bytes, its first row on top, and where its left upper corner stands."""

    left: float
    top: float
    image: Array


class Bitmaps(Artist):
    """Images painted as they are; places are the page's pixels, counted from the top left."""

    def __init__(self, zorder: float) -> None:
        super().__init__()
        self.set_zorder(zorder)
        self.images: list[Placed] = []

    def show(self, images: list[Placed]) -> None:
        """Paint these from now on."""
        self.images, self.stale = images, True

    def draw(self, renderer: Any) -> None:
        gc = renderer.new_gc()
        for left, top, image in self.images:
            bottom = renderer.height - round(top * style.SHARPNESS) - len(image)
            # The renderer counts from below: its first row is the lowest.
            renderer.draw_image(gc, round(left * style.SHARPNESS), bottom, image[::-1])
        gc.restore()


def palette(colors: Colormap) -> Array:
    """Return 256 colours as RGBA bytes, (256, 4)."""
    return (255 * colors(np.linspace(0, 1, 256))).round().astype(np.uint8)


def interpolation(n: int, size: int) -> Array:
    """Return the matrix (size, n) that interpolates ``n`` values linearly at ``size`` pixels."""
    at = np.linspace(0, n - 1, size)
    low = np.minimum(at.astype(int), n - 2)
    matrix = np.zeros((size, n), np.float32)
    matrix[np.arange(size), low] = 1 - (at - low)
    matrix[np.arange(size), low + 1] = at - low
    return matrix


def label(
    text: str,
    x: float,
    y: float,
    size: float = 8.5,
    color: str = style.INK,
    align: str = "left",
    bold: bool = False,
) -> Placed:
    """Return ``text`` as an image; (x, y) is its left, middle or right end, half-way up."""
    image = _words(text, size, color, bold)
    height, width = (n / style.SHARPNESS for n in image.shape[:2])
    shift = {"left": 0.0, "middle": width / 2, "right": width}[align]
    return Placed(x - shift, y - height / 2, image)


@lru_cache(maxsize=8)
def _font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    file = Path(mpl.get_data_path()) / "fonts" / "ttf" / name
    pixels = size * style.DPI * style.SHARPNESS / 72
    return ImageFont.truetype(str(file), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=512)
def _words(text: str, size: float, color: str, bold: bool) -> Array:
    """Return the text in its colour on nothing, (height, width, 4)."""
    font = _font(size, bold)
    room = ImageDraw.Draw(Image.new("L", (1, 1)))
    _, _, right, bottom = room.multiline_textbbox((0, 0), text, font=font, spacing=3)
    # At least down to the foot of a p, so that words side by side stand on one line.
    bottom = max(bottom, sum(font.getmetrics()))
    mask = Image.new("L", (max(1, round(right) + 1), max(1, round(bottom) + 1)))
    ImageDraw.Draw(mask).multiline_text(
        (0, 0), text, fill=255, font=font, spacing=3, align="center"
    )
    image = np.empty((mask.height, mask.width, 4), np.uint8)
    image[:, :, :3] = [round(255 * part) for part in to_rgb(color)]
    image[:, :, 3] = np.asarray(mask)
    return image
