"""Execute notebooks from top to bottom and store their outputs, the same bytes on every run.

    python tests/validation/regenerate.py                      all notebooks
    python tests/validation/regenerate.py notebooks/01_neuron.ipynb
    python tests/validation/regenerate.py --check              change nothing, say what would change

A notebook whose run raises or writes to stderr is left as it was, and the command ends with 1.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
if not __package__:  # run by its path, which put this folder in front: modules start at the root
    sys.path[0] = str(ROOT)

from tests.validation import outputs, pictures, widgets  # noqa: E402
from tests.validation.kernels import own_environment, started  # noqa: E402

CELL_SECONDS = 2000  # as nbval's default
DIFF_LINES = 20  # of a difference that is shown
_COLORS = re.compile(r"\x1b\[[\d;]*m")  # in tracebacks

# What JupyterLab writes, without the version of Python, which differs between machines.
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


class Refused(Exception):
    """A notebook that cannot be stored; the message says why."""


def read(path: Path) -> NotebookNode:
    """Read a notebook, giving an id to each cell that has none of its own."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        _complete_ids(raw)
        return nbformat.from_dict(nbformat.reads(json.dumps(raw), as_version=4))
    except FileNotFoundError:
        raise Refused("there is no such file") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"not a notebook of format 4: {type(error).__name__}: {error}") from error


def _complete_ids(raw: dict[str, Any]) -> None:
    """Number the cells that have no id, or that of an earlier cell, the same way each time."""
    raw["nbformat_minor"] = max(5, raw.get("nbformat_minor", 0))
    taken: set[str] = set()
    theirs = {cell.get("id") for cell in raw["cells"]}
    number = 0
    for cell in raw["cells"]:
        while not cell.get("id") or cell["id"] in taken:
            number += 1
            name = f"cell-{number:03d}"
            cell["id"] = "" if name in theirs else name
        taken.add(cell["id"])


def execute(notebook: NotebookNode, directory: Path) -> None:
    """Execute ``notebook`` in place, its kernel running in ``directory``.

    Raises
    ------
    Refused
        If a cell raises, writes to stderr, or the kernel ends.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        record_timing=False,
        force_raise_errors=True,
        shutdown_kernel="immediate",  # saves seconds
        extra_arguments=["--log-level=ERROR"],  # else: that it speaks TCP without encryption
        resources={"metadata": {"path": str(directory)}},
    )
    with tempfile.TemporaryDirectory() as own_files, own_environment(own_files):
        try:
            started(client.execute)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise Refused(f"a cell failed\n{_COLORS.sub('', str(error)).strip()}") from error
    _refuse_stderr(notebook)


def _refuse_stderr(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise Refused(f"cell {cell.id!r} wrote to stderr: {output.text.strip()}")


def tidy(notebook: NotebookNode) -> None:
    """Leave out what differs between two runs of the same notebook; in place."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times, from JupyterLab's recorder
        if cell.cell_type == "code":
            cell.outputs = outputs.settle(cell.outputs)
    metadata = {key: notebook.metadata[key] for key in ("widgets",) if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict({**METADATA, **metadata})
    widgets.canonical(notebook)


def keep_pictures(stored: NotebookNode, fresh: NotebookNode) -> None:
    """Give ``fresh`` the stored bytes of each picture that agrees within the tolerance."""
    before = {cell.id: cell.get("outputs", []) for cell in stored.cells}
    for cell in fresh.cells:
        for old, new in zip(before[cell.id], cell.get("outputs", []), strict=False):
            pictures.keep_stored(old, new)


def regenerated(path: Path) -> str:
    """Execute the notebook at ``path`` and return its new text; the file is not changed."""
    stored, fresh = read(path), read(path)
    execute(fresh, path.resolve().parent)
    tidy(fresh)
    keep_pictures(stored, fresh)
    return as_text(fresh)


def as_text(notebook: NotebookNode) -> str:
    """Return the text of the file, as JupyterLab formats it."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write_atomically(path: Path, text: str) -> None:
    """Replace the file by ``text`` in one step, so that no reader ever finds half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def summary(old: str, new: str) -> str:
    """Return the first lines of the difference, long ones (pictures) cut."""
    lines = [
        line if len(line) < 120 else f"{line[:100]} ... ({len(line)} characters)"
        for line in difflib.unified_diff(old.splitlines(), new.splitlines(), "stored", "now", n=1)
    ]
    rest = [f"... and {len(lines) - DIFF_LINES} lines more"] if len(lines) > DIFF_LINES else []
    return "\n".join(line.rstrip("\n") for line in lines[:DIFF_LINES] + rest)


def regenerate(path: Path, check: bool = False) -> bool:
    """Store the outputs of the notebook at ``path``, or only compare; True if it stands as it was.

    Raises
    ------
    Refused
        If the notebook cannot be stored; its file is not changed.
    """
    new = regenerated(path)
    old = path.read_text(encoding="utf-8")
    if new == old:
        print(f"{path}: unchanged")
        return True
    if check:
        print(f"{path}: would change\n{summary(old, new)}")
        return False
    write_atomically(path, new)
    print(f"{path}: stored")
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description="Execute notebooks and store their outputs.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in notebooks/")
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    options = parser.parse_args(arguments)
    status = 0
    for path in options.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb")):
        try:
            unchanged = regenerate(path, options.check)
        except Refused as reason:
            print(f"{path}: not stored: {reason}", file=sys.stderr)
            status = 1
        else:
            status = max(status, int(options.check and not unchanged))
    return status


if __name__ == "__main__":
    sys.exit(main())
