"""Two lists of notebook outputs compared: number, order and kind, text to the letter, pictures."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.validation import pictures

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

# ipykernel names a cell after a temporary file with its process in the path.
_CELL_PATH = re.compile(r"[^\s\"'(]*ipykernel_\d+[/\\]\d+\.py")

Output = Mapping[str, Any]


def texts(messages: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    """Return what the messages of a kernel bring to the stream ``name``."""
    return [m["content"]["text"] for m in messages if m["content"].get("name") == name]


def settle(outputs: Sequence[Output]) -> list[Any]:
    """Return a copy as notebooks store it, without what depends on the run.

    Neighbouring texts on the same stream become one (a kernel sends them in pieces), and the
    temporary paths of cells become ``<cell>``.
    """
    settled: list[Any] = []
    for output in copy.deepcopy(list(outputs)):
        if output["output_type"] != "stream":
            settled.append(output)
        elif settled and settled[-1].get("name") == output["name"]:
            settled[-1]["text"] += output["text"]
        else:
            settled.append(output)
    for output in settled:
        if output["output_type"] == "stream":
            output["text"] = _CELL_PATH.sub("<cell>", output["text"])
    return settled


def kind(output: Output) -> str:
    """Name what an output is, for instance ``stdout`` or ``display_data (text/plain)``."""
    if output["output_type"] == "stream":
        return output["name"]
    if output["output_type"] == "error":
        return f"error ({output['ename']})"
    return f"{output['output_type']} ({', '.join(sorted(output['data']))})"


def text(output: Output) -> dict[str, Any]:
    """Return what must agree to the letter, by type: all but bytes of pictures and random ids."""
    if output["output_type"] == "stream":
        return {output["name"]: output["text"]}
    if output["output_type"] == "error":
        return {output["ename"]: output["evalue"]}
    values = {key: value for key, value in output["data"].items() if key != WIDGET_VIEW}
    masked = {key: pictures.mask(v) if isinstance(v, str) else v for key, v in values.items()}
    return masked | {"metadata": output.get("metadata", {})}


def _inventory(outputs: Sequence[Output]) -> str:
    return ", ".join(map(kind, outputs)) or "no output"


def text_differences(stored: Sequence[Output], fresh: Sequence[Output]) -> list[str]:
    """Compare number, order, kind and text of two settled lists; one sentence a difference."""
    if [kind(output) for output in stored] != [kind(output) for output in fresh]:
        return [f"stored: {_inventory(stored)}; the run gives: {_inventory(fresh)}"]
    found = []
    for position, (old, new) in enumerate(zip(stored, fresh, strict=True), start=1):
        new_text = text(new)
        found += [
            f"output {position}: {name} is stored as {value!r}, the run gives {new_text[name]!r}"
            for name, value in text(old).items()
            if value != new_text[name]
        ]
    return found


def differences(stored: Sequence[Output], fresh: Sequence[Output]) -> list[str]:
    """Compare two settled lists of outputs entirely; return one sentence a difference."""
    found = text_differences(stored, fresh)
    for position, (old, new) in enumerate(zip(stored, fresh, strict=False), start=1):
        # Where the number of pictures differs, the text around them does too.
        for before, now in zip(pictures.in_output(old), pictures.in_output(new), strict=False):
            why = pictures.difference(before.png or "", now.png or "")
            found += [f"output {position}: {why}"] if why else []
    return found
