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

ROOT = Path(__file__).resolve().parents[2]
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

    number: str
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
    name = f"{number.split('-')[0]}_*.py"
    blocks: dict[str, str] = {}
    for file in (notebooks / "solutions").glob(name):
        blocks |= read_blocks(file)
    if number not in blocks:
        raise ValueError(f"{notebooks.name}/solutions/{name} holds no solution of {number}")
    wrong = []
    for file in (notebooks.parent / "tests" / "wrong_answers").glob(name):
        parts = re.split(r"(?m)^# %% (\S+): (.+)$", file.read_text(encoding="utf-8"))[1:]
        wrong += [Answer(*part) for part in zip(parts[::3], parts[2::3], parts[1::3], strict=True)]
    return [
        Answer(number, "", NOT_FILLED_IN),
        Answer(number, blocks[number], CORRECT),
        *(answer for answer in wrong if answer.number == number),
    ]


def source(cell: str, tried: Sequence[Answer]) -> str:
    """Return code that prints what the check in ``cell`` says to each answer."""
    codes = [answer.code for answer in tried]
    return _SOURCE.format(root=str(ROOT), number=tried[0].number, cell=cell, codes=codes)


def said(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what the check said, from the messages of a kernel that ran ``source``.

    Raises
    ------
    ValueError
        The code came to no end: an answer stopped outside of the check.
    """
    texts = [m["content"]["text"] for m in messages if m["content"].get("name") == "stdout"]
    errors = [m["content"]["evalue"] for m in messages if m["msg_type"] == "error"]
    if errors:
        raise ValueError(f"an answer cannot be judged: {errors[0]}")
    return list(json.loads("".join(texts).splitlines()[-1]))


def problems(tried: Sequence[Answer], verdicts: Sequence[str]) -> list[str]:
    """Judge what the check said to ``answers``; return one sentence a fault."""
    found = []
    for name, answer, verdict in zip(("dots", "solution"), tried, verdicts, strict=False):
        if verdict != answer.words:
            found.append(f"to the {name} the check says {verdict!r}")
    hints = verdicts[2:]
    for answer, hint in zip(tried[2:], hints, strict=True):
        if not hint.startswith("Not quite: ") or answer.words not in hint:
            found.append(
                f"to a wrong answer the check says {hint!r} without {answer.words!r}:\n"
                + answer.code.strip()
            )
    if len(set(hints)) < len(hints):
        found.append(f"two wrong answers get the same hint: {hints}")
    if len(hints) < FEWEST_WRONG_ANSWERS:
        found.append(f"{len(hints)} wrong answers are tried, {FEWEST_WRONG_ANSWERS} are needed")
    return found
