"""Live figures: built once, moved by controls, still there as a picture when no kernel runs.

``draw(figure)`` builds the figure and returns ``update(**values)``, which moves what depends on the
controls and returns the alt text for what is now shown. Both are plain functions: they work, and
are tested, without a browser. ``explore(draw, rate=(0.05, 2.2, 0.05))`` adds the controls.
"""

from __future__ import annotations

import hashlib
import html
import math
import threading
import traceback
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from IPython.display import display
from ipywidgets.widgets import widget as widget_module
from matplotlib.artist import Artist
from matplotlib.text import Text

from nnlib._checks import Array
from nnlib.show.picture import bundle, check_alt, encode, pixels, shown_size
from nnlib.show.style import SIZE, make_text_readable, new_figure, style

Update = Callable[..., str]

# Shown beside the controls when the notebook is opened without a kernel (see tests/validation).
STATIC_NOTE = "Controls: run the notebook to move them. The picture is as it was stored."
MESSAGE_CLASS = "nnlib-message"

explorers: list[Explorer] = []


class Scene:
    """A figure built once, of which only what moves is drawn again.

    Matplotlib marks an artist stale when it is changed. The artists that an update touches become
    "moving": they are left out of a background that is drawn once, and are drawn over it for every
    frame. If an update changes anything else, say an axis limit, the background is drawn anew:
    slower, never wrong.
    """

    def __init__(
        self, draw: Callable[..., Update], size: tuple[float, float], values: dict[str, Any]
    ):
        self.figure = new_figure(size)
        self.moving: list[Artist] = []
        self.redraws = 0  # how often the background was drawn
        self._background: Any = None
        with style():
            self.update = draw(self.figure)
            self.update(**values)
            make_text_readable(self.figure)
            self._lay_out()
        self.show(values)

    def _lay_out(self) -> None:
        """Place the axes, once. What is hidden now or touched from now on will move."""
        engine = self.figure.get_layout_engine()
        assert engine is not None  # new_figure gave it one
        engine.execute(self.figure)
        self.figure.set_layout_engine("none")
        for axes in self.figure.axes:
            for artist in axes.get_children():
                artist.stale = not artist.get_visible()

    def show(self, values: dict[str, Any]) -> None:
        """Move to ``values``: afterwards ``pixels`` and ``alt`` are those of the new position."""
        canvas: Any = self.figure.canvas
        self.alt = check_alt(self.update(**values))
        if self._background is None or self.figure.stale:
            self._draw_background()
        else:
            canvas.restore_region(self._background)
        for artist in self.moving:
            artist.draw(canvas.get_renderer())

    @property
    def pixels(self) -> Array:
        """The picture, RGBA (height, width, 4)."""
        return pixels(self.figure)

    def _draw_background(self) -> None:
        for axes in self.figure.axes:
            for artist in _moving_artists(axes):
                # The canvas leaves it out, and it no longer marks the figure stale.
                artist.set_animated(True)
        canvas: Any = self.figure.canvas
        with style():
            canvas.draw()
        self._background = canvas.copy_from_bbox(self.figure.bbox)
        self.redraws += 1
        self.moving = [
            artist
            for axes in self.figure.axes
            for artist in sorted(axes.get_children(), key=lambda child: child.zorder)
            if artist.get_animated()
        ]


def _moving_artists(axes: Any) -> list[Artist]:
    """Return the artists changed since they were last drawn, and those lying above one of them."""
    spines = list(axes.spines.values())
    hidden = (axes.patch, axes.xaxis, axes.yaxis, *([] if axes.axison else spines))
    candidates = [
        artist
        for artist in axes.get_children()
        if artist not in hidden and not (isinstance(artist, Text) and not artist.get_text())
    ]
    touched = [
        artist
        for artist in candidates
        if artist.get_animated() or (artist.stale and artist not in spines)
    ]
    if not touched:
        return []
    lowest = min(artist.zorder for artist in touched)
    above = [artist for artist in candidates if artist.zorder > lowest]
    return touched + [artist for artist in above if artist not in touched]


class Explorer:
    """Controls above, picture below; made by ``explore``.

    Attributes
    ----------
    values : dict
        The present value of each control.
    scene : Scene
        Its ``pixels`` and ``alt`` are what is shown.
    errors : list of str
        What went wrong inside ``update``; also shown beside the controls.
    frames : int
        How many pictures have been drawn.
    """

    def __init__(
        self,
        draw: Callable[..., Update],
        size: tuple[float, float],
        controls: dict[str, Any],
        identity: str = "",
    ):
        self.identity = identity or _identity(draw, controls)
        for earlier in [explorer for explorer in explorers if explorer.identity == self.identity]:
            earlier.close()  # the cell has been run before
        self.controls = {
            name: control(name, spec, self.identity) for name, spec in controls.items()
        }
        self.buttons: dict[str, Any] = {}
        # JupyterLab sends what is touched to a thread of its own in the kernel (a subshell), while
        # a cell, or another figure that plays, runs in the next.
        self._lock = threading.RLock()
        # Its height is reserved: the picture below must not jump when there is something to say.
        room = {"height": "2em", "margin": "0 0 0 9.5em"}
        self.message = make_widget(widgets.HTML, self.identity, "message", layout=room)
        self.message.add_class(MESSAGE_CLASS)
        parts = self._arrange()
        self.box = make_widget(widgets.VBox, self.identity, "box", layout={}, children=parts)
        self.errors: list[str] = []
        self.frames = 0
        self._handle: Any = None
        try:
            self.scene = Scene(draw, size, self.values)
        except Exception:
            self.close()
            raise
        self._shown = self.values
        for widget in self.controls.values():
            widget.observe(self._moved, "value")
        explorers.append(self)

    def _arrange(self) -> list[Any]:
        """Return what stands in the box, from top to bottom."""
        return [*self.controls.values(), self.message]

    @property
    def values(self) -> dict[str, Any]:
        return {name: widget.value for name, widget in self.controls.items()}

    def set(self, **values: Any) -> None:
        """Move controls from code, as a hand would."""
        for name, value in values.items():
            if name not in self.controls:
                raise ValueError(f"unknown control {name!r}; there are {', '.join(self.controls)}.")
            self.controls[name].value = value

    @property
    def driven(self) -> list[Any]:
        """The widgets that ``drive`` touches."""
        return [*self.controls.values(), *self.buttons.values()]

    def close(self) -> None:
        """Take the controls away."""
        for widget in family(self.box):
            for part in (widget, widget.layout, getattr(widget, "style", None)):
                if part is not None:
                    part.close()
        if self in explorers:
            explorers.remove(self)

    def drive_buttons(self) -> list[str]:
        """Press what can be pressed; return the faults. A plain explorer has no buttons."""
        return []

    def _moved(self, change: Any = None) -> None:
        with self._lock:
            values = self.values
            if values != self._shown:
                before, self._shown = self._shown, values
                self._attempt(lambda: self._follow(before, values))

    def _follow(self, before: dict[str, Any], values: dict[str, Any]) -> None:
        """Do what a move of the controls asks for before the picture is drawn: here, nothing."""

    def _attempt(self, action: Callable[[], Any]) -> None:
        """Do ``action`` and draw; an error is shown beside the controls and kept."""
        with self._lock:
            try:
                action()
                self.scene.show(self.values)
            except Exception as error:
                self._report(error)
            else:
                self.message.value = ""
                self.frames += 1
                self._send()

    def _send(self) -> None:
        """Put the present picture in the place of the last, where there is a page."""
        if self._handle is not None:
            self._handle.update(self._bundle(moving=True), raw=True)

    def _report(self, error: Exception) -> None:
        where = traceback.extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__}: {error}"
        self.errors.append(f"{text} (in {where.name}, line {where.lineno}, at {self.values})")
        self.message.value = f"<b>This setting fails.</b> {html.escape(text)}"

    def _bundle(self, moving: bool = False) -> dict[str, str]:
        png = encode(self.scene.pixels, moving)
        return bundle(png, shown_size(self.scene.figure), self.scene.alt)

    def _ipython_display_(self) -> None:
        # What is read where no widget can be shown, as in a notebook that is not trusted yet.
        view = {**self.box._repr_mimebundle_(), "text/plain": STATIC_NOTE}
        display(view, raw=True)
        self._handle = display(self._bundle(), raw=True, display_id=True)


def explore(
    draw: Callable[..., Update], size: tuple[float, float] = SIZE, **controls: Any
) -> Explorer:
    """Show a figure with controls.

    Parameters
    ----------
    draw : function
        ``draw(figure)`` builds the picture and returns ``update``; ``update(**values)`` moves it
        and returns the alt text. Make all artists, titles too, in ``draw``: only there do they get
        the course's style.
    size : (width, height) in inches, default (5, 3.2)
    **controls
        One a parameter of ``update``: ``(lowest, highest, step)`` or ``(lowest, highest, step,
        start)`` for a slider (of whole numbers when all are), a list of options, ``True`` or
        ``False`` for a check box.

    Returns
    -------
    Explorer
        As the last line of a cell it shows itself.
    """
    if not controls:
        raise ValueError(
            "explore needs at least one control, such as rate=(0.0, 1.0, 0.1); "
            "for none use picture."
        )
    return Explorer(draw, size, controls)


def _identity(draw: Callable[..., Update], controls: dict[str, Any]) -> str:
    """Return a name that is the same whenever this cell runs."""
    return f"{draw.__module__}.{draw.__qualname__}{controls!r}"


def make_widget(
    kind: Any, identity: str, name: str, layout: dict[str, Any], **settings: Any
) -> Any:
    """Make a widget whose ids do not change from run to run.

    JupyterLab keeps the widgets of a stored notebook apart from its outputs and joins them by id.
    With random ids, a notebook that was run and saved opens with "model not found".
    """

    def model_id(part: str) -> str:
        return hashlib.sha256(f"{identity} {name} {part}".encode()).hexdigest()[:32]

    if "style" in kind.class_traits():
        style_kind = kind.class_traits()["style"].klass
        settings["style"] = style_kind(model_id=model_id("style"), **settings.get("style", {}))
    settings["layout"] = widgets.Layout(model_id=model_id("layout"), **layout)
    return kind(model_id=model_id("widget"), **settings)


def control(name: str, spec: Any, identity: str = "") -> Any:
    """Return the widget for one parameter of ``explore``, labelled with its name.

    ``spec`` is a short form or, for a look of its own, a function (name, identity) -> widget.
    """
    if callable(spec):
        return spec(name, identity)
    look = {"description": name.replace("_", " "), "style": {"description_width": "9em"}}
    wide = {"width": "30em", "max_width": "100%"}
    if isinstance(spec, bool):
        return make_widget(widgets.Checkbox, identity, name, wide, value=spec, indent=True, **look)
    if isinstance(spec, list) and spec:
        narrow = {"width": "auto"}
        return make_widget(widgets.ToggleButtons, identity, name, narrow, options=spec, **look)
    numbers = isinstance(spec, tuple) and all(isinstance(v, int | float) for v in spec)
    if numbers and len(spec) in (3, 4):
        kind, settings = _slider(name, spec)
        return make_widget(kind, identity, name, wide, **settings, **look)
    raise ValueError(
        f"control {name!r} must be (lowest, highest, step) or (lowest, highest, step, start), "
        f"a list of options, True or False; got {spec!r}."
    )


def _slider(name: str, spec: tuple[float, ...]) -> tuple[Any, dict[str, Any]]:
    """Return the kind of slider and its settings."""
    low, high, step = spec[:3]
    sound = low < high and step > 0
    middle = low + step * round((high - low) / (2 * step)) if sound else low
    start = spec[3] if len(spec) == 4 else middle
    if not sound or not low <= start <= high:
        raise ValueError(
            f"control {name!r} needs lowest < highest, step > 0 and start between; got {spec}."
        )
    settings = {"value": start, "min": low, "max": high, "step": step}
    if all(isinstance(v, int) for v in spec):
        return widgets.IntSlider, settings
    digits = max(0, math.ceil(-math.log10(step) - 1e-9))
    return widgets.FloatSlider, {**settings, "readout_format": f".{digits}f"}


def drive_all() -> list[str]:
    """Move every control of every explorer to its ends and options; return a sentence a fault."""
    faults = []
    for number, explorer in enumerate(explorers, start=1):
        faults += [f"explorer {number}, {fault}" for fault in drive(explorer)]
    return faults + _strangers()


def drive(explorer: Explorer) -> list[str]:
    """Move every control of one explorer to its ends and options and back; return the faults."""
    faults = [f"failed before it was driven: {error}" for error in explorer.errors]
    explorer.errors.clear()
    start = explorer.values
    for name, widget in explorer.controls.items():
        seen = {explorer.scene.pixels.tobytes()}  # an angle looks the same at both its ends
        for position in positions(widget):
            explorer.set(**{name: position})
            seen.add(explorer.scene.pixels.tobytes())
        if len(seen) < 2 and not explorer.errors:
            faults.append(f"control {name!r}: the picture stays the same from end to end")
        faults += [f"control {name!r}: {error}" for error in explorer.errors]
        explorer.errors.clear()
        explorer.set(**{name: start[name]})
    return faults + explorer.drive_buttons()


def family(widget: Any) -> list[Any]:
    """Return the widget and all that stand inside it."""
    inside = [member for child in getattr(widget, "children", ()) for member in family(child)]
    return [widget, *inside]


def positions(widget: Any) -> list[Any]:
    """Return the values to try: both ends of a slider, all options of a choice, on and off."""
    if hasattr(widget, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in widget.options]
    if hasattr(widget, "min") and hasattr(widget, "max"):
        return [widget.min, widget.max]
    return [not widget.value, widget.value]


def _strangers() -> list[str]:
    """Name the controls alive in the kernel that belong to no explorer: nobody has driven them."""
    ours = {widget.model_id for explorer in explorers for widget in explorer.driven}
    kinds = (widgets.ValueWidget, widgets.Button)
    texts = (widgets.HTML, widgets.HTMLMath, widgets.Label)
    passive = (*texts, widgets.Output, widgets.IntProgress, widgets.Image)
    return [
        f"{type(widget).__name__} {getattr(widget, 'description', '')!r} belongs to no explorer"
        for widget in list(widget_module._instances.values())
        if isinstance(widget, kinds)
        and not isinstance(widget, passive)
        and widget.model_id not in ours
    ]
