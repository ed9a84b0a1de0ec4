"""What axe-core calls serious in a page: with a name, contrast, roles and order to go by."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

OURS = [".jp-MarkdownOutput", ".jp-OutputArea-output"]
SERIOUS = ("serious", "critical")
# No fault that a notebook could mend: ipywidgets 8.1 gives the handle of a slider no name for
# screen readers (its label stands beside it as text).
KNOWN = {"aria-input-field-name": "noUi-handle"}


def findings(page: Any, context: Any = None) -> list[str]:
    """What axe-core calls serious in ``page``, or in the parts of it that ``context`` selects."""
    # Asked for violations alone, it need not describe the thousands of nodes that pass.
    options = {"resultTypes": ["violations"]}
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:150]}"
        for violation in found
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
        if KNOWN.get(violation["id"], "\0") not in node["html"]
    ]
