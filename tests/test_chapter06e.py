"""The patients of notebook 06e are as sick as it says, and the figures show it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter06e
from nnlib.show.explore import Scene


@pytest.fixture(scope="module")
def charts() -> dict[str, chapter06e.Chart]:
    return {name: chapter06e.chart(chapter06e.admit, name) for name in chapter06e.NAMES}


@pytest.fixture(scope="module")
def well() -> chapter06e.Chart:
    return chapter06e.chart(chapter06e.healthy)


def scene(draw: Any, **values: Any) -> Scene:
    return Scene(draw, (7.6, 3.6), values)


def test_gradient_norms_are_those_of_the_flat_gradient() -> None:
    patient = chapter06e.healthy()
    norms = chapter06e.gradient_norms(patient.net, patient.loss, *patient.train)
    weights = patient.net.grad[: patient.net.n_weights]
    assert np.linalg.norm(norms) == pytest.approx(np.linalg.norm(weights))


def test_unit_report_counts_units_with_one_answer() -> None:
    net = nn.Sequential(
        nn.Dense(2, 2, np.eye(2), bias=np.array([0.0, -100.0])),
        nn.ReLU(),
        nn.Dense(2, 1, np.ones((2, 1))),
    )
    x = np.array([[1.0, 1.0], [3.0, 2.0]])
    assert np.allclose(chapter06e.unit_report(net, x), [[np.sqrt(0.5), 0.5]])


def test_gradient_ratio_finds_a_constant_factor() -> None:
    patient = chapter06e.healthy()
    theta = patient.net.theta.copy()
    x, y = patient.train
    assert chapter06e.gradient_ratio(patient.net, patient.loss, x, y) == pytest.approx(1, abs=1e-4)
    other = chapter06e.gradient_ratio(patient.net, chapter06e.OtherLoss(), x[:20], y[:20])
    assert other == pytest.approx(1 / 20, abs=1e-4)
    assert np.array_equal(patient.net.theta, theta)


def test_examine_takes_the_steps_of_fit() -> None:
    ours, theirs = chapter06e.healthy(), chapter06e.healthy()
    chapter06e.examine(ours, n_updates=30)  # two epochs of 15 batches
    nn.fit(theirs.net, theirs.loss, theirs.optimizer, theirs.train, epochs=2, rng=0)
    assert np.allclose(ours.net.theta, theirs.net.theta, rtol=1e-12)


def test_clipping_is_applied() -> None:
    patient = chapter06e.admit("B")
    patient.max_norm, start = 1.0, patient.net.theta.copy()
    chapter06e.examine(patient, n_updates=1)
    assert np.linalg.norm(patient.net.theta - start) == pytest.approx(0.3)


def test_each_patient_has_its_disease_and_no_other(
    charts: dict[str, chapter06e.Chart], well: chapter06e.Chart
) -> None:
    first = {name: chart.record.norms[0] for name, chart in charts.items()}
    last = {name: chart.record.units[-1] for name, chart in charts.items()}
    assert [n for n in charts if first[n][0] < first[n][-1] / 100] == ["A"]
    assert [n for n in charts if first[n].max() > 10] == ["B"]
    assert [n for n in charts if charts[n].record.stopped] == ["B"]
    assert [n for n in charts if last[n][-1, 1] == 1] == ["C"]
    counts = {
        n: np.bincount(c.record.patient.validation[1], minlength=2) for n, c in charts.items()
    }
    assert [n for n in charts if counts[n].min() == 0] == ["D"]
    assert [n for n in charts if not np.allclose(charts[n].ratios, 1, atol=1e-3)] == ["E"]
    assert [n for n in charts if charts[n].record.patient.fresh] == ["F"]
    assert well.record.validation_accuracy[-1] > 0.9 and not well.record.stopped
    assert np.allclose(well.ratios, 1, atol=1e-3) and well.overfit[-1] < 0.1


def test_the_city_is_a_leak_and_nothing_else() -> None:
    train, held, fresh = chapter06e.cities(0)
    assert (len(train[0]), len(held[0])) == (450, 150)
    assert chapter06e.best_column(train, held)[0] == 2
    for (x, y), knows in ((train, True), (held, True), (fresh, False)):
        right = np.mean((x[:, 2] > 0) == y)
        assert (right > 0.65) == knows


def test_treat_changes_the_patient_before_training() -> None:
    def right_rate(patient: chapter06e.Patient) -> None:
        patient.optimizer = nn.SGD(0.3)

    found = chapter06e.treat("C", right_rate, n_seeds=1)
    assert list(found) == ["nothing", "right_rate"]
    assert found["nothing"][0] < 0.6 and found["right_rate"][0] > 0.9
    assert chapter06e.treat("B", n_seeds=1)["nothing"] == [0.0]
    both = chapter06e.treat_and_compare("F", n_seeds=1)["nothing"]
    assert both[0][0] > both[1][0] + 0.1 and both[1] == chapter06e.treat("F", n_seeds=1)["nothing"]


def test_admit_says_who_there_is() -> None:
    with pytest.raises(ValueError, match="no patient 'G'; there are A, B"):
        chapter06e.admit("G")


@pytest.mark.parametrize(
    ("patient", "instrument", "words"),
    [
        ("A", "gradients", "at the start: layer 1 2e-04, layer 6 0.30"),
        ("A", "curves", "accuracy 50% and 50%"),
        ("B", "curves", "Update 5 overflowed"),
        ("B", "gradients", "at the end: layer 1 inf, layer 6 inf"),
        ("C", "units", "silent units: 1, at the end 43 of 48"),
        ("D", "data", "validation: 0 rows of class 0, 150 of class 1"),
        ("E", "tests", "0.125, 0.031, 0.008"),
        ("F", "data", "Column 3 alone is right on 73%"),
    ],
)
def test_the_alt_text_states_the_finding(
    charts: dict[str, chapter06e.Chart],
    well: chapter06e.Chart,
    patient: str,
    instrument: str,
    words: str,
) -> None:
    shown = scene(chapter06e.clinic(charts, well), patient=patient, instrument=instrument)
    assert words in shown.alt and shown.alt.startswith(f"{patient}, {instrument}: ")


def test_no_title_gives_a_disease_away(
    charts: dict[str, chapter06e.Chart], well: chapter06e.Chart
) -> None:
    shown = scene(chapter06e.clinic(charts, well), patient="A", instrument="curves")
    alts, pictures = set(), set()
    for patient in charts:
        for instrument in chapter06e.INSTRUMENTS:
            shown.show({"patient": patient, "instrument": instrument})
            alts.add(shown.alt)
            pictures.add(shown.pixels.tobytes())
            for word in ("vanish", "explod", "dead", "shuffle", "1/n", "leak", "overfitting"):
                assert word not in shown.alt.lower()
    assert len(alts) == 30
    assert len(pictures) > 20  # the data of A, B, C and E are the same


def test_coming_back_gives_the_same_picture(
    charts: dict[str, chapter06e.Chart], well: chapter06e.Chart
) -> None:
    shown = scene(chapter06e.clinic(charts, well), patient="A", instrument="curves")
    before = shown.pixels.copy()
    for instrument in ("data", "tests", "curves"):
        shown.show({"patient": "B" if instrument != "curves" else "A", "instrument": instrument})
    assert np.array_equal(before, shown.pixels)


def test_the_healthy_network_alone_needs_no_name(well: chapter06e.Chart) -> None:
    shown = scene(chapter06e.clinic({"healthy": well}), instrument="units")
    assert shown.alt.startswith("healthy, units: ")


def test_overfitting_names_every_line_and_counts() -> None:
    curves = {"A": np.array([0.7, 0.69]), "D": np.array([0.7, 1e-3]), "B": np.array([9.0, 1e70])}
    ax = chapter06e.overfitting(curves)
    assert {text.get_text() for text in ax.texts} == set(curves)
    assert ax.get_title(loc="left") == "8 rows learned by heart: 1 of 3 get below 0.1"
    assert "A 0.69, D 1e-03, B 1e+70" in chapter06e.overfitting_alt(curves)


def test_outcomes_state_the_worst_seed() -> None:
    found = {"A": ([0.5, 0.4], [0.97, 0.95]), "B": ([0.0, 0.0], [0.9, 0.825])}
    assert "at least 82% in every" in chapter06e.outcomes(found).get_title(loc="left")
    assert "B 0% before, 86% after" in chapter06e.outcomes_alt(found)
