"""The contenders in turn, a block of steps at a time, after their losses were compared."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import workloads
from benchmarks.peers import CONTENDERS
from benchmarks.workers import Block, Worker, threads

if TYPE_CHECKING:
    from benchmarks.workloads import Work

# Losses further apart than this (relative) are not the same work.
AGREE = {"float64": 1e-8, "float32": 1e-2}


@dataclass
class Lane:
    """A contender's measurements on one workload."""

    blocks: list[Block] = field(default_factory=list)
    compile_seconds: float = 0.0
    difference: float = 0.0  # largest relative difference of its losses from nnlib's

    @property
    def low(self) -> float:
        """5th percentile of the times of single steps, in microseconds."""
        return float(np.percentile([t for block in self.blocks for t in block.steps], 5)) / 1e3

    @property
    def median(self) -> float:
        """Median of the times of single steps, in microseconds."""
        return float(np.median([t for block in self.blocks for t in block.steps])) / 1e3

    @property
    def cpu(self) -> float:
        """CPU time a step, all threads, in microseconds: 5th percentile over the blocks."""
        each = [block.cpu / block.n_steps for block in self.blocks]
        return float(np.percentile(each, 5)) * 1e6

    @property
    def cpu_share(self) -> float:
        """CPU seconds a second of wall time, over all blocks: the number of busy threads."""
        return sum(block.cpu for block in self.blocks) / sum(block.wall for block in self.blocks)

    def medians(self) -> np.ndarray:
        """Return the median step of each round."""
        return np.array([np.median(block.steps) for block in self.blocks])


@dataclass
class Race:
    """One workload at one setting: a lane a contender, and who was left out."""

    work: Work
    dtype: str
    threads: str
    lanes: dict[str, Lane]

    def ratio(self, name: str) -> float:
        """Return how many times as long as nnlib's a step of ``name`` takes (5th percentiles)."""
        return self.lanes[name].low / self.lanes["nnlib"].low

    def spread(self, name: str) -> tuple[float, float]:
        """Return the quartiles, over the rounds, of the ratio of medians within a round."""
        each = self.lanes[name].medians() / self.lanes["nnlib"].medians()
        low, high = np.percentile(each, [25, 75])
        return float(low), float(high)


def run(
    works: list[Work], dtypes: list[str], settings: list[str], names: list[str]
) -> tuple[list[Race], dict[str, str], list[str]]:
    """Run everything; return the races, the versions by contender, and remarks."""
    races: list[Race] = []
    versions: dict[str, str] = {}
    remarks: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        written = {work.name: workloads.write(work, Path(folder)) for work in works}
        remarks += [remark for _, remark in written.values() if remark]
        for setting in settings:
            with threads(setting):
                workers = [Worker(name) for name in CONTENDERS if name in names]
            remarks += [worker.error for worker in workers if worker.error]
            workers = [worker for worker in workers if not worker.error]
            versions |= {worker.name: worker.version for worker in workers}
            try:
                for dtype in dtypes:
                    for work in works:
                        race = _race(work, written[work.name][0], dtype, setting, workers, remarks)
                        races.append(race)
                        print(_line(race), flush=True)
            finally:
                for worker in workers:
                    worker.stop()
    return races, versions, list(dict.fromkeys(remarks))


def _race(
    work: Work, file: Path, dtype: str, setting: str, workers: list[Worker], remarks: list[str]
) -> Race:
    race = Race(work, dtype, setting, {})
    started = []
    for worker in workers:
        if work.predicts and worker.name in ("JAX scan", "PyTorch fused"):
            continue  # predict as their plain forms do
        try:
            race.lanes[worker.name] = Lane(compile_seconds=worker.load(work, file, dtype))
        except RuntimeError as error:
            if worker.name == "nnlib":
                raise
            remarks.append(f"{error} ({work.name}, {dtype})")
            continue
        started.append(worker)
    _compare(race, started)
    for _ in range(work.rounds):
        for worker in started:
            race.lanes[worker.name].blocks.append(worker.run(work.block))
    return race


def _compare(race: Race, workers: list[Worker]) -> None:
    """Let each make a block of steps, its warm-up, and compare the losses with nnlib's."""
    losses = {worker.name: np.array(worker.run(race.work.block).losses) for worker in workers}
    ours = losses["nnlib"]
    for name, theirs in losses.items():
        race.lanes[name].difference = float(np.max(np.abs(theirs - ours) / np.abs(ours)))
        if not race.lanes[name].difference <= AGREE[race.dtype]:
            raise SystemExit(
                f"{race.work.name} {race.dtype}: losses of {name} differ from nnlib's by "
                f"{race.lanes[name].difference:.2g} (relative): not the same work, no timing."
            )


def _line(race: Race) -> str:
    ours = race.lanes["nnlib"].low
    rest = ", ".join(f"{name} {race.ratio(name):.2f}x" for name in race.lanes if name != "nnlib")
    return f"{race.work.name} {race.dtype} {race.threads}: nnlib {ours:.1f} us; {rest}"
