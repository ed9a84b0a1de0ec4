"""Generators, splits, and the files of data/, whole and damaged."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib import datasets

DATA = Path(__file__).resolve().parents[1] / "data"
LOADERS: dict[str, Callable[[Path], Any]] = {
    "logic_gates.csv": lambda path: datasets.load_logic_gate("xor", path),
    "spirals.csv": datasets.load_spirals,
    "cmu_two_spirals.csv": datasets.load_cmu_spirals,
}
GENERATORS = [
    datasets.make_spirals,
    datasets.make_circles,
    datasets.make_moons,
    datasets.make_xor,
    datasets.make_blobs,
]


@pytest.mark.parametrize("make", GENERATORS)
@pytest.mark.parametrize("n", [2, 51, 100])
def test_generators_give_the_number_asked_for(make: Callable[..., Any], n: int) -> None:
    x, y = make(n, rng=0)
    assert (x.shape, y.shape) == ((n, 2), (n,))
    assert (x.dtype, y.dtype.kind) == (np.float64, "i")
    assert np.isfinite(x).all()


@pytest.mark.parametrize("make", GENERATORS)
def test_noise_and_seed_have_an_effect(make: Callable[..., Any]) -> None:
    x = make(50, noise=0.0, rng=0)[0]
    assert (make(50, noise=0.0, rng=1)[0] != x).any() or make is datasets.make_blobs
    noise = make(50, noise=0.01, rng=0)[0] - x
    assert 0.002 < np.abs(noise).mean() < 0.02


def test_spiral_arms_are_each_other_turned_by_half_a_circle() -> None:
    x, y = datasets.make_spirals(400, noise=0, turns=2, rng=0)
    radius = np.hypot(*x.T)
    angle = np.arctan2(x[:, 1], x[:, 0])
    for label in (0, 1):
        r, a = radius[y == label], angle[y == label]
        np.testing.assert_allclose(np.cos(a), np.cos(4 * math.pi * r + math.pi * label), atol=1e-9)
    assert radius.min() >= 0.1
    assert radius.max() <= 1


def test_no_two_points_of_different_spiral_arms_share_the_curve() -> None:
    x, y = datasets.make_spirals(600, noise=0, rng=0)
    distance = np.linalg.norm(x[y == 0][:, np.newaxis] - x[y == 1], axis=2)
    assert distance.min() > 0.15


def test_turns_decide_how_often_an_arm_goes_round() -> None:
    few, many = (datasets.make_spirals(200, 0, turns, rng=0)[0] for turns in (0.5, 3))
    assert (few != many).any()


def test_cmu_spirals_are_the_published_194_points() -> None:
    x, y = datasets.make_cmu_spirals()
    assert (x.shape, y.sum()) == ((194, 2), 97)
    first, second = x[y == 1], x[y == 0]
    np.testing.assert_allclose(first, -second)
    np.testing.assert_allclose(first[0], (0, 6.5), atol=1e-15)
    np.testing.assert_allclose(first[8], (6.5 * 96 / 104, 0), atol=1e-12)  # a quarter turn later
    np.testing.assert_allclose(first[96], (0, 0.5), atol=1e-12)  # three turns later


def test_logic_gates_are_the_truth_tables() -> None:
    tables = {"and": 0b0001, "or": 0b0111, "nand": 0b1110, "nor": 0b1000, "xor": 0b0110}
    for name, table in tables.items():
        x, y = datasets.load_logic_gate(name)
        np.testing.assert_array_equal(x, [[0, 0], [0, 1], [1, 0], [1, 1]])
        np.testing.assert_array_equal(y, [int(bit) for bit in f"{table:04b}"])


def test_files_hold_what_the_generators_make() -> None:
    for (x, y), (file_x, file_y) in (
        (datasets.make_cmu_spirals(), datasets.load_cmu_spirals()),
        (datasets.make_spirals(1000, noise=0.03, turns=2, rng=1988), datasets.load_spirals()),
    ):
        np.testing.assert_allclose(file_x, x, atol=5.1e-7)
        np.testing.assert_array_equal(file_y, y)


def test_make_py_writes_the_files_again_byte_for_byte(tmp_path: Path) -> None:
    root = DATA.parent
    command = [sys.executable, str(DATA / "make.py"), str(tmp_path)]
    subprocess.run(command, check=True, cwd=root, env={"PYTHONPATH": str(root)})
    for name in LOADERS:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(LOADERS)


def test_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    for name, load in LOADERS.items():
        path = tmp_path / name
        path.write_bytes((DATA / name).read_bytes().replace(b"\n", b"\r\n"))
        np.testing.assert_array_equal(load(path)[0], load(DATA / name)[0])


def cut(text: str) -> str:
    return text[: len(text) // 2]


def swap(text: str) -> str:
    lines = text.splitlines()
    lines[1], lines[2] = lines[2], lines[1]
    return "\n".join(lines) + "\n"


def second_line(change: Callable[[list[str]], list[str]]) -> Callable[[str], str]:
    def damage(text: str) -> str:
        lines = text.split("\n")
        lines[1] = ",".join(change(lines[1].split(",")))
        return "\n".join(lines)

    return damage


def other_digit(cells: list[str]) -> list[str]:
    return [
        "1" if cells[0] == "0" else cells[0][:-1] + str((int(cells[0][-1]) + 1) % 10),
        *cells[1:],
    ]


DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "empty": (lambda text: "", "line 1: expected"),
    "truncated": (cut, "rows under its heading|finite numbers"),
    "missing row": (lambda text: text[: text.rstrip().rfind("\n") + 1], "rows under its heading"),
    "one more row": (lambda text: text + text.splitlines()[1] + "\n", "rows under its heading"),
    "heading gone": (lambda text: text.split("\n", 1)[1] + "0,0,0\n", "line 1: expected"),
    "other heading": (lambda text: "a" + text, "line 1: expected"),
    "extra column": (second_line(lambda cells: [*cells, "1"]), "line 2: expected"),
    "missing column": (second_line(lambda cells: cells[:-1]), "line 2: expected"),
    "nan": (second_line(lambda cells: ["nan", *cells[1:]]), "line 2: expected .* finite numbers"),
    "inf": (second_line(lambda cells: ["inf", *cells[1:]]), "line 2: expected .* finite numbers"),
    "word": (second_line(lambda cells: ["many", *cells[1:]]), "line 2: expected .* finite numbers"),
    "label 2": (second_line(lambda cells: [*cells[:-1], "2"]), "labels must be 0 or 1, got 2"),
    "label 0.5": (second_line(lambda cells: [*cells[:-1], "0.5"]), "labels must be 0 or 1"),
    "swapped rows": (swap, "content is not that of the course's file"),
    "changed digit": (second_line(other_digit), "content is not that of the course's file"),
}


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_file_is_named_and_what_is_wrong_with_it(
    kind: str, name: str, tmp_path: Path
) -> None:
    change, words = DAMAGE[kind]
    path = tmp_path / name
    path.write_text(change((DATA / name).read_text()))
    with pytest.raises(ValueError, match=words) as error:
        LOADERS[name](path)
    assert name in str(error.value)


@pytest.mark.parametrize("name", LOADERS)
def test_bytes_that_are_no_text_and_far_too_large_files_are_refused(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes((DATA / name).read_bytes() + b"\xff\xfe")
    with pytest.raises(ValueError, match=rf"{name} is not text"):
        LOADERS[name](path)
    path.write_bytes(b"0" * 2_000_000)
    with pytest.raises(ValueError, match=rf"{name} is 2000000 bytes"):
        LOADERS[name](path)


@pytest.mark.parametrize("name", LOADERS)
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"no data file .*{name}"):
        LOADERS[name](tmp_path / name)
    with pytest.raises(FileNotFoundError, match="no data file"):
        LOADERS[name](tmp_path)


def test_loaders_find_data_inside_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setattr(datasets, "_FOLDERS", (tmp_path / "data", tmp_path / "nowhere"))
    assert datasets.load_spirals()[0].shape == (1000, 2)
    monkeypatch.setattr(datasets, "_FOLDERS", (tmp_path / "nowhere",))
    with pytest.raises(FileNotFoundError, match=r"spirals\.csv"):
        datasets.load_spirals()


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.9])
def test_split_loses_nothing_and_keeps_the_proportion_of_classes(share: float) -> None:
    y = np.repeat([0, 1, 2], [60, 30, 10])
    x = np.column_stack([np.arange(100.0), -np.arange(100.0)])
    (x1, y1), (x2, y2) = datasets.split(x, y, share, rng=0)
    rows = np.concatenate([x1, x2])[:, 0].astype(int)
    np.testing.assert_array_equal(np.sort(rows), np.arange(100))
    np.testing.assert_array_equal(np.concatenate([y1, y2]), y[rows])
    for label, size in enumerate((60, 30, 10)):
        assert (y2 == label).sum() == round(share * size)
    assert (np.diff(rows[: len(x1)]) < 0).any()  # shuffled


def test_split_depends_on_the_seed_and_takes_lists_and_columns() -> None:
    x, y = datasets.make_spirals(40, rng=0)
    first, again, other = (datasets.split(x, y, rng=seed)[1][0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert {tuple(row) for row in first} != {tuple(row) for row in other}
    np.testing.assert_array_equal(datasets.split(x.tolist(), y.tolist(), rng=0)[1][0], first)
    np.testing.assert_array_equal(datasets.split(x, y[:, np.newaxis], rng=0)[1][0], first)


def test_standardizer_gives_mean_zero_and_deviation_one_by_the_training_part() -> None:
    rng = np.random.default_rng(0)
    train, test = rng.normal(5, 3, (200, 2)), rng.normal(8, 3, (50, 2))
    scale = datasets.Standardizer(train)
    np.testing.assert_allclose(scale(train).mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(scale(train).std(axis=0), 1, rtol=1e-13)
    np.testing.assert_allclose(scale(test), (test - train.mean(axis=0)) / train.std(axis=0))
    assert (scale(test).mean(axis=0) > 0.5).all()  # not standardized by itself


@pytest.mark.parametrize("value", [0.0, 0.1, 1e-30, 1e4 / 3])
def test_standardizer_leaves_a_constant_feature_at_zero(value: float) -> None:
    x = np.column_stack([np.full(7, value), np.arange(7.0)])
    np.testing.assert_array_equal(datasets.Standardizer(x)(x)[:, 0], 0)


def test_data_arguments_are_not_changed() -> None:
    x, y = datasets.make_moons(20, rng=0)
    before = x.copy(), y.copy()
    datasets.split(x, y, rng=0)
    datasets.Standardizer(x)(x)
    list(nn.minibatches(x, y, 7, rng=0))
    nn.mixup(x, y, rng=0)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])
