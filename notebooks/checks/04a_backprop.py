"""What the checks of notebook 04a accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("04a-1")
def chain_rule(dy_dw, dy_db, dy_dw_numeric):
    if close(dy_dw, 14) and close(dy_db, 14):
        return "dy/db is right. For w the inner rate is not 1: one more on w is x more on u."
    if close(dy_dw, 14) and close(dy_db, 7):
        return "you have the inner rates. The outer one, of u squared, is 2u, not u."
    if close(dy_dw, 28) and close(dy_db, 28):
        return "dy/dw is right. One more on b is one more on u, whatever x is."
    if close(dy_dw, 42):
        return "42 multiplies by w. Which factor of x w stays when w moves?"
    if not close(dy_dw, 28) or not close(dy_db, 14):
        return "u is 7. The outer rate is 2u; multiply it by du/dw and by du/db."
    if not close(dy_dw_numeric, 28, 1e-6):
        return (
            "the two by hand are right. The numeric one should come near them: pass a function "
            "of w alone, and the place 3.0."
        )
    return None


@exercise("04a-2")
def cut_path(dw2, dw1):
    if close(dw1, 0) and close(dw2, -0.1497, 1e-3):
        return None
    if close(dw2, 0) and close(dw1, 0):
        return "dL/dw1 is right. But w2 can still move: its own blame does not pass through w2."
    if not close(dw1, 0):
        return "w1 reaches the output only by way of w2. Which factor of its product is 0 now?"
    if close(dw2, 0.1497, 1e-3):
        return (
            "the sign is reversed. The output, one half, is below the target: a2 - y is negative."
        )
    if close(dw2, -0.0748, 1e-3):
        return "half of it. The slope of the squared error is 2 (a2 - y)."
    if close(dw2, -0.25, 1e-3):
        return "that is dL/dz2. One step is missing: w2 was multiplied by a1."
    return "with z2 = 0, a2 is one half. Multiply 2 (a2 - y), a2 (1 - a2) and a1."


@exercise("04a-3")
def fork(de_da, de_db):
    if close(de_db, 2) and close(de_da, 7):
        return None
    if close(de_da, 5) or close(de_da, 2):
        return "only one path from a. It goes into the sum and into the product: add both blames."
    if close(de_da, 10):
        return "two paths add, they do not multiply."
    if close(de_da, 7) and close(de_db, 5):
        return "de/da is right. The slope towards the sum is the other factor of the product, a."
    if close(de_da, 7):
        return "de/da is right. b has one path: 1 into the sum, and from there the factor a."
    return "the slopes into the product are a = 2, towards the sum, and a + b = 5, towards a."


@exercise("04a-4")
def tanh_node(tanh_of, Value, backward):
    v = Value(0.5, "v")
    out = tanh_of(v)
    if out is None or out is ...:
        return "tanh_of gives nothing back yet."
    if not isinstance(out, Value):
        return f"tanh_of must return a Value, it returns {type(out).__name__}."
    if not close(out.data, np.tanh(0.5)):
        return f"the value at 0.5 should be np.tanh(0.5), yours is {float(out.data):.4f}."
    if len(out.parents) != 1 or out.parents[0] is not v:
        return "the parent is missing, so no blame can flow back. parents is the tuple (v,)."
    if len(out.slopes) == 1 and close(out.slopes[0], 1 - 0.5**2):
        return "the slope uses the input, 1 - v². It needs the result: 1 - tanh(v)²."
    backward(out)
    if not close(v.grad, 1 - np.tanh(0.5) ** 2):
        return f"the value is right, the slope at 0.5 should be 1 - tanh², yours is {v.grad:.4f}."
    return None
