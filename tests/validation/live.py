"""Live figures driven: every control moved, in the kernel that ran the cells, without a browser.

``nnlib.show.explore`` moves its controls itself (``drive_all``) and says what went wrong. What is
seen here besides is what a page would show: the messages that change its pictures.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tests.validation import outputs, pictures

# nnlib.show.explore is a function; the module of the same name knows the live figures.
SOURCE = """
import json, sys
_live = sys.modules.get("nnlib.show.explore")
_problems = _live.drive_all() if _live else []
print(json.dumps({"figures": len(_live.explorers) if _live else 0, "problems": _problems}))
"""

Message = Mapping[str, Any]


def problems(messages: Sequence[Message], shown: Mapping[str, Any], n_views: int) -> list[str]:
    """Judge the messages that a kernel sent while it ran ``SOURCE``; return one sentence a fault.

    Parameters
    ----------
    messages : list of kernel messages
    shown : dict
        Outputs on the page by display id: the pictures as the cells left them.
    n_views : int
        Number of widget views among the stored outputs.
    """
    *printed, report = "".join(outputs.texts(messages, "stdout")).splitlines() or [""]
    found = [f"while controls are moved: {what}" for what in _unwanted(messages)]
    found += [f"while controls are moved: prints {line!r}" for line in printed]
    try:
        told = json.loads(report)
    except ValueError:
        return [*found, "nnlib.show.explore.drive_all() came to no end"]
    updates = _updates(messages)
    found += told["problems"] + _page_problems(updates, shown)
    return found + _miscounts(told["figures"], updates, shown, n_views)


def _unwanted(messages: Sequence[Message]) -> list[str]:
    """Describe errors, warnings and new outputs; a move only updates what is on the page."""
    found = [f"stderr {text.strip()!r}" for text in outputs.texts(messages, "stderr")]
    for message in messages:
        content = message["content"]
        if message["msg_type"] == "error":
            found.append(f"{content['ename']}: {content['evalue']}")
        elif message["msg_type"] in ("display_data", "execute_result"):
            found.append(f"a new output {str(content['data'])[:100]}")
    return found


def _updates(messages: Sequence[Message]) -> dict[str, list[dict[str, Any]]]:
    """Collect what was sent to each display, in order."""
    updates = defaultdict(list)
    for message in messages:
        if message["msg_type"] == "update_display_data":
            display_id = message["content"]["transient"]["display_id"]
            updates[display_id].append({"output_type": "display_data", **message["content"]})
    return updates


def _page_problems(
    updates: Mapping[str, Sequence[dict[str, Any]]], shown: Mapping[str, Any]
) -> list[str]:
    found = []
    for display_id, sent in updates.items():
        faults = {fault for output in sent for fault in pictures.problems(output)}
        found += [f"a live figure, moved: {fault}" for fault in sorted(faults)]
        if display_id not in shown:
            found.append("a live figure updates a display that is not on the page")
        elif outputs.differences([shown[display_id]], [sent[-1]]):
            found.append("a live figure is not back at its first picture after it was driven")
    return found


def _miscounts(
    n_figures: int,
    updates: Mapping[str, Sequence[dict[str, Any]]],
    shown: Mapping[str, Any],
    n_views: int,
) -> list[str]:
    """Each live figure has one picture on the page, which changed, and one stored widget view."""
    found = []
    n_changed = sum(_changes(sent) for name, sent in updates.items() if name in shown)
    if n_changed != n_figures:
        found.append(f"{n_figures} live figures driven, {n_changed} pictures changed on the page")
    if n_views != n_figures:
        found.append(f"{n_figures} live figures in the run, {n_views} widget views are stored")
    return found


def _changes(sent: Sequence[dict[str, Any]]) -> bool:
    """Whether what was sent, the first picture among it, is not all the same."""
    return len({picture.src for output in sent for picture in pictures.in_output(output)}) > 1
