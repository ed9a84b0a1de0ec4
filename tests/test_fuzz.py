"""Thousands of damaged files: only the documented exceptions come out, and no warnings."""

from __future__ import annotations

import io
import json
import random
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib import datasets

DATA = Path(__file__).resolve().parents[1] / "data"
N_LOAD, N_DATA = 3000, 1000  # mutants of a saved network, and of each data file
N_MEMBERS, N_DESCRIPTIONS = 2000, 1000  # damaged behind a right checksum
SNIPPETS = [b"", b"\x00" * 8, b"\xff" * 4, b"nan", b"1e999", b",", b"\n", b"PK\x01\x02", b"(", b"L"]


def mutant(content: bytes, rng: random.Random) -> bytes:
    """Return ``content`` with one to four random damages."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        where = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0 and data:
            data[where % len(data)] ^= 1 << rng.randrange(8)
        elif kind == 1 and data:
            data[where % len(data)] = rng.randrange(256)
        elif kind == 2:
            data[where : where + rng.randrange(40)] = b""
        elif kind == 3:
            data[where:where] = rng.choice(SNIPPETS)
        elif kind == 4:
            other = rng.randrange(len(data) + 1)
            data[where:where] = data[other : other + rng.randrange(40)]
        elif rng.random() < 0.2:
            del data[where:]
    return bytes(data)


@pytest.fixture
def rewrite(tmp_path: Path) -> Iterator[tuple[Path, Callable[[bytes], None]]]:
    """A path and a function that puts other bytes there; the file stays open, which is faster."""
    path = tmp_path / "damaged"
    with open(path, "w+b", buffering=0) as file:

        def write(content: bytes) -> None:
            file.seek(0)
            file.write(content)
            file.truncate()

        yield path, write


Rewrite = tuple[Path, Callable[[bytes], None]]


def outcome(load: Callable[[], Any]) -> str:
    """ "loaded" or "refused"; any other exception, or a warning, is raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            load()
        except ValueError:
            return "refused"
        return "loaded"


def test_load_refuses_mutants_of_a_saved_network(rewrite: Rewrite, tmp_path: Path) -> None:
    (path, write), rng = rewrite, random.Random(0)
    net = nn.Sequential(nn.Dense(2, 3), nn.BatchNorm(3), nn.ReLU(), nn.Dense(3, 1), rng=0)
    nn.save(net, tmp_path / "net.npz")
    whole, counts = (tmp_path / "net.npz").read_bytes(), {"loaded": 0, "refused": 0}
    for _ in range(N_LOAD):
        write(mutant(whole, rng))
        counts[outcome(lambda: nn.load(path))] += 1
    # What still loads was damaged where it does not matter (dates in the zip), never in a number.
    assert counts["refused"] > 0.9 * N_LOAD


def test_what_still_loads_holds_the_numbers_that_were_saved(
    rewrite: Rewrite, tmp_path: Path
) -> None:
    (path, write), rng = rewrite, random.Random(1)
    net = nn.Sequential(nn.Dense(2, 1, init=[[1.5], [2.5]], bias=[3.5]))
    nn.save(net, tmp_path / "net.npz")
    whole, loaded = (tmp_path / "net.npz").read_bytes(), 0
    for where in rng.sample(range(len(whole)), 500):
        write(whole[:where] + bytes([whole[where] ^ 255]) + whole[where + 1 :])
        if outcome(lambda: nn.load(path)) == "loaded":
            loaded += 1
            np.testing.assert_array_equal(nn.load(path).theta, [1.5, 2.5, 3.5])
    assert loaded > 0


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def saved_parts(tmp_path: Path) -> dict[str, bytes]:
    net = nn.Sequential(
        nn.Dense(2, 3), nn.BatchNorm(3), nn.PReLU(3), nn.Dropout(0.1), nn.Dense(3, 1), rng=0
    )
    nn.save(net, tmp_path / "net.npz")
    with zipfile.ZipFile(tmp_path / "net.npz") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_load_refuses_members_that_are_damaged_under_a_right_checksum(
    rewrite: Rewrite, tmp_path: Path
) -> None:
    (path, write), rng, parts = rewrite, random.Random(3), saved_parts(tmp_path)
    counts = {"loaded": 0, "refused": 0}
    for _ in range(N_MEMBERS):
        name = rng.choice(list(parts))
        write(zipped(parts | {name: mutant(parts[name], rng)}))
        counts[outcome(lambda: nn.load(path))] += 1
    assert min(counts.values()) > 0.05 * N_MEMBERS  # numbers may change unseen, structure may not


STRANGE = [
    0,
    -1,
    1.5,
    10**6,
    10**12,
    10**400,
    True,
    None,
    "he",
    "",
    "Dense",
    [],
    {},
    [[1.0]],
    1e308,
]


def test_load_survives_strange_descriptions_and_allocates_nothing_big(
    rewrite: Rewrite, tmp_path: Path
) -> None:
    (path, write), rng, parts = rewrite, random.Random(4), saved_parts(tmp_path)
    head, text = parts["architecture.npy"][:128], parts["architecture.npy"][128:]
    assert head.endswith(b"\n")
    tracemalloc.start()
    try:
        for _ in range(N_DESCRIPTIONS):
            description = json.loads(text)
            for _ in range(rng.randint(1, 3)):
                target = rng.choice([description, *description["layers"]])
                key = rng.choice([*target, "rng", "bias", "init", "n_in", "kind"])
                target[key] = rng.choice(STRANGE)
                if not isinstance(description["layers"], list):
                    break
                if not all(isinstance(layer, dict) for layer in description["layers"]):
                    break
            content = np.frombuffer(json.dumps(description).encode(), np.uint8)
            buffer = io.BytesIO()
            np.save(buffer, content)
            write(zipped(parts | {"architecture.npy": buffer.getvalue()}))
            outcome(lambda: nn.load(path))
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("logic_gates.csv", lambda path: datasets.load_logic_gate("and", path)),
        ("spirals.csv", datasets.load_spirals),
        ("cmu_two_spirals.csv", datasets.load_cmu_spirals),
    ],
)
def test_data_loaders_refuse_every_mutant(
    name: str, load: Callable[[Path], Any], rewrite: Rewrite
) -> None:
    (path, write), rng = rewrite, random.Random(2)
    whole = (DATA / name).read_bytes()
    for _ in range(N_DATA):
        damaged = mutant(whole, rng)
        write(damaged)
        same = damaged.decode("utf-8", "replace").splitlines() == whole.decode().splitlines()
        assert outcome(lambda: load(path)) == ("loaded" if same else "refused"), damaged[:200]
