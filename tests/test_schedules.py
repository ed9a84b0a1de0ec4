"""Schedules: values at the turning points, by hand."""

from __future__ import annotations

import numpy as np
import pytest

import nnlib as nn


def test_step_decay_drops_after_every_so_many_updates() -> None:
    schedule = nn.StepDecay(0.8, every=3, factor=0.5)
    assert [schedule(i) for i in range(7)] == [0.8] * 3 + [0.4] * 3 + [0.2]


def test_exponential_multiplies_after_every_update() -> None:
    assert [nn.Exponential(1.0, 0.5)(i) for i in range(4)] == [1, 0.5, 0.25, 0.125]


def test_cosine_goes_from_the_rate_to_the_lowest_and_stays_there() -> None:
    schedule = nn.Cosine(1.0, n_steps=4, lowest=0.2)
    expected = [1.0, 0.2 + 0.8 * (1 + np.sqrt(0.5)) / 2, 0.6, 0.2 + 0.8 * (1 - np.sqrt(0.5)) / 2]
    assert [schedule(i) for i in range(4)] == pytest.approx(expected)
    assert [schedule(4), schedule(5), schedule(10**6)] == pytest.approx([0.2] * 3)


def test_warm_up_is_linear_and_then_starts_the_next_at_its_beginning() -> None:
    schedule = nn.WarmUp(1.0, n_steps=4, then=nn.StepDecay(1.0, every=1, factor=0.5))
    assert [schedule(i) for i in range(7)] == [0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.25]
    assert nn.WarmUp(1.0, n_steps=2)(10) == 1.0


def test_one_cycle_starts_peaks_and_ends_where_it_says() -> None:
    schedule = nn.OneCycle(1.0, n_steps=101, rise=31 / 101, start_divisor=10, end_divisor=100)
    rates = [schedule(i) for i in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[15] == pytest.approx(0.55)  # half-way up
    assert np.argmax(rates) == 30
    assert rates[30] == pytest.approx(1.0)
    assert rates[65] == pytest.approx(0.5005)  # half-way down
    assert rates[100] == pytest.approx(0.001)
    assert schedule(101) == schedule(10**6) == rates[100]
    assert np.all(np.diff(rates[:31]) > 0)
    assert np.all(np.diff(rates[30:]) < 0)


@pytest.mark.parametrize("n_steps", [2, 3, 4, 10])
@pytest.mark.parametrize("rise", [0.01, 0.1, 0.3, 0.5, 0.99])
def test_one_cycle_is_sound_at_its_edges(n_steps: int, rise: float) -> None:
    schedule = nn.OneCycle(1.0, n_steps, rise)
    rates = [schedule(i) for i in range(n_steps)]
    assert all(4e-6 * 0.999 <= rate <= 1.0 for rate in rates)
    assert rates[-1] == pytest.approx(4e-6)


@pytest.mark.parametrize(
    ("usual", "changed"),
    [
        (nn.StepDecay(0.1, 5), nn.StepDecay(0.1, 5, factor=0.5)),
        (nn.StepDecay(0.1, 5), nn.StepDecay(0.1, 6)),
        (nn.Exponential(0.1), nn.Exponential(0.1, factor=0.9)),
        (nn.Cosine(0.1, 20), nn.Cosine(0.1, 20, lowest=0.05)),
        (nn.Cosine(0.1, 20), nn.Cosine(0.1, 30)),
        (nn.WarmUp(0.1, 5), nn.WarmUp(0.1, 8)),
        (nn.OneCycle(0.1, 20), nn.OneCycle(0.1, 20, rise=0.6)),
        (nn.OneCycle(0.1, 20), nn.OneCycle(0.1, 20, start_divisor=2)),
        (nn.OneCycle(0.1, 20), nn.OneCycle(0.1, 20, end_divisor=2)),
    ],
    ids=repr,
)
def test_every_hyperparameter_has_an_effect(usual: nn.StepDecay, changed: nn.StepDecay) -> None:
    assert [usual(i) for i in range(20)] != [changed(i) for i in range(20)]


def test_repr_can_be_typed_back() -> None:
    for schedule in (
        nn.StepDecay(0.1, 3),
        nn.Exponential(0.1),
        nn.WarmUp(0.1, 5, then=nn.Cosine(0.1, 10)),
        nn.OneCycle(0.1, 10),
    ):
        again = eval(repr(schedule), vars(nn).copy())
        assert [again(i) for i in range(12)] == [schedule(i) for i in range(12)]
