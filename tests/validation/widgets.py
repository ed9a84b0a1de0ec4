"""The stored state of widgets in its one form: numbered in reading order, nothing random.

ipywidgets gives every model a random id, so a plain re-execution changes hundreds of lines.
``canonical`` gives the first widget on the page the number 1, what it refers to the next numbers,
and so on. Two runs of the same notebook then have equal states.
"""

from __future__ import annotations

import json
import re
from typing import Any

from nbformat import NotebookNode

from tests.validation.outputs import WIDGET_VIEW

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
_REFERENCE = re.compile(r"IPY_MODEL_(\w+)")

State = dict[str, dict[str, Any]]


def views(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return the widget views among the outputs, in reading order."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    data = [output["data"] for output in outputs if "data" in output]
    return [bundle[WIDGET_VIEW] for bundle in data if WIDGET_VIEW in bundle]


def state(notebook: NotebookNode) -> State:
    """Return the stored models by id; empty when the notebook stores none."""
    return notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})


def _reading_order(notebook: NotebookNode) -> dict[str, str]:
    """Map each model that a view shows, directly or through others, to its number."""
    models, numbers = state(notebook), {}

    def number(model_id: str) -> None:
        if model_id in models and model_id not in numbers:
            numbers[model_id] = f"{len(numbers) + 1:032x}"
            for reference in _REFERENCE.findall(json.dumps(models[model_id], sort_keys=True)):
                number(reference)

    for view in views(notebook):
        number(view["model_id"])
    return numbers


def _at_rest(model: dict[str, Any]) -> None:
    """Bring a model to what is stored: controls disabled, no properties that are not set.

    Without a kernel a slider that looks alive would move beside a picture that stands still, so it
    is greyed, and the message below it says why.
    """
    # Here, because a fault in nnlib.show is to fail tests, not to keep pytest from starting.
    from nnlib.show.explore import MESSAGE_CLASS, STATIC_NOTE

    values = model["state"]
    if "disabled" in values:
        values["disabled"] = True
    if MESSAGE_CLASS in values.get("_dom_classes", []) and not values["value"]:
        values["value"] = STATIC_NOTE
    if model["model_name"] == "LayoutModel":  # every property of a layout is null unless set
        model["state"] = {key: value for key, value in values.items() if value is not None}


def canonical(notebook: NotebookNode) -> None:
    """Bring views and models of ``notebook`` to the one form, in place; drop models never shown."""
    numbers, models = _reading_order(notebook), state(notebook)
    for view in views(notebook):
        view["model_id"] = numbers.get(view["model_id"], view["model_id"])
    kept = {number: models[model_id] for model_id, number in numbers.items()}
    for model in kept.values():
        _at_rest(model)
    text = json.dumps(kept)
    renamed = _REFERENCE.sub(lambda found: f"IPY_MODEL_{numbers.get(found[1], found[1])}", text)
    if kept:
        content = {"state": json.loads(renamed), "version_major": 2, "version_minor": 0}
        notebook.metadata["widgets"] = {WIDGET_STATE: content}
    else:
        notebook.metadata.pop("widgets", None)


def _model_differences(number: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    name = f"{new['model_name']} (number {int(number, 16)} on the page)"
    if old["model_name"] != new["model_name"]:
        return [f"widget state: {old['model_name']} is stored where the run gives {name}"]
    before, now = old["state"], new["state"]
    found = [
        f"widget state of {name}: {key} is stored as {before.get(key)!r}, "
        f"the run gives {now.get(key)!r}"
        for key in sorted(before.keys() | now.keys())
        if before.get(key) != now.get(key)
    ]
    if old.get("buffers") != new.get("buffers"):
        found.append(f"widget state of {name}: its binary data differ")
    return found


def differences(stored: NotebookNode, fresh: NotebookNode) -> list[str]:
    """Compare the widgets of two canonical notebooks; return one sentence a difference."""
    old, new = state(stored), state(fresh)
    if len(old) != len(new):
        return [f"widget state: {len(old)} models are stored, the run gives {len(new)}"]
    shared = sorted(old.keys() & new.keys())
    found = [
        why for number in shared for why in _model_differences(number, old[number], new[number])
    ]
    if views(stored) != views(fresh):
        found.append("a widget on the page is not the one whose state is stored")
    return found
