"""One look for all figures: colours for colour-blind eyes, no frame, titles that say what is so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure

# Petroff (2021), "Accessible color sequences for data visualization": ten colours that stay apart
# under normal sight and under three kinds of colour blindness.
PALETTE: tuple[str, ...] = tuple(to_hex(color) for color in mpl.color_sequences["petroff10"])
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


def new_axes(ax: Any = None, size: tuple[float, float] = SIZE) -> Any:
    """Return ``ax``, or the axes of a new figure."""
    if ax is not None:
        return ax
    with style():
        return new_figure(size).subplots()
