"""One process a contender. It imports what a user of that library imports, and owns its threads."""

from __future__ import annotations

import gc
import importlib.metadata
import multiprocessing
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.workloads import Work

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    # XLA: no threads in matrix products, and a pool of one for everything else.
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "NPROC": "1",
    "PJRT_NPROC": "1",
}


@dataclass
class Block:
    """What one turn of a contender gave: nanoseconds a step, losses, CPU and wall seconds."""

    steps: list[float]
    losses: list[float]
    cpu: float
    wall: float
    n_steps: int


@contextmanager
def threads(setting: str) -> Iterator[None]:
    """Within it, processes start with one thread ("one") or as their libraries like ("default")."""
    kept = dict(os.environ)
    for name in ONE_THREAD:
        os.environ.pop(name, None)
    os.environ.update(ONE_THREAD if setting == "one" else {}, JAX_PLATFORMS="cpu")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


class Worker:
    """A process for the contender of that name; ``error`` says why there is none."""

    def __init__(self, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.name = name
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, name), daemon=True)
        self.process.start()
        theirs.close()
        self.version, self.error = self.pipe.recv()

    def load(self, work: Work, file: Path, dtype: str) -> float:
        """Build the contender for ``work``; return the seconds it took to compile."""
        return self._ask("load", work, file, dtype)

    def run(self, n_steps: int) -> Block:
        """Make steps, each timed by itself."""
        return self._ask("run", n_steps)

    def stop(self) -> None:
        """End the process."""
        if self.process.is_alive():
            self.pipe.send(None)
        self.process.join()

    def _ask(self, *words: Any) -> Any:
        self.pipe.send(words)
        answer = self.pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(pipe: Any, name: str) -> None:
    from benchmarks.peers import CONTENDERS, contender

    package = CONTENDERS[name][2]
    try:
        kind = contender(name)
        version = importlib.metadata.version(package)
    except ImportError as error:
        pipe.send(("", f"{name}: left out, {package} cannot be imported here ({error})."))
        return
    pipe.send((version, ""))
    server = _Server(kind)
    while request := pipe.recv():
        try:
            pipe.send(getattr(server, request[0])(*request[1:]))
        except Exception as error:
            pipe.send(RuntimeError(f"{name}: {error!r}"))


class _Server:
    def __init__(self, kind: Any) -> None:
        self.kind = kind

    def load(self, work: Work, file: Path, dtype: str) -> float:
        from benchmarks import workloads

        self.contender = self.steps = None  # the arrays before go first
        self.contender = self.kind(workloads.read(work, file, dtype))
        self.blocks = None
        if work.predicts:
            self.steps = (self.contender.predict() for _ in count())
        elif hasattr(self.contender, "blocks"):
            self.blocks = self.contender.blocks()
        else:
            self.steps = self.contender.steps()
        gc.collect()
        gc.freeze()
        return self.contender.compile_seconds

    def run(self, n_steps: int) -> Block:
        cpu, wall = time.process_time(), time.perf_counter()
        steps, values = self._blocks(n_steps) if self.blocks else self._steps(n_steps)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        n_made = len(values)
        if not isinstance(values[0], float):  # predictions: some of them stand for all
            values = [float(p) for p in values[0].ravel()[::97]]
        return Block(steps, values, cpu, wall, n_made)

    def _steps(self, n_steps: int) -> tuple[list[float], list[Any]]:
        times, values, clock = [], [], time.perf_counter_ns
        before = clock()
        for value in islice(self.steps, n_steps):
            now = clock()
            times.append(now - before)
            values.append(value)
            before = clock()
        return times, values

    def _blocks(self, n_steps: int) -> tuple[list[float], list[Any]]:
        times, values = [], []
        while len(values) < n_steps:
            before = time.perf_counter_ns()
            losses = next(self.blocks)
            times.append((time.perf_counter_ns() - before) / len(losses))
            values += losses
        return times, values
