"""The look that all figures share: logarithmic axes, and where titles stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnlib.show import plots, style
from nnlib.show.picture import pixels


def labels(ax: Any) -> list[str]:
    """What is written at the ticks of the y axis that can be seen."""
    ax.figure.canvas.draw()
    low, high = sorted(ax.get_ylim())
    places, texts = ax.yaxis.get_majorticklocs(), ax.yaxis.get_ticklabels()
    return [t.get_text() for t, y in zip(texts, places, strict=True) if low <= y <= high]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((0.01, 1), "0.01 0.1 1"),
        ((1, 0.01), "0.01 0.1 1"),
        ((1e-4, 10), "0.0001 0.001 0.01 0.1 1 10"),
        ((1, 1e5), "1 10 100 1000 10000 100000"),
        ((1e-6, 2e-3), "10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³"),
        ((1, 2e6), "10⁰ 10¹ 10² 10³ 10⁴ 10⁵ 10⁶"),
        ((1e-24, 1e10), "10⁻²⁴ 10⁻²⁰ 10⁻¹⁶ 10⁻¹² 10⁻⁸ 10⁻⁴ 10⁰ 10⁴ 10⁸"),
        ((0.15, 3), "0.2 0.5 1 2"),
        ((1e-9, 2e-9), "10⁻⁹ 2e-09"),
        ((0.3, 0.62), "0.3 0.35 0.4 0.45 0.5 0.55 0.6"),
    ],
)
def test_a_logarithmic_axis_has_powers_of_ten_in_digits(
    limits: tuple[float, float], expected: str
) -> None:
    ax = style.new_axes(size=(3, 4))
    ax.set(yscale="decades", ylim=limits)
    assert " ".join(labels(ax)) == expected
    assert len(ax.yaxis.get_minorticklocs()) == 0


def test_ticks_are_put_between_the_powers_on_demand() -> None:
    ax = plots.curves({"loss": [3.0, 1.0, 0.05]})
    plots.log_ticks(ax.yaxis, 1, 3)
    assert labels(ax) == ["0.1", "0.3", "1", "3"]


def test_titles_stand_where_matplotlib_would_put_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn() -> Any:
        with style.style():
            figure = style.new_figure()
            left, right = figure.subplots(1, 2)
            left.set_title("left\nin two lines")
            right.set(title="right", yscale="decades")
            figure.canvas.draw()
        return pixels(figure)

    ours = drawn()
    monkeypatch.setitem(style.RC, "axes.titley", None)
    assert np.array_equal(ours, drawn())
