"""The stored state of widgets in its one form: what the page shows, at rest, in reading order.

The ids are those of the run: ``nnlib.show.explore`` gives every widget an id that is the same on
every run, so that JupyterLab finds the stored widgets again in a notebook that was run and saved.
A widget with a random id of its own shows up here as a difference between two runs.
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


def _shown(notebook: NotebookNode) -> list[str]:
    """Return the ids of the models that a view shows, directly or through others, in order."""
    models, shown = state(notebook), []

    def visit(model_id: str) -> None:
        if model_id in models and model_id not in shown:
            shown.append(model_id)
            for reference in _REFERENCE.findall(json.dumps(models[model_id], sort_keys=True)):
                visit(reference)

    for view in views(notebook):
        visit(view["model_id"])
    return shown


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
    models = state(notebook)
    kept = {model_id: models[model_id] for model_id in _shown(notebook)}
    for model in kept.values():
        _at_rest(model)
    if kept:
        content = {"state": kept, "version_major": 2, "version_minor": 0}
        notebook.metadata["widgets"] = {WIDGET_STATE: content}
    else:
        notebook.metadata.pop("widgets", None)


def _model_differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    name = f"{new['model_name']} {new['state'].get('description') or ''}".strip()
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
    if old.keys() != new.keys():
        same = len(old.keys() & new.keys())
        return [
            f"widget state: {len(old)} models are stored, the run gives {len(new)}, "
            f"and {same} of them have the same id"
        ]
    found = [why for model_id in old for why in _model_differences(old[model_id], new[model_id])]
    if views(stored) != views(fresh):
        found.append("a widget on the page is not the one whose state is stored")
    return found
