"""The training loop: batches, history, schedules, interruption, divergence, metrics, range test."""

from __future__ import annotations

import copy
import functools
import math
import pickle
from typing import Any

import numpy as np
import pytest

import nnlib as nn

LOSS = nn.BinaryCrossEntropy()


def data(n: int = 50) -> tuple[np.ndarray, np.ndarray]:
    return nn.datasets.make_moons(n, rng=0)


def network(rng: int = 0, **settings: Any) -> nn.Sequential:
    return nn.Sequential(nn.Dense(2, 8), nn.Tanh(), nn.Dense(8, 1), rng=rng, **settings)


def fit(net: nn.Sequential, optimizer: nn.Optimizer | None = None, **settings: Any) -> nn.History:
    options = {"train": data(), "epochs": 5, "batch_size": 16, "progress": False} | settings
    return nn.fit(net, LOSS, optimizer or nn.SGD(0.1), **options)


class InterruptAt(nn.SGD):
    """Presses Ctrl-C in the middle of training, at update ``at``."""

    def __init__(self, at: int, learning_rate: float = 0.1) -> None:
        super().__init__(learning_rate)
        self.at = at

    def _move(self, theta: np.ndarray, grad: np.ndarray) -> None:
        if self.n_steps == self.at:
            raise KeyboardInterrupt
        super()._move(theta, grad)


@pytest.mark.parametrize(("n", "size"), [(10, 3), (10, 5), (10, 10), (10, 99), (7, 1)])
def test_batches_hold_each_example_once_and_the_last_may_be_smaller(n: int, size: int) -> None:
    x, y = np.arange(n)[:, np.newaxis] * np.ones((1, 2)), np.arange(n) * 10
    batches = list(nn.minibatches(x, y, size, rng=0))
    assert [len(xb) for xb, _ in batches] == [size] * (n // size) + [n % size] * (n % size > 0)
    rows = np.concatenate([xb[:, 0] for xb, _ in batches])
    np.testing.assert_array_equal(np.sort(rows), np.arange(n))
    np.testing.assert_array_equal(np.concatenate([yb for _, yb in batches]), rows * 10)


def test_batches_differ_between_epochs_and_not_only_in_their_order() -> None:
    x, rng = np.arange(40)[:, np.newaxis], np.random.default_rng(0)
    first, second = (
        {frozenset(xb[:, 0].tolist()) for xb, _ in nn.minibatches(x, x, 8, rng)} for _ in range(2)
    )
    assert not first & second


def test_batches_are_copies() -> None:
    x, y = data(8)
    before = x.copy()
    for xb, yb in nn.minibatches(x, y, 4, rng=0):
        xb[:], yb[:] = 0, 0
    np.testing.assert_array_equal(x, before)


def test_fit_is_the_loop_written_out() -> None:
    x, y = data()
    net, by_hand = network(), network()
    optimizer, rng, losses = nn.Adam(0.01), np.random.default_rng(7), []
    for _ in range(3):
        total = 0.0
        for xb, yb in nn.minibatches(x, y, 16, rng):
            total += LOSS.forward(by_hand.forward(xb, training=True), yb) * len(xb)
            by_hand.backward(LOSS.backward())
            optimizer.step(by_hand.theta, by_hand.grad)
        losses.append(total / len(x))
    history = fit(net, nn.Adam(0.01), epochs=3, rng=7)
    np.testing.assert_array_equal(net.theta, by_hand.theta)
    assert history.train_loss == losses
    assert optimizer.n_steps == 3 * 4  # 16 + 16 + 16 + 2


def test_and_gate_is_learned() -> None:
    x, y = nn.datasets.load_logic_gate("and")
    net = nn.Sequential(nn.Dense(2, 1), rng=0)
    history = nn.fit(net, LOSS, nn.SGD(1.0), (x, y), epochs=500, batch_size=None, progress=False)
    assert nn.accuracy(net.predict(x), y) == 1
    assert np.all(np.diff(history.train_loss) < 0)
    assert history.train_loss[-1] < 0.1


def test_xor_is_learned_by_a_hidden_layer_and_not_without() -> None:
    x, y = nn.datasets.load_logic_gate("xor")
    hidden = nn.Sequential(nn.Dense(2, 8), nn.Tanh(), nn.Dense(8, 1), rng=0)
    nn.fit(hidden, LOSS, nn.Adam(0.05), (x, y), epochs=300, batch_size=None, progress=False)
    assert nn.accuracy(hidden.predict(x), y) == 1
    flat = nn.Sequential(nn.Dense(2, 1), rng=0)
    nn.fit(flat, LOSS, nn.SGD(1.0), (x, y), epochs=2000, batch_size=None, progress=False)
    np.testing.assert_allclose(flat.predict(x), 0.5, atol=1e-6)


def test_history_has_a_number_an_epoch_for_each_quantity() -> None:
    history = fit(network(), validation=data(20), metric=nn.accuracy)
    assert list(history.records) == [
        "train_loss", "validation_loss", "train_accuracy", "validation_accuracy",
        "gradient_norm", "learning_rate",
    ]  # fmt: skip
    assert {len(values) for values in history.records.values()} == {len(history)} == {5}
    assert history["train_loss"] is history.train_loss
    assert history.stopped == "all epochs done"
    assert "5 epochs, all epochs done; last: train_loss" in repr(history)
    for same in (copy.deepcopy(history), pickle.loads(pickle.dumps(history))):
        assert same.records == history.records


def test_history_says_what_it_has_when_asked_for_something_else() -> None:
    with pytest.raises(KeyError, match="no 'loss'; it has train_loss, gradient_norm"):
        fit(network())["loss"]
    with pytest.raises(AttributeError, match="no 'loss'"):
        _ = fit(network()).loss


def test_recorded_validation_loss_and_metric_are_those_of_the_network_then() -> None:
    net, held = network(), data(20)
    history = fit(net, validation=held, metric=nn.accuracy)
    assert history.validation_loss[-1] == nn.evaluate(net, LOSS, *held)
    assert history.train_accuracy[-1] == nn.accuracy(net.predict(data()[0]), data()[1])


def test_a_metric_without_a_name_is_recorded_under_its_type() -> None:
    history = fit(network(), metric=functools.partial(lambda p, y, k: k, k=3.0))
    assert history.train_partial == [3.0] * 5


def test_recorded_gradient_norm_is_that_before_clipping() -> None:
    free, clipped = fit(network(), epochs=1), fit(network(), epochs=1, max_norm=1e-6)
    assert free.gradient_norm[0] > 0.01
    assert clipped.gradient_norm[0] == pytest.approx(free.gradient_norm[0], rel=0.3)


@pytest.mark.parametrize(
    "settings",
    [
        {"epochs": 6},
        {"batch_size": 5},
        {"batch_size": None},
        {"rng": 1},
        {"penalty": nn.L2(0.1)},
        {"penalty": nn.L1(0.1)},
        {"constraint": nn.MaxNorm(0.2)},
        {"schedule": nn.Exponential(0.1, 0.5)},
        {"max_norm": 0.01},
        {"callbacks": [lambda net, history: len(history) == 2]},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_every_setting_has_an_effect(settings: dict[str, Any]) -> None:
    usual, changed = network(), network()
    fit(usual)
    fit(changed, **settings)
    assert not np.allclose(usual.theta, changed.theta, rtol=1e-6)


@pytest.mark.parametrize("settings", [{"validation": data(9)}, {"metric": nn.accuracy}])
def test_looking_at_training_does_not_change_it(settings: dict[str, Any]) -> None:
    usual, watched = network(), network()
    fit(usual)
    fit(watched, **settings)
    np.testing.assert_array_equal(usual.theta, watched.theta)


def test_schedule_sets_the_rate_of_every_update() -> None:
    seen: list[int] = []

    def schedule(step: int) -> float:
        seen.append(step)
        return 0.1 / (1 + step)

    history = fit(network(), epochs=3, schedule=schedule)
    assert seen == list(range(12))
    assert history.learning_rate == pytest.approx([0.1 / 4, 0.1 / 8, 0.1 / 12])


def test_callbacks_are_told_in_turn_and_any_of_them_can_stop() -> None:
    told: list[str] = []

    class Recorder:
        def __init__(self, name: str, stop: int) -> None:
            self.name, self.stop = name, stop

        def on_start(self, net: nn.Sequential, names: list[str]) -> None:
            told.append(f"{self.name} start {names[0]}")

        def on_epoch(self, net: nn.Sequential, history: nn.History) -> bool:
            told.append(f"{self.name} {len(history)}")
            return len(history) == self.stop

        def on_end(self, net: nn.Sequential, history: nn.History) -> None:
            told.append(f"{self.name} end")

    history = fit(network(), callbacks=[Recorder("a", 2), Recorder("b", 9)])
    start = ["a start train_loss", "b start train_loss"]
    assert told == [*start, "a 1", "b 1", "a 2", "b 2", "a end", "b end"]
    assert history.stopped == "stopped by a callback after epoch 2"


@pytest.mark.parametrize("at", [1, 2, 6, 8])
def test_interruption_returns_the_history_and_a_usable_network(at: int) -> None:
    net, x = network(), data()[0]
    history = fit(net, InterruptAt(at))  # 4 updates an epoch
    done = (at - 1) // 4
    assert len(history) == done
    assert history.stopped == f"interrupted in epoch {done + 1}"
    assert np.isfinite(net.predict(x)).all()
    assert f"{done} epochs, interrupted" in repr(history)
    again = fit(net)
    assert len(again) == 5


def test_interruption_in_a_callback_is_an_interruption_too() -> None:
    def interrupt(net: nn.Sequential, history: nn.History) -> None:
        raise KeyboardInterrupt

    history = fit(network(), callbacks=[interrupt])
    assert len(history) == 1
    assert history.stopped.startswith("interrupted")


def test_interruption_restores_the_best_weights_where_early_stopping_asked() -> None:
    x, y = data()
    net, stopping, best = network(), nn.EarlyStopping(patience=99), []

    def watch(net: nn.Sequential, history: nn.History) -> None:
        best.append(net.theta.copy())

    # Labels turned round in the validation part: every epoch makes that loss worse.
    history = fit(
        net, InterruptAt(14), epochs=50, validation=(x, 1 - y), callbacks=[watch, stopping]
    )
    assert len(history) == 3
    np.testing.assert_array_equal(net.theta, best[stopping.best_epoch - 1])
    assert (net.theta != best[-1]).any()


def test_interruption_in_a_second_fit_does_not_bring_back_weights_of_the_first() -> None:
    stopping, held = nn.EarlyStopping(patience=2), data(20)
    fit(network(), validation=held, callbacks=[stopping])
    net = network(rng=5)
    before = net.theta.copy()
    fit(net, InterruptAt(1), validation=held, callbacks=[stopping])
    np.testing.assert_array_equal(net.theta, before)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_diverging_run_stops_and_says_where_and_what_to_try(dtype: str) -> None:
    x, y = data()
    net = nn.Sequential(nn.Dense(2, 8), nn.ReLU(), nn.Dense(8, 1), rng=0, dtype=dtype)
    with pytest.raises(nn.Diverged) as error:
        nn.fit(net, nn.MSE(), nn.SGD(3.0), (x, y[:, np.newaxis]), epochs=500, progress=False)
    message, history = str(error.value), error.value.history
    assert message.startswith(f"Training diverged in epoch {len(history) + 1}, update ")
    for words in (
        "layer",
        "Dense(",
        "norm",
        "smaller learning_rate (now 3)",
        "max_norm",
        "standard",
    ):
        assert words in message
    assert history.stopped == f"diverged in epoch {len(history) + 1}"
    assert np.isfinite(history.train_loss).all()
    assert np.isfinite(net.theta).all()


def test_divergence_is_noticed_in_the_last_update_as_well() -> None:
    def one_huge_step(**settings: Any) -> None:
        net = nn.Sequential(nn.Dense(2, 8), nn.ReLU(), nn.Dense(8, 2), rng=0)
        nn.fit(net, nn.CrossEntropy(), nn.SGD(1e300), data(), epochs=1, batch_size=None,
               progress=False, **settings)  # fmt: skip

    with pytest.raises(nn.Diverged, match="epoch 1, update 2: the validation loss is"):
        one_huge_step(validation=data(20))
    with pytest.raises(nn.Diverged, match="epoch 1, update 2: predictions are not finite"):
        one_huge_step(metric=nn.accuracy)


def test_a_gradient_that_overflows_stops_before_the_step() -> None:
    net = nn.Sequential(nn.Dense(1, 1, init=[[1e15]]), dtype="float32")
    with pytest.raises(nn.Diverged, match="update 1: the norm of the gradient is inf") as error:
        nn.fit(net, nn.MSE(), nn.SGD(0.1), ([[1e3]], [[0.0]]), max_norm=1.0, progress=False)
    np.testing.assert_array_equal(net.theta, np.array([1e15, 0], np.float32))
    assert "layer 0, Dense(1, 1" in str(error.value)


def test_divergence_restores_the_best_weights_where_early_stopping_asked() -> None:
    x, y = data()
    net, held = network(), (x, y[:, np.newaxis].astype(float))
    net.layers[1] = nn.ReLU()
    stopping = nn.EarlyStopping(patience=100)
    with pytest.raises(nn.Diverged):
        nn.fit(net, nn.MSE(), nn.SGD(0.05), held, validation=held, epochs=500, progress=False,
               schedule=lambda step: 0.05 if step < 20 else 1e6, callbacks=[stopping])  # fmt: skip
    assert stopping.best_epoch >= 1
    assert nn.evaluate(net, nn.MSE(), *held) < 0.5


@pytest.mark.parametrize(
    ("n", "size"),
    [(1, 32), (33, 32), (5, 1)],
    ids=["one example", "one left over", "batches of one"],
)
def test_batches_of_one_train_without_a_warning(n: int, size: int) -> None:
    net = nn.Sequential(nn.Dense(2, 4), nn.BatchNorm(4), nn.ReLU(), nn.Dense(4, 1), rng=0)
    x, y = nn.datasets.make_moons(40, rng=0)
    history = fit(net, nn.Adam(0.01), train=(x[:n], y[:n]), batch_size=size, validation=(x, y))
    assert np.isfinite(history.train_loss).all()
    assert np.isfinite(history.validation_loss).all()


def test_a_class_that_never_occurs_and_constant_features_train_without_a_warning() -> None:
    x = np.column_stack([np.full(30, 7.0), np.zeros(30)])
    y = np.zeros(30, int)
    net = nn.Sequential(nn.Dense(2, 4), nn.LayerNorm(4), nn.ReLU(), nn.Dense(4, 3), rng=0)
    history = nn.fit(net, nn.CrossEntropy(), nn.Adam(0.01), (x, y), epochs=20, progress=False)
    assert history.train_loss[-1] < history.train_loss[0]
    assert np.isfinite(net.predict(x)).all()


@pytest.mark.parametrize("make", [nn.SGD, nn.Adam, nn.AdamW])
def test_float32_is_kept_through_training(make: type) -> None:
    net, optimizer = network(dtype="float32"), make(0.01, weight_decay=0.01)
    net.layers.insert(1, nn.Identity())
    fit(net, optimizer, penalty=nn.L1(0.01), constraint=nn.MaxNorm(1.0), max_norm=0.1,
        validation=data(9), callbacks=[nn.EarlyStopping(patience=3)])  # fmt: skip
    kept = [net.theta, net.grad, *(getattr(optimizer, name) for name in optimizer.state_names)]
    assert {array.dtype for array in kept} == {np.dtype(np.float32)}
    assert net.layers[0].weight.base is net.theta


def test_data_are_neither_changed_nor_kept() -> None:
    x, y = data()
    before = x.copy(), y.copy()
    net = network()
    fit(net, train=(x, y), validation=(x, y), penalty=nn.L2(0.1))
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_lists_train_like_arrays() -> None:
    x, y = data()
    one, other = network(), network()
    fit(one)
    fit(other, train=[x.tolist(), y.tolist()])
    np.testing.assert_array_equal(one.theta, other.theta)


def test_accuracy_counts_right_decisions() -> None:
    assert nn.accuracy([[0.9], [0.2], [0.6], [0.5]], [1, 0, 0, 0]) == 0.75
    assert nn.accuracy([[0.9], [0.2]], [[1], [1]]) == 0.5
    assert nn.accuracy([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]], [1, 2]) == 0.5


def test_confusion_matrix_has_true_classes_in_rows() -> None:
    p = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1]]
    expected = [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    np.testing.assert_array_equal(nn.confusion_matrix(p, [0, 0, 1, 1]), expected)
    np.testing.assert_array_equal(
        nn.confusion_matrix([[0.9], [0.9], [0.1]], [[1], [0], [0]]), [[1, 1], [0, 1]]
    )


def test_range_test_leaves_network_and_optimizer_as_they_were() -> None:
    def make() -> tuple[nn.Sequential, nn.Optimizer]:
        net = nn.Sequential(
            nn.Dense(2, 8), nn.BatchNorm(8), nn.ReLU(), nn.Dropout(0.3), nn.Dense(8, 1), rng=0
        )
        optimizer = nn.Adam(0.01)
        fit(net, optimizer)
        return net, optimizer

    (net, optimizer), (twin, twin_optimizer) = make(), make()
    rates, losses = nn.range_test(net, LOSS, optimizer, data(), highest=10.0)
    assert len(rates) == len(losses) > 10
    np.testing.assert_array_equal(net.theta, twin.theta)
    fit(net, optimizer)
    fit(twin, twin_optimizer)
    np.testing.assert_array_equal(net.theta, twin.theta)  # masks and moments were untouched, too


def test_range_test_grows_by_a_constant_factor_up_to_the_highest_rate() -> None:
    rates, losses = nn.range_test(
        network(), LOSS, nn.SGD(1.0), data(), lowest=1e-6, highest=1e-3, n_steps=7
    )
    np.testing.assert_allclose(rates, np.geomspace(1e-6, 1e-3, 7))
    assert losses.shape == (7,)


def test_range_test_stops_where_the_loss_explodes() -> None:
    x, y = data()
    net = nn.Sequential(nn.Dense(2, 8), nn.ReLU(), nn.Dense(8, 1), rng=0)
    rates, losses = nn.range_test(net, nn.MSE(), nn.SGD(0.1), (x, y[:, np.newaxis]), highest=1e6)
    assert len(rates) == len(losses) < 100
    assert (losses[:-1] <= 4 * np.minimum.accumulate(losses[:-1])).all()
    assert all(map(math.isfinite, losses))
