"""Pictures with words: each figure of the course is shown as an image that carries its alt text."""

from __future__ import annotations

import base64
import html
import struct
import zlib
from typing import Any

import numpy as np
from IPython.display import display
from isal import isal_zlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlib._checks import Array
from nnlib.show.style import DPI, SHARPNESS, make_text_readable, style

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encode(pixels: Array, moving: bool = False) -> bytes:
    """Return the array (height, width, 3 or 4) of bytes as PNG.

    A moving picture is encoded for every frame, and Pillow, which tries five filters a row, would
    take most of the time of a frame. Here each row is stored as its difference to the one above
    (PNG's filter 2, "up"): a fifth of the time for pictures about as small. PNG specification,
    third edition (W3C 2025), sections 5, 9.2 and 11.2.

    If ``moving``, ISA-L compresses, in a tenth of zlib's time and to about as few bytes. They are
    not the same bytes on every processor, so what a notebook stores is left to zlib.
    """
    height, width, channels = pixels.shape
    values = pixels.reshape(height, width * channels)
    rows = np.full((height, 1 + width * channels), 2, dtype=np.uint8)  # first in a row: its filter
    rows[0, 1:] = values[0]
    np.subtract(values[1:], values[:-1], out=rows[1:, 1:])  # wraps round at 0, as it should
    color = {3: 2, 4: 6}[channels]  # PNG's numbers for RGB and RGBA
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    data = isal_zlib.compress(rows.data, 1) if moving else zlib.compress(rows.data, 1)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def bundle(picture: bytes, size: tuple[int, int], alt: str, kind: str = "png") -> dict[str, str]:
    """Return what a notebook stores for a picture: HTML with alt text, and the alt text alone.

    JupyterLab drops the alt text of a plain PNG output, and so does the HTML export; an <img>
    keeps it.
    """
    width, height = size
    source = base64.b64encode(picture).decode("ascii")
    # sync: the browser shows the new frame only when it is decoded, so nothing flickers.
    image = (
        f'<img alt="{html.escape(alt)}" width="{width}" height="{height}" decoding="sync" '
        f'src="data:image/{kind};base64,{source}">'
    )
    return {"text/html": image, "text/plain": alt}


def shown_size(figure: Figure) -> tuple[int, int]:
    """Return (width, height) in page pixels."""
    width, height = figure.get_size_inches() * DPI
    return round(width), round(height)


def pixels(figure: Figure) -> Array:
    """Return the RGBA array (height, width, 4) that the figure's canvas holds after ``draw``."""
    canvas: Any = figure.canvas
    return np.asarray(canvas.buffer_rgba())


def check_alt(alt: Any) -> str:
    """Return ``alt``, or say that a picture needs words."""
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            "alt must say in words what the picture shows, for those who cannot see it; "
            f"got {alt!r}."
        )
    return alt


def picture(drawn: Any, alt: str) -> None:
    """Show a figure (or the figure of an axes) in the notebook, with its alt text.

    Parameters
    ----------
    drawn : matplotlib Figure or Axes (or a list or array of axes)
    alt : str
        What the picture shows, in a sentence or two, with the numbers that matter.
    """
    check_alt(alt)
    first = np.asarray(drawn, dtype=object).flat[0]
    figure = first if isinstance(first, Figure) else first.get_figure()
    with style():
        FigureCanvasAgg(figure)  # a figure of pyplot's has lost its own once it is closed
        figure.set_dpi(DPI * SHARPNESS)
        make_text_readable(figure)
        figure.canvas.draw()
    display(bundle(encode(pixels(figure)), shown_size(figure), alt), raw=True)
