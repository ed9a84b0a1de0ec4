"""Checks of what a learner passes in. Each names the argument, what came and what was expected."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]


def number(
    name: str,
    value: Any,
    *,
    above: float = -math.inf,
    at_least: float = -math.inf,
    below: float = math.inf,
    at_most: float = math.inf,
) -> float:
    """Return ``value`` as a float, or say which range it left."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} must be a number, got {value!r}.")
    if not (above < value < below and at_least <= value <= at_most):
        limits = {"above": above, "at least": at_least, "below": below, "at most": at_most}
        wanted = [f"{word} {limit:g}" for word, limit in limits.items() if math.isfinite(limit)]
        raise ValueError(f"{name} must be {' and '.join(wanted) or 'finite'}, got {value!r}.")
    return float(value)


def count(name: str, value: Any, *, at_least: int = 1) -> int:
    """Return ``value`` as an int of at least ``at_least``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {value!r}.")
    if value < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {value!r}.")
    return int(value)


def choice(name: str, value: Any, allowed: Any) -> Any:
    """Return ``value`` if it is one of ``allowed``, else list what is."""
    if value not in tuple(allowed):
        options = ", ".join(repr(option) for option in allowed)
        raise ValueError(f"{name} must be one of {options}; got {value!r}.")
    return value


def generator(name: str, rng: Any) -> np.random.Generator:
    """Turn an int seed or a ``numpy.random.Generator`` into a generator; touch no global state."""
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool):
        if rng < 0:
            raise ValueError(f"{name} must be a seed of at least 0, got {rng!r}.")
        return np.random.default_rng(int(rng))
    raise TypeError(
        f"{name} must be an int seed or a numpy.random.Generator, got {rng!r}. "
        "Randomness is explicit here: pass rng=0, say."
    )


def floats(name: str, value: Any, dtype: DTypeLike = np.float64) -> Array:
    """Return ``value`` as a float array; no copy is made when it already is one of that dtype."""
    if type(value) is np.ndarray and value.dtype == dtype:
        return value  # at once, because every step of training comes by here
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must be an array of numbers, got {type(value).__name__} {str(value)[:60]!r}."
        )
    with np.errstate(over="ignore"):  # 1e300 as float32 is inf, which ``finite`` reports
        return array.astype(dtype, copy=False)


def finite(name: str, array: Array) -> Array:
    """Return ``array`` if it is finite, else say how many are not and where the first is."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(np.add.reduce(array, axis=None)):
            return array  # NaN and inf stay in a sum, so no mask of the array's size is needed
    bad = ~np.isfinite(array)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(
            f"{name} must be finite, got {int(bad.sum())} NaN or infinite values, "
            f"the first at index {first}."
        )
    return array


def matrix(name: str, value: Any, dtype: DTypeLike = np.float64) -> Array:
    """Return ``value`` as a finite float array (n_samples, n_features) with at least one row."""
    array = floats(name, value, dtype)
    if array.ndim != 2:
        raise ValueError(
            f"{name} must be 2-D, (n_samples, n_features), got shape {array.shape}. "
            "For one example pass x[np.newaxis, :]; for one feature pass x[:, np.newaxis]."
        )
    if array.shape[0] == 0:
        raise ValueError(
            f"{name} is empty: at least one example is needed, got shape {array.shape}."
        )
    return finite(name, array)


def float_type(dtype: DTypeLike) -> np.dtype[Any]:
    """Return float64 or float32 as a dtype, or say that the library has no other."""
    known = (np.dtype(np.float64), np.dtype(np.float32))
    try:
        return known[known.index(np.dtype(dtype))]
    except (TypeError, ValueError):
        raise ValueError(f"dtype must be 'float64' or 'float32', got {dtype!r}.") from None


def has(name: str, value: Any, *methods: str, optional: bool = False) -> Any:
    """Return ``value`` if it is an object with these methods (or None, where it is optional)."""
    if optional and value is None:
        return None
    if isinstance(value, type):
        kind = value.__name__
        raise TypeError(f"{name} got the class {kind}. Write its parentheses: {kind}(...).")
    for method in methods:
        if not callable(getattr(value, method, None)):
            raise TypeError(f"{name} must be an object with a method {method}, got {value!r}.")
    return value


def same_length(name_a: str, a: Any, name_b: str, b: Any) -> None:
    """Raise unless the two arrays have the same number of rows."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        raise TypeError(f"{name_a} and {name_b} must be arrays with a row an example.")
    if len(a) != len(b):
        raise ValueError(
            f"{name_a} and {name_b} must have the same number of examples, "
            f"got {len(a)} and {len(b)}."
        )
