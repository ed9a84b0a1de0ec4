"""The computational graph: every operation against central differences; how it is walked."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.autograd import Value, maximum, where

RNG = np.random.default_rng(20)
# Away from 0 and from one another, so that no kink of abs, relu, maximum is near.
A = np.array([[0.7, -1.3, 2.1], [-0.4, 1.1, -2.2]])
B = np.array([[1.2, 0.6, -0.9], [-1.6, 0.3, 0.8]])
ROW, COLUMN = np.array([0.5, -1.4, 1.7]), np.array([[0.9], [-0.2]])
STACK = RNG.standard_normal((4, 3, 2))
MASK = np.array([[True, False, True], [False, False, True]])

# name: (function of Values, arrays). One line an operation.
OPERATIONS = {
    "a + b": (lambda a, b: a + b, A, B),
    "a - b": (lambda a, b: a - b, A, B),
    "a * b": (lambda a, b: a * b, A, B),
    "a / b": (lambda a, b: a / b, A, B),
    "a @ b": (lambda a, b: a @ b, A, STACK[0]),
    "stack @ matrix": (lambda a, b: a @ b, STACK, A),
    "matrix @ stack": (lambda a, b: a @ b, A, STACK),
    "-a": (lambda a: -a, A),
    "a**2": (lambda a: a**2, A),
    "a**3": (lambda a: a**3, A),
    "a**-1": (lambda a: a**-1, A),
    "a**0.5": (lambda a: a**0.5, np.abs(A)),
    "number + a": (lambda a: 2 + a, A),
    "number - a": (lambda a: 2 - a, A),
    "number * a": (lambda a: 2 * a, A),
    "number / a": (lambda a: 2 / a, A),
    "array - a": (lambda a: B - a, A),
    "array / a": (lambda a: B / a, A),
    "array @ a": (lambda a: STACK[0] @ a, A),
    "a + row": (lambda a, b: a + b, A, ROW),
    "row - a": (lambda a, b: b - a, A, ROW),
    "a * column": (lambda a, b: a * b, A, COLUMN),
    "column / row": (lambda a, b: a / b, COLUMN, ROW),
    "a * scalar": (lambda a, b: a * b, A, np.array(1.5)),
    "abs": (abs, A),
    "exp": (lambda a: a.exp(), A),
    "log": (lambda a: a.log(), np.abs(A)),
    "tanh": (lambda a: a.tanh(), A),
    "sigmoid": (lambda a: a.sigmoid(), A),
    "relu": (lambda a: a.relu(), A),
    "maximum": (maximum, A, B),
    "maximum of a number": (lambda a: maximum(0.5, a), A),
    "where": (lambda a, b: where(MASK, a, b), A, B),
    "where of a row": (lambda a, b: where(MASK, a, b), A, ROW),
    "sum": (lambda a: a.sum(), A),
    "sum of rows": (lambda a: a.sum(axis=1), A),
    "sum of columns, kept": (lambda a: a.sum(axis=0, keepdims=True), A),
    "sum over two axes": (lambda a: a.sum(axis=(0, 2)), STACK),
    "mean": (lambda a: a.mean(), A),
    "mean of rows, kept": (lambda a: a.mean(axis=-1, keepdims=True), A),
    "mean of columns": (lambda a: a.mean(axis=0), A),
    "transpose": (lambda a: a.T, A),
    "reshape": (lambda a: a.reshape(3, 2), A),
    "slice": (lambda a: a[:, 1:], A),
    "entry": (lambda a: a[0, 1], A),
    "one entry a row": (lambda a: a[np.arange(2), np.array([2, 0])], A),
    "a row taken twice": (lambda a: a[np.array([1, 1, 0])], A),
    "the same twice": (lambda a: a * a + a, A),
    "a diamond": (lambda a, b: (a * b) * (a + b).tanh() - a, A, B),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_the_slope_of_central_differences(name):
    operation, *arrays = OPERATIONS[name]
    leaves = [Value(array) for array in arrays]
    out = operation(*leaves)
    # A plain sum would hide errors that cancel: every entry of the output gets its own factor.
    projection = np.random.default_rng(3).standard_normal(out.data.shape)
    (out * projection).sum().backward()
    for i, leaf in enumerate(leaves):

        def value(entries, i=i):
            moved = [Value(entries if i == j else array) for j, array in enumerate(arrays)]
            return float((operation(*moved).data * projection).sum())

        assert leaf.grad.shape == leaf.data.shape
        error = nn.relative_error(leaf.grad, nn.numerical_gradient(value, arrays[i]))
        assert error < 1e-8, f"operand {i}: relative error {error:.1e}"


def two_weights():
    """The network of notebook 04: x -> z1 -> a1 -> z2 -> a2 -> loss, all of them single numbers."""
    x, w1, w2 = Value(0.5, "x"), Value(0.8, "w1"), Value(0.6, "w2")
    z1 = x * w1
    a1 = z1.sigmoid()
    z2 = a1 * w2
    a2 = z2.sigmoid()
    loss = (a2 - 1) ** 2
    return x, w1, w2, z1, a1, z2, a2, loss


def test_two_weight_network_has_the_numbers_of_the_notebook():
    _, w1, w2, z1, a1, z2, a2, loss = two_weights()
    loss.backward()
    shown = [f"{node.data:.4f}" for node in (z1, a1, z2, loss)]
    assert shown == ["0.4000", "0.5987", "0.3592", "0.1690"]
    slopes = [f"{node.grad:.4f}" for node in (a2, z2, w2, a1, z1, w1)]
    assert slopes == ["-0.8223", "-0.1991", "-0.1192", "-0.1195", "-0.0287", "-0.0143"]


def test_nodes_come_after_their_parents_each_once():
    *_, loss = two_weights()
    order = loss.nodes()
    assert order[-1] is loss
    assert len(set(order)) == len(order) == 10  # 3 leaves, the 1 that is subtracted, 6 results
    place = {node: i for i, node in enumerate(order)}
    assert all(place[parent] < place[node] for node in order for parent in node.parents)


def test_graph_can_be_read_by_who_draws_it():
    x, w1, *_ = leaves_and_loss = two_weights()
    z1 = leaves_and_loss[3]
    z1.name = "z1"
    assert (x.name, x.op, x.parents) == ("x", "", ())
    assert (z1.name, z1.op, z1.parents) == ("z1", "*", (x, w1))
    assert [node.op for node in leaves_and_loss[-1].nodes() if node.op] == [
        "*", "sigmoid", "*", "sigmoid", "-", "**2"
    ]  # fmt: skip
    assert repr(w1) == "Value(0.8, name='w1')"
    assert eval(repr(Value([1.0, 2.0]))).data.tolist() == [1.0, 2.0]


def test_gradients_add_where_a_value_is_used_twice():
    x = Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0  # d/dx (x^2 + x)


def test_a_node_waits_for_all_its_children():
    # In an order that visits b before its second child, d reaches a through b only once.
    a = Value(2.0)
    b = a * 3
    c = b * 5
    d = b * c  # 45 a^2
    d.backward()
    assert a.grad == 180.0


def test_backward_starts_from_zero_so_twice_is_the_same_as_once():
    w = Value(np.array([1.0, -2.0]))
    loss = (w**2).sum()
    loss.backward()
    once = w.grad.copy()
    loss.backward()
    assert w.grad.tolist() == once.tolist() == [2.0, -4.0]


def test_a_second_loss_replaces_the_gradient_of_the_first():
    w = Value(1.0)
    (w * 3).backward()
    (w * 5).backward()
    assert w.grad == 5.0


def test_gradient_is_zero_before_backward_and_for_what_does_not_matter():
    w, unused = Value([1.0, 2.0]), Value(4.0)
    assert w.grad.tolist() == [0.0, 0.0]
    (w[0] * 2).backward()
    assert w.grad.tolist() == [2.0, 0.0]
    assert unused.grad == 0.0


def test_relu_and_abs_have_slope_zero_at_the_kink():
    z = Value(np.array([-1.0, 0.0, 1.0]))
    z.relu().sum().backward()
    assert z.grad.tolist() == [0.0, 0.0, 1.0]
    abs(z).sum().backward()
    assert z.grad.tolist() == [-1.0, 0.0, 1.0]


def test_on_a_tie_the_second_gets_all_of_the_gradient():
    a, b = Value(2.0), Value(2.0)
    maximum(a, b).backward()
    assert (a.grad, b.grad) == (0.0, 1.0)


def test_sigmoid_is_stable_far_out():
    z = Value(np.array([-1e4, 0.0, 1e4]))
    out = z.sigmoid()
    out.sum().backward()
    assert out.data.tolist() == [0.0, 0.5, 1.0]
    assert z.grad.tolist() == [0.0, 0.25, 0.0]


def test_data_is_copied_so_neither_side_can_surprise_the_other():
    array = np.array([1.0, 2.0])
    value = Value(array)
    value.data -= 1
    assert array.tolist() == [1.0, 2.0]
    array += 10
    assert value.data.tolist() == [0.0, 1.0]


def test_gradients_of_two_nodes_never_share_memory():
    a, b = Value([1.0, 2.0]), Value([3.0, 4.0])
    (a + b).sum().backward()
    a.grad += 100
    assert b.grad.tolist() == [1.0, 1.0]


def test_whole_numbers_become_float64_and_float32_stays():
    assert Value(3).data.dtype == np.float64
    w = Value(np.array([[1.0, 2.0]], np.float32))
    loss = ((2 * w + 1).tanh() / 3 - 0.5).mean()
    loss.backward()
    assert loss.data.dtype == w.grad.dtype == np.float32


def test_maximum_and_where_take_plain_numbers():
    assert maximum(1, 2).data == 2.0
    assert where([True, False], 1.0, [2.0, 3.0]).data.tolist() == [1.0, 3.0]


def test_an_array_on_the_left_makes_one_node_and_not_one_an_entry():
    product = np.array([1.0, 2.0]) * Value([3.0, 4.0])
    assert isinstance(product, Value)
    assert product.data.tolist() == [3.0, 8.0]


def test_a_graph_deeper_than_pythons_recursion_limit():
    x = Value(1.0)
    y = x
    for _ in range(5000):
        y = y + x
    y.backward()
    assert x.grad == 5001.0


def test_backward_refuses_to_start_from_an_array():
    with pytest.raises(ValueError, match=r"one number, got \(2,\).*sum"):
        Value([1.0, 2.0]).backward()


def test_matmul_of_vectors_says_what_to_write_instead():
    with pytest.raises(
        ValueError, match=r"matrices, got shapes \(2,\) and \(2,\).*\(a \* b\)\.sum"
    ):
        Value([1.0, 2.0]) @ Value([1.0, 2.0])


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="data must be an array of numbers, got str"):
        Value("three")
