"""Exercises: a cell to fill in, a check that says at once what is wrong, a solution folded away.

For ``check("01-1", answer)`` the rules stand in ``checks/01_*.py`` and the solution in
``solutions/01_*.py``, both beside the notebooks. A teacher who leaves ``solutions`` out hides
them all.
"""

from __future__ import annotations

import html
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from IPython.display import display

NOT_FILLED_IN = "Not filled in yet: replace the ... and run the cell again."
CORRECT = "Correct."

Rule = Callable[..., str | None]


def exercise(number: str) -> Callable[[Rule], Rule]:
    """Mark a function of a ``checks`` file as the rule of that exercise.

    The rule takes the learner's answers and returns None for a right one, else a hint that says
    what is wrong with this one without giving the answer away.
    """

    def mark(rule: Rule) -> Rule:
        rule.exercise = number  # type: ignore[attr-defined]
        return rule

    return mark


def check(number: str, *answers: Any) -> None:
    """Show whether the answers of exercise ``number`` are right, and the solution folded away.

    Never raises: unfilled answers, answers of the wrong kind and errors in the learner's own
    functions are explained.
    """
    verdict = judge(number, *answers)
    solution = find_solution(number)
    folded = (
        f"<details><summary>Show solution</summary><pre>{html.escape(solution)}</pre></details>"
        if solution
        else ""
    )
    display(
        {"text/html": f"<p>{html.escape(verdict)}</p>{folded}", "text/plain": verdict}, raw=True
    )


def judge(number: str, *answers: Any) -> str:
    """Return the sentence that ``check`` shows."""
    if any(_is_unfilled(answer) for answer in answers):
        return NOT_FILLED_IN
    rule = _find_rule(number)
    try:
        hint = rule(*answers)
    except Exception as error:
        return f"Not quite: your answer stopped with {type(error).__name__}: {error}"
    return CORRECT if hint is None else f"Not quite: {hint}"


def _is_unfilled(answer: Any) -> bool:
    if isinstance(answer, np.ndarray):
        return answer.dtype == object and any(item is ... for item in answer.flat)
    if isinstance(answer, (list, tuple)):
        return any(_is_unfilled(item) for item in answer)
    return answer is ...


def close(answer: Any, value: Any, tolerance: float = 1e-6) -> bool:
    """Return whether ``answer`` has the shape of ``value`` and equals it within ``tolerance``."""
    try:
        got, wanted = np.asarray(answer, dtype=float), np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return False
    return got.shape == wanted.shape and bool(
        np.allclose(got, wanted, rtol=tolerance, atol=tolerance)
    )


def beside_notebooks(folder: str, number: str, suffix: str) -> Path | None:
    """Return the file ``folder/NN_*.suffix`` for exercise ("04a-1") or quiz ("04a"), or None.

    Looked for beside the running notebook first, then in the repository's ``notebooks``.
    """
    repository = Path(__file__).resolve().parents[2] / "notebooks"
    for base in (Path.cwd(), repository):
        found = sorted((base / folder).glob(f"{number.split('-')[0]}_*{suffix}"))
        if found:
            return found[0]
    return None


def _find_rule(number: str) -> Rule:
    file = beside_notebooks("checks", number, ".py")
    names = runpy.run_path(str(file)) if file else {}
    rules = {rule.exercise: rule for rule in names.values() if hasattr(rule, "exercise")}
    if number not in rules:
        raise ValueError(
            f"there is no exercise {number!r}; {file} has {', '.join(rules) or 'none'}."
        )
    return rules[number]


def find_solution(number: str) -> str:
    """Return the block ``# %% number`` of the solutions file, or "" where there is none."""
    file = beside_notebooks("solutions", number, ".py")
    return read_blocks(file).get(number, "") if file else ""


def read_blocks(file: Path) -> dict[str, str]:
    """Return the blocks of a file whose parts begin with ``# %% title``, by title."""
    parts = re.split(r"(?m)^# %% (.+)$", file.read_text(encoding="utf-8"))
    return {
        title.strip(): block.strip() for title, block in zip(parts[1::2], parts[2::2], strict=True)
    }
