"""Moves the controls of a notebook as a person does, with keys or the mouse, and finds fault.

A control is all right if its picture changes, keeps its size and its words, is there in every
frame, and neither it nor the page moves by a pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lab import Notebook

CHANGE_MILLISECONDS = 10_000
# A select (Dropdown) fails: JupyterLab 4.6 takes the arrow keys and goes to another cell. Offer
# toggle buttons instead.
# What may be typed into a text is known to its own test alone.
PRESS = {"toggle": ["Space"], "checkbox": ["Space"], "select": ["ArrowDown", "ArrowUp"], "text": []}

Control = dict[str, Any]


def faults(notebook: Notebook) -> list[str]:
    """Move every control of ``notebook``, cell by cell, with keys, then with the mouse; return a
    sentence a fault."""
    notebook.resend()
    cells = dict.fromkeys(control["cell"] for control in notebook.controls())
    return [fault for cell in cells for fault in _faults_in_cell(notebook, cell)]


def _faults_in_cell(notebook: Notebook, cell: int) -> Iterator[str]:
    """Those of one cell, which is brought into view once: that costs as much as three moves."""
    controls = _in_cell(notebook, cell)
    names = {c["id"]: f"cell {cell}, {c['kind']} {c['label']!r}" for c in controls}
    for control in controls:
        if not control["picture"]:
            yield f"{names[control['id']]}: no picture comes after it in its cell"
        elif not control["focusable"]:
            yield f"{names[control['id']]}: the Tab key does not reach it"
    notebook.page.evaluate("id => lab.bringIntoView(id)", controls[0]["id"])
    for hand in (with_keys, with_mouse):
        for control in of_each_row(_in_cell(notebook, cell), both=hand is with_keys):
            if control["picture"] and is_alive(notebook, control):
                yield from (f"{names[control['id']]}, {what}" for what in hand(notebook, control))


def _in_cell(notebook: Notebook, cell: int) -> list[Control]:
    """The controls of a cell as they stand now, in the order in which they are moved."""
    return sorted((c for c in notebook.controls() if c["cell"] == cell), key=rank)


def is_alive(notebook: Notebook, control: Control) -> bool:
    """Not grey as things stand now, like the button for a unit fewer where there is one."""
    return notebook.page.evaluate("id => lab.isAlive(id)", control["id"])


def rank(control: Control) -> tuple[bool, bool]:
    """Buttons last (a Reset shows nothing before something was moved), and of toggles
    those that are down after the others (pressing the one that is chosen does nothing)."""
    return control["kind"] in ("play", "button"), control["down"]


def of_each_row(controls: list[Control], both: bool) -> list[Control]:
    """All controls, but of toggles of which one is chosen only the first, or ``both`` the first and
    the last, which is the one that was down: so the row is left as it was found. (That every toggle
    changes the picture is what ``drive_all`` finds in the kernel, for every notebook.)"""
    rows: dict[tuple[int, int], list[Control]] = {}
    for control in controls:
        if control["kind"] == "toggle":
            rows.setdefault((control["cell"], control["row"]), []).append(control)
    choices = [row for row in rows.values() if sum(control["down"] for control in row) == 1]
    left_out = [control for row in choices for control in (row[1:-1] if both else row[1:])]
    return [control for control in controls if control not in left_out]


def with_keys(notebook: Notebook, control: Control) -> Iterator[str]:
    """Focus the control and press the keys that are its own."""
    keyboard, kind = notebook.page.keyboard, control["kind"]
    if kind == "unknown":
        yield "no test knows how to move it: add it to page.js and hands.py"
        return
    where(notebook, control).focus()
    keys = [slider_key(notebook, control)] if kind == "slider" else PRESS.get(kind, ["Enter"])
    for key in keys:
        yield from watched(notebook, control, key, lambda key=key: keyboard.press(key))
    if kind == "play":
        keyboard.press("Enter")
        notebook.page.evaluate("id => lab.settled(id)", control["id"])


def with_mouse(notebook: Notebook, control: Control) -> Iterator[str]:
    """Drag a slider's handle to the far end and back; click anything else (selects excepted: the
    list they open is drawn by the system, not by the page)."""
    if control["kind"] == "slider":
        mouse = notebook.page.mouse
        (x, y), left, right = drag_path(notebook, control)
        far = right if x < (left + right) / 2 else left

        def drag() -> None:
            mouse.move(x, y)
            mouse.down()
            mouse.move(far, y)

        def back() -> None:
            mouse.move(x, y)
            mouse.up()

        yield from watched(notebook, control, "drag", drag)
        yield from watched(notebook, control, "drag back", back)
    elif control["kind"] in ("toggle", "checkbox", "button", "play"):
        press = where(notebook, control).click
        yield from watched(notebook, control, "click", press)
        if control["kind"] == "play":
            press()
            notebook.page.evaluate("id => lab.settled(id)", control["id"])


def slider_key(notebook: Notebook, control: Control) -> str:
    """One step up, or down from the high end. (That every control changes its picture at both ends
    is what ``drive_all`` finds in the kernel.)"""
    is_high = notebook.page.evaluate("id => lab.isAtHighEnd(id)", control["id"])
    return "ArrowLeft" if is_high else "ArrowRight"


def drag_path(notebook: Notebook, control: Control) -> tuple[tuple[float, float], float, float]:
    """Middle of a slider's handle, left and right end of its track, in page pixels."""
    handle = where(notebook, control).bounding_box()
    track = notebook.page.evaluate("id => lab.track(id)", control["id"])
    middle = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    return middle, track["x"], track["x"] + track["width"]


def watched(
    notebook: Notebook, control: Control, action: str, act: Callable[[], None]
) -> Iterator[str]:
    """Do ``act`` while every frame is looked at; yield what was wrong with it."""
    page, id_ = notebook.page, control["id"]
    page.evaluate("id => lab.watch(id)", id_)
    act()
    wait = [id_, CHANGE_MILLISECONDS, control["kind"] == "play"]
    seen = page.evaluate("([id, ms, plays]) => lab.outcome(id, ms, plays)", wait)
    if not seen["changed"]:
        yield f"{action}: the picture stays the same (value now {value(notebook, control)})"
    if seen["resized"]:
        yield f"{action}: the picture's size changed"
    if seen["jump"]:
        yield f"{action}: the page jumped by {seen['jump']} px"
    if seen["blank"]:
        yield f"{action}: no picture in {seen['blank']} of {seen['frames']} frames"
    if seen["wordless"]:
        yield f"{action}: the picture has no alt text"


def where(notebook: Notebook, control: Control) -> Any:
    """Playwright's locator of the control."""
    return notebook.page.locator(f'[data-control="{control["id"]}"]')


def value(notebook: Notebook, control: Control) -> str:
    """The control's value as the page holds it."""
    return notebook.page.evaluate("id => lab.valueOf(id)", control["id"])
