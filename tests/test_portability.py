"""Printed numbers hold on other machines, checked on one.

Another processor or BLAS rounds the last bit of a sum differently. Here the same is done on
purpose: each notebook that trains is executed once more, with the initial weights of every network
moved by a few units in the last place, and must print the same. A run at the edge of stability
fails here.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, v4

from benchmarks import matrix
from tests.second_run import NOTEBOOKS, run, second_run
from tests.validation import regenerate, rules


def trains(notebook: NotebookNode) -> bool:
    """Say whether any cell builds a network."""
    return any("Sequential(" in cell.source for cell in rules.code_cells(notebook))


TRAINING = [path for path in NOTEBOOKS if trains(nbformat.read(path, as_version=4))]


@pytest.mark.parametrize("path", TRAINING, ids=lambda path: path.stem)
def test_nudged_weights_give_the_same_printed_output(path: Path) -> None:
    again = second_run(path)
    assert again.n_nudged > 0
    assert not again.differences, "\n".join(again.differences)


def test_some_notebook_trains() -> None:
    assert TRAINING


NETWORK = """
import numpy as np
import nnlib as nn
net = nn.Sequential(nn.Dense(2, 8), nn.Tanh(), nn.Dense(8, 1), rng=0)
value = net.forward(np.ones((1, 2)))[0, 0]
"""


def test_the_nudge_leaves_printed_digits_and_moves_the_last_ones(tmp_path: Path) -> None:
    """The control that must fail: a print of all digits is not portable."""
    sources = [NETWORK, "print(f'{value:.6f}')", "print(repr(float(value)))"]
    notebook = v4.new_notebook(cells=list(map(v4.new_code_cell, sources)))
    regenerate.execute(notebook, tmp_path)
    again = run(notebook, tmp_path)
    assert again.n_nudged == 1
    (difference,) = again.differences
    assert difference.startswith("code cell 3: output 1: stdout is stored as")


def test_without_a_network_nothing_is_nudged(tmp_path: Path) -> None:
    notebook = v4.new_notebook(cells=[v4.new_code_cell("1")])
    assert run(notebook, tmp_path).n_nudged == 0


@pytest.mark.parametrize("name", ["Prescott", "without AVX2"])
def test_a_notebook_prints_the_same_on_an_older_processor(name: str) -> None:
    (row,) = [row for row in matrix.ROWS if name in row.name]
    result, printed = matrix.validate(row, ["notebooks/02b_forward_pass.ipynb"])
    assert matrix.sound(result), printed
