"""The picture of the playground: network with a map in every unit, the plane, the curves.

Built once; ``update`` only moves what changes. The maps are painted pixel by pixel, past
matplotlib's resampling: that leaves time for training.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

from nnlib._checks import Array
from nnlib.show import style
from nnlib.show.playground_diagnosis import dead_units, diagnose
from nnlib.show.playground_paint import Bitmaps, Placed, interpolation, label, palette
from nnlib.show.playground_session import Session
from nnlib.show.plots import extent_of, grid

SIZE = (9.4, 5.6)  # inches
WIDTH, HEIGHT = 940, 560  # the same in the page's pixels, in which the network is laid out
NETWORK = (0, 44, 566, 478)  # left, top, width, height
PLANE = (618, 62, 300, 300)
LOSS = (618, 425, 300, 92)

CELLS = 20  # of a unit's map along a side
FINE = 3  # cells of the plane's map for one of a unit's
SHOWN = 8  # units of a layer that are drawn
MOST_POINTS = 300  # of a curve that are drawn

POSITIVE, NEGATIVE = style.ORANGE, style.BLUE  # towards class 1, towards class 0
GRAY = "#555555"


def _axes(figure: Any, box: tuple[int, int, int, int]) -> Any:
    left, top, width, height = box
    place = (left / WIDTH, 1 - (top + height) / HEIGHT, width / WIDTH, height / HEIGHT)
    return figure.add_axes(place)


def draw(figure: Any, session: Callable[[], Session]) -> Callable[..., str]:
    """Build the picture of the session that ``session()`` returns; return ``update``."""
    figure.set_layout_engine("none")
    network, plane, curves = Network(figure), Plane(figure), Losses(figure)
    words = Bitmaps(zorder=5)
    curves.ax.add_artist(words)

    @np.errstate(over="ignore", invalid="ignore")  # a run that diverges is drawn as well
    def update(speed: str = "", **values: Any) -> str:
        now = session()
        verdict = diagnose(now)[1]
        columns = plane.show(now)
        network.show(now, columns)
        curves.show(now)
        words.show([*_sentences(now, verdict), *plane.titles(now), *curves.titles(now, speed)])
        return _alt(now, verdict)

    return update


def _sentences(now: Session, verdict: str) -> list[Placed]:
    """The verdict above, the setting below."""
    lines = textwrap.wrap(verdict, 108)
    above = [label(line, 10, 14 + 18 * i, 10, bold=True) for i, line in enumerate(lines)]
    lines = textwrap.wrap(str(now.settings), 106)
    return above + [label(line, 10, 530 + 12 * i, 7, GRAY) for i, line in enumerate(lines)]


def _alt(now: Session, verdict: str) -> str:
    """Say what is seen, in numbers that stay the same when a last bit differs."""
    s, c = now.settings, now.curves
    hidden = "-".join(map(str, s.hidden)) or "none"
    best = "" if now.limit is None else f", best possible {_percent(now.limit)}"
    return (
        f"Playground. {s}. Hidden units: {hidden}. After {now.epochs} epochs ({now.updates} "
        f"updates): test points right {_percent(c['test_accuracy'][-1])}{best}; loss "
        f"{_loss(c['train_loss'][-1])} on the training points, {_loss(c['test_loss'][-1])} on the "
        f"test points. {verdict}"
    )


def _loss(value: float) -> str:
    """Short at any size: a loss that grows reaches a hundred digits."""
    return f"{value:.3f}" if value < 1000 else f"{value:.1e}"


def _percent(share: float) -> str:
    """In percent; what is short of 100 is never rounded up to it."""
    return "100%" if share > 0.99999 else f"{min(100 * share, 99.9):.1f}%"


class Network:
    """Units as maps of the plane, weights as lines: thick where large, coloured by sign."""

    def __init__(self, figure: Any) -> None:
        self.ax = _axes(figure, NETWORK)
        self.ax.set(xlim=(0, NETWORK[2]), ylim=(NETWORK[3], 0))
        self.ax.axis("off")
        self.lines = self.ax.add_collection(LineCollection([], zorder=1, capstyle="round"))
        self.maps, self.words = Bitmaps(zorder=2), Bitmaps(zorder=3)
        self.ax.add_artist(self.maps)
        self.ax.add_artist(self.words)
        self.palette = palette(style.DIVERGING)

    def show(self, session: Session, columns: list[Array]) -> None:
        """``columns`` hold each unit's values, (CELLS, CELLS, n_units) for inputs and layers."""
        s = session.settings
        shown = [min(c.shape[2], SHOWN) for c in columns]
        xs = np.linspace(80, 470, len(columns)) if len(columns) > 1 else np.array([80.0])
        places = [_rows(n) for n in shown]
        dead = [np.zeros(shown[0], dtype=bool), *dead_units(session)]
        images = []
        for x, rows, column, gone in zip(xs, places, columns, dead, strict=True):
            tiles = self._tiles(column[:, :, : len(rows)], gone)
            images += [
                Placed(x - 21, y - 21 + NETWORK[1], tile)
                for y, tile in zip(rows, tiles, strict=True)
            ]
        self.maps.show(images)
        ends = [*zip(xs, places, strict=True), (552.0, np.array([PLANE[1] + 150.0 - NETWORK[1]]))]
        self._show_weights([layer.weight for layer in session.dense()], ends)
        words = _heads(session, xs, columns)
        words += _norms(session, [x for x, _ in ends]) if session.updates else []
        names = (name.replace("^2", "²").replace("*", "·") for name in s.features)
        words += [
            label(name, xs[0] - 27, y + NETWORK[1], align="right")
            for name, y in zip(names, places[0], strict=True)
        ]
        self.words.show(words)

    def _tiles(self, values: Array, dead: Array) -> list[Array]:
        """Return a framed picture (63, 63, 4) for each unit, coloured on the column's scale."""
        largest = float(np.clip(np.abs(values).max(initial=0.0), 1e-9, 1e300))
        index = (127.5 + 127.5 * np.clip(values / largest, -1, 1)).astype(np.uint8)
        pixels = self.palette[np.moveaxis(index, 2, 0)[:, ::-1]]
        tiles = np.empty((len(pixels), 63, 63, 4), np.uint8)
        tiles[:] = (119, 119, 119, 255)
        tiles[dead[: len(tiles)]] = tuple(round(255 * v) for v in to_rgba(style.RED))
        edge = np.where(dead[: len(tiles)], 6, 2)
        large = pixels.repeat(3, axis=1).repeat(3, axis=2)
        for tile, picture, e in zip(tiles, large, edge, strict=True):
            tile[e : 63 - e, e : 63 - e] = picture[: 63 - 2 * e, : 63 - 2 * e]
        return list(tiles)

    def _show_weights(self, weights: list[Array], ends: list[Any]) -> None:
        segments, values = [], []
        for weight, (x1, rows1), (x2, rows2) in zip(weights, ends, ends[1:], strict=False):
            part = np.nan_to_num(weight[: len(rows1), : len(rows2)])
            largest = float(np.clip(np.abs(part).max(), 1e-12, 1e12))
            starts, stops = np.meshgrid(rows1, rows2, indexing="ij")
            left, right = np.full(part.size, x1 + 21), np.full(part.size, x2 - 21)
            right[:] = x2 if len(rows2) == 1 and x2 == ends[-1][0] else x2 - 21
            pairs = np.stack([left, starts.ravel(), right, stops.ravel()], axis=1)
            segments.append(pairs.reshape(-1, 2, 2))
            # Relative to the layer's largest; a sum of many weights still moves the picture.
            values.append(np.clip(part.ravel() / largest, -1, 1) * min(1.0, 0.35 + largest / 6))
        strength = np.concatenate(values)
        colors = np.where((strength >= 0)[:, np.newaxis], to_rgba(POSITIVE), to_rgba(NEGATIVE))
        colors[:, 3] = np.clip(0.25 + 0.75 * np.abs(strength), 0, 1)
        self.lines.set_segments(np.concatenate(segments))
        self.lines.set_linewidths(0.3 + 4.2 * np.abs(strength))
        self.lines.set_color(colors)


def _heads(session: Session, xs: Array, columns: list[Array]) -> list[Placed]:
    kind = session.settings.activation
    heads = ["inputs", *(f"{n} {kind}" for n in session.settings.hidden)]
    found = [
        label(head + f"\nfirst {SHOWN} drawn" * (c.shape[2] > SHOWN), x, 56, align="middle")
        for head, x, c in zip(heads, xs, columns, strict=True)
    ]
    return [*found, label("output", 552, 56, align="middle")]


def _norms(session: Session, xs: list[float]) -> list[Placed]:
    return [
        label(f"gradient\n{norm:.2g}", (x1 + x2) / 2, 508, 7.5, GRAY, "middle")
        for norm, x1, x2 in zip(session.gradient_norms(), xs, xs[1:], strict=False)
    ]


def _rows(n: int) -> Array:
    """Return the heights of ``n`` units' middles in a column."""
    return 240 + 51.0 * (np.arange(n) - (n - 1) / 2)


class Plane:
    """The probability of class 1 over the plane, the border, the points."""

    def __init__(self, figure: Any) -> None:
        self.ax = _axes(figure, PLANE)
        self.ax.set(xlabel="x1")
        self.ax.set_ylabel("x2", labelpad=-2)
        self.ax.locator_params(nbins=6)
        self.map = Bitmaps(zorder=0)
        self.ax.add_artist(self.map)
        self.border = self.ax.add_collection(
            LineCollection([], colors=style.INK, linewidths=1.4, zorder=2)
        )
        self.points = [
            self.ax.plot([], [], marker, color=color, mec=edge, mew=0.6, ms=size, zorder=3)[0]
            for size, edge in ((4.2, "white"), (3.6, style.INK))
            for marker, color in zip(style.CLASS_MARKERS, style.CLASS_COLORS[:2], strict=False)
        ]
        self.palette = palette(style.PROBABILITY).view(np.uint32)[:, 0]
        self.finer = interpolation(CELLS * FINE, round(PLANE[2] * style.SHARPNESS))
        self._data: Any = None

    def show(self, session: Session) -> list[Array]:
        """Show the session; return the values of all units on the coarse grid."""
        if self._data is not session.x_train:
            self._show_points(session)
        n = CELLS * FINE
        *units, logit = session.unit_values(self.rows)
        p = logit[:, 0] if session.settings.loss == "mse" else 1 / (1 + np.exp(-_tame(logit[:, 0])))
        values = np.nan_to_num(p).reshape(n, n).astype(np.float32)
        smooth = self.finer @ values @ self.finer.T
        index = np.clip(smooth, 0, 1, out=smooth)
        index *= 255
        # A colour as one number of four bytes: looked up four times faster than four numbers.
        image = self.palette[index[::-1].astype(np.uint8)].view(np.uint8).reshape(*index.shape, 4)
        self.map.show([Placed(PLANE[0], PLANE[1], image)])
        lines = contour_generator(self.xs, self.ys, values).lines(0.5)
        self.border.set_segments([line for line in lines if len(line) > 1])
        inside = slice(FINE // 2, None, FINE)
        return [np.nan_to_num(u).reshape(n, n, -1)[inside, inside] for u in units]

    def _show_points(self, session: Session) -> None:
        """New data: other points, perhaps another part of the plane."""
        self._data = session.x_train
        x = np.concatenate([session.x_train, session.x_test])
        left, right, bottom, top = extent_of(x, 0.06)
        half = max(right - left, top - bottom) / 2
        cx, cy = (left + right) / 2, (bottom + top) / 2
        extent = (cx - half, cx + half, cy - half, cy + half)
        self.xs, self.ys, self.rows = grid(extent, CELLS * FINE)
        if (*self.ax.get_xlim(), *self.ax.get_ylim()) != extent:  # else the background stays
            self.ax.set(xlim=extent[:2], ylim=extent[2:])
        sets = ((session.x_train, session.y_train), (session.x_test, session.y_test))
        drawn = [x[y == label] for x, y in sets for label in (0, 1)]
        for line, some in zip(self.points, drawn, strict=True):
            line.set_data(some[:, 0], some[:, 1])

    @staticmethod
    def titles(session: Session) -> list[Placed]:
        """What the map achieves, and what could be achieved."""
        right = f"test {_percent(session.curves['test_accuracy'][-1])} right"
        best = "" if session.limit is None else f", best possible {_percent(session.limit)}"
        return [label(right + best, PLANE[0], PLANE[1] - 12, 9.5)]


def _tame(logits: Array) -> Array:
    return np.clip(logits, -60, 60)


class Losses:
    """Training and test loss over the epochs, and those of earlier runs in gray."""

    def __init__(self, figure: Any) -> None:
        self.ax = _axes(figure, LOSS)
        self.ax.set(yscale="decades", xlabel="epoch", xlim=(0, 50), ylim=(0.001, 1.0))
        self.ax.set_ylabel("loss", labelpad=1)
        self.earlier = [
            self.ax.plot([], [], color=gray, linewidth=1.2, zorder=1)[0]
            for gray in ("#d8d8d8", "#bdbdbd", "#9a9a9a")
        ]
        self.lines = {
            name: self.ax.plot([], [], color=color, zorder=3)[0]
            for name, color in (("test_loss", style.ORANGE), ("train_loss", style.BLUE))
        }
        right = {
            "ha": "right",
            "va": "top",
            "fontsize": 8,
            "zorder": 0,
            "transform": self.ax.transAxes,
        }
        self.ax.text(1, 0.99, "training", color=style.BLUE, **right)
        self.ax.text(1, 0.82, "test", color=style.ORANGE, **right)

    def show(self, session: Session) -> None:
        """Show the curves of this run and the last ones."""
        now = session.curves
        for name, line in self.lines.items():
            line.set_data(*_thinned(now[name]))
        runs = session.earlier[::-1]
        for i, line in enumerate(self.earlier[::-1]):
            line.set_data(*_thinned(runs[i]["train_loss"]) if i < len(runs) else ([], []))
        self._fit([now, *session.earlier])

    @staticmethod
    def titles(session: Session, speed: str) -> list[Placed]:
        """Where the run stands, and what the gray lines are."""
        left, top, width, _ = LOSS
        ends = [session.curves[f"{name}_loss"][-1] for name in ("train", "test")]
        words = f"epoch {session.epochs}: training loss {_loss(ends[0])}, test {_loss(ends[1])}"
        longer = words.replace(":", f", update {session.updates}:", 1)
        if session.updates < 10_000 and len(longer) <= 56:  # more is cut off at the edge
            words = longer
        found = [label(words, left, top - 11, 9 if len(words) < 46 else 8)]
        if speed:
            found.append(label(speed, left + width, top + 128, 7.5, GRAY, "right"))
        if session.earlier:
            found.append(label("earlier runs", left + width, top + 40, 8, "#777777", "right"))
        return found

    def _fit(self, runs: list[Any]) -> None:
        """Widen the axes in large steps, because each costs a new background."""
        longest = max(len(run) for run in runs) - 1
        right = 50 * 2 ** max(0, math.ceil(math.log2(max(longest, 1) / 50)))
        values = np.concatenate([run[name] for run in runs for name in self.lines])
        low, high = max(float(values.min()), 1e-9), min(float(values.max()), 1e9)
        limits = (10.0 ** math.floor(math.log10(low) - 0.05), 10.0 ** math.ceil(math.log10(high)))
        limits = (min(limits[0], 0.1), max(limits[1], 1.0))
        if self.ax.get_xlim() != (0, right):
            self.ax.set_xlim(0, right)
        if self.ax.get_ylim() != limits:
            self.ax.set_ylim(limits)


def _thinned(values: list[float]) -> tuple[Array, Array]:
    """Return epochs and values of a curve, not more of them than can be seen."""
    every = max(1, len(values) // MOST_POINTS)
    epochs = np.arange(0, len(values), every)
    if epochs[-1] != len(values) - 1:
        epochs = np.append(epochs, len(values) - 1)
    return epochs, np.asarray(values)[epochs]
