"""Live figures without a browser: what a control changes, what is drawn again, errors."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from isal import isal_zlib
from PIL import Image

from nnlib import show
from nnlib.show.explore import (
    STATIC_NOTE,
    Explorer,
    Scene,
    control,
    drive,
    drive_all,
    explorers,
    positions,
)
from nnlib.show.picture import bundle, encode
from nnlib.show.style import SIZE, new_figure


@pytest.fixture(autouse=True)
def no_explorers_left() -> Iterator[None]:
    yield
    for explorer in list(explorers):
        explorer.close()


def parabola(figure: Any) -> Any:
    """A curve that stays and a point that moves."""
    ax = figure.subplots()
    x = np.linspace(-1, 1, 50)
    ax.plot(x, x**2)
    (dot,) = ax.plot([], [], "o")
    title = ax.set_title(" ")

    def update(x: float) -> str:
        dot.set_data([x], [x**2])
        title.set_text(f"height {x**2:.2f}")
        return f"A point on a parabola at height {x**2:.2f}."

    return update


def heat(figure: Any) -> Any:
    """An image that moves below points that do not."""
    ax = figure.subplots()
    image = ax.imshow(np.zeros((8, 8)), vmin=0, vmax=1, extent=(0, 1, 0, 1))
    ax.plot([0.5], [0.5], "o", markersize=30)

    def update(level: float) -> str:
        image.set_data(np.full((8, 8), level))
        return f"level {level}"

    return update


def bare(figure: Any) -> Any:
    """Moves on axes whose frame is switched off: it must stay off."""
    update = heat(figure)
    figure.axes[0].set_axis_off()
    return update


def zoom(figure: Any) -> Any:
    """Changes the axis itself, which is part of the background."""
    ax = figure.subplots()
    ax.plot([0, 1], [0, 1])

    def update(right: float) -> str:
        ax.set_xlim(0, right)
        return f"x up to {right}"

    return update


@pytest.mark.parametrize(
    ("draw", "values"),
    [
        (parabola, {"x": 0.5}),
        (heat, {"level": 0.7}),
        (bare, {"level": 0.7}),
        (zoom, {"right": 3.0}),
    ],
    ids=["point", "image under points", "no frame", "axis limits"],
)
def test_a_moved_figure_equals_one_built_at_that_position(
    draw: Any, values: dict[str, float]
) -> None:
    start = {name: 0.9 for name in values}
    moved = Scene(draw, SIZE, start)
    for step in (0.1, 0.4, 0.6):
        moved.show({name: step for name in values})
    moved.show(values)
    fresh = Scene(draw, SIZE, values)
    assert moved.alt == fresh.alt
    np.testing.assert_array_equal(moved.pixels, fresh.pixels)


def test_a_moved_figure_equals_a_plain_drawing_of_all_of_it() -> None:
    scene = Scene(bare, SIZE, {"level": 0.2})
    for artist in scene.moving:
        artist.set_animated(False)
    with show.style.style():
        scene.figure.canvas.draw()
    plain = scene.pixels.copy()
    np.testing.assert_array_equal(Scene(bare, SIZE, {"level": 0.2}).pixels, plain)


def test_a_figure_that_says_the_same_at_first_moves_all_the_same() -> None:
    def draw(figure: Any) -> Any:
        title = figure.subplots().set_title("low")

        def update(x: float) -> str:
            title.set_text("high" if x > 0 else "low")
            return str(title.get_text())

        return update

    scene = Scene(draw, SIZE, {"x": -1.0})
    before = scene.pixels.copy()
    scene.show({"x": 1.0})
    assert scene.alt == "high"
    assert (scene.pixels != before).any()


def test_only_what_moves_is_drawn_again() -> None:
    scene = Scene(parabola, SIZE, {"x": 0.0})
    for x in np.linspace(-1, 1, 20):
        scene.show({"x": float(x)})
    assert scene.redraws == 1


def test_a_control_moves_picture_and_words_and_counts_frames() -> None:
    explorer = show.explore(parabola, x=(-1.0, 1.0, 0.1, 0.0))
    before = explorer.scene.pixels.copy()
    explorer.set(x=1.0)
    assert explorer.scene.alt == "A point on a parabola at height 1.00."
    assert explorer.frames == 1
    assert (explorer.scene.pixels != before).any()
    explorer.set(x=1.0)
    assert explorer.frames == 1, "a move to the same place draws nothing"
    explorer.set(x=0.0)
    np.testing.assert_array_equal(explorer.scene.pixels, before)


def test_an_error_is_shown_beside_the_control_and_reported_by_the_drive() -> None:
    def draw(figure: Any) -> Any:
        update = parabola(figure)

        def fragile(x: float) -> str:
            if x > 0.5:
                raise ValueError("x <above> one half")
            return str(update(x))

        return fragile

    explorer = show.explore(draw, x=(-1.0, 1.0, 0.1, 0.0))
    assert "ValueError: x <above> one half" in drive(explorer)[0]
    explorer.set(x=1.0)
    assert "&lt;above&gt;" in explorer.message.value
    explorer.set(x=0.0)
    assert explorer.message.value == "", "the message goes when the setting works again"


def test_a_slider_that_does_nothing_is_reported() -> None:
    def draw(figure: Any) -> Any:
        update = parabola(figure)
        return lambda x, idle: update(x)

    faults = drive(show.explore(draw, x=(-1.0, 1.0, 0.1), idle=(0, 5, 1)))
    assert faults == ["control 'idle': the picture stays the same from end to end"]


def test_driving_leaves_the_figure_as_it_was() -> None:
    explorer = show.explore(parabola, x=(-1.0, 1.0, 0.1, 0.3))
    before = explorer.scene.pixels.copy()
    assert drive_all() == []
    assert explorer.values == {"x": 0.3}
    np.testing.assert_array_equal(explorer.scene.pixels, before)


def test_a_control_outside_an_explorer_is_reported() -> None:
    import ipywidgets

    stray = ipywidgets.IntSlider(description="stray")
    try:
        assert drive_all() == ["IntSlider 'stray' belongs to no explorer"]
    finally:
        stray.close()


def test_alt_text_must_be_words() -> None:
    def wordless(figure: Any) -> Any:
        parabola(figure)
        return lambda x: ""

    with pytest.raises(ValueError, match="alt must say in words"):
        show.explore(wordless, x=(0.0, 1.0, 0.1))
    with pytest.raises(ValueError, match="alt must say in words"):
        show.picture(new_figure().subplots(), alt=" ")


@pytest.mark.parametrize(
    ("spec", "kind", "ends"),
    [
        ((0, 5, 1), "IntSlider", [0, 5]),
        ((0.0, 1.0, 0.25, 0.5), "FloatSlider", [0.0, 1.0]),
        (["a", "b", "c"], "ToggleButtons", ["a", "b", "c"]),
        (True, "Checkbox", [False, True]),
    ],
)
def test_controls_are_made_from_short_forms_and_driven_to_all_ends(
    spec: Any, kind: str, ends: list[Any]
) -> None:
    widget = control("learning_rate", spec, identity=kind)
    assert type(widget).__name__ == kind
    assert widget.description == "learning rate"
    assert positions(widget) == ends
    widget.close()


@pytest.mark.parametrize("spec", [(0, 1), (1, 0, 0.1), (0, 1, 0), (0, 1, 0.1, 2), "abc", [], None])
def test_a_control_that_makes_no_sense_is_refused(spec: Any) -> None:
    with pytest.raises(ValueError, match="control 'rate'"):
        control("rate", spec)


def test_explore_needs_a_control() -> None:
    with pytest.raises(ValueError, match="at least one control"):
        show.explore(parabola)


def test_setting_an_unknown_control_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown control 'y'; there are x"):
        show.explore(parabola, x=(0.0, 1.0, 0.1)).set(y=1)


def test_the_picture_is_html_with_its_alt_text_escaped() -> None:
    data = bundle(encode(np.zeros((2, 3, 3), dtype=np.uint8)), (30, 20), 'less < "more"')
    assert 'alt="less &lt; &quot;more&quot;" width="30" height="20"' in data["text/html"]
    assert data["text/plain"] == 'less < "more"'


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, 3), (7, 5, 3), (1, 9, 4), (40, 30, 4)])
def test_a_png_holds_the_pixels_that_went_into_it(shape: tuple[int, ...], moving: bool) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    image = Image.open(io.BytesIO(encode(noise, moving)))
    image.verify()  # the checksums too
    image = Image.open(io.BytesIO(encode(noise, moving)))
    np.testing.assert_array_equal(np.asarray(image), noise)


def test_zlib_compresses_what_is_stored_and_isal_what_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: dict[str, dict[str, str]] = {}
    explorer = show.explore(parabola, x=(0.0, 1.0, 0.1))
    handle = SimpleNamespace(update=lambda data, raw: sent.update(moved=data))
    module = import_module("nnlib.show.explore")
    monkeypatch.setattr(module, "display", lambda data, **_: sent.update(shown=data))
    explorer._ipython_display_()
    explorer._handle = handle
    explorer._send()
    for name, library in (("shown", zlib), ("moved", isal_zlib)):
        png = base64.b64decode(sent[name]["text/html"].split("base64,")[1].split('"')[0])
        start = png.index(b"IDAT") + 4
        data = png[start : start + int.from_bytes(png[start - 8 : start - 4])]
        assert data == library.compress(zlib.decompress(data), 1), name
    assert sent["shown"] != sent["moved"]


def test_an_explorer_displays_controls_and_picture_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []

    class Handle:
        def update(self, data: Any, raw: bool) -> None:
            shown.append(("update", data["text/plain"]))

    def display(data: Any, raw: bool = False, display_id: bool = False) -> Any:
        shown.append(("show", data["text/plain"]))
        return Handle()

    monkeypatch.setattr(import_module("nnlib.show.explore"), "display", display)
    explorer: Explorer = show.explore(parabola, x=(-1.0, 1.0, 0.1, 0.0))
    explorer._ipython_display_()
    explorer.set(x=1.0)
    assert shown == [
        ("show", STATIC_NOTE),
        ("show", "A point on a parabola at height 0.00."),
        ("update", "A point on a parabola at height 1.00."),
    ]


def test_running_a_cell_again_gives_the_same_ids_and_leaves_no_second_explorer() -> None:
    first = show.explore(parabola, x=(-1.0, 1.0, 0.1, 0.0))
    ids = [
        first.controls["x"].model_id,
        first.controls["x"].layout.model_id,
        first.message.model_id,
    ]
    other = show.explore(parabola, x=(-1.0, 1.0, 0.2, 0.0))
    again = show.explore(parabola, x=(-1.0, 1.0, 0.1, 0.0))
    assert ids == [
        again.controls["x"].model_id,
        again.controls["x"].layout.model_id,
        again.message.model_id,
    ]
    assert explorers == [other, again]
    assert other.controls["x"].model_id not in ids
