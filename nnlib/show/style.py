"""One look for all figures: colours for colour-blind eyes, no frame, titles that say what is so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.scale import LogScale, register_scale
from matplotlib.text import Text
from matplotlib.ticker import Formatter, LogLocator, NullLocator

# After Petroff (2021), "Accessible color sequences for data visualization", which keeps its colours
# apart under normal sight and three kinds of colour blindness. Its orange (1.9 to 1 on white) and
# gray are too pale to see well, so those two are darker here, and two that then come too near to
# others are replaced. tests/test_accessibility.py computes contrast and distances.
PALETTE: tuple[str, ...] = (
    *("#3f90da", "#d97700", "#bd1f01", "#83928f", "#832db6", "#a96b59"),
    *("#12264f", "#b9ac70", "#5b606e", "#92dadd"),
)
BLUE, ORANGE, RED, GRAY, PURPLE, BROWN = PALETTE[:6]
INK, PALE = "#222222", "#bbbbbb"

# A class differs in marker as well as in colour.
CLASS_COLORS, CLASS_MARKERS = (BLUE, ORANGE, RED, PURPLE, BROWN), ("o", "^", "s", "D", "v")

# From sure of class 0 over undecided to sure of class 1; light, so that points stay readable on it.
PROBABILITY = LinearSegmentedColormap.from_list("probability", ["#9fc8ee", "#ffffff", "#ffd78c"])
DIVERGING = LinearSegmentedColormap.from_list("diverging", [BLUE, "#ffffff", ORANGE])

SIZE = (5.0, 3.2)  # inches
DPI = 100  # pixels an inch as shown
SHARPNESS = 1.5  # pictures hold this many pixels for each one shown, for dense screens

RC: dict[Any, Any] = {
    "figure.dpi": DPI,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so text is the same on every machine
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    # Right above the axes. By default matplotlib asks all tick labels first whether one lies there,
    # which takes a quarter of the time of a figure; here none does.
    "axes.titley": 1.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#666666",
    "axes.labelcolor": INK,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "legend.frameon": False,
    "image.interpolation": "bilinear",
    "svg.hashsalt": "nnlib",
}


@contextmanager
def style() -> Iterator[None]:
    """Draw with this style and nothing of the reader's own matplotlib settings."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def new_figure(size: tuple[float, float] = SIZE) -> Figure:
    """Return an empty figure of ``size`` inches that nothing else shows (it is not pyplot's)."""
    with style():
        figure = Figure(figsize=size, dpi=DPI * SHARPNESS, layout="constrained")
        FigureCanvasAgg(figure)
        return figure


class PowersFormatter(Formatter):
    """Writes 0.01, 1, 100, or 10⁻², 10⁰, 10² on an axis with powers below 10⁻⁴ or above 10⁵."""

    RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

    def __call__(self, x: float, pos: int | None = None) -> str:
        assert self.axis is not None  # a formatter is asked when it has been given one
        low, high = sorted(self.axis.get_view_interval())
        exponent = round(math.log10(x), 9)
        if (low > 1e-5 and high < 1e6) or exponent % 1:
            return f"{x:g}"
        return "10" + f"{exponent:.0f}".translate(self.RAISED)


class PowersLocator(LogLocator):
    """Puts ticks at the powers of ten; where fewer than two are seen, also at 2 and 5 of each."""

    def tick_values(self, vmin: float, vmax: float) -> Any:
        ticks = np.asarray(super().tick_values(vmin, vmax))
        seen = (ticks >= min(vmin, vmax)) & (ticks <= max(vmin, vmax))
        return ticks if seen.sum() > 1 else LogLocator(subs=(1, 2, 5)).tick_values(vmin, vmax)


class Decades(LogScale):
    """A logarithmic axis with ticks at the powers of ten: ``ax.set(yscale="decades")``.

    Matplotlib's own, "log", adds eight small ticks a decade and sets each power as a formula. That
    takes up to half the time of a figure.
    """

    name = "decades"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)  # the axis, from matplotlib 3.10; nothing from later ones

    def set_default_locators_and_formatters(self, axis: Any) -> None:
        axis.set_major_locator(PowersLocator())
        axis.set_major_formatter(PowersFormatter())
        axis.set_minor_locator(NullLocator())


register_scale(Decades)


def luminance(color: str) -> float:
    """Return how bright a colour is, 0 for black, 1 for white. WCAG 2.2, "relative luminance"."""
    c = np.array(to_rgb(color))
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(color: str, paper: str = "white") -> float:
    """Return the contrast of two colours, from 1 (none) to 21. WCAG 2.2, "contrast ratio"."""
    dark, light = sorted([luminance(color), luminance(paper)])
    return (light + 0.05) / (dark + 0.05)


def for_text(color: str) -> str:
    """Return ``color``, darkened until words in it can be read on white: 4.5 to 1 (WCAG AA)."""
    red, green, blue = to_rgb(color)
    share = 1.0
    while contrast(dark := to_hex((share * red, share * green, share * blue))) < 4.5:
        share -= 0.02
    return dark


TEXT_COLORS = {color: for_text(color) for color in PALETTE}


def make_text_readable(figure: Figure) -> None:
    """Darken the words of a figure that have a colour of the palette, as the names of lines do."""
    for text in figure.findobj(Text):
        color = to_hex(text.get_color())
        if color in TEXT_COLORS:
            text.set_color(TEXT_COLORS[color])


def new_axes(ax: Any = None, size: tuple[float, float] = SIZE) -> Any:
    """Return ``ax``, or the axes of a new figure."""
    if ax is not None:
        return ax
    with style():
        return new_figure(size).subplots()
