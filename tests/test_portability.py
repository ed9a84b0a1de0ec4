"""Printed numbers hold on other machines, checked on one.

Another processor or BLAS rounds the last bit of a sum differently. The tests in the browser do the
same on purpose: the initial weights of every network are moved by a few units in the last place
(tests/inside.py), and each notebook must print what is stored all the same. A run at the edge of
stability fails there. Here the nudge itself is tested, and one notebook on older processors.
"""

from __future__ import annotations

import numpy as np
import pytest

import nnlib as nn
from benchmarks import matrix
from tests.inside import nudge


def weights(dtype: type) -> np.ndarray:
    return nn.Sequential(nn.Dense(20, 50), nn.Dense(50, 1), rng=0, dtype=dtype).theta


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_nudge_moves_last_bits_alone(dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    before = weights(dtype)
    monkeypatch.setattr(nn.Sequential, "__init__", nn.Sequential.__init__)  # taken back at the end
    nudged = nudge(0)
    after = weights(dtype)
    assert nudged == [before.size]
    steps = (after - before) / np.spacing(before)
    assert after.dtype == dtype
    assert 0 < np.abs(steps).max() <= 8  # 4 times eps of a number just under a power of two
    assert (steps != 0).sum() > before.size / 2


@pytest.mark.long
def test_a_notebook_prints_the_same_on_an_older_processor() -> None:
    """Two rows of the matrix in one: an old kernel of OpenBLAS, and NumPy without AVX2."""
    old = matrix.Row("older", {"OPENBLAS_CORETYPE": "Prescott"}, no_features=True)
    result, printed = matrix.validate(old, ["notebooks/02b_forward_pass.ipynb"])
    assert matrix.sound(result), printed
