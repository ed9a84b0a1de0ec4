"""Save and load: what comes back, what survives a crash, what is refused."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib import storage

ROOT = Path(__file__).resolve().parents[1]


def network(dtype: str = "float64", rng: int = 0) -> nn.Sequential:
    return nn.Sequential(
        nn.Dense(2, 4, init="glorot"),
        nn.BatchNorm(4, momentum=0.5),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Dense(4, 3, init=np.ones((4, 3))),
        nn.LayerNorm(3),
        nn.PReLU(3),
        nn.Sequential(nn.Dense(3, 2, rng=1), nn.RMSNorm(2), nn.ELU(2.0)),
        rng=rng,
        dtype=dtype,
    )


def x_of() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(5, 2))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "net.npz"
    net = network()
    net.forward(x_of(), training=True)
    nn.save(net, path)
    return path


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_network_comes_back_bit_by_bit(dtype: str, tmp_path: Path) -> None:
    net, path = network(dtype), tmp_path / "net.npz"
    net.forward(10 * x_of(), training=True)  # moves the running statistics
    nn.save(net, path)
    again = nn.load(path)
    np.testing.assert_array_equal(again.theta, net.theta)
    np.testing.assert_array_equal(again.forward(x_of()), net.forward(x_of()))
    assert (again.dtype, again.n_weights) == (net.dtype, net.n_weights)
    assert [type(leaf) for leaf in again.leaves()] == [type(leaf) for leaf in net.leaves()]


def test_every_layer_kind_can_be_saved(tmp_path: Path) -> None:
    for name, kind in storage.LAYERS.items():
        sizes = {
            "Dense": (2, 2),
            "PReLU": (2,),
            "BatchNorm": (2,),
            "LayerNorm": (2,),
            "RMSNorm": (2,),
        }
        net = nn.Sequential(kind(*sizes.get(name, ())), rng=0)
        nn.save(net, tmp_path / "one.npz")
        assert repr(nn.load(tmp_path / "one.npz")) == repr(net)
    public = {n for n in nn.__all__ if isinstance(getattr(nn, n), type)}
    layers = {n for n in public if issubclass(getattr(nn, n), nn.Layer)}
    assert layers - {"Layer", "Sequential"} == set(storage.LAYERS)


def test_a_loaded_network_can_be_trained(saved: Path) -> None:
    net, y = nn.load(saved), np.array([0, 1, 0, 1, 1])
    before = net.theta.copy()
    nn.fit(net, nn.CrossEntropy(), nn.Adam(0.01), (x_of(), y), epochs=2, progress=False)
    assert (net.theta != before).any()
    assert net.layers[0].weight.base is net.theta


def test_saving_twice_gives_the_same_parameters_and_leaves_one_file(saved: Path) -> None:
    nn.save(nn.load(saved), saved)
    nn.load(saved)
    assert [path.name for path in saved.parent.iterdir()] == ["net.npz"]


def test_saving_does_not_change_the_network(tmp_path: Path) -> None:
    net = network()
    before = net.state()
    nn.save(net, tmp_path / "net.npz")
    for key, array in net.state().items():
        np.testing.assert_array_equal(array, before[key])


def test_layers_of_ones_own_are_refused_and_the_old_file_stays(saved: Path) -> None:
    class Mine(nn.ReLU):
        pass

    before = saved.read_bytes()
    with pytest.raises(TypeError, match="cannot save Mine"):
        nn.save(nn.Sequential(nn.Dense(2, 1), Mine(), rng=0), saved)
    assert saved.read_bytes() == before


@pytest.mark.parametrize("step", ["np.savez", "os.fsync", "os.replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()], ids=repr)
def test_a_failure_while_saving_leaves_the_old_file_and_no_rubbish(
    step: str, error: BaseException, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def fail(file: Any, *rest: Any, **arrays: Any) -> None:
        if step == "np.savez":
            file.write(before[: len(before) // 2])
        raise error

    monkeypatch.setattr({"np": np, "os": os}[step[:2]], step[3:], fail)
    with pytest.raises(type(error)):
        nn.save(network(rng=9), saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


SAVE_AND_STALL = """
import sys, time
import numpy as np
import nnlib as nn

def stall(file, **arrays):
    file.write(b"half of it")
    file.flush()
    print("writing", flush=True)
    time.sleep(60)

np.savez = stall
nn.save(nn.Sequential(nn.Dense(2, 2), rng=9), sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_process_killed_while_saving_leaves_the_old_file_whole(saved: Path) -> None:
    before = saved.read_bytes()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SAVE_AND_STALL, str(saved)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        process.send_signal(signal.SIGKILL)
    assert saved.read_bytes() == before
    np.testing.assert_array_equal(nn.load(saved).theta[:8], network().theta[:8])
    nn.save(network(), saved)  # what the dead process left lying does not disturb the next


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, parts: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def claim(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    buffer = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, header)
    return buffer.getvalue()


def architecture(**changes: Any) -> bytes:
    description = {"format": 1, "dtype": "float64", "layers": [{"kind": "ReLU"}]} | changes
    return npy(np.frombuffer(json.dumps(description).encode(), np.uint8))


def replaced(**parts: bytes) -> Callable[[Path], None]:
    return lambda path: write(path, members(path) | {f"{n}.npy": c for n, c in parts.items()})


def with_layers(*layers: Any, **parts: bytes) -> Callable[[Path], None]:
    return replaced(architecture=architecture(layers=list(layers)), **parts)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def duplicated(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("theta.npy", npy(np.zeros(3)))


def compressed(path: Path) -> None:
    bomb = claim((10**7,)) + bytes(8 * 10**7)
    dense = {"kind": "Dense", "n_in": 1, "n_out": 5 * 10**6}
    parts = {"architecture.npy": architecture(layers=[dense]), "theta.npy": bomb}
    write(path, parts, zipfile.ZIP_DEFLATED)


def patched_directory(offset: int, pattern: str, value: int) -> Callable[[Path], None]:
    """Change a field of the first entry of the zip's central directory."""

    def patch(path: Path) -> None:
        content = bytearray(path.read_bytes())
        struct.pack_into(pattern, content, content.index(b"PK\x01\x02") + offset, value)
        path.write_bytes(bytes(content))

    return patch


def huge_directory_sizes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    where = content.index(b"PK\x01\x02")
    struct.pack_into("<II", content, where + 20, 0xF0000000, 0xF0000000)
    path.write_bytes(bytes(content))


BIG = 10**6
DAMAGE: dict[str, Callable[[Path], None]] = {
    "empty": lambda path: path.write_bytes(b""),
    "truncated": truncated,
    "text": lambda path: path.write_text("x1,x2\n1,2\n"),
    "foreign npz": lambda path: np.savez(path, a=np.ones(3)),
    "pickled object": lambda path: np.savez(path, architecture=np.array([{"a": 1}], object)),
    "pickled theta": replaced(theta=npy(np.array([{"a": 1}] * 3, object))),
    "theta gone": lambda path: write(
        path, {n: c for n, c in members(path).items() if n != "theta.npy"}
    ),
    "theta too short": replaced(theta=npy(np.zeros(3))),
    "theta of another type": replaced(theta=npy(np.zeros(41, np.float32))),
    "theta 2-D": replaced(theta=npy(np.zeros((41, 1)))),
    "theta claims 1e12 numbers": replaced(theta=claim((10**12,))),
    "statistics claim 1e12": replaced(**{"1.running_mean": claim((10**12,))}),
    "description claims 1e12": replaced(architecture=claim((10**12,), "|u1")),
    "description of 2 MB": replaced(architecture=npy(np.full(2 * BIG, 32, np.uint8))),
    "huge layer": with_layers({"kind": "Dense", "n_in": BIG, "n_out": BIG}),
    "huge layer and theta": with_layers(
        {"kind": "Dense", "n_in": BIG, "n_out": BIG}, theta=claim((10**12 + BIG,))
    ),
    "huge layer drawn at once": with_layers(
        {"kind": "Dense", "n_in": 20_000, "n_out": 20_000, "init": "he", "rng": 0}
    ),
    "huge norm": with_layers({"kind": "BatchNorm", "n_features": 10**9}),
    "huge PReLU": with_layers({"kind": "PReLU", "n_features": 10**9}),
    "weights in the description": with_layers(
        {"kind": "Dense", "n_in": 1, "n_out": 1, "init": [[1.0]]}
    ),
    "no layers": with_layers(),
    "unknown layer": with_layers({"kind": "os.system"}),
    "base class": with_layers({"kind": "Layer"}),
    "layer without kind": with_layers({"n_in": 2}),
    "layer is a number": with_layers(3),
    "unknown argument": with_layers({"kind": "ReLU", "command": "rm"}),
    "widths do not fit": with_layers(
        {"kind": "Dense", "n_in": 2, "n_out": 3},
        {"kind": "Dense", "n_in": 2, "n_out": 3},
        theta=npy(np.zeros(18)),
    ),
    "negative width": with_layers({"kind": "Dense", "n_in": -2, "n_out": 3}),
    "fractional width": with_layers({"kind": "Dense", "n_in": 2.5, "n_out": 3}),
    "other format": replaced(architecture=architecture(format=2)),
    "other dtype": replaced(architecture=architecture(dtype="float16")),
    "object dtype": replaced(architecture=architecture(dtype="O")),
    "description is a list": replaced(architecture=npy(np.frombuffer(b"[1]", np.uint8))),
    "description is no json": replaced(architecture=npy(np.frombuffer(b"{", np.uint8))),
    "description is nested": replaced(
        architecture=npy(np.frombuffer(b"[" * 500_000, np.uint8))
    ),
    "header is nested": replaced(architecture=b"\x93NUMPY\x01\x00v\x00" + b"(" * 118),
    "compressed bomb": compressed,
    "member twice": duplicated,
    "encrypted": patched_directory(8, "<H", 1),
    "unknown compression": patched_directory(10, "<H", 99),
    "directory claims 4 GB": huge_directory_sizes,
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_or_foreign_file_is_named_and_allocates_nothing_big(
    kind: str, saved: Path
) -> None:
    DAMAGE[kind](saved)
    tracemalloc.start()
    begin = time.process_time()
    try:
        with pytest.raises(ValueError, match=r"net\.npz' is not a network saved by nnlib: .+"):
            nn.load(saved)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
    assert time.process_time() - begin < 2


def test_reasons_are_told(saved: Path) -> None:
    whole = saved.read_bytes()
    reasons = {
        "compressed bomb": "compressed",
        "member twice": "twice",
        "unknown layer": "unknown layer 'os.system'",
        "theta too short": "theta claims 3 numbers, holds 24 bytes, expected 54",
        "theta claims 1e12 numbers": "theta claims 1000000000000 numbers, holds 0 bytes",
        "widths do not fit": "expects 2 input features, but the layer before it gives 3",
        "description of 2 MB": "architecture has 2000128 bytes, expected at most 1000000",
        "directory claims 4 GB": "claims more bytes than the file has",
    }
    for kind, words in reasons.items():
        saved.write_bytes(whole)
        DAMAGE[kind](saved)
        with pytest.raises(ValueError, match="nnlib") as error:
            nn.load(saved)
        assert words in str(error.value)


def test_nothing_is_unpickled(saved: Path, tmp_path: Path) -> None:
    witness = tmp_path / "executed"

    class Trap:
        def __reduce__(self) -> Any:
            return Path.touch, (witness,)

    for name in ("architecture", "theta"):
        nn.save(network(), saved)
        replaced(**{name: npy(np.array([Trap()], object))})(saved)
        witness.unlink(missing_ok=True)
        with pytest.raises(ValueError, match="not a network"):
            nn.load(saved)
        assert not witness.exists()


def test_a_missing_file_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file .*nowhere\.npz"):
        nn.load(tmp_path / "nowhere.npz")


def test_loading_changes_no_global_state_and_no_file(saved: Path) -> None:
    before = saved.read_bytes()
    nn.load(saved)
    assert saved.read_bytes() == before
