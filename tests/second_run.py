"""Each notebook run a second time: with nudged weights, and with every exercise answered.

Both could have a run of their own. But running the notebooks is most of what the tests cost.
"""

from __future__ import annotations

import copy
import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from nnlib.show.check import read_blocks
from tests.validation import outputs, regenerate, rules

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
CHECK_CALL = re.compile(r'check\(\s*"(\d\d\w?-\d+)"')

BEGIN = f"""
import sys as _sys
_sys.path.insert(0, {str(ROOT)!r})
from tests.inside import nudge as _nudge, verdicts as _verdicts
_sys.path.pop(0)
_nudged = _nudge(0)
"""
ANSWERS = """
import json as _json
print(_json.dumps(_verdicts({number!r}, {cell!r}, {answers!r}, globals())))
"""
END = "print(len(_nudged))"


@dataclass(frozen=True)
class Answer:
    """Code for an exercise's cell, and words that the check must say to it."""

    number: str
    code: str
    words: str


@dataclass(frozen=True)
class SecondRun:
    """What a second run gave.

    Attributes
    ----------
    differences : list of str
        Where the text of a cell is not the stored one, a sentence each.
    n_nudged : int
        Number of networks whose weights were moved.
    verdicts : dict
        For each exercise what the check said to the cell as it is, to the solution, and to each
        wrong answer.
    """

    differences: list[str]
    n_nudged: int
    verdicts: dict[str, list[str]]


def exercise_cells(notebook: NotebookNode) -> dict[str, str]:
    """Return the exercises of a notebook: number and source of the cell."""
    cells = rules.code_cells(notebook)
    return {number: cell.source for cell in cells for number in CHECK_CALL.findall(cell.source)}


def solutions(path: Path) -> dict[str, str]:
    """Return number and code of each solution."""
    return read_blocks(ROOT / "notebooks" / "solutions" / f"{path.stem}.py")


def wrong_answers(path: Path) -> list[Answer]:
    """Return the answers of tests/wrong_answers, with words of the hint that they must get."""
    file = ROOT / "tests" / "wrong_answers" / f"{path.stem}.py"
    parts = re.split(r"(?m)^# %% (\S+): (.+)$", file.read_text(encoding="utf-8"))[1:]
    return [Answer(*part) for part in zip(parts[::3], parts[2::3], parts[1::3], strict=True)]


@functools.cache
def second_run(path: Path) -> SecondRun:
    """Run the course's notebook at ``path`` once more; a second call gives the same result."""
    answers = {number: ["", code] for number, code in solutions(path).items()}
    for wrong in wrong_answers(path):
        answers[wrong.number].append(wrong.code)
    return run(nbformat.read(path, as_version=4), path.parent, answers)


def run(
    notebook: NotebookNode, directory: Path, answers: dict[str, list[str]] | None = None
) -> SecondRun:
    """Execute a copy of ``notebook`` in ``directory``, trying ``answers`` after their cells."""
    copied = copy.deepcopy(notebook)
    own = rules.code_cells(copied)
    asked = {
        number: v4.new_code_cell(
            ANSWERS.format(number=number, cell=cell.source, answers=(answers or {})[number])
        )
        for cell in own
        for number in CHECK_CALL.findall(cell.source)
    }
    copied.cells = [v4.new_code_cell(BEGIN)]
    for cell in own:
        copied.cells += [cell, *(asked[number] for number in CHECK_CALL.findall(cell.source))]
    copied.cells.append(last := v4.new_code_cell(END))
    regenerate.execute(copied, directory)
    return SecondRun(
        differences=[
            f"code cell {place}: {difference}"
            for place, (old, new) in enumerate(
                zip(rules.code_cells(notebook), own, strict=True), start=1
            )
            for difference in outputs.text_differences(
                outputs.settle(old.outputs), outputs.settle(new.outputs)
            )
        ],
        n_nudged=int(_printed(last)),
        verdicts={
            number: json.loads(_printed(cell).splitlines()[-1]) for number, cell in asked.items()
        },
    )


def _printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
