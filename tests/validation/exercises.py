"""Exercises answered in the kernel that ran the cells: by nothing, the solution, wrong answers.

Each exercise is judged where its cell stands, before the cells after it are run; their outputs,
compared with the stored ones, show that no answer disturbs them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnlib.show.check import CORRECT, NOT_FILLED_IN, read_blocks
from tests.validation import ROOT, outputs

FEWEST_WRONG_ANSWERS = 3

_CHECK_CALL = re.compile(r'check\(\s*"(\d\d\w?-\d+)"')
_SOURCE = """
import json as _json, sys as _sys
_sys.path.insert(0, {root!r})
from tests.inside import verdicts as _verdicts
_sys.path.pop(0)
print(_json.dumps(_verdicts({number!r}, {cell!r}, {codes!r}, globals())))
"""


@dataclass(frozen=True)
class Answer:
    """Code for an exercise's cell, and words that the check must say to it."""

    code: str
    words: str


def numbers(source: str) -> list[str]:
    """Return the numbers of the exercises in a cell, ``["01-1"]``: it has dots to replace."""
    return _CHECK_CALL.findall(source) if "..." in source else []


def answers(number: str, notebooks: Path) -> list[Answer]:
    """Return what is tried: the dots as they are, the solution, each wrong answer.

    Parameters
    ----------
    number : str
        Of the exercise, "01-1".
    notebooks : Path
        Folder of the notebook. The solution is a block of ``solutions/01_*.py`` in it; wrong
        answers are blocks of ``tests/wrong_answers/01_*.py`` beside it.

    Raises
    ------
    ValueError
        There is no such solution.
    """
    solutions = _blocks(notebooks / "solutions", number)
    if number not in solutions:
        raise ValueError(f"{notebooks.name}/solutions holds no solution of {number}")
    wrong = _blocks(notebooks.parent / "tests" / "wrong_answers", number)
    return [
        Answer("", NOT_FILLED_IN),
        Answer(solutions[number], CORRECT),
        *(
            Answer(code, title.removeprefix(f"{number}: "))
            for title, code in wrong.items()
            if title.startswith(f"{number}: ")
        ),
    ]


def _blocks(folder: Path, number: str) -> dict[str, str]:
    """Return the blocks of the file for the exercise's notebook, "01_*.py", by title."""
    files = folder.glob(f"{number.split('-')[0]}_*.py")
    return {title: code for file in files for title, code in read_blocks(file).items()}


def source(number: str, cell: str, tried: Sequence[Answer]) -> str:
    """Return code that prints what the check in ``cell`` says to each answer."""
    codes = [answer.code for answer in tried]
    return _SOURCE.format(root=str(ROOT), number=number, cell=cell, codes=codes)


def said(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what the check said, from the messages of a kernel that ran ``source``.

    Raises
    ------
    ValueError
        The code came to no end: an answer stopped outside of the check.
    """
    errors = [m["content"] for m in messages if m["msg_type"] == "error"]
    if errors:
        raise ValueError(f"an answer stopped with {errors[0]['ename']}: {errors[0]['evalue']}")
    return list(json.loads("".join(outputs.texts(messages, "stdout")).splitlines()[-1]))


def problems(tried: Sequence[Answer], verdicts: Sequence[str]) -> list[str]:
    """Judge what the check said to each answer that was tried; return one sentence a fault."""
    (dots, solution, *wrong), (to_dots, to_solution, *hints) = tried, verdicts
    found = []
    if to_dots != dots.words:
        found.append(f"to the dots the check says {to_dots!r}")
    if to_solution != solution.words:
        found.append(f"to the solution the check says {to_solution!r}")
    for answer, hint in zip(wrong, hints, strict=True):
        if not hint.startswith("Not quite: ") or answer.words not in hint:
            fault = f"to a wrong answer the check says {hint!r} without {answer.words!r}"
            found.append(f"{fault}:\n{answer.code}")
    if len(set(hints)) < len(hints):
        found.append(f"two wrong answers get the same hint: {hints}")
    if len(hints) < FEWEST_WRONG_ANSWERS:
        found.append(f"{len(hints)} wrong answers are tried, {FEWEST_WRONG_ANSWERS} are needed")
    return found
