"""The playground: a network that trains before your eyes, with a control for all that decides it.

The run itself is ``playground_session``, its picture ``playground_picture``, a setting and its
text ``playground_settings``. Here are the controls, and what moves when one of them is touched.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from nnlib.show import playground_picture
from nnlib.show.explore import Update, make_widget
from nnlib.show.player import WORK_SECONDS, Player
from nnlib.show.playground_data import own_arrays
from nnlib.show.playground_session import Session
from nnlib.show.playground_settings import (
    ACTIVATIONS,
    COUNTS,
    DATA,
    FEATURES,
    INITS,
    LOSSES,
    MOST_LAYERS,
    NUMBERS,
    OPTIMIZERS,
    PENALTIES,
    SCHEDULES,
    WIDTHS,
    Settings,
    parse,
)

SPEEDS = {"1 epoch a picture": 1, "5 epochs": 5, "as many as fit": None}
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
STRENGTHS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 2000)
POINTS = (50, 100, 200, 300, 400, 600, 1000, 2000)
LABEL = "6em"

Make = Callable[[str, str], Any]


class Stage:
    """What ``Player`` plays: a session, and the picture of it."""

    def __init__(self, settings: Settings, own: Any) -> None:
        self.session = Session(settings, own)

    def draw(self, figure: Any) -> Update:
        return playground_picture.draw(figure, lambda: self.session)

    def reset(self, **values: Any) -> None:
        self.session.reset()

    def advance(self, **values: Any) -> bool:
        return self.session.epoch(WORK_SECONDS)

    def change(self, before: Any, **values: Any) -> None:
        self.session.change(settings_of(values))

    def forget(self) -> None:
        self.session.forget()


def settings_of(values: dict[str, Any]) -> Settings:
    """Return the setting that the values of the controls stand for."""
    rest = {name: v for name, v in values.items() if name not in (*FEATURES, "speed")}
    return Settings(**rest, features=tuple(name for name in FEATURES if values[name]))


def _look(name: str) -> dict[str, Any]:
    return {"description": name, "style": {"description_width": LABEL}}


def _toggles(options: Any, start: Any) -> Make:
    """Buttons of which one is down; their name stands before them, in a row of its own."""

    def make(name: str, identity: str) -> Any:
        look = {"width": "auto", "flex": "1 1 0%", "min_width": "0"}
        return make_widget(
            widgets.ToggleButtons,
            identity,
            name,
            look,
            options=options,
            value=start,
            style={"button_width": "auto"},
        )

    return make


def _steps(options: Any, start: Any, words: Callable[[Any], str] = str) -> Make:
    """A slider over given values."""

    def make(name: str, identity: str) -> Any:
        pairs = [(words(value), value) for value in sorted({*options, start})]
        return make_widget(
            widgets.SelectionSlider, identity, name, WIDE, options=pairs, value=start, **_look(name)
        )

    return make


def _slide(kind: Any, low: float, high: float, step: float, start: float) -> Make:
    def make(name: str, identity: str) -> Any:
        numbers = {"min": low, "max": high, "step": step, "value": start}
        return make_widget(kind, identity, name, WIDE, **numbers, **_look(name))

    return make


def _switch(start: bool, label: str, tooltip: str) -> Make:
    def make(name: str, identity: str) -> Any:
        words = {"description": label, "tooltip": tooltip}
        return make_widget(
            widgets.ToggleButton, identity, name, {"width": "auto"}, value=start, **words
        )

    return make


WIDE = {"width": "auto", "flex": "1 1 0%", "margin": "2px 8px 2px 2px"}
SLIDERS = (widgets.SelectionSlider, widgets.FloatSlider, widgets.IntSlider)


def _rate(value: float) -> str:
    return f"{value:g}"


def _controls(s: Settings, own: bool) -> dict[str, Make]:
    """Return how each control is made, in the order of the setting."""
    real, whole = widgets.FloatSlider, widgets.IntSlider
    features = {
        name: _switch(
            name in s.features, name.replace("^2", "²").replace("*", "·"), f"Input {name}"
        )
        for name in FEATURES
    }
    return {
        "data": _toggles((*DATA, "own") if own else DATA, s.data),
        "points": _steps(POINTS, s.points),
        "noise": _slide(real, *NUMBERS["noise"], 0.01, s.noise),
        "test": _slide(real, *NUMBERS["test"], 0.05, s.test),
        **features,
        "activation": _toggles(tuple(ACTIVATIONS), s.activation),
        "loss": _toggles(tuple(LOSSES), s.loss),
        "optimizer": _toggles(tuple(OPTIMIZERS), s.optimizer),
        "rate": _steps(RATES, s.rate, _rate),
        "schedule": _toggles(SCHEDULES, s.schedule),
        "penalty": _toggles(tuple(PENALTIES), s.penalty),
        "strength": _steps(STRENGTHS, s.strength, _rate),
        "dropout": _slide(real, *NUMBERS["dropout"], 0.05, s.dropout),
        "batchnorm": _switch(s.batchnorm, "batch norm", "A BatchNorm layer before each activation"),
        "batch": _steps(BATCHES, s.batch, lambda n: "all" if n == BATCHES[-1] else str(n)),
        "init": _toggles([(name.replace("_normal", " n."), name) for name in INITS], s.init),
        "seed": _slide(whole, *COUNTS["seed"], 1, s.seed),
        "speed": _toggles(tuple(SPEEDS), next(iter(SPEEDS))),
    }


LEFT = ("data", "points", "noise", "test", "inputs", "layers", "units", "init", "seed")
RIGHT = ("activation", "optimizer", "rate", "schedule", "loss", "penalty", "dropout", "batch")


class Playground(Player):
    """Controls, buttons and the picture of a run; made by ``playground``.

    ``session`` is the run: its ``net``, ``curves``, ``settings``. ``setting`` is the short text,
    ``restore(text)`` goes back to one, ``code()`` returns the nnlib program.
    """

    model: Stage  # pyrefly: ignore[bad-override-mutable-attribute]  # it keeps the one it has

    def __init__(self, settings: Settings, own: Any = None) -> None:
        self._hidden = settings.hidden
        self._busy = False
        controls = _controls(settings, own is not None)
        name = f"{settings} own" if own is not None else str(settings)
        super().__init__(
            Stage(settings, own),
            playground_picture.SIZE,
            controls,
            actions={"Epoch": self.epoch},
            identity=f"playground {name}",
        )
        self._sync()

    @property
    def session(self) -> Session:
        return self.model.session

    @property
    def setting(self) -> str:
        """The present setting as a short text."""
        return str(self.session.settings)

    @property
    def values(self) -> dict[str, Any]:
        return {**super().values, "hidden": self._hidden}

    def code(self) -> str:
        """Return the nnlib program that does the same as this run so far."""
        return self.session.code()

    def restore(self, text: str) -> None:
        """Take all controls to a setting. ValueError for a text that is none; nothing changes."""
        settings = parse(text)
        if settings.data == "own" and self.session.own is None:
            raise ValueError("data=own needs arrays: show.playground(x=..., y=...).")
        self._take(settings)

    def step(self) -> None:
        """One update of the weights."""
        with self._lock:
            self.pause()
            self._attempt(self.session.step)

    def epoch(self) -> None:
        """To the end of the epoch."""
        self.pause()
        self.session.epoch()

    def _advance(self) -> bool:
        self.steps_per_frame = SPEEDS[self.controls["speed"].value]
        return super()._advance()

    def _attempt(self, action: Callable[[], Any]) -> None:
        with self._lock:
            super()._attempt(action)
            self._sync()

    def _moved(self, change: Any = None) -> None:
        with self._lock:
            if self._busy:
                return
            if not any(self.controls[name].value for name in FEATURES):
                change["owner"].value = True  # the last input stays: no network has none
                return
            super()._moved(change)

    def _take(self, settings: Settings) -> None:
        """Move all controls to ``settings`` at once."""
        with self._lock:
            self._busy = True
            try:
                for name, widget in self.controls.items():
                    if name in FEATURES:
                        widget.value = name in settings.features
                    elif name != "speed":
                        _move(widget, getattr(settings, name))
                self._hidden = settings.hidden
            finally:
                self._busy = False
            self._moved()

    def _resize(self, hidden: tuple[int, ...]) -> None:
        with self._lock:
            self._hidden = hidden
            self._moved()

    def _layer(self, more: bool) -> None:
        h = self._hidden
        if more and len(h) < MOST_LAYERS:
            self._resize((*h, h[-1] if h else 4))
        elif h and not more:
            self._resize(h[:-1])

    def _unit(self, i: int, more: bool) -> None:
        h = list(self._hidden)
        if i >= len(h):
            return
        wider = [w for w in WIDTHS if w > h[i]]
        narrower = [w for w in WIDTHS if w < h[i]]
        if wider if more else narrower:
            h[i] = wider[0] if more else narrower[-1]
            self._resize(tuple(h))

    def _sync(self) -> None:
        """Bring labels, setting text and code up to what the session is."""
        if not hasattr(self, "scene"):
            return
        hidden = self._hidden
        for i, words in enumerate(self._widths):
            words.value = f"{hidden[i]}" if i < len(hidden) else "–"
            for more, sign in ((False, "−"), (True, "+")):
                end = WIDTHS[-1] if more else WIDTHS[0]
                off = i >= len(hidden) or hidden[i] == end
                self.buttons[f"{sign} units {i + 1}"].disabled = off
        self.buttons["+ layer"].disabled = len(hidden) == MOST_LAYERS
        self.buttons["− layer"].disabled = not hidden
        self._busy = True
        self._text.value = self.setting
        self._busy = False
        if not self.playing:
            self._code.value = _listing(self.code())

    def _typed(self, change: Any) -> None:
        with self._lock:
            self._read(change)

    def _read(self, change: Any) -> None:
        if self._busy:
            return
        self.message.value = ""
        try:
            self.restore(change["new"])
        except (ValueError, TypeError) as error:
            self.pause()  # the next frame would wipe away both the text and what is wrong with it
            self.message.value = f"<b>No setting.</b> {html.escape(str(error))}"
        else:
            self._sync()  # the text in its own wording, also where nothing else has changed

    @property
    def driven(self) -> list[Any]:
        return [*super().driven, self._text]

    def drive_buttons(self) -> list[str]:
        faults, before = super().drive_buttons(), self.setting
        for text in ("data=blobs hidden=3", before):
            self._text.value = text
            if self.setting != text or self.errors:
                faults.append(f"setting {text!r} typed: not taken {self.errors}")
        return faults

    def _undo(self, values: dict[str, Any]) -> None:
        self._resize(values["hidden"])

    def _arrange(self) -> list[Any]:
        transport = self._transport()  # first, so that it is driven first
        columns = [self._stack("left", LEFT), self._stack("right", RIGHT)]
        self._text = make_widget(
            widgets.Text,
            self.identity,
            "setting",
            {"width": "98%"},
            continuous_update=False,
            tooltip="Copy it to keep the setting; paste another and press Enter",
            **_look("setting"),
        )
        self._text.observe(self._typed, "value")
        self._code = make_widget(widgets.HTML, self.identity, "code", {"margin": "0 0 0 6em"})
        self.controls["penalty"].layout.flex = "0 0 auto"
        both = make_widget(widgets.HBox, self.identity, "columns", {}, children=columns)
        bottom = self._row("run", [transport, self.controls["speed"]], labelled=False)
        transport.layout.margin, self.message.layout.margin = "0", "0 0 0 6em"
        return [both, self._text, self._code, bottom, self.message]

    def _stack(self, name: str, rows: tuple[str, ...]) -> Any:
        """Return a column of rows; what is no control is a row of several widgets."""
        several: dict[str, Callable[[], list[Any]]] = {
            "inputs": lambda: [self.controls[feature] for feature in FEATURES],
            "layers": self._layer_buttons,
            "units": self._unit_buttons,
            "penalty": lambda: [self.controls["penalty"], self.controls["strength"]],
            "dropout": lambda: [self.controls["dropout"], self.controls["batchnorm"]],
        }
        children = []
        for row in rows:
            found = several[row]() if row in several else [self.controls[row]]
            labelled = row == "dropout" or isinstance(found[0], SLIDERS)
            children.append(self._row(row, found, labelled))
        look = {"width": "50%", "overflow": "visible"}
        return make_widget(widgets.VBox, self.identity, f"stack {name}", look, children=children)

    def _row(self, row: str, children: list[Any], labelled: bool = True) -> Any:
        """Return widgets in a row, after its name where they do not bear it themselves."""
        if not labelled:
            look = {"width": LABEL, "min_width": LABEL, "justify_content": "flex-end"}
            name = make_widget(widgets.Label, self.identity, f"head {row}", look, value=row)
            children = [name, *children]
        return make_widget(widgets.HBox, self.identity, f"row {row}", {}, children=children)

    def _layer_buttons(self) -> list[Any]:
        for sign, more in (("−", False), ("+", True)):
            self.buttons[f"{sign} layer"] = self.button(
                f"{sign} layer",
                f"{'One more' if more else 'One less'} hidden layer",
                partial(self._layer, more),
            )
        return [self.buttons["− layer"], self.buttons["+ layer"]]

    def _unit_buttons(self) -> list[Any]:
        self._widths, children = [], []
        for i in range(MOST_LAYERS):
            narrow = {"width": "2em", "justify_content": "center"}
            words = make_widget(widgets.Label, self.identity, f"width {i}", narrow)
            self._widths.append(words)
            for sign, more in (("−", False), ("+", True)):
                tooltip = f"Layer {i + 1}: {'more' if more else 'fewer'} units"
                self.buttons[f"{sign} units {i + 1}"] = self.button(
                    sign, tooltip, partial(self._unit, i, more), "2.7em"
                )
            children += [self.buttons[f"− units {i + 1}"], words, self.buttons[f"+ units {i + 1}"]]
        return children


def _move(widget: Any, value: Any) -> None:
    """Set a control; a slider over given values learns a new one."""
    if isinstance(widget, widgets.SelectionSlider):
        known = {v: words for words, v in widget.options}
        if value not in known:
            known[value] = f"{value:g}"
            widget.options = [(known[v], v) for v in sorted(known)]
    widget.value = value


def _listing(code: str) -> str:
    style = "margin:0;padding:6px;font-size:11px;line-height:1.35;user-select:text"
    return (
        "<details><summary>nnlib code of this run, to copy</summary>"
        f'<pre style="{style}">{html.escape(code)}</pre></details>'
    )


def playground(setting: str = "", x: Any = None, y: Any = None) -> Playground:
    """Show the playground: build a network with buttons and watch it train.

    Parameters
    ----------
    setting : str, optional
        A short text such as ``"data=circles hidden=4 rate=0.03"``, as the playground shows it.
    x, y : arrays (n, 2) and (n,) of 0 and 1, optional
        Data of your own; chosen when ``setting`` names none.

    Returns
    -------
    Playground
        As the last line of a cell it shows itself. ``.setting`` is its text, ``.restore(text)``
        goes back to one, ``.code()`` returns the equivalent nnlib program, ``.session.net`` is the
        network.
    """
    if (x is None) != (y is None):
        raise ValueError("playground needs x and y together: x (n, 2) and y (n,) of 0 and 1.")
    own = None if x is None else own_arrays(x, y)
    settings = parse(setting)
    if own is not None and "data=" not in setting:
        settings = settings.changed(data="own")
    if settings.data == "own" and own is None:
        raise ValueError("data=own needs arrays: show.playground(x=..., y=...).")
    return Playground(settings, own)
