"""A computational graph to look inside: values that remember how they were made.

An operation on Values makes a new one, which keeps its parents and one rule: given dL/d(itself),
what is dL/d(each parent)? ``backward`` applies the rules from the end of the graph to its start
(reverse mode; Linnainmaa 1970). The layers don't use this: it checks what they do by hand.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._checks import Array, floats

_serial = itertools.count()


def _operation(
    op: str, forward: Callable[..., Any], rule: Callable[..., Any]
) -> Callable[..., Any]:
    """Return ``forward`` as a function of Values; ``rule`` gives dL/d(operand) of each operand."""

    def operate(*operands: Any, **settings: Any) -> Value:
        dtype = next((given.data.dtype for given in operands if isinstance(given, Value)), None)
        parents = tuple(_as_value(operand, dtype) for operand in operands)
        arrays = [parent.data for parent in parents]
        out = Value(forward(*arrays, **settings))
        out.op, out.parents = op, parents
        out._rule = lambda g: rule(g, out.data, *arrays, **settings)
        return out

    return operate


def _product(a: Array, b: Array) -> Array:
    if min(a.ndim, b.ndim) < 2:
        raise ValueError(
            f"@ expects matrices, got shapes {a.shape} and {b.shape}. "
            "For two vectors take (a * b).sum()."
        )
    return a @ b


class Value:
    """A node of the graph: ``data`` (a number or an array of any shape; copied) and a ``name``.

    ``op`` is the operation that made it, ``parents`` are the nodes it took ("" and () for a leaf),
    ``grad`` has the shape of ``data`` and is 0 until some ``loss.backward()`` writes dloss/d(this).
    Whole numbers become float64, float32 stays. After a change of ``data`` build the graph anew.
    """

    __array_ufunc__: None = None  # array * value asks Value.__rmul__ once, not once an entry

    def __init__(self, data: ArrayLike, name: str = "") -> None:
        array = np.array(data)
        self.data: Array = array if array.dtype.kind == "f" else floats("data", data)
        self.grad: Array = np.zeros_like(self.data)
        self.name, self.op, self.number = name, "", next(_serial)
        self.parents: tuple[Value, ...] = ()
        self._rule: Callable[[Array], tuple[Array, ...]] = lambda g: ()

    def nodes(self) -> list[Value]:
        """Return this node and all it depends on, parents before children (a topological order)."""
        found: set[Value] = set()
        todo: list[Value] = [self]
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo.extend(node.parents)
        return sorted(found, key=lambda node: node.number)  # parents are older than children

    def backward(self) -> None:
        """Write d(this)/d(node) into ``grad`` of every node that this one, a number, depends on.

        Starts from 0, so a second call changes nothing (PyTorch's adds to what is there).
        """
        if self.data.size != 1:
            raise ValueError(
                f"backward starts from one number, got {self.data.shape}: take .sum()."
            )
        for node in self.nodes():
            node.grad = np.zeros_like(node.data)
        self.grad = np.ones_like(self.data)
        for node in reversed(self.nodes()):  # children first: a node passes on what it has in full
            for parent, part in zip(node.parents, node._rule(node.grad), strict=True):
                parent.grad += _unbroadcast(part, parent.data.shape)  # at a fork, gradients add

    # One line an operation: name, result, and from g = dL/d(out) the gradient of each operand.
    __add__ = __radd__ = _operation("+", np.add, lambda g, out, a, b: (g, g))
    __sub__ = _operation("-", np.subtract, lambda g, out, a, b: (g, -g))
    __mul__ = __rmul__ = _operation("*", np.multiply, lambda g, out, a, b: (g * b, g * a))
    __truediv__ = _operation("/", np.divide, lambda g, out, a, b: (g / b, -g * out / b))
    __matmul__ = _operation("@", _product, lambda g, out, a, b: (g @ b.mT, a.mT @ g))
    __neg__ = _operation("-", np.negative, lambda g, out, a: (-g,))
    __abs__ = _operation("abs", np.abs, lambda g, out, a: (g * np.sign(a),))
    exp = _operation("exp", np.exp, lambda g, out, a: (g * out,))
    log = _operation("log", np.log, lambda g, out, a: (g / a,))
    tanh = _operation("tanh", np.tanh, lambda g, out, a: (g * (1 - out**2),))
    _power = _operation("**", lambda a, n: a**n, lambda g, out, a, n: (g * n * a ** (n - 1),))
    _transpose = _operation("T", np.transpose, lambda g, out, a: (g.T,))
    _reshape = _operation("reshape", np.reshape, lambda g, out, a, shape: (g.reshape(a.shape),))
    _pick = _operation("[]", lambda a, at: a[at], lambda g, out, a, at: (_put(g, at, a),))
    _sum = _operation("sum", np.sum, lambda g, out, a, axis, keepdims: (_stretch(g, a, axis),))
    # (1 + tanh(z / 2)) / 2 is 1 / (1 + exp(-z)), and cannot overflow.
    _sigmoid = lambda a: (1 + np.tanh(a / 2)) / 2
    sigmoid = _operation("sigmoid", _sigmoid, lambda g, out, a: (g * out * (1 - out),))

    def __pow__(self, n: float) -> Value:
        out: Value = self._power(n=n)
        out.op = f"**{n:g}"
        return out

    def __rsub__(self, other: Any) -> Value:
        return _as_value(other, self.data.dtype) - self

    def __rtruediv__(self, other: Any) -> Value:
        return _as_value(other, self.data.dtype) / self

    def __rmatmul__(self, other: Any) -> Value:
        return _as_value(other, self.data.dtype) @ self

    def __getitem__(self, index: Any) -> Value:
        return self._pick(at=index)

    @property
    def T(self) -> Value:
        return self._transpose()

    def reshape(self, *shape: int) -> Value:
        return self._reshape(shape=shape)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Value:
        return self._sum(axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Value:
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def relu(self) -> Value:
        return maximum(self, 0)

    def __repr__(self) -> str:
        return f"Value({self.data.tolist()}{f', name={self.name!r}' if self.name else ''})"


# On a tie all of the gradient goes to the second: the slope of relu at 0 is 0.
maximum = _operation("max", np.maximum, lambda g, out, a, b: (g * (a > b), g * (a <= b)))
_where = _operation(
    "where", lambda a, b, c: np.where(c, a, b), lambda g, out, a, b, c: (g * c, g * ~c)
)


def where(condition: Any, a: Any, b: Any) -> Value:
    """``a`` where ``condition`` (an array of truth values, not a Value) holds, else ``b``."""
    return _where(a, b, c=np.asarray(condition, bool))


def _as_value(operand: Any, dtype: Any) -> Value:
    """Make a leaf of a number or an array; a plain number takes the dtype of its partner."""
    if isinstance(operand, Value):
        return operand
    return Value(np.asarray(operand, dtype) if np.isscalar(operand) else operand)


def _unbroadcast(grad: Array, shape: tuple[int, ...]) -> Array:
    """What was copied n times on the way forward is summed n times on the way back."""
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def _stretch(grad: Array, summed: Array, axis: Any) -> Array:
    """Each summand gets the whole gradient of its sum."""
    return np.broadcast_to(grad.reshape(summed.sum(axis=axis, keepdims=True).shape), summed.shape)


def _put(grad: Array, index: Any, array: Array) -> Array:
    """Each entry gets the gradients of its copies; what was not picked gets 0."""
    spread = np.zeros_like(array)
    np.add.at(spread, index, grad)
    return spread
