"""Same seed, same bits; the global random state is neither read nor written; imports are few."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib import datasets, initializers

ROOT = Path(__file__).resolve().parents[1]


def train() -> tuple[nn.Sequential, nn.History]:
    """Everything that draws, in one run: data, split, weights, masks, batches."""
    x, y = datasets.make_spirals(80, rng=3)
    train, held = datasets.split(x, y, rng=4)
    net = nn.Sequential(
        nn.Dense(2, 16), nn.BatchNorm(16), nn.ReLU(), nn.Dropout(0.2),
        nn.Dense(16, 8, init="orthogonal"), nn.GELU(), nn.Dense(8, 1), rng=5,
    )  # fmt: skip
    history = nn.fit(
        net, nn.BinaryCrossEntropy(), nn.Adam(0.01), train, validation=held, epochs=10, rng=6,
        metric=nn.accuracy, callbacks=[nn.EarlyStopping(patience=3)], progress=False,
    )  # fmt: skip
    return net, history


def fingerprint() -> str:
    net, history = train()
    numbers = np.concatenate([net.theta, *map(np.asarray, history.records.values())])
    return hashlib.sha256(numbers.tobytes()).hexdigest()


def test_same_seeds_give_the_same_bits_twice_in_a_process() -> None:
    assert fingerprint() == fingerprint()


def test_same_seeds_give_the_same_bits_in_other_processes() -> None:
    command = [sys.executable, "-c", "import test_determinism as t; print(t.fingerprint())"]
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONPATH": paths, "PYTHONHASHSEED": hash_seed}
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        )
        assert result.stdout.strip() == fingerprint()


CALLS: dict[str, Callable[[], Any]] = {
    "train": train,
    **{f"init {name}": lambda f=f: f(3, 2, 0) for name, f in initializers.INITIALIZERS.items()},
    "make_spirals": lambda: datasets.make_spirals(20, rng=0),
    "make_cmu_spirals": datasets.make_cmu_spirals,
    "make_circles": lambda: datasets.make_circles(20, rng=0),
    "make_moons": lambda: datasets.make_moons(20, rng=0),
    "make_xor": lambda: datasets.make_xor(20, rng=0),
    "make_blobs": lambda: datasets.make_blobs(20, rng=0),
    "load_spirals": datasets.load_spirals,
    "split": lambda: datasets.split(np.ones((8, 1)), np.arange(8) % 2, rng=0),
    "minibatches": lambda: list(nn.minibatches(np.ones((8, 1)), np.ones(8), 3, rng=0)),
    "kfold": lambda: list(nn.kfold(8, 2, rng=0)),
    "mixup": lambda: nn.mixup(np.ones((8, 1)), np.ones(8), rng=0),
    "dropout": lambda: nn.Dropout(0.5, rng=0).forward(np.ones((4, 4)), training=True),
    "dense": lambda: nn.Dense(2, 3, rng=0),
    "check_gradients": lambda: nn.check_gradients(
        nn.Sequential(nn.Dense(2, 1), rng=0), nn.MSE(), np.ones((2, 2)), np.zeros((2, 1))
    ),
    "range_test": lambda: nn.range_test(
        nn.Sequential(nn.Dense(2, 1), rng=0), nn.BinaryCrossEntropy(), nn.SGD(0.1),
        datasets.make_moons(20, rng=0),
    ),
    "perceptron": lambda: nn.Perceptron(2).fit(*datasets.load_logic_gate("and")),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_the_global_random_state_is_neither_read_nor_written(name: str) -> None:
    results = []
    for seed in (1, 2):
        np.random.seed(seed)  # noqa: NPY002
        before = np.random.get_state(legacy=False)  # noqa: NPY002
        results.append(CALLS[name]())
        after = np.random.get_state(legacy=False)  # noqa: NPY002
        assert before["state"]["pos"] == after["state"]["pos"]
        np.testing.assert_array_equal(before["state"]["key"], after["state"]["key"])
    first, second = (r[0].theta if name == "train" else r for r in results)
    if isinstance(first, np.ndarray):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", [name for name in CALLS if name.startswith(("make_", "init "))])
def test_generators_and_initializers_repeat_with_the_seed(name: str) -> None:
    for one, other in zip(CALLS[name](), CALLS[name](), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_generator_goes_on_where_an_int_starts_again() -> None:
    rng = np.random.default_rng(0)
    first, second = datasets.make_moons(20, rng=rng)[0], datasets.make_moons(20, rng=rng)[0]
    np.testing.assert_array_equal(first, datasets.make_moons(20, rng=0)[0])
    assert (first != second).any()


def test_dropout_masks_do_not_depend_on_what_is_drawn_after_them() -> None:
    def first_mask(width: int) -> np.ndarray:
        net = nn.Sequential(nn.Dropout(0.5), nn.Dense(4, width), rng=0)
        return net.layers[0].forward(np.ones((3, 4)), training=True)

    np.testing.assert_array_equal(first_mask(2), first_mask(9))


def test_import_loads_numpy_and_nothing_else() -> None:
    code = (
        "import sys, numpy; before = set(sys.modules); import nnlib; "
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    out = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    foreign = set(out.stdout.split()) - sys.stdlib_module_names
    assert {name.lstrip("_") for name in foreign} <= {"nnlib", "numpy"}
    assert "nnlib.show" not in out.stdout


def test_nothing_in_the_core_imports_show_and_imports_run_one_way() -> None:
    order = [
        {"_checks"}, {"protocol"}, {"activations", "initializers"}, {"layers"}, {"network"},
    ]  # fmt: skip
    rank = {name: i for i, names in enumerate(order) for name in names}
    for path in (ROOT / "nnlib").glob("*.py"):
        lines = [line.strip() for line in path.read_text().splitlines()]
        imports = [line for line in lines if line.startswith(("from nnlib", "import nnlib"))]
        assert not any("show" in line for line in imports), path
        if path.stem in rank:
            for line in imports:
                names = line.removeprefix("from nnlib").lstrip(".").replace(",", " ").split()
                used = {name for name in names if name in rank}
                assert all(rank[name] < rank[path.stem] for name in used), (path, line)
