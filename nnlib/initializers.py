"""Initial weights (n_in, n_out). Their scale decides if signals survive depth; zeros never learn.

Each takes the shape and ``rng``, a seed or a generator, and returns an array. ``n_in`` and
``n_out`` are the numbers of inputs and outputs of the layer (fan-in and fan-out).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from nnlib._checks import Array, choice, count, generator

Rng: TypeAlias = "int | np.random.Generator"  # a string: numpy.random loads when it is needed


def zeros(n_in: int, n_out: int, rng: Rng) -> Array:
    """All zeros: every unit of the layer stays equal to the others for ever. For demonstration."""
    return np.zeros((n_in, n_out))


def normal(n_in: int, n_out: int, rng: Rng, std: float = 0.01) -> Array:
    """Normal with standard deviation 0.01 whatever the width: signals fade with depth."""
    return std * generator("rng", rng).standard_normal((n_in, n_out))


def glorot(n_in: int, n_out: int, rng: Rng) -> Array:
    """Uniform in +-sqrt(6 / (n_in + n_out)), variance 2 / (n_in + n_out). For tanh and sigmoid.

    Glorot & Bengio (2010), equation 16. PyTorch: ``init.xavier_uniform_``.
    """
    limit = np.sqrt(6 / (n_in + n_out))
    return generator("rng", rng).uniform(-limit, limit, (n_in, n_out))


def glorot_normal(n_in: int, n_out: int, rng: Rng) -> Array:
    """Normal with variance 2 / (n_in + n_out). PyTorch: ``init.xavier_normal_``."""
    return np.sqrt(2 / (n_in + n_out)) * generator("rng", rng).standard_normal((n_in, n_out))


def he(n_in: int, n_out: int, rng: Rng) -> Array:
    """Normal with variance 2 / n_in, so standard deviation sqrt(2 / n_in). For the ReLU family.

    He et al. (2015), equation 10. PyTorch: ``init.kaiming_normal_(nonlinearity="relu")``.
    """
    return np.sqrt(2 / n_in) * generator("rng", rng).standard_normal((n_in, n_out))


def lecun(n_in: int, n_out: int, rng: Rng) -> Array:
    """Normal with variance 1 / n_in. For SELU. LeCun et al. (1998), section 4.6."""
    return np.sqrt(1 / n_in) * generator("rng", rng).standard_normal((n_in, n_out))


def orthogonal(n_in: int, n_out: int, rng: Rng) -> Array:
    """Orthonormal rows or columns, whichever are fewer. Saxe et al. (2014).

    PyTorch: ``init.orthogonal_``.
    """
    tall = generator("rng", rng).standard_normal((max(n_in, n_out), min(n_in, n_out)))
    q, r = np.linalg.qr(tall)
    # QR alone is not uniform over rotations: fix the signs.
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)
    return q if n_in >= n_out else q.T


INITIALIZERS: dict[str, Callable[[int, int, Rng], Array]] = {
    f.__name__: f for f in (zeros, normal, glorot, glorot_normal, he, lecun, orthogonal)
}


def draw(name: str, n_in: int, n_out: int, rng: Rng) -> Array:
    """Return initial weights (n_in, n_out) of that kind; an unknown name lists those that exist."""
    initializer = INITIALIZERS[choice("init", name, INITIALIZERS)]
    return initializer(count("n_in", n_in), count("n_out", n_out), rng)
