"""Networks side by side: each computes and trains as it would alone."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show.crowd import Crowd, cross_entropy, minibatches, sigmoid, train_each

X, LABELS = nn.datasets.make_spirals(30, rng=0)
Y = LABELS[:, np.newaxis]
SEEDS = (3, 4, 3)
LOSS = nn.BinaryCrossEntropy()


def network(seed: int, activation: Any = nn.Tanh, *end: Any, **options: Any) -> nn.Sequential:
    """Return a network of which no bias is 0."""
    net = nn.Sequential(
        nn.Dense(2, 5), activation(), nn.Dense(5, 4), activation(), nn.Dense(4, 1), *end,
        rng=seed, **options,
    )  # fmt: skip
    net.theta += 0.1 * np.random.default_rng(seed).standard_normal(net.theta.size)
    return net


def own_points() -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((3, 30, 2)), rng.integers(0, 2, (3, 30, 1))


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.LeakyReLU, nn.GELU])
def test_outputs_gradients_losses_and_accuracies_are_those_of_each_network(activation: Any) -> None:
    nets, (x, y) = [network(seed, activation) for seed in SEEDS], own_points()
    crowd = Crowd(nets)
    logits = crowd.gradient(x, y)
    for i, net in enumerate(nets):
        np.testing.assert_allclose(logits[i], net.forward(x[i]), rtol=1e-12)
        assert crowd.loss(x, y)[i] == pytest.approx(LOSS.forward(net.forward(x[i]), y[i]))
        net.backward(LOSS.backward())
        np.testing.assert_allclose(crowd.grad[i], net.grad, rtol=1e-10, atol=1e-14)
        assert crowd.accuracy(x, y)[i] == nn.accuracy(net.predict(x[i]), y[i])
    assert crowd.n_weights == nets[0].n_weights


def test_each_optimizer_trains_copies_of_its_own() -> None:
    nets, makers = [network(seed) for seed in (0, 1)], (nn.SGD, nn.Momentum, nn.Adam)
    before = [net.theta.copy() for net in nets]
    batches = list(islice(minibatches(X, Y, 8, [5, 6] * len(makers)), 7))
    trained = train_each(nets, [make(0.02) for make in makers], batches)
    for part, (make, crowd) in enumerate(zip(makers, trained, strict=True)):
        alone, optimizer = Crowd(nets), make(0.02)
        for x, y in batches:
            own = slice(2 * part, 2 * part + 2)
            alone.gradient(x[own], y[own])
            optimizer.step(alone.theta, alone.grad)
        np.testing.assert_allclose(crowd.theta, alone.theta, rtol=1e-12, atol=1e-15)
    assert all((net.theta == theta).all() for net, theta in zip(nets, before, strict=True))


@pytest.mark.parametrize("optimizer", [nn.SGD, nn.Adam])
@pytest.mark.parametrize("batch_size", [1, 8, 30])  # of 30 examples: batches of 8, 8, 8 and 6
@pytest.mark.parametrize(("x", "y"), [(X, Y), own_points()], ids=["shared", "own"])
def test_training_is_that_of_fit(optimizer: Any, batch_size: int, x: Any, y: Any) -> None:
    nets = [network(seed) for seed in (0, 1, 2)]
    crowd, moving = Crowd(nets), optimizer(0.02)
    before = crowd.theta.copy()
    for batch in islice(minibatches(x, y, batch_size, SEEDS), 4 * -(-30 // batch_size)):
        crowd.gradient(*batch)
        moving.step(crowd.theta, crowd.grad)
    points = zip(np.broadcast_to(x, (3, 30, 2)), np.broadcast_to(y, (3, 30, 1)), strict=True)
    for i, data in enumerate(points):
        np.testing.assert_array_equal(nets[i].theta, before[i])  # copies have moved
        nn.fit(nets[i], LOSS, optimizer(0.02), data, epochs=4, batch_size=batch_size, rng=SEEDS[i])
        np.testing.assert_allclose(crowd.theta[i], nets[i].theta, rtol=1e-9, atol=1e-12)


def test_one_batch_of_all_is_the_data_themselves() -> None:
    batch = next(minibatches(X, Y, 30, ()))
    assert batch[0] is X and batch[1] is Y


def test_dropout_of_one_network_is_that_of_nnlib() -> None:
    masks = np.random.default_rng(5)
    net = nn.Sequential(
        nn.Dense(2, 6), nn.ReLU(), nn.Dropout(0.4, rng=masks), nn.Dense(6, 1), rng=0
    )
    crowd = Crowd([net], np.random.default_rng(5))
    crowd.gradient(X, Y)
    LOSS.forward(net.forward(X, training=True), Y)
    net.backward(LOSS.backward())
    np.testing.assert_allclose(crowd.grad[0], net.grad, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(crowd.forward(X)[0], net.forward(X), rtol=1e-12)


def test_every_network_has_its_own_dropout_rate() -> None:
    rates, ones = (0.0, 0.2, 0.7), np.ones((1, 4), "float32")
    nets = [
        nn.Sequential(nn.Dense(1, 4, init=ones), nn.Dropout(rate), rng=0, dtype="float32")
        for rate in rates
    ]
    out = Crowd(nets, np.random.default_rng(0)).forward(np.ones((3000, 1), "float32"), True)
    assert out.dtype == np.float32
    for values, rate in zip(out, rates, strict=True):
        assert np.mean(values == 0) == pytest.approx(rate, abs=0.02)
        np.testing.assert_allclose(values[values != 0], 1 / (1 - rate), rtol=1e-6)


def test_float32_is_kept_and_a_sigmoid_at_the_end_decides_at_one_half() -> None:
    net = network(0, nn.Sigmoid, nn.Sigmoid(), dtype="float32")
    crowd, x = Crowd([net]), X.astype("float32")
    crowd.backward(2 * (crowd.forward(x) - Y.astype("float32")) / len(x))
    assert crowd.forward(x).dtype == crowd.grad.dtype == np.float32
    loss = nn.MSE()
    loss.forward(net.forward(x), Y)
    net.backward(loss.backward())
    np.testing.assert_allclose(crowd.grad[0], net.grad, rtol=1e-4, atol=1e-6)
    assert crowd.accuracy(x, Y)[0] == nn.accuracy(net.predict(x), Y) != 0.5  # not all the same


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_its_sigmoid_is_the_librarys_and_silent_far_out(dtype: str) -> None:
    z = np.concatenate([np.linspace(-80, 80, 999), [-1e4, 1e4]]).astype(dtype)
    before = z.copy()
    ours = sigmoid(z)
    assert ours.dtype == dtype
    np.testing.assert_allclose(ours, nn.activations.sigmoid(z), rtol=4 * np.finfo(dtype).eps)
    assert np.array_equal(z, before)


def test_what_does_not_fit_is_an_error() -> None:
    crowd = Crowd([network(0), network(1)])
    for wrong in (crowd.gradient, crowd.loss, crowd.accuracy):
        with pytest.raises(ValueError, match=r"y must have shape \(30, 1\) or \(2, 30, 1\), got"):
            wrong(X, LABELS)
    with pytest.raises(ValueError, match="y must have shape"):
        cross_entropy(np.zeros((2, 30, 1)), LABELS)
    leaky = [nn.Sequential(nn.Dense(2, 3), nn.LeakyReLU(slope), rng=0) for slope in (0.1, 0.2)]
    with pytest.raises(ValueError, match="networks of one shape"):
        Crowd(leaky)
    with pytest.raises(ValueError, match="networks of one shape"):
        Crowd([network(0), network(0, nn.ReLU)])
    with pytest.raises(ValueError, match="got BatchNorm"):
        Crowd([nn.Sequential(nn.BatchNorm(2), nn.Dense(2, 1), rng=0)])
    with pytest.raises(ValueError, match="needs an rng"):
        Crowd([nn.Sequential(nn.Dense(2, 1), nn.Dropout(0.5), rng=0)])
    with pytest.raises(ValueError, match="batches of 8 of 30 examples need seeds"):
        next(minibatches(X, Y, 8, ()))
