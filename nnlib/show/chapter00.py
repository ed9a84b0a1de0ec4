"""The figures of notebook 00: arrays drawn as boxes, slopes as lines, the map of the course."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import FancyBboxPatch

from nnlib._checks import Array
from nnlib.datasets import make_spirals
from nnlib.show import style
from nnlib.show.explore import Update

BLANK, QUIET = "none", "white"
PICKED, FILLED, COPIED = "#ffd78c", "#dcecfb", "#f1f1f1"
GROUPS = ("#dcecfb", "#ffe3b3", "#e8dcf5", "#d9f0dc")


# ---------------------------------------------------------------- the first figure


def spiral(figure: Any) -> Update:
    """Two spiral arms and a line from the centre that meets them: ``update(turns)``."""
    ax = figure.subplots()
    ax.plot([0, 1.18], [0, 0], ":", color=style.INK, zorder=1)
    arms = [
        ax.scatter([], [], s=20, marker=m, color=c, edgecolor="white", linewidth=0.4, zorder=2)
        for m, c in zip(style.CLASS_MARKERS[:2], style.CLASS_COLORS[:2], strict=True)
    ]
    rings = ax.scatter([], [], s=170, facecolor="none", edgecolor=style.INK, zorder=4)
    ax.set(xlim=(-1.2, 1.2), ylim=(-1.12, 1.12), xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    title = ax.set_title(" ")

    def update(turns: float) -> str:
        x, y = make_spirals(400, noise=0.015, turns=turns, rng=0)
        for label, arm in enumerate(arms):
            arm.set_offsets(x[y == label])
        met = spiral_meetings(turns)
        rings.set_offsets(np.column_stack([met, np.zeros_like(met)]))
        times = f"{len(met)} time{'s' if len(met) != 1 else ''}"
        title.set_text(f"turns {turns:.1f}: the dotted line meets an arm {times}")
        return (
            f"Two spiral arms with {turns:.1f} turns each. A dotted line from the centre to the "
            f"right meets an arm {times}."
        )

    return update


def spiral_meetings(turns: float) -> Array:
    """Return the radii at which the arms cross the line from the centre to the right."""
    half_turns = np.arange(1, np.floor(2 * turns + 1e-9) + 1)
    return half_turns / (2 * turns)


# ---------------------------------------------------------------- arrays drawn as boxes


class Cells:
    """A table of boxes, its upper left corner at (left, top); ``show`` fills it."""

    def __init__(self, ax: Any, rows: int, columns: int, left: float = 0, top: float = 0) -> None:
        self.shape = rows, columns
        corners = [(left + j, top - i) for i in range(rows) for j in range(columns)]
        squares = [[(x, y), (x + 1, y), (x + 1, y - 1), (x, y - 1)] for x, y in corners]
        self.boxes = ax.add_collection(PolyCollection(squares, linewidths=0.9, zorder=2))
        centred = {"ha": "center", "va": "center", "zorder": 3}
        self.texts = [ax.text(x + 0.5, y - 0.5, " ", **centred) for x, y in corners]

    def show(self, texts: Sequence[str], fills: Sequence[str], copied: Sequence[bool] = ()) -> None:
        """Show one text and one colour a box, in reading order; a box filled BLANK is not there."""
        self.boxes.set_facecolor(fills)
        self.boxes.set_edgecolor([BLANK if fill == BLANK else "#666666" for fill in fills])
        inks = ["#777777" if pale else style.INK for pale in copied] or [style.INK] * len(texts)
        for artist, text, fill, ink in zip(self.texts, texts, fills, inks, strict=True):
            artist.set(text=" " if fill == BLANK else text, color=ink)

    def hide(self) -> None:
        """Show nothing."""
        self.show([" "] * len(self.texts), [BLANK] * len(self.texts))

    def place(self, values: Array, fill: Any, copied: Any = False) -> None:
        """Show an array of up to two axes in the upper left corner; one axis lies as a row.

        ``fill`` is a colour or a table of them that broadcasts, ``copied`` where ink is pale.
        """
        table = np.atleast_2d(values)
        colors = np.broadcast_to(np.array(fill, dtype=object), table.shape)
        texts = np.full(self.shape, " ", dtype=object)
        fills, pale = np.full(self.shape, BLANK, dtype=object), np.zeros(self.shape, dtype=bool)
        here = tuple(slice(size) for size in table.shape)
        texts[here] = np.vectorize("{:g}".format, otypes=[object])(table)
        fills[here], pale[here] = colors, np.broadcast_to(copied, table.shape)
        self.show(list(texts.flat), list(fills.flat), list(pale.flat))


def table_axes(figure: Any, xlim: tuple[float, float], ylim: tuple[float, float]) -> Any:
    """Return axes without frame in which a box is a square."""
    ax = figure.subplots()
    ax.set_axis_off()
    ax.spines[:].set_visible(False)  # off or not, what lies above a moving artist is drawn
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    return ax


PICKS: dict[str, tuple[Callable[[Array], Any], str]] = {
    "x[1]": (lambda x: x[1], "row 1; counting starts at 0"),
    "x[1:3]": (lambda x: x[1:3], "rows 1 and 2; the end, 3, is left out"),
    "x[:, 2]": (lambda x: x[:, 2], "every row, column 2"),
    "x[:, 2:3]": (lambda x: x[:, 2:3], "the same numbers; a range keeps the axis"),
    "x[1:3, 0]": (lambda x: x[1:3, 0], "rows 1 and 2, column 0"),
    "x[3, -1]": (lambda x: x[3, -1], "one number; -1 is the last column"),
    "x[x > 6]": (lambda x: x[x > 6], "every entry above 6, in a row"),
}


def indexing(figure: Any) -> Update:
    """A table (4, 3) and what an index picks from it: ``update(pick)``."""
    ax = table_axes(figure, (-0.8, 10.3), (-4.1, 1.0))
    x = np.arange(12).reshape(4, 3)
    table, result = Cells(ax, 4, 3), Cells(ax, 4, 5, left=5.0)
    small = {"ha": "center", "va": "center", "color": "#666666", "fontsize": 8}
    for j in range(3):
        ax.text(j + 0.5, 0.3, str(j), **small)
    for i in range(4):
        ax.text(-0.3, -i - 0.5, str(i), **small)
    ax.annotate("", (4.7, -0.5), (3.4, -0.5), arrowprops={"arrowstyle": "-|>", "color": "#666666"})
    title = ax.set_title(" ")

    def update(pick: str) -> str:
        take, meaning = PICKS[pick]
        chosen = np.asarray(take(x))
        # The numbers of x are 0 to 11 in reading order, so what was taken says where it stood.
        table.place(x, np.where(np.isin(x, chosen), PICKED, QUIET).astype(object))
        result.place(chosen, PICKED)
        title.set_text(f"{pick} has shape {chosen.shape}: {meaning}")
        numbers = ", ".join(map(str, chosen.ravel()))
        return (
            f"From the table x, 4 rows and 3 columns holding 0 to 11, {pick} takes {numbers}; "
            f"shape {chosen.shape}: {meaning}."
        )

    return update


def matrix_product(x: Array, weight: Array) -> Callable[[Any], Update]:
    """A product of two tables, the row and the column that meet lit up: ``update(row, column)``."""
    (n, n_in), n_out = x.shape, weight.shape[1]

    def draw(figure: Any) -> Update:
        ax = table_axes(figure, (-0.2, n_in + n_out + 4.4), (-n - 0.2, n_in + 0.7))
        left = Cells(ax, n, n_in)
        above = Cells(ax, n_in, n_out, left=n_in + 0.5, top=n_in + 0.5)
        result = Cells(ax, n, n_out, left=n_in + 0.5)
        product = x @ weight
        beside = {"x": n_in + n_out + 0.8, "va": "center"}
        ax.text(n_in / 2, 0.3, f"x {x.shape}", ha="center", va="center")
        ax.text(y=n_in / 2 + 0.5, s=f"weight {weight.shape}", **beside)
        ax.text(y=-n / 2, s=f"x @ weight {product.shape}", **beside)
        title = ax.set_title(" ")

        def update(row: int, column: int) -> str:
            lit = np.add.outer(np.arange(n) == row, np.arange(n_out) == column)
            both = np.logical_and.outer(np.arange(n) == row, np.arange(n_out) == column)
            left.place(x, np.where(np.arange(n)[:, None] == row, PICKED, QUIET).repeat(n_in, 1))
            above.place(
                weight, np.where(np.arange(n_out) == column, PICKED, QUIET)[None].repeat(n_in, 0)
            )
            result.place(product, np.where(both, PICKED, np.where(lit, FILLED, QUIET)))
            terms = " + ".join(
                f"{a:g} × {_signed(b)}" for a, b in zip(x[row], weight[:, column], strict=True)
            )
            text = f"row {row} and column {column}: {terms} = {product[row, column]:g}"
            title.set_text(text)
            return f"The product of x {x.shape} and weight {weight.shape}. At {text}."

        return update

    return draw


def _signed(value: float) -> str:
    return f"({value:g})" if value < 0 else f"{value:g}"


AXES = {"axis=1": 1, "axis=0": 0, "no axis": None}


def reduction(x: Array) -> Callable[[Any], Update]:
    """A table and its sums (means, maxima) along an axis: ``update(function, over)``."""
    n, n_columns = x.shape

    def draw(figure: Any) -> Update:
        ax = table_axes(figure, (-1.6, n_columns + 5.0), (-n - 1.7, 0.75))
        table, below = Cells(ax, n, n_columns), Cells(ax, 1, n_columns, top=-n - 0.5)
        beside = Cells(ax, n, 1, left=n_columns + 0.5)
        corner = Cells(ax, 1, 1, left=n_columns + 0.5, top=-n - 0.5)
        arrow = {"arrowstyle": "-|>", "color": style.RED, "lw": 1.3}
        ax.annotate("", (-0.4, -n), (-0.4, 0), arrowprops=arrow)
        ax.annotate("", (n_columns, 0.4), (0, 0.4), arrowprops=arrow)
        ax.text(-0.6, -n / 2, "axis 0", rotation=90, ha="right", va="center", color=style.RED)
        ax.text(n_columns + 0.2, 0.4, "axis 1", va="center", color=style.RED)
        title = ax.set_title(" ")

        def update(function: str, over: str) -> str:
            axis = AXES[over]
            values = np.asarray(getattr(x, function)(axis=axis))
            rows, columns = np.indices(x.shape)
            group = columns if axis == 0 else rows if axis == 1 else 0 * rows
            table.place(x, np.array(GROUPS, dtype=object)[group])
            for cells in (below, beside, corner):
                cells.hide()
            if axis == 0:
                below.place(values, GROUPS[:n_columns])
            elif axis == 1:
                beside.place(values[:, None], np.array(GROUPS[:n], dtype=object)[:, None])
            else:
                corner.place(values, GROUPS[0])
            call = f"x.{function}({'' if axis is None else over})"
            gone = {0: "the rows are", 1: "the columns are", None: "both axes are"}[axis]
            title.set_text(f"{call}: {gone} gone, {x.shape} becomes {values.shape}")
            numbers = ", ".join(f"{value:g}" for value in values.ravel())
            return f"{call} of a table {x.shape}: {gone} gone, shape {values.shape}: {numbers}."

        return update

    return draw


PAIRS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "(3, 2) + (2,)": ((3, 2), (2,)),
    "(3, 2) + (3, 1)": ((3, 2), (3, 1)),
    "(3, 2) + (3,)": ((3, 2), (3,)),
    "(3, 1) + (3,)": ((3, 1), (3,)),
    "(3, 2) + ()": ((3, 2), ()),
}


def stretched(shape: tuple[int, ...], result: tuple[int, ...]) -> Array:
    """Return a table of the result's shape: True where the array of ``shape`` is only a copy."""
    full = (1,) * (len(result) - len(shape)) + shape
    original = np.zeros(result, dtype=bool)
    original[tuple(slice(size) for size in full)] = True
    return ~original


def broadcasting(figure: Any) -> Update:
    """Two arrays of different shapes, stretched to one, and their sum: ``update(shapes)``."""
    ax = table_axes(figure, (-0.3, 12.3), (-4.1, 0.8))
    tables = [Cells(ax, 3, 3, left=left) for left in (0.0, 4.4, 8.8)]
    for x, sign in ((3.7, "+"), (8.1, "=")):
        ax.text(x, -1.5, sign, ha="center", va="center", fontsize=14)
    under = [ax.text(left, -3.6, " ", va="center") for left in (0.0, 4.4, 8.8)]
    title = ax.set_title(" ")

    def update(shapes: str) -> str:
        pair = PAIRS[shapes]
        a, b = (
            np.arange(1, np.prod(shape, dtype=int) + 1).reshape(shape) * scale
            for shape, scale in zip(pair, (1, 10), strict=True)
        )
        try:
            result = np.broadcast_shapes(*pair)
        except ValueError:
            for table, array in zip(tables, (a, b), strict=False):
                table.place(array, FILLED)
            tables[2].hide()
            captions = (f"{a.shape}", f"{b.shape}", "an error")
            text = f"{shapes}: {a.shape[-1]} and {b.shape[-1]} differ, and neither is 1: an error"
        else:
            for table, array in zip(tables, (a, b), strict=False):
                copied = stretched(array.shape, result)
                fills = np.where(copied, COPIED, FILLED)
                table.place(np.broadcast_to(array, result), fills, copied)
            tables[2].place(a + b, PICKED)
            captions = (f"{a.shape}", f"{b.shape}", f"{result}")
            text = f"{shapes} gives {result}"
        for artist, caption in zip(under, captions, strict=True):
            artist.set_text(caption)
        title.set_text(text)
        return f"{text}. Left {a.tolist()}, right {b.tolist()}; pale boxes are copies."

    return update


# ---------------------------------------------------------------- slopes

Function = Callable[[Any], Any]

# Each: the function, its derivative, and the heights that the axes show.
CURVES: dict[str, tuple[Function, Function, tuple[float, float]]] = {
    "x²": (lambda x: x * x, lambda x: 2 * x, (-2.0, 9.5)),
    "sin x": (np.sin, np.cos, (-1.7, 1.7)),
    "exp x": (np.exp, np.exp, (-3.0, 20.5)),
}
HALVINGS = 11


def secant_slope(f: Function, x: float, h: Any) -> Any:
    """Return (f(x + h) - f(x)) / h."""
    return (f(x + h) - f(x)) / h


def secant(figure: Any) -> Update:
    """A secant that becomes the tangent, and its error: ``update(curve, x, halvings_of_h)``."""
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    grid, steps = np.linspace(-2, 3.2, 401), 2.0 ** np.linspace(1, 1 - HALVINGS, 200)
    (line,) = left.plot([], [], color=style.PALE, linewidth=2.6)
    (tangent,) = left.plot([], [], "--", color=style.ORANGE, zorder=3)
    (chord,) = left.plot([], [], color=style.BLUE, zorder=2.5)
    (dots,) = left.plot([], [], "o", color=style.BLUE, zorder=4)
    (errors,) = right.plot([], [], color=style.PALE, linewidth=2.6)
    (dot,) = right.plot([], [], "o", color=style.BLUE, markersize=7, zorder=3)
    left.set(xlim=(-2, 3.2), xlabel="$x$", ylabel="$f(x)$", ylim=CURVES["x²"][2])
    right.set(xscale="decades", yscale="decades", xlim=(6e-4, 3.2), ylim=(5e-8, 20))
    right.set(xlabel="$h$", ylabel="error of the secant's slope")
    left.yaxis.set_label_coords(-0.12, 0.5)  # room for the longest of the numbers beside it
    corner = {"transform": left.transAxes, "va": "top"}
    left.text(0.03, 0.97, "secant", color=style.BLUE, **corner)
    left.text(0.03, 0.89, "tangent (dashed)", color="#b37400", **corner)
    titles = [left.set_title(" "), right.set_title(" ")]

    def update(curve: str, x: float, halvings_of_h: int) -> str:
        f, derivative, heights = CURVES[curve]
        h = 2.0 ** (1 - halvings_of_h)
        y, slope, exact = float(f(x)), float(secant_slope(f, x, h)), float(derivative(x)) + 0.0
        error = abs(slope - exact)
        if left.get_ylim() != heights:
            left.set_ylim(heights)
        line.set_data(grid, f(grid))
        tangent.set_data(grid, y + exact * (grid - x))
        chord.set_data(grid, y + slope * (grid - x))
        dots.set_data([x, x + h], [y, float(f(x + h))])
        errors.set_data(steps, np.maximum(np.abs(secant_slope(f, x, steps) - exact), 1e-12))
        dot.set_data([h], [max(error, 1e-12)])
        titles[0].set_text(f"h = {h:.4g}: secant {slope:.4f}, tangent {exact:.4f}")
        titles[1].set_text(f"error {error:.1e}")
        return (
            f"{curve} at x = {x:.1f} with h = {h:.4g}: the secant (line) has slope {slope:.4f}, "
            f"the tangent (dashed) {exact:.4f}; the error is {error:.1e}."
        )

    return update


def bowl(x1: Any, x2: Any) -> Any:
    """Return x1^2 + 3 x2^2, a bowl that is steeper along x2."""
    return x1**2 + 3 * x2**2


def gradient_map(figure: Any) -> Update:
    """The contours of ``bowl`` and its gradient at a point: ``update(x1, x2)``."""
    ax = figure.subplots()
    xs, ys = np.linspace(-2.6, 2.6, 131), np.linspace(-2.0, 2.5, 113)
    heights = bowl(*np.meshgrid(xs, ys))
    levels = np.arange(1, 20, 2)  # equal steps of height, so closer lines are steeper ground
    lines = ax.contour(xs, ys, heights, levels=levels, colors=style.PALE, linewidths=1.0, zorder=1)
    ax.clabel(lines, levels[:7:2], fontsize=7.5, fmt="%g")
    look = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.009, "zorder": 2}
    uphill = ax.quiver([0], [0], [0], [0], color=style.RED, **look)
    downhill = ax.quiver([0], [0], [0], [0], color=style.BLUE, **look)
    (through,) = ax.plot([], [], "--", color=style.GRAY, linewidth=1.3, zorder=1)
    (spot,) = ax.plot([], [], "o", color=style.INK, markersize=7, zorder=4)
    turn = np.linspace(0, 2 * np.pi, 181)
    ax.set(xlim=(-2.6, 2.6), ylim=(-2.0, 2.5), xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    paper = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.5}}
    ax.text(-2.5, 2.22, "gradient: uphill", color=style.RED, **paper)
    ax.text(2.5, 2.22, "minus gradient: downhill", color=style.BLUE, ha="right", **paper)
    title = ax.set_title(" ")

    def update(x1: float, x2: float) -> str:
        gradient = np.array([2 * x1, 6 * x2]) + 0.0
        for arrow, sign in ((uphill, 1), (downhill, -1)):
            arrow.set_offsets([(x1, x2)])
            arrow.set_UVC(*(sign * 0.1 * gradient)[:, None])
        spot.set_data([x1], [x2])
        radius = np.sqrt(bowl(x1, x2))
        through.set_data(radius * np.cos(turn), radius / np.sqrt(3) * np.sin(turn))
        text = f"f = {bowl(x1, x2):.2f}, gradient ({gradient[0]:.1f}, {gradient[1]:.1f})"
        title.set_text(text)
        flat = "; it is flat here" if not gradient.any() else ""
        return (
            f"Contours of x1² + 3 x2², one of them (dashed) through a point at "
            f"({x1:.1f}, {x2:.1f}): {text}{flat}."
        )

    return update


# ---------------------------------------------------------------- the map of the course

# Each: number, name, question, and whether it is still to come.
COURSE: tuple[tuple[str, str, str, bool], ...] = (
    ("00", "start here", "Am I ready?", False),
    ("01", "neuron", "What does one\nneuron decide?", False),
    ("02", "activations", "Why bend\nthe line?", False),
    ("03", "losses", "What is wrong,\nin one number?", False),
    ("04", "backprop", "Whose fault\nis the error?", False),
    ("05", "optimizers", "Which way down,\nand how far?", False),
    ("06", "regularization", "Will it work\ntomorrow?", False),
    ("07", "spiral training", "Does it all work\ntogether?", False),
    ("08", "digits", "Does it work\non real data?", True),
    ("09", "beyond", "What comes\nnext?", True),
)


def course_map() -> Any:
    """Return a figure of the notebooks in the order to read them, each with its question."""
    figure = style.new_figure((7.4, 3.1))
    with style.style():
        ax = figure.subplots()
        ax.set_axis_off()
        ax.set(xlim=(-0.5, 4.5), ylim=(-1.62, 0.5))
        places = [(i % 5, -1.1 * (i // 5)) for i in range(len(COURSE))]
        arrow = {"arrowstyle": "-|>", "color": style.GRAY, "lw": 1.3, "shrinkA": 0, "shrinkB": 0}
        for (x, y), (next_x, next_y) in itertools.pairwise(places):
            if y == next_y:
                ax.annotate("", (next_x - 0.44, y), (x + 0.44, y), arrowprops=arrow)
            else:
                lane = (y + next_y) / 2
                ax.plot([x, x, 0, 0], [y - 0.44, lane, lane, lane], color=style.GRAY, lw=1.3)
                ax.annotate("", (next_x, next_y + 0.44), (next_x, lane), arrowprops=arrow)
        for (x, y), (number, name, asks, coming) in zip(places, COURSE, strict=True):
            _stop(ax, x, y, number, name, asks, coming)
    return figure


def _stop(ax: Any, x: float, y: float, number: str, name: str, asks: str, coming: bool) -> None:
    """Draw one notebook of the map."""
    box = FancyBboxPatch(
        (x - 0.4, y - 0.4),
        0.8,
        0.8,
        boxstyle="round,pad=0.02,rounding_size=0.06",
        facecolor="white" if coming else FILLED,
        edgecolor=style.GRAY if coming else style.INK,
        linestyle="--" if coming else "-",
    )
    ax.add_patch(box)
    centred = {"ha": "center", "va": "center"}
    ax.text(x, y + 0.26, number + (", coming" if coming else ""), weight="bold", **centred)
    ax.text(x, y + 0.07, name, **centred)
    ax.text(x, y - 0.2, asks, fontsize=8, color="#444444", linespacing=1.25, **centred)
