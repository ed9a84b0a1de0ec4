"""Colours of the figures, computed: contrast, colour blindness; and words kept in web pages."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from nnlib.show import style
from nnlib.show.explore import Scene
from tests.validation import NOTEBOOKS, pages, pictures

# Machado, Oliveira and Fernandes (2009), table 1, severity 1.0: what is seen of linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# Ottosson (2020), Oklab: linear RGB to cones, cube root, to lightness and two colour axes.
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
JUST_SEEN = 0.02  # about the smallest difference in Oklab that is noticed side by side


def seen(color: str, sight: str) -> np.ndarray:
    """Return the place of a colour in Oklab as it is seen."""
    c = np.array(to_rgb(color))
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return TO_LAB @ np.cbrt(TO_CONES @ np.clip(SIGHT[sight] @ linear, 0, 1))


def nearest(colors: tuple[str, ...], sight: str) -> float:
    """Return the smallest distance of two of the colours."""
    return min(
        float(np.linalg.norm(seen(a, sight) - seen(b, sight))) for a, b in combinations(colors, 2)
    )


def test_contrast_is_that_of_the_standard() -> None:
    assert style.contrast("white", "black") == pytest.approx(21)
    assert style.contrast("#777777") == pytest.approx(4.48, abs=0.01)  # WebAIM's table
    assert style.contrast("#0000ff") == pytest.approx(8.59, abs=0.01)


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_stay_apart(sight: str) -> None:
    assert nearest(style.PALETTE, sight) > 3 * JUST_SEEN


def test_two_colours_that_a_red_blind_person_confuses_are_found() -> None:
    assert nearest(("#a06040", "#707040"), "normal") > 3 * JUST_SEEN
    assert nearest(("#a06040", "#707040"), "protanopia") < 3 * JUST_SEEN


def test_curves_and_classes_stand_out_from_the_paper() -> None:
    assert min(map(style.contrast, {*style.CLASS_COLORS, *style.PALETTE[:7]})) >= 3
    assert len(set(style.CLASS_MARKERS)) == len(style.CLASS_COLORS)


def test_words_are_readable_on_paper_and_on_maps() -> None:
    assert min(map(style.contrast, style.TEXT_COLORS.values())) >= 4.5
    ends = [style.PROBABILITY(value)[:3] for value in (0.0, 0.5, 1.0)]
    assert min(style.contrast(style.INK, end) for end in ends) >= 7


def test_a_live_figure_and_its_labels_are_made_readable() -> None:
    def draw(figure: Figure) -> style.Any:
        text = figure.subplots().text(0, 0, "orange", color=style.ORANGE)

        def update(level: float) -> str:
            text.set_x(level)
            return str(text.get_color())

        return update

    scene = Scene(draw, style.SIZE, {"level": 0.5})
    scene.show({"level": 0.6})
    assert style.contrast(style.ORANGE) < 4.5 <= style.contrast(scene.alt)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_web_page_keeps_every_picture_and_its_words(notebook: Path) -> None:
    stored = pictures.in_html(notebook.read_text(encoding="utf-8").replace('\\"', '"'))
    html = pages.page(notebook, code=False)  # there are no pictures in it, and it takes long
    kept = [picture.alt for picture in pictures.in_html(html) if picture.png]
    assert kept == [picture.alt for picture in stored if picture.png] != []
    assert all(kept)
