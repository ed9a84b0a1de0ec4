"""Penalties, max-norm, early stopping, mixup, folds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn


def problem(n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(n, 2))
    return x, (x[:, 0] > 0).astype(int)


def trained(**settings: Any) -> nn.Sequential:
    net = nn.Sequential(nn.Dense(2, 6, bias=np.ones(6)), nn.Tanh(), nn.Dense(6, 1), rng=0)
    options = {"epochs": 30, "progress": False} | settings
    nn.fit(net, nn.BinaryCrossEntropy(), nn.SGD(0.2), problem(), **options)
    return net


def weights(net: nn.Sequential) -> np.ndarray:
    return net.theta[: net.n_weights]


def test_l2_and_l1_by_hand() -> None:
    w = np.array([3.0, -4.0, 0.0])
    assert nn.L2(0.1).value(w) == pytest.approx(0.5 * 0.1 * 25)
    np.testing.assert_allclose(nn.L2(0.1).gradient(w), 0.1 * w)
    assert nn.L1(0.1).value(w) == pytest.approx(0.1 * 7)
    np.testing.assert_array_equal(nn.L1(0.1).gradient(w), [0.1, -0.1, 0])


@pytest.mark.parametrize("kind", [nn.L2, nn.L1])
def test_larger_penalty_gives_smaller_weights(kind: type) -> None:
    sizes = [np.abs(weights(trained(penalty=kind(s)))).sum() for s in (0, 0.01, 0.1)]
    assert sizes[0] > sizes[1] > sizes[2]


def test_penalty_of_zero_changes_nothing() -> None:
    np.testing.assert_array_equal(trained(penalty=nn.L2(0.0)).theta, trained().theta)


@pytest.mark.parametrize("penalty", [nn.L1(0.5), nn.L2(0.5)], ids=repr)
def test_penalty_acts_on_weights_and_spares_biases(penalty: nn.L2) -> None:
    def after_one_step(**settings: Any) -> nn.Sequential:
        return trained(epochs=1, batch_size=None, **settings)

    plain, penalized = after_one_step(), after_one_step(penalty=penalty)
    n = plain.n_weights
    np.testing.assert_array_equal(penalized.theta[n:], plain.theta[n:])
    start = nn.Sequential(nn.Dense(2, 6, bias=np.ones(6)), nn.Tanh(), nn.Dense(6, 1), rng=0)
    pull = 0.2 * penalty.gradient(start.theta[:n])
    np.testing.assert_allclose(plain.theta[:n] - penalized.theta[:n], pull, atol=1e-15)
    assert np.abs(pull).max() > 0


def test_l1_drives_weights_of_useless_inputs_to_zero() -> None:
    x = np.random.default_rng(0).normal(size=(200, 5))
    y = (x[:, 0] > 0).astype(int)
    net = nn.Sequential(nn.Dense(5, 1), rng=0)
    rate = nn.Exponential(0.1, 0.995)
    for penalty in (nn.L1(0.05),):
        nn.fit(net, nn.BinaryCrossEntropy(), nn.SGD(0.1), (x, y), epochs=150, batch_size=None,
               penalty=penalty, schedule=rate, progress=False)  # fmt: skip
    w = np.abs(net.layers[0].weight[:, 0])
    assert w[0] > 0.5
    assert w[1:].max() < 0.05


def test_max_norm_scales_long_columns_only_and_in_place() -> None:
    net = nn.Sequential(nn.Dense(2, 3, init=[[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]], bias=[9, 9, 9]))
    nn.MaxNorm(1.0).apply(net)
    np.testing.assert_allclose(net.layers[0].weight, [[0.6, 0.3, 0], [0.8, 0.4, 0]], rtol=1e-15)
    np.testing.assert_array_equal(net.layers[0].bias, 9)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("limit", [1e-3, 10.0, 1e6])
def test_max_norm_of_zero_weights_is_silent(limit: float, dtype: str) -> None:
    net = nn.Sequential(nn.Dense(2, 3, init="zeros"), rng=0, dtype=dtype)
    nn.MaxNorm(limit).apply(net)
    assert not net.theta.any()


def test_max_norm_holds_after_every_update() -> None:
    seen = []

    def watch(net: nn.Sequential, history: nn.History) -> None:
        dense = [layer for layer in net.layers if isinstance(layer, nn.Dense)]
        seen.append(max(np.linalg.norm(d.weight, axis=0).max() for d in dense))

    trained(constraint=nn.MaxNorm(0.5), callbacks=[watch])
    assert max(seen) <= 0.5 * (1 + 1e-12)
    assert np.linalg.norm(weights(trained())) > 1


class Scripted(nn.EarlyStopping):
    """Early stopping that is shown a script instead of the network's loss; net marks the epoch."""

    def play(self, values: list[float]) -> tuple[int, float]:
        net, history = nn.Sequential(nn.Dense(1, 1, init="zeros"), rng=0), nn.History()
        self.on_start(net, [self.monitor])
        for epoch, value in enumerate(values, start=1):
            net.theta[:] = epoch
            history.append(**{self.monitor: value})
            if self.on_epoch(net, history):
                break
        self.on_end(net, history)
        return epoch, float(net.theta[0])


@pytest.mark.parametrize(
    ("settings", "values", "stops_after", "weights_of"),
    [
        ({"patience": 2}, [5, 4, 3, 4, 4, 1], 5, 3),  # stopped early, best restored
        ({"patience": 9}, [5, 4, 3, 4, 4], 5, 3),  # epochs ran out, best restored all the same
        ({"patience": 2, "restore": False}, [5, 4, 3, 4, 4, 1], 5, 5),
        ({"patience": 2}, [5, 4, 3, 2, 1], 5, 5),  # the last is the best
        ({"patience": 2}, [1, 2, 3], 3, 1),  # the first is the best
        ({"patience": 1}, [3, 3, 2], 2, 1),  # no change is no improvement
        ({"patience": 2, "min_delta": 0.5}, [5, 4.6, 4.4, 4.2], 4, 3),
        ({"patience": 2, "min_delta": 1.0}, [5, 4.6, 4.4, 0], 3, 1),
        ({"patience": 2, "monitor": "validation_accuracy"}, [0.5, 0.9, 0.8, 0.7, 1], 4, 2),
    ],
)
def test_early_stopping_follows_the_script(
    settings: dict[str, Any], values: list[float], stops_after: int, weights_of: int
) -> None:
    assert Scripted(**settings).play(values) == (stops_after, weights_of)


def test_early_stopping_starts_afresh_when_it_is_used_again() -> None:
    stopping = Scripted(patience=2)
    assert stopping.play([0.1, 0.2, 0.3]) == (3, 1)
    assert stopping.play([9, 8, 7]) == (3, 3)


def test_early_stopping_in_fit_leaves_the_weights_with_the_best_validation_loss() -> None:
    x, y = problem(60)
    rng = np.random.default_rng(0)
    noisy = np.where(rng.random(60) < 0.3, 1 - y, y)
    net = nn.Sequential(nn.Dense(2, 64), nn.ReLU(), nn.Dense(64, 1), rng=0)
    loss, held = nn.BinaryCrossEntropy(), (x[40:], noisy[40:])
    history = nn.fit(
        net, loss, nn.Adam(0.05), (x[:40], noisy[:40]), validation=held, epochs=200,
        callbacks=[nn.EarlyStopping(patience=15)], progress=False,
    )  # fmt: skip
    best = min(history.validation_loss)
    assert len(history) == np.argmin(history.validation_loss) + 1 + 15
    assert nn.evaluate(net, loss, *held) == best < history.validation_loss[-1]
    assert history.stopped == f"stopped by a callback after epoch {len(history)}"


def test_mixup_mixes_pairs_of_examples_and_targets_by_the_same_share() -> None:
    x = np.arange(10.0)[:, np.newaxis] * np.ones((1, 2))
    y = np.arange(10.0)
    mixed_x, mixed_y = nn.mixup(x, y, alpha=1.0, rng=0)
    np.testing.assert_allclose(mixed_x[:, 0], mixed_y)
    np.testing.assert_allclose(mixed_x[:, 0], mixed_x[:, 1])
    assert mixed_y.min() >= 0
    assert mixed_y.max() <= 9
    assert (mixed_y != y).any()
    np.testing.assert_array_equal(y, np.arange(10))


def test_mixup_with_small_alpha_hardly_mixes() -> None:
    x, y = np.eye(100), np.eye(100)

    def largest_share(alpha: float) -> float:
        return float(nn.mixup(x, y, alpha, rng=0)[1].max(axis=1).mean())

    assert largest_share(0.01) > 0.97 > largest_share(0.2) > largest_share(5.0)


def test_mixup_keeps_float32_and_makes_floats_of_integers() -> None:
    x, y = nn.mixup(np.ones((4, 2), np.float32), np.arange(4), rng=0)
    assert (x.dtype, y.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize(("n", "k"), [(10, 5), (11, 3), (7, 7)])
def test_kfold_puts_each_row_into_validation_exactly_once(n: int, k: int) -> None:
    folds = list(nn.kfold(n, k, rng=0))
    assert len(folds) == k
    held = np.concatenate([validation for _, validation in folds])
    np.testing.assert_array_equal(np.sort(held), np.arange(n))
    for train, validation in folds:
        np.testing.assert_array_equal(np.sort(np.concatenate([train, validation])), np.arange(n))
    sizes = [len(validation) for _, validation in folds]
    assert max(sizes) - min(sizes) <= 1


def test_kfold_shuffles_and_the_seed_decides_how() -> None:
    first, again, other = (next(nn.kfold(20, 4, rng=seed))[1] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (np.sort(first) != np.arange(5)).any()
    assert set(first) != set(other)
