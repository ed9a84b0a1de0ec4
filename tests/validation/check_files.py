"""Check files as they are stored, in seconds: no cell is executed.

    python -m tests.validation.check_files README.md notebooks/01_neuron.ipynb

pre-commit calls it with the files of a commit. Notebooks: the form that ``run.py outputs`` writes,
complete outputs, alt texts, headings, prose numbers. Notebooks and Markdown: links to files here,
and to headings in them, lead somewhere. Prints a line a fault; the exit code is 1 if there is one.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat

from tests.validation import plugin, rules

_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.MULTILINE)


def problems(path: Path) -> list[str]:
    """Return what is wrong with the file, a sentence each."""
    found = link_problems(path)
    if path.suffix == ".ipynb":
        text = path.read_text(encoding="utf-8")
        notebook = nbformat.reads(text, as_version=4)
        for number, cell in enumerate(rules.code_cells(notebook), start=1):
            found += [f"code cell {number}: {p}" for p in rules.cell_problems(cell, number)]
        found += rules.notebook_problems(notebook, json.loads(text))
        found += plugin.form_problems(notebook, text)
    return found


def link_problems(path: Path) -> list[str]:
    """Return the links of a notebook or Markdown file to files or headings that do not exist."""
    found = []
    for target in _LINK.findall(_CODE.sub("", prose(path))):
        if re.match(r"[a-z]+:", target):
            continue  # another site: nothing here reaches it
        file, _, anchor = unquote(target).partition("#")
        place = path.parent / file if file else path
        if not place.exists():
            found.append(f"the link to {target} leads nowhere")
        elif anchor and place.is_file() and anchor.lower() not in anchors(place):
            found.append(f"the link to {target}: there is no such heading")
    return found


def prose(path: Path) -> str:
    """Return the Markdown of a file."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8") if path.suffix == ".md" else ""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def anchors(path: Path) -> set[str]:
    """Return the anchors of a file's headings: JupyterLab's form and that of code hosts."""
    headings = _HEADING.findall(prose(path))
    hosts = {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}
    return hosts | {text.lower().replace(" ", "-") for text in headings}


def main(names: list[str]) -> int:
    """Check the files ``names``."""
    faults = [f"{name}: {problem}" for name in names for problem in problems(Path(name))]
    print("\n".join(faults), end="\n" if faults else "")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
