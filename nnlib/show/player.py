"""Live figures that advance in time: Play, Step and Reset beside the controls of ``explore``.

A model knows what happens in one step and how to draw where it stands; it has no widgets and is
tested without a browser. ``play(model, rate=(0.01, 1.0, 0.01))`` adds controls and buttons. While
it plays, it draws at most 15 pictures a second and rests between them, so that the kernel hears
the buttons: Pause answers at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import ipywidgets as widgets
from PIL import Image

from nnlib._checks import Array
from nnlib.show.explore import Explorer, Update, make_widget
from nnlib.show.picture import bundle, shown_size
from nnlib.show.style import SIZE

FRAME_SECONDS = 1 / 15  # between two pictures, at least
WORK_SECONDS = 0.04  # of steps in a frame, where a frame takes as many as fit
REST_SECONDS = 0.012  # after each frame, at least: here the kernel hears the buttons
PLAY_CLASS = "nnlib-play"

PLAY, PAUSE = "Play", "Pause"
TOOLTIPS = {
    PLAY: "Run on by itself, until you press Pause",
    PAUSE: "Stop here; Play goes on",
    "Step": "One step",
    "Reset": "Back to the start: the same start every time",
}


class Model(Protocol):
    """What ``play`` can play.

    draw(figure)
        Builds the picture; returns ``update(**values) -> alt text``, as for ``explore``.
    reset(**values)
        Goes to the start, the same one every time. Called once before ``draw``, too.
    advance(**values)
        Takes one step. True says that there is nothing left to do: playing stops.

    ``values`` are those of the controls, by name. A model may also have ``change(before,
    **values)``, called when a control has been moved, with the values before; without it a moved
    control leads back to the start. And ``forget()``, which drops what it keeps of earlier runs;
    it gets a button.
    """

    def draw(self, figure: Any) -> Update: ...

    # Methods of any signature: each model names its own values.
    @property
    def reset(self) -> Callable[..., None]: ...

    @property
    def advance(self) -> Callable[..., bool | None]: ...


class Player(Explorer):
    """Controls, buttons and one picture; made by ``play``.

    Attributes
    ----------
    model : Model
    buttons : dict
        The buttons by their first label: "Play", "Step", "Reset" and those asked for.
    playing : bool
        Whether it runs on by itself.
    """

    def __init__(
        self,
        model: Model,
        size: tuple[float, float],
        controls: dict[str, Any],
        steps_per_frame: int | None = 1,
        actions: Mapping[str, Callable[[], Any]] | None = None,
        identity: str = "",
    ):
        self.model = model
        self.steps_per_frame = steps_per_frame
        self._actions: dict[str, Callable[[], Any]] = {
            PLAY: self._toggle,
            "Step": self.step,
            **{name: self._action(action) for name, action in (actions or {}).items()},
            "Reset": self.reset,
        }
        if hasattr(model, "forget"):
            self._actions["Forget runs"] = self.forget
        self._task: asyncio.Task[None] | None = None
        kind = type(model)
        identity = identity or f"{kind.__module__}.{kind.__qualname__}{controls!r}"
        super().__init__(self._draw, size, controls, identity)

    @property
    def playing(self) -> bool:
        return self._task is not None

    def play(self) -> None:
        """Run on until ``pause``, in the kernel's event loop. RuntimeError where none runs."""
        with self._lock:
            if self.playing:
                return
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                raise RuntimeError(
                    "Play needs the event loop of a notebook's kernel; step() works anywhere."
                ) from None
            self._task = loop.create_task(self._run())
            self._label()

    def pause(self) -> None:
        """Stop; the picture shows where. A frame that has begun is finished first."""
        with self._lock:
            task = self._task
            if task is not None:
                self._ended()
                with contextlib.suppress(RuntimeError):  # its loop has been closed
                    # The task may belong to the loop of another thread.
                    task.get_loop().call_soon_threadsafe(task.cancel)

    def step(self) -> None:
        """Take one step and draw."""
        with self._lock:
            self.pause()
            self._attempt(lambda: self.model.advance(**self.values))

    def reset(self) -> None:
        """Stop and go back to the start."""
        with self._lock:
            self.pause()
            self._attempt(lambda: self.model.reset(**self.values))

    def forget(self) -> None:
        """Drop what is kept of earlier runs."""
        self._attempt(self.model.forget)  # type: ignore[attr-defined]

    def close(self) -> None:
        """Stop and take the controls away."""
        self.pause()
        super().close()

    def _draw(self, figure: Any) -> Update:
        self.model.reset(**self.values)
        return self.model.draw(figure)

    def _arrange(self) -> list[Any]:
        return [*self.controls.values(), self._transport(), self.message]

    def _transport(self) -> Any:
        """Return the row of buttons."""
        for name, action in self._actions.items():
            self.buttons[name] = self.button(name, TOOLTIPS.get(name, name), action)
        self.buttons[PLAY].add_class(PLAY_CLASS)
        look = {"margin": "0 0 0 9.5em", "flex_flow": "row wrap"}
        children = list(self.buttons.values())
        return make_widget(widgets.HBox, self.identity, "transport", look, children=children)

    def button(
        self, label: str, tooltip: str, action: Callable[[], Any], width: str = "auto"
    ) -> Any:
        """Make a button; what ``action`` raises is shown beside the controls."""
        made = make_widget(
            widgets.Button,
            self.identity,
            f"button {label} {tooltip}",
            {"width": width, "min_width": "6em" if width == "auto" else width},
            description=label,
            tooltip=tooltip,
        )
        made.on_click(lambda _: self._press(action))
        return made

    def _press(self, action: Callable[[], Any]) -> None:
        try:
            action()
        except Exception as error:
            self._report(error)

    def _action(self, action: Callable[[], Any]) -> Callable[[], None]:
        return lambda: self._attempt(action)

    def _toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def _advance(self) -> bool:
        return bool(self.model.advance(**self.values))

    def _follow(self, before: dict[str, Any], values: dict[str, Any]) -> None:
        if hasattr(self.model, "change"):
            self.model.change(before, **values)
        else:
            self.model.reset(**values)

    async def _run(self) -> None:
        """Frame after frame, until the task is no longer the one that plays."""
        task = asyncio.current_task()
        while True:
            began = time.monotonic()
            with self._lock:
                if self._task is not task:
                    return
                n_errors = len(self.errors)
                if self._frame(began) or len(self.errors) > n_errors:
                    self._ended()
                    return
            await asyncio.sleep(max(REST_SECONDS, FRAME_SECONDS - (time.monotonic() - began)))

    def _frame(self, began: float) -> bool:
        """Take the steps of a frame and draw it; return whether there is nothing left to do."""
        done = False

        def work() -> None:
            nonlocal done
            for n in itertools.count(1):
                done = self._advance()
                if self.steps_per_frame is None:
                    enough = time.monotonic() - began > WORK_SECONDS
                else:
                    enough = n >= self.steps_per_frame
                if done or enough:
                    return

        self._attempt(work)
        return done

    def _ended(self) -> None:
        self._task = None
        self._label()
        self._send()  # the last picture again, now without loss

    def _bundle(self, moving: bool = False) -> dict[str, str]:
        """While it plays, pictures go as JPEG, which has half of the bytes of PNG."""
        if not self.playing:
            return super()._bundle(moving)
        jpeg = encode_jpeg(self.scene.pixels)
        return bundle(jpeg, shown_size(self.scene.figure), self.scene.alt, "jpeg")

    def _label(self) -> None:
        label = PAUSE if self.playing else PLAY
        self.buttons[PLAY].description, self.buttons[PLAY].tooltip = label, TOOLTIPS[label]

    def drive_buttons(self) -> list[str]:
        """Press every button: Step must move the picture, Play must start, Reset lead back."""
        faults = []
        first, start = self.scene.pixels.tobytes(), self.values
        for name, button in self.buttons.items():
            if button.disabled or (name == PLAY and not _loop_runs()):
                continue
            button.click()
            if name == PLAY:
                faults += [] if self.playing or self.errors else ["Play does not play"]
                button.click()
            if name == "Step" and self.scene.pixels.tobytes() == first and not self.errors:
                faults.append("button 'Step': the picture stays the same")
            faults += [f"button {name!r}: {error}" for error in self.errors]
            self.errors.clear()
        self._undo(start)
        if self.scene.pixels.tobytes() != first and not faults:
            faults.append("Reset does not lead back to the first picture")
        return faults

    def _undo(self, values: dict[str, Any]) -> None:
        """Take back what buttons have changed besides the run: here, nothing."""


def encode_jpeg(pixels: Array) -> bytes:
    """Return RGBA bytes (height, width, 4) as JPEG, fine enough for words in it."""
    buffer = io.BytesIO()
    image = Image.fromarray(pixels).convert("RGB")
    image.save(buffer, "jpeg", quality=88, subsampling=0)
    return buffer.getvalue()


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def play(
    model: Model,
    size: tuple[float, float] = SIZE,
    steps_per_frame: int | None = 1,
    actions: Mapping[str, Callable[[], Any]] | None = None,
    **controls: Any,
) -> Player:
    """Show a figure that advances in time, with controls and Play, Step and Reset.

    Parameters
    ----------
    model : Model
        Has ``draw(figure)``, ``reset(**values)`` and ``advance(**values)``.
    size : (width, height) in inches, default (5, 3.2)
    steps_per_frame : int or None, default 1
        Steps between two pictures; None: as many as fit into 40 ms.
    actions : dict of functions without arguments, optional
        More buttons, by label; the picture is drawn after each.
    **controls
        As for ``explore``; here there may be none.

    Returns
    -------
    Player
        As the last line of a cell it shows itself.
    """
    return Player(model, size, controls, steps_per_frame, actions)
