"""The figures of notebook 00, without a browser: what they say follows what they are given."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter00
from nnlib.show.explore import Scene
from tests.figures import check_positions, undrawn

ROOT = Path(__file__).resolve().parents[1]
X = np.array([[1, 2], [3, 0], [2, 5]])
WEIGHT = np.array([[1, 0, -1, 2], [2, 1, 3, -2]])
TABLE = np.array([[3, 1, 4, 2], [0, 6, 2, 8], [3, 5, 0, 2]])

# Each: the function to draw, then positions with words that the alt text must hold.
CASES: dict[str, tuple[Any, list[tuple[dict[str, Any], str]]]] = {
    "spiral": (
        chapter00.spiral,
        [
            ({"turns": 0.5}, "0.5 turns each. A dotted line from the centre to the right meets an"),
            ({"turns": 2.6}, "meets an arm 5 times."),
            ({"turns": 3.0}, "meets an arm 6 times."),
        ],
    ),
    "indexing": (
        chapter00.indexing,
        [
            ({"pick": "x[1]"}, "x[1] takes 3, 4, 5; shape (3,)"),
            ({"pick": "x[:, 2]"}, "takes 2, 5, 8, 11; shape (4,)"),
            ({"pick": "x[:, 2:3]"}, "takes 2, 5, 8, 11; shape (4, 1)"),
            ({"pick": "x[3, -1]"}, "takes 11; shape ()"),
            ({"pick": "x[x > 6]"}, "takes 7, 8, 9, 10, 11; shape (5,)"),
        ],
    ),
    "matrix_product": (
        chapter00.matrix_product(X, WEIGHT),
        [
            ({"row": 0, "column": 0}, "1 × 1 + 2 × 2 = 5."),
            ({"row": 2, "column": 2}, "2 × (-1) + 5 × 3 = 13."),
            ({"row": 1, "column": 3}, "3 × 2 + 0 × (-2) = 6."),
        ],
    ),
    "reduction": (
        chapter00.reduction(TABLE),
        [
            ({"function": "sum", "over": "axis=0"}, "rows are gone, shape (4,): 6, 12, 6, 12."),
            ({"function": "mean", "over": "axis=1"}, "shape (3,): 2.5, 4, 2.5."),
            ({"function": "max", "over": "no axis"}, "both axes are gone, shape (): 8."),
        ],
    ),
    "broadcasting": (
        chapter00.broadcasting,
        [
            ({"shapes": "(3, 2) + (2,)"}, "gives (3, 2). Left [[1, 2], [3, 4], [5, 6]]"),
            ({"shapes": "(3, 2) + (3, 1)"}, "right [[10], [20], [30]]"),
            ({"shapes": "(3, 2) + (3,)"}, "2 and 3 differ, and neither is 1: an error"),
            ({"shapes": "(3, 1) + (3,)"}, "gives (3, 3)"),
            ({"shapes": "(3, 2) + ()"}, "gives (3, 2)"),
        ],
    ),
    "secant": (
        chapter00.secant,
        [
            (
                {"curve": "x²", "x": 0.5, "halvings_of_h": 0},
                "slope 3.0000, the tangent (dashed) 1.",
            ),
            ({"curve": "x²", "x": -1.5, "halvings_of_h": 11}, "h = 0.0009766"),
            (
                {"curve": "x²", "x": 0.0, "halvings_of_h": 3},
                "(dashed) 0.0000; the error is 2.5e-01",
            ),
        ],
    ),
    "gradient_map": (
        chapter00.gradient_map,
        [
            ({"x1": 1.0, "x2": 0.5}, "f = 1.75, gradient (2.0, 3.0)."),
            ({"x1": -2.0, "x2": 1.2}, "f = 8.32, gradient (-4.0, 7.2)."),
            ({"x1": 0.0, "x2": 0.0}, "gradient (0.0, 0.0); it is flat here."),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_words_and_picture_follow_the_controls(name: str) -> None:
    draw, positions = CASES[name]
    check_positions(Scene(draw, (6.0, 3.6), positions[0][0]), positions)


def test_each_curve_gets_axes_that_hold_it() -> None:
    figure, update = undrawn(chapter00.secant)
    for curve, (f, _, heights) in chapter00.CURVES.items():
        for x in (-1.5, 0.0, 1.0):
            alt = update(curve=curve, x=x, halvings_of_h=11)
            assert alt.startswith(f"{curve} at x = {x}")
        assert figure.axes[0].get_ylim() == heights
        assert heights[0] < f(np.linspace(-1.5, 3, 50)).min()
        assert f(np.linspace(-1.5, 3, 50)).max() < heights[1]


@pytest.mark.parametrize("turns", np.round(np.arange(0.5, 3.01, 0.1), 1))
def test_meetings_are_where_an_arm_crosses_the_line(turns: float) -> None:
    radius = np.linspace(0.1, 1.0, 200_001)
    crossed = []
    for shift in (0, np.pi):
        angle = 2 * np.pi * turns * radius + shift
        full = np.floor(angle / (2 * np.pi) + 1e-9)
        crossed += list(radius[1:][np.diff(full) > 0])
    np.testing.assert_allclose(np.sort(crossed), chapter00.spiral_meetings(turns), atol=1e-4)


@pytest.mark.parametrize("curve", chapter00.CURVES)
def test_tangents_are_what_central_differences_say(curve: str) -> None:
    f, derivative, _ = chapter00.CURVES[curve]
    for x in (-1.5, -0.2, 1.0):
        assert derivative(x) == pytest.approx(float(nn.numerical_gradient(f, x)), abs=1e-8)
        assert abs(chapter00.secant_slope(f, x, 1e-4) - derivative(x)) < 2e-4


def test_the_secant_of_a_parabola_is_off_by_h() -> None:
    f, derivative, _ = chapter00.CURVES["x²"]
    for h in (2.0, 0.5, 0.125):
        assert chapter00.secant_slope(f, 0.5, h) - derivative(0.5) == h


def test_the_gradient_on_the_map_is_that_of_the_bowl() -> None:
    figure, update = undrawn(chapter00.gradient_map)
    axes = figure.axes[0]
    for x1, x2 in ((0.7, -1.1), (-1.6, 0.4)):
        alt = update(x1=x1, x2=x2)
        said = [float(n) for n in re.findall(r"gradient \((.+), (.+)\)", alt)[0]]
        numeric = nn.numerical_gradient(lambda p: chapter00.bowl(*p), [x1, x2])
        np.testing.assert_allclose(said, numeric, atol=0.051)
        through = axes.lines[0].get_xydata()
        np.testing.assert_allclose(chapter00.bowl(*through.T), chapter00.bowl(x1, x2))
        uphill, downhill = (artist for artist in axes.collections if hasattr(artist, "U"))
        for arrow, sign in ((uphill, 1), (downhill, -1)):
            np.testing.assert_allclose(arrow.get_offsets(), [(x1, x2)])
            drawn = np.ravel([arrow.U, arrow.V])
            np.testing.assert_allclose(drawn, sign * 0.1 * numeric, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "result", "originals"),
    [((2,), (3, 2), 2), ((3, 1), (3, 2), 3), ((), (3, 2), 1), ((3, 2), (3, 2), 6)],
)
def test_copies_are_all_but_the_numbers_that_are_there(
    shape: tuple[int, ...], result: tuple[int, ...], originals: int
) -> None:
    copied = chapter00.stretched(shape, result)
    assert copied.shape == result
    assert (~copied).sum() == originals
    assert not copied.flat[0]


def test_the_map_calls_exactly_those_notebooks_coming_that_are_not_here() -> None:
    coming = {number for number, _, _, later in chapter00.COURSE if later}
    here = {path.name[:2] for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert [number for number, _, _, _ in chapter00.COURSE] == [f"{n:02d}" for n in range(10)]
    assert coming == {f"{n:02d}" for n in range(10)} - here
    assert len(chapter00.course_map().axes[0].patches) >= 10


def test_the_first_cell_asks_for_what_pyproject_asks_for() -> None:
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    needed = dict(re.findall(r'"(\w+)": "([\d.]+)"', first))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["show"]
    lines.append("Python" + project["requires-python"])
    wanted = dict(line.split(">=") for line in lines)
    assert {"Python", "numpy", "matplotlib", "ipywidgets"} == set(needed)
    assert needed == {name: wanted[name] for name in needed}


def test_the_first_cell_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    absent = first.replace('"matplotlib"', '"no-such-package"').replace('"2.0"', '"200.0"')
    exec(compile(absent, "first cell", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "Python 3.11 or newer: yes"
    assert printed[1] == "numpy 200.0 or newer: no: start with python run.py lab"
    assert printed[2] == "no-such-package 3.10 or newer: no: start with python run.py lab"
    assert printed[3] == "ipywidgets 8.1.2 or newer: yes"
