"""What the tests run inside the kernel of a notebook, beside its cells; imported there."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from nnlib.network import Sequential
from nnlib.show.check import judge


def nudge(seed: int) -> list[int]:
    """Move the initial weights of every network made from now on by up to 4 ulp each.

    Networks of equal size are moved alike: two that were equal still are, as on any machine.
    Returns the list that will hold the number of weights of each of them.
    """
    construct, nudged = Sequential.__init__, []

    def construct_and_nudge(self: Sequential, *layers: Any, **options: Any) -> None:
        construct(self, *layers, **options)
        units = np.random.default_rng([seed, self.theta.size]).integers(-4, 5, self.theta.size)
        self.theta *= (1 + units * np.finfo(self.theta.dtype).eps).astype(self.theta.dtype)
        nudged.append(self.theta.size)

    Sequential.__init__ = construct_and_nudge  # type: ignore[method-assign]
    return nudged


def verdicts(number: str, cell: str, answers: list[str], seen: dict[str, Any]) -> list[str]:
    """Return what the check says when each of ``answers`` stands in place of the dots of ``cell``.

    Parameters
    ----------
    number : str
        Of the exercise, "01-1".
    cell, answers : code
    seen : dict
        The names that the notebook has defined so far; not changed.
    """
    return [_verdict(number, cell, answer, dict(seen)) for answer in answers]


def _verdict(number: str, cell: str, answer: str, namespace: dict[str, Any]) -> str:
    exec(compile(cell.split("show.check")[0], f"exercise {number}", "exec"), namespace)
    exec(compile(answer, f"answer to {number}", "exec"), namespace)
    call = next(
        node
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == number
    )
    return judge(number, *(eval(ast.unparse(argument), namespace) for argument in call.args[1:]))
