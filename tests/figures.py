"""What tests of figures share. Each check asserts; none needs a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnlib.show.explore import Scene, Update
from nnlib.show.style import new_figure, style


def undrawn(draw: Callable[[Any], Update]) -> tuple[Any, Update]:
    """Return the figure and its update. For words and artists: nothing is painted."""
    with style():
        figure = new_figure()
        return figure, draw(figure)


def moved(scene: Scene, **values: Any) -> bool:
    """Show ``values``; say whether that gave another picture."""
    before = scene.pixels.copy()
    scene.show(values)
    return not np.array_equal(before, scene.pixels)


def check_positions(scene: Scene, positions: Sequence[tuple[dict[str, Any], str]]) -> None:
    """Each (values, words) has its words in the alt text and a picture of its own."""
    seen = set()
    for values, words in positions:
        scene.show(values)
        assert words in scene.alt
        seen.add(scene.pixels.tobytes())
    assert len(seen) == len(positions)
    assert scene.redraws == 1  # a move draws only what moves


def check_controls(
    draw: Any, size: tuple[float, float], start: dict[str, Any], controls: Mapping[str, Any]
) -> None:
    """Each position of each control, the others at ``start``, has its own picture and words.

    Back at ``start`` the first picture is there again.
    """
    scene = Scene(draw, size, start)
    first = scene.pixels.copy()
    for control, positions in controls.items():
        seen, words = set(), set()
        for position in positions:
            scene.show({**start, control: position})
            seen.add(scene.pixels.tobytes())
            words.add(scene.alt)
        assert len(seen) == len(words) == len(positions)
    scene.show({control: positions[-1] for control, positions in controls.items()})
    scene.show(start)
    np.testing.assert_array_equal(scene.pixels, first)
    assert scene.redraws == 1, "a move may exchange what moves, not draw the axes anew"


def check_picture(made: tuple[Any, str], words: str) -> Any:
    """A (figure, alt) draws more than a few colours, and its alt holds ``words``."""
    figure, alt = made
    figure.canvas.draw()
    colors = np.asarray(figure.canvas.buffer_rgba()).view(np.uint32)  # four bytes, one number
    assert len(np.unique(colors)) > 10
    assert words in alt
    return figure
