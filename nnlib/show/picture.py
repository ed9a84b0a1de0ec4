"""Pictures with words: each figure of the course is shown as an image that carries its alt text."""

from __future__ import annotations

import base64
import html
import io
from typing import Any

import numpy as np
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from nnlib._checks import Array
from nnlib.show.style import DPI, SHARPNESS, style


def encode(pixels: Array) -> bytes:
    """Return the RGB array (height, width, 3) as PNG bytes."""
    buffer = io.BytesIO()
    # Level 1 is four times faster than the default and a fifth larger: right for a moving picture.
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "png", compress_level=1)
    return buffer.getvalue()


def bundle(png: bytes, size: tuple[int, int], alt: str) -> dict[str, str]:
    """Return what a notebook stores for a picture: HTML with alt text, and the alt text alone.

    JupyterLab drops the alt text of a plain PNG output, and so does the HTML export; an <img>
    keeps it.
    """
    width, height = size
    source = base64.b64encode(png).decode("ascii")
    # sync: the browser shows the new frame only when it is decoded, so nothing flickers.
    image = (
        f'<img alt="{html.escape(alt)}" width="{width}" height="{height}" decoding="sync" '
        f'src="data:image/png;base64,{source}">'
    )
    return {"text/html": image, "text/plain": alt}


def shown_size(figure: Figure) -> tuple[int, int]:
    """Return (width, height) in page pixels."""
    width, height = figure.get_size_inches() * DPI
    return round(width), round(height)


def pixels(figure: Figure) -> Array:
    """Return the RGB array that the figure's canvas holds after ``draw``."""
    canvas: Any = figure.canvas
    return np.asarray(canvas.buffer_rgba())[..., :3]


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
        figure.canvas.draw()
    display(bundle(encode(pixels(figure)), shown_size(figure), alt), raw=True)
