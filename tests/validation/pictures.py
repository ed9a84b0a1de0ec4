"""Pictures in notebook outputs: find them, decode them, compare them pixel by pixel.

Every picture of the course is an ``<img>`` with alt text whose ``src`` is a PNG in a data URI (see
``nnlib.show``). A bare ``image/png`` output has no place for alt text and is refused.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import numpy as np
from PIL import Image

# The tolerance. matplotlib draws in software with its own fonts, so a figure is the same picture on
# every machine, except where the last bits of a coordinate decide how single pixels are rounded.
# What matters is larger by far, in figures of 5 x 3.2 inches: another digit in a label changes 85
# pixels or more, a curve moved by a tenth of a pixel 2,000 (tests/test_validation.py holds both).
PIXEL_LEVEL = 2  # of 255: a pixel differs when any of its channels differs by more than this
PIXEL_COUNT = 12  # so many pixels of a picture may differ

_DATA_URI = re.compile(r"(data:image/png;base64,)([A-Za-z0-9+/=\s]*)")


@dataclass(frozen=True)
class Picture:
    """One ``<img>``: its alt text (None when it has none) and its ``src``."""

    alt: str | None
    src: str

    @property
    def png(self) -> str | None:
        """The base64 of a PNG in a data URI; None for any other ``src``."""
        match = _DATA_URI.fullmatch(self.src)
        return match[2] if match else None


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Picture] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            values = dict(attrs)
            self.found.append(Picture(values.get("alt"), values.get("src") or ""))


def in_html(html: str) -> list[Picture]:
    """Return the pictures of an HTML text, in order."""
    parser = _Images()
    parser.feed(html)
    return parser.found


def in_output(output: Mapping[str, Any]) -> list[Picture]:
    """Return the pictures of one notebook output, in order."""
    return in_html(output.get("data", {}).get("text/html", ""))


def problems(output: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with the pictures of one output: bare, without alt text, or not a PNG."""
    found = [
        f"a bare {kind} has no alt text: draw it with nnlib.show"
        for kind in sorted(output.get("data", {}))
        if kind.startswith("image/")
    ]
    for picture in in_output(output):
        if not (picture.alt or "").strip():
            found.append("a picture without alt text: say in a sentence what it shows")
        if picture.png is None:
            found.append(f"a picture not stored as a PNG in the notebook: src={picture.src[:60]!r}")
    return found


def mask(text: str) -> str:
    """Return ``text`` with the bytes of its pictures left out."""
    return _DATA_URI.sub(r"\1PICTURE", text)


def pixels(png: str) -> np.ndarray:
    """Decode a base64 PNG to (height, width, 3) levels on white paper.

    Raises
    ------
    ValueError
        If it cannot be decoded.
    """
    try:
        image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    except (OSError, ValueError) as error:
        raise ValueError(f"a picture cannot be decoded ({error})") from error
    paper = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(paper, image).convert("RGB")).astype(np.int16)


def difference(stored: str, fresh: str) -> str | None:
    """Compare two base64 PNGs; None when they agree within the tolerance, else what differs."""
    if stored == fresh:
        return None
    try:
        old, new = pixels(stored), pixels(fresh)
    except ValueError as error:
        return str(error)
    if old.shape != new.shape:
        sizes = [f"{width} x {height}" for height, width, _ in (old.shape, new.shape)]
        return f"the stored picture has {sizes[0]} pixels, the run gives {sizes[1]}"
    count = int((np.abs(old - new).max(axis=2) > PIXEL_LEVEL).sum())
    if count > PIXEL_COUNT:
        return (
            f"the picture differs in {count} pixels by more than {PIXEL_LEVEL}/255 "
            f"(allowed: {PIXEL_COUNT})"
        )
    return None


def keep_stored(stored: Mapping[str, Any], fresh: Mapping[str, Any]) -> None:
    """Put the stored bytes of each picture that agrees with its fresh version into ``fresh``."""
    for old, new in zip(in_output(stored), in_output(fresh), strict=False):
        if old.png and new.png and difference(old.png, new.png) is None:
            data = fresh["data"]
            data["text/html"] = data["text/html"].replace(new.png, old.png)
