"""Printed numbers hold on other machines, checked on one.

Another processor or BLAS rounds the last bit of a sum differently. Here the same is done on
purpose: each notebook that trains is executed once more, with the initial weights of every network
moved by a few units in the last place, and must print the same. A run at the edge of stability
fails here.
"""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, v4

from benchmarks import matrix
from tests.validation import outputs, regenerate, rules

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))

NUDGE = """
def _nudge(seed):
    import numpy as np
    from nnlib.network import Sequential

    rng, construct = np.random.default_rng(seed), Sequential.__init__

    def construct_and_nudge(self, *layers, **options):
        construct(self, *layers, **options)
        units = rng.integers(-4, 5, self.theta.size)
        self.theta *= (1 + units * np.finfo(self.theta.dtype).eps).astype(self.theta.dtype)
        nudged.append(self.theta.size)

    nudged = []
    Sequential.__init__ = construct_and_nudge
    return nudged

_nudged = _nudge(0)
"""


def trains(notebook: NotebookNode) -> bool:
    """Say whether any cell builds a network."""
    return any("Sequential(" in cell.source for cell in rules.code_cells(notebook))


TRAINING = [path for path in NOTEBOOKS if trains(nbformat.read(path, as_version=4))]


def nudged_differences(notebook: NotebookNode, directory: Path) -> list[str]:
    """Execute a copy of ``notebook`` with nudged weights; say where its text is not the stored one.

    Raises
    ------
    ValueError
        If the run builds no network, so that nothing was nudged.
    """
    run = copy.deepcopy(notebook)
    begin, end = v4.new_code_cell(NUDGE), v4.new_code_cell("print(len(_nudged))")
    run.cells = [begin, *run.cells, end]
    regenerate.execute(run, directory)
    _, *cells, last = rules.code_cells(run)
    if last.outputs[0].text == "0\n":
        raise ValueError("the notebook builds no network: nothing was nudged")
    return [
        f"code cell {number}: {difference}"
        for number, (old, new) in enumerate(
            zip(rules.code_cells(notebook), cells, strict=True), start=1
        )
        for difference in outputs.text_differences(
            outputs.settle(old.outputs), outputs.settle(new.outputs)
        )
    ]


@pytest.mark.parametrize("path", TRAINING, ids=[path.stem for path in TRAINING])
def test_nudged_weights_give_the_same_printed_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    found = nudged_differences(notebook, path.parent)
    assert not found, "\n".join(found)


@pytest.mark.skipif(not NOTEBOOKS, reason="there are no notebooks yet")
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
    (difference,) = nudged_differences(notebook, tmp_path)
    assert difference.startswith("code cell 3: output 1: stdout is stored as")


def test_a_notebook_without_a_network_is_an_error(tmp_path: Path) -> None:
    notebook = v4.new_notebook(cells=[v4.new_code_cell("print(1)")])
    with pytest.raises(ValueError, match="nothing was nudged"):
        nudged_differences(notebook, tmp_path)


@pytest.mark.parametrize("name", ["Prescott", "without AVX2"])
def test_a_notebook_prints_the_same_on_an_older_processor(name: str) -> None:
    (row,) = [row for row in matrix.ROWS if name in row.name]
    result, printed = matrix.validate(row, ["notebooks/02b_forward_pass.ipynb"])
    assert matrix.sound(result), printed
