"""The figures of notebook 06d and the measurements behind them, without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter06d
from nnlib.show.explore import Scene
from tests.figures import moved

BLOCK = np.arange(36.0).reshape(3, 4, 3) ** 2 % 17


def shown(draw: Any, **values: Any) -> Scene:
    return Scene(draw, (6.6, 3.8), values)


# ---------------------------------------------------------------- which axis


@pytest.mark.parametrize(
    ("norm", "size"), [("batch", 9), ("layer", 12), ("instance", 3), ("group", 6), ("RMS", 12)]
)
def test_the_coloured_numbers_are_those_that_set_the_result(norm: str, size: int) -> None:
    mask = chapter06d.sharing(norm, BLOCK.shape, 1, 2)
    assert mask.sum() == size and mask[1, 2].all()
    result = chapter06d.normalized(norm, BLOCK)
    row = result[1, 2]
    if norm == "RMS":
        assert np.mean(result[mask] ** 2) == pytest.approx(1, abs=1e-5)
    else:
        assert result[mask].mean() == pytest.approx(0, abs=1e-9)
        assert result[mask].std() == pytest.approx(1, abs=1e-4)
    # A number outside changes nothing in the row, one inside does.
    for inside in (True, False):
        place = tuple(np.argwhere(mask == inside)[-1])
        changed = BLOCK.copy()
        changed[place] += 50
        same = np.allclose(chapter06d.normalized(norm, changed)[1, 2], row)
        assert same != inside


def test_the_small_block_is_whole_and_its_third_example_darkest() -> None:
    block = chapter06d.small_block()
    assert block.shape == (3, 4, 3) and np.array_equal(block, block.round())
    assert block[2].mean() < min(block[0].mean(), block[1].mean()) - 4


def test_layer_and_rms_norm_are_those_of_the_library() -> None:
    flat = BLOCK[:, :, :1]
    layers: dict[str, nn.Layer] = {
        "layer": nn.LayerNorm(4),
        "RMS": nn.RMSNorm(4),
        "batch": nn.BatchNorm(4),
    }
    for name, layer in layers.items():
        expected = layer.forward(flat[:, :, 0], training=True)
        np.testing.assert_allclose(chapter06d.normalized(name, flat)[:, :, 0], expected)


def test_which_axis_names_the_numbers_and_every_control_moves_it() -> None:
    scene = shown(chapter06d.which_axis(BLOCK), normalization="batch", example=1, channel=1)
    numbers = BLOCK[:, 0]
    assert f"mean {numbers.mean():.2f}, std {numbers.std():.2f}" in scene.alt
    for norm, example, channel in (("layer", 1, 1), ("layer", 3, 1), ("RMS", 3, 4)):
        assert moved(scene, normalization=norm, example=example, channel=channel)
    assert "root mean square" in scene.alt


# ---------------------------------------------------------------- batch statistics


def test_training_outputs_are_those_of_batch_norm() -> None:
    others = np.random.default_rng(0).standard_normal((5, 7))
    found = chapter06d.training_outputs(others, 1.5, 6)
    for row, output in zip(others, found, strict=True):
        batch = np.append(1.5, row[:5])[:, np.newaxis]
        expected = nn.BatchNorm(1).forward(batch, training=True)[0, 0]
        assert output == pytest.approx(expected)
    assert not chapter06d.training_outputs(others, 1.5, 1).any()
    np.testing.assert_allclose(np.abs(chapter06d.training_outputs(others, 1.5, 2)), 1, atol=0.01)


def test_batch_noise_tells_both_modes_and_the_gap_falls() -> None:
    scene = shown(chapter06d.batch_noise(), batch_size=1)
    assert "between 0.00 and 0.00 in training, 1.50 at inference" in scene.alt
    gaps = []
    for size in (2, 16, 64):
        assert moved(scene, batch_size=size)
        gaps.append(float(scene.alt.split("gap is ")[1].rstrip(".")))
    assert gaps[1] / gaps[2] == pytest.approx(2, abs=0.25)  # four times the batch: half the gap
    assert gaps[2] == pytest.approx(np.sqrt((1 + 1.5**2 / 2) / 64), rel=0.1)


# ---------------------------------------------------------------- placement


@pytest.mark.parametrize("place", chapter06d.PLACES)
@pytest.mark.parametrize("n_matrices", [1, 2])
def test_every_block_hands_back_the_right_blame(place: str, n_matrices: int) -> None:
    rng = np.random.default_rng(2)
    a, g = rng.standard_normal((3, 5)), rng.standard_normal((3, 5))
    weights = list(rng.standard_normal((n_matrices, 5, 5)))
    _, back = chapter06d._block(place, a, weights)
    exact = nn.numerical_gradient(
        lambda a: float(np.sum(g * chapter06d._block(place, a, weights)[0])), a
    )
    assert nn.relative_error(back(g), exact) < 1e-7


def test_a_norm_in_every_layer_forgets_the_scale_of_the_weights() -> None:
    small, large = (chapter06d.deep_blame("plain + norm", "one ReLU layer", c)[0] for c in (1, 3))
    np.testing.assert_allclose(small, large, rtol=1e-3)
    assert chapter06d.deep_blame("residual", "one ReLU layer", 1.4)[0][0] > 1e4


def test_placement_names_five_networks_and_keeps_labels_apart() -> None:
    scene = shown(chapter06d.placement(), branch="one ReLU layer", scale=0.2)
    assert all(name in scene.alt for name in chapter06d.PLACES)
    for branch, scale in (("one ReLU layer", 3.0), ("two layers", 3.0), ("two layers", 0.2)):
        assert moved(scene, branch=branch, scale=scale)
        heights = sorted(
            np.log10(text.get_position()[1])
            for text in scene.figure.axes[0].texts
            if text.get_text() in chapter06d.PLACES
        )
        assert len(heights) == 5 and min(np.diff(heights)) > 1.2 and heights[-1] < 9.5


# ---------------------------------------------------------------- a network in training


@pytest.fixture
def nets() -> chapter06d.Crowd:
    return chapter06d.Crowd([chapter06d.build("batch norm", seed) for seed in (0, 1)])


@pytest.fixture
def batch() -> Any:
    x, y = chapter06d.SPIRAL
    return np.stack([x[:40], x[40:80]]), np.stack([y[:40], y[40:80]])[..., np.newaxis]


def test_build_scales_only_the_weights() -> None:
    he, double = (chapter06d.build("batch norm", 0, factor=factor) for factor in (1, 2))
    np.testing.assert_array_equal(double.theta[: he.n_weights], 2 * he.theta[: he.n_weights])
    np.testing.assert_array_equal(double.theta[he.n_weights :], he.theta[he.n_weights :])


def shaken(n: int) -> list[nn.Layer]:
    return [nn.BatchNorm(n), nn.Dropout(0.2), nn.ReLU()]  # a layer that draws for itself


@pytest.mark.parametrize("kind", [*chapter06d.AFTER_DENSE, "shaken"])
def test_networks_train_side_by_side_as_each_does_alone(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(chapter06d.AFTER_DENSE, "shaken", shaken)
    seen: list[Any] = []
    ends = chapter06d.train(
        [chapter06d.build(kind, seed, n_hidden=2, width=4) for seed in (3, 4)],
        (3, 5),
        batch_size=8,
        n_steps=10,
        every=5,
        watch=lambda step, nets, x, y: seen.append((step, nets, x, y)),
    )
    assert [step for step, *_ in seen] == [*range(10)] and ends.shape == (2, 2)
    together = seen[0][1]
    for i, (seed, draw) in enumerate(((3, 3), (4, 5))):
        net, rng = chapter06d.build(kind, seed, n_hidden=2, width=4), np.random.default_rng(draw)
        loss, sgd = nn.BinaryCrossEntropy(), nn.SGD(0.1)
        for _, _, x, y in seen:
            rows = rng.integers(0, 1000, 8)
            np.testing.assert_array_equal(x[i], chapter06d.SPIRAL[0][rows])
            loss.forward(net.forward(x[i], training=True), y[i])
            net.backward(loss.backward())
            sgd.step(net.theta, net.grad)
        np.testing.assert_allclose(together.theta[i], net.theta, rtol=0, atol=1e-12)
        x, y = chapter06d.TEST_SPIRAL
        assert ends[i, -1] == pytest.approx(nn.accuracy(net.predict(x), y))


def test_measuring_leaves_the_networks_as_they_were(nets: chapter06d.Crowd, batch: Any) -> None:
    (x, y), before = batch, nets.state()
    assert len(before) == 7  # theta, and two running statistics of each norm
    chapter06d.moments(nets, x, 5)
    chapter06d.gradient_change(nets, x, y, 0.1, 6)
    chapter06d.along_gradient(nets, x, y, np.array([0.1, 1.0]))
    for now, then in zip(nets.state(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_moments_behind_batch_norm_are_0_and_1(nets: chapter06d.Crowd, batch: Any) -> None:
    mean, std = chapter06d.moments(nets, batch[0], 5)
    np.testing.assert_allclose(mean, 0, atol=1e-9)
    np.testing.assert_allclose(std, 1, atol=1e-2)


def test_gradient_change_comes_from_the_layers_before_alone(
    nets: chapter06d.Crowd, batch: Any
) -> None:
    x, y = batch
    assert not chapter06d.gradient_change(nets, x, y, 0.1, 0).any()
    assert not chapter06d.gradient_change(nets, x, y, 0.0, 6).any()
    small, large = (chapter06d.gradient_change(nets, x, y, rate, 6) for rate in (0.01, 0.1))
    assert np.all(small > 0) and np.all(small < large)


def test_along_gradient_starts_at_1_and_falls_for_a_short_step(
    nets: chapter06d.Crowd, batch: Any
) -> None:
    ratios, changes = chapter06d.along_gradient(nets, *batch, np.array([0.0, 0.01]))
    assert np.all(ratios[:, 0] == 1) and not changes[:, 0].any()
    assert np.all(ratios[:, 1] < 1) and np.all((changes[:, 1] > 0) & (changes[:, 1] < 1))


def test_train_learns() -> None:
    accuracies = chapter06d.train([chapter06d.build("batch norm", 0)], (0,), n_steps=50)
    assert accuracies.shape == (1, 2) and accuracies[0, -1] > 0.9


def test_first_steps_says_never() -> None:
    runs = np.array([[0.5, 0.96, 0.9], [0.5, 0.6, 0.7], [0.95, 0.9, 0.9]])
    assert chapter06d.first_steps(runs) == "25, 50, never"


def test_n_learned_counts_seeds() -> None:
    np.testing.assert_array_equal(chapter06d.n_learned("batch norm", 0.1, (1, 2), n_seeds=2), 2)
    np.testing.assert_array_equal(chapter06d.n_learned("without", 10, (1,), n_seeds=1), 0)


def test_relative_shift_is_in_standard_deviations() -> None:
    inputs = np.zeros((4, 2, 3))
    inputs[:, 1] = 2.0  # std 2 everywhere
    inputs[:, 0] = np.arange(4)[:, np.newaxis]  # the mean moves by 1 each time
    assert chapter06d.relative_shift(inputs) == pytest.approx(0.5)


def test_moving_inputs_tells_shift_and_accuracy() -> None:
    rng = np.random.default_rng(0)
    still, moving = (
        (1 + size * rng.standard_normal((2, 5, 2, 6)), rng.random((2, 5)), rng.random((2, 4)))
        for size in (0.0, 0.5)
    )
    scene = shown(chapter06d.moving_inputs({"still": still, "moving": moving}), network="still")
    assert "move by 0 of" in scene.alt
    assert f"after 100 steps: {100 * np.median(still[2][:, -1]):.0f}%" in scene.alt
    assert moved(scene, network="moving")
    assert f"move by {chapter06d.relative_shift(moving[0][0]):.2g} of" in scene.alt


def test_step_lengths_names_the_best_step() -> None:
    rates = np.array([0.01, 0.1, 1.0])
    low, high = np.tile([1.0, 0.9, 0.5], (4, 1)), np.tile([0.8, 3.0, 50.0], (4, 1))
    found = {
        "a": {"without": (high, low), "batch norm": (low, high)},
        "b": {"without": (low, low), "batch norm": (low, low)},
    }
    scene = shown(chapter06d.step_lengths(rates, found), start="a")
    assert "without: the loss falls most at a step of 0.01" in scene.alt
    assert "batch norm: the loss falls most at a step of 1; at 0.1" in scene.alt
    assert "the gradient changes by 3.00 of its norm" in scene.alt
    assert moved(scene, start="b")


def test_probes_and_follow_have_the_shapes_they_promise() -> None:
    ratios, changes = chapter06d.probes("without", 1.0, np.array([0.1, 1.0]), n_seeds=1)
    assert ratios.shape == changes.shape == (10, 2)
    inputs, changes, accuracies = chapter06d.follow("batch norm", n_seeds=1)
    assert inputs.shape == (1, 20, 2, 32) and changes.shape == (1, 20)
    assert accuracies.shape == (1, 8)


def test_smoothness_probes_both_networks_from_each_start() -> None:
    found = chapter06d.smoothness({"half": 0.5, "He": 1.0}, np.array([0.1, 1.0]), n_seeds=1)
    assert [list(networks) for networks in found.values()] == [["without", "batch norm"]] * 2
    expected = chapter06d.probes("batch norm", 0.5, np.array([0.1, 1.0]), n_seeds=1)
    np.testing.assert_allclose(found["half"]["batch norm"], expected)


def test_say_steps_tells_medians_at_the_rates_it_names() -> None:
    rates = np.array([0.1, 1.0, 10.0])
    ratios = np.array([[0.9, 0.5, 7.0], [0.8, 0.6, 9.0], [0.9, 0.7, 99.0]])
    assert chapter06d.say_steps(rates, ratios, 2 * ratios) == (
        "best step 1.00; a step of 1: loss times 0.60; gradient changes by 1.80 at 0.1, 18.00 at 10"
    )


def test_count_learned_has_a_row_for_each_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        chapter06d,
        "n_learned",
        lambda kind, rate, factors: rate * np.array(factors) * (kind != "without"),
    )
    learned = chapter06d.count_learned((1, 10), (1, 2, 3))
    np.testing.assert_array_equal(learned["batch norm"], [[1, 2, 3], [10, 20, 30]])
    assert not learned["without"].any()


def test_tolerance_counts_settings_where_all_seeds_learn() -> None:
    learned = {"without": np.array([[3, 0], [2, 0]]), "batch norm": np.full((2, 2), 3)}
    figure, alt = chapter06d.tolerance(learned, (0.1, 1), (1, 2), 3)
    assert "without: all 3 seeds learn in 1 of 4 settings, none in 2" in alt
    assert [ax.get_title(loc="left") for ax in figure.axes] == [
        "without: all 3 learn in 1 of 4",
        "batch norm: all 3 learn in 4 of 4",
    ]
