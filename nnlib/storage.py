"""Save and load: the flat vector of parameters and the architecture, in one .npz file.

Nothing is unpickled, so a file from a stranger can be wrong but not dangerous, and sizes are
checked against the architecture before memory is allocated.
"""

from __future__ import annotations

import json
import math
import os
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from nnlib import activations, layers
from nnlib._checks import Array, choice, float_type
from nnlib.network import Sequential
from nnlib.protocol import Layer

FORMAT = 1
MAX_DESCRIPTION = 1_000_000  # bytes of JSON; a thousand layers need a tenth of it

LAYERS: dict[str, type[Layer]] = {
    name: kind
    for module in (activations, layers)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Layer) and kind.__module__ == module.__name__
    if not name.startswith("_") and name != "Activation"
}


def save(net: Sequential, path: str | os.PathLike[str]) -> None:
    """Write ``net`` to ``path``: parameters, running statistics and architecture.

    The file is written under a temporary name and then renamed, so a crash half-way leaves the old
    file whole. Layers of your own cannot be saved: keep ``net.theta`` with ``numpy.save`` instead.
    """
    path = Path(path)
    arrays = dict(net.state_places())
    arrays["architecture"] = np.frombuffer(json.dumps(_describe(net)).encode(), dtype=np.uint8)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(temporary, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _describe(net: Sequential) -> dict[str, Any]:
    described = []
    for layer in net.leaves():  # a network within the network is as good as its layers in a row
        kind = type(layer).__name__
        if LAYERS.get(kind) is not type(layer):
            raise TypeError(
                f"cannot save {layer!r}: only nnlib's own layers can be made again from a file."
            )
        config = layer.config()
        if not isinstance(config.get("init", ""), str):
            config["init"] = "zeros"  # an array: it is in theta, trained
        described.append({"kind": kind, **config})
    return {"format": FORMAT, "dtype": net.dtype.name, "layers": described}


def load(path: str | os.PathLike[str]) -> Sequential:
    """Return the network that ``save`` wrote to ``path``.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ValueError
        It is damaged, no network of nnlib's, or not consistent; the message says which.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, path.stat().st_size)
            return _read(archive)
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {str(path)!r}.") from None
    except (IsADirectoryError, PermissionError):
        raise
    except _DAMAGE as error:
        reason = str(error) or type(error).__name__
        raise ValueError(f"{str(path)!r} is not a network saved by nnlib: {reason}.") from error


# All that zipfile, zlib, json and the layers raise for bytes that make no sense.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, TypeError,
    OverflowError, RuntimeError,
)  # fmt: skip


def _check_members(archive: zipfile.ZipFile, n_bytes: int) -> None:
    """Refuse what ``save`` never writes: members packed, twice, or larger than the whole file."""
    names = archive.namelist()
    if len(set(names)) < len(names):
        raise ValueError("it holds a member twice")
    for info in archive.infolist():
        if info.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{info.filename} is compressed")
        if max(info.file_size, info.compress_size) > n_bytes:
            raise ValueError(f"{info.filename} claims more bytes than the file has")


def _read(archive: zipfile.ZipFile) -> Sequential:
    architecture = json.loads(_member(archive, "architecture", np.dtype(np.uint8)).tobytes())
    if not isinstance(architecture, dict) or architecture.get("format") != FORMAT:
        raise ValueError("its architecture has another format")
    dtype = float_type(choice("dtype", architecture["dtype"], ("float64", "float32")))
    parts = [_layer(config) for config in architecture["layers"]]
    sizes = {"theta": 0}
    for i, part in enumerate(parts):
        for name, shape in part.shapes().items():
            key = f"{i}.{name}" if name in part.buffers else "theta"
            sizes[key] = sizes.get(key, 0) + math.prod(shape)
    state = {key: _member(archive, key, dtype, size) for key, size in sizes.items()}
    net = Sequential(*parts, rng=0, dtype=dtype)
    net.restore(state)
    return net


def _layer(config: Any) -> Layer:
    arguments = dict(config)
    kind = arguments.pop("kind")
    if kind not in LAYERS:
        raise ValueError(f"unknown layer {kind!r}")
    # With rng or an array, Dense would make its weights here, before any size is checked.
    if not isinstance(arguments.get("init", ""), str) or {"rng", "bias"} & set(arguments):
        raise ValueError(f"{kind} has arguments that save does not write")
    return LAYERS[kind](**arguments)


# The header that numpy writes before a row of numbers, read without evaluating what it says.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(.{3})', 'fortran_order': False, "
    rb"'shape': \((\d{1,18}),\), *\} *\n",
    re.DOTALL,
)


def _member(
    archive: zipfile.ZipFile, name: str, dtype: np.dtype[Any], size: int | None = None
) -> Array:
    """Read one row of numbers, after comparing what is claimed, expected and present."""
    info = archive.getinfo(f"{name}.npy")
    most = MAX_DESCRIPTION if size is None else size * dtype.itemsize
    if info.file_size > most + 256:
        raise ValueError(f"{name} has {info.file_size} bytes, expected at most {most} and a header")
    content = archive.read(info)
    head = _HEADER.match(content)
    if head is None or head[1] != dtype.str.encode():
        raise ValueError(f"{name} is not a row of {dtype} numbers")
    found = len(content) - head.end()
    if found != int(head[2]) * dtype.itemsize or (size is not None and found != most):
        raise ValueError(
            f"{name} claims {int(head[2])} numbers, holds {found} bytes, expected {size}"
        )
    return np.frombuffer(content, dtype, offset=head.end())
