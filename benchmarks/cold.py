"""New processes: from nothing to a trained network (W6), import time, peak memory of training.

``python -m benchmarks.cold train <contender> <file> <dtype>`` and ``... memory`` are those
processes; each prints one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EPOCHS = 100
IMPORT = (
    "import time; cpu, wall = time.process_time(), time.perf_counter(); import {}; "
    "print([time.perf_counter() - wall, time.process_time() - cpu])"
)


@dataclass
class Cold:
    """Seconds of one contender, from the start of Python to a trained network; one entry a run."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    accuracy: float = 0.0


def _python(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return done.stdout.splitlines()[-1]


def race(names: list[str], dtype: str, rounds: int, warm_up: int = 0) -> dict[str, Cold]:
    """Run W6 for each contender in turn, after rounds that only warm the disk's cache."""
    from benchmarks import workloads

    work = replace(workloads.WORKS["W1"], name="W6", learning_rate=0.01)
    cold = {name: Cold() for name in names}
    with tempfile.TemporaryDirectory() as folder:
        file, _ = workloads.write(work, Path(folder))
        for number in range(rounds + warm_up):
            for name in names:
                begin = time.perf_counter()
                line = _python("-m", "benchmarks.cold", "train", name, str(file), dtype)
                wall = time.perf_counter() - begin
                if number >= warm_up:
                    cold[name].wall.append(wall)
                    cold[name].cpu.append(json.loads(line)["cpu"])
                    cold[name].accuracy = json.loads(line)["accuracy"]
    return cold


def imports(rounds: int) -> dict[str, tuple[float, float]]:
    """Return the least (wall, CPU) milliseconds of importing numpy and nnlib, taken in turn."""
    import numpy as np

    times: dict[str, list[list[float]]] = {"numpy": [], "nnlib": []}
    for _ in range(rounds):
        for module, each in times.items():
            each.append(json.loads(_python("-c", IMPORT.format(module))))
    low = {module: np.min(each, axis=0) * 1e3 for module, each in times.items()}
    return {module: (float(wall), float(cpu)) for module, (wall, cpu) in low.items()}


def memory() -> dict[str, float] | None:
    """Return MiB of W4's data and of the peak of a process training on them; None on Windows."""
    if sys.platform == "win32":
        return None
    return json.loads(_python("-m", "benchmarks.cold", "memory"))


def _train(name: str, file: str, dtype: str) -> None:
    from benchmarks import workloads
    from benchmarks.peers import contender

    work = replace(workloads.WORKS["W1"], learning_rate=0.01)
    task = workloads.read(work, Path(file), dtype)
    runner = contender(name)(task)
    runner.train(EPOCHS)
    right = float(((runner.predict()[:, 0] > 0.5) == task.y).mean())
    print(json.dumps({"cpu": time.process_time(), "accuracy": right}))


def _memory() -> None:
    import nnlib as nn
    from benchmarks import workloads

    work = workloads.WORKS["W4"]
    x, y = workloads.clouds(work)
    layers: list[nn.Layer] = []
    for n_in, n_out in zip(work.sizes, work.sizes[1:], strict=False):
        layers += [nn.Dense(n_in, n_out), nn.ReLU()]
    net = nn.Sequential(*layers[:-1], rng=0)
    nn.fit(net, nn.CrossEntropy(), nn.Adam(), (x, y), epochs=1, batch_size=work.batch)
    print(json.dumps({"data": (x.nbytes + y.nbytes) / 2**20, "peak": _peak() / 2**20}))


def _peak() -> int:
    """Return the most memory that this process has held, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux counts what the parent held before the exec into ru_maxrss, but not into VmHWM.
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    _train(*sys.argv[2:]) if sys.argv[1] == "train" else _memory()
