"""Table, picture and verdict, from what was measured."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import page

if TYPE_CHECKING:
    from benchmarks.cold import Cold
    from benchmarks.race import Race

# (workload, contender, how many times as long as nnlib it should take at one thread in float64)
GOALS = [
    ("W1", "PyTorch", 9.0),
    ("W1", "PyTorch fused", 6.0),
    ("W1", "scikit-learn", 4.5),
    ("W2", "PyTorch", 3.3),
    ("W2", "scikit-learn", 2.0),
    ("W3", "PyTorch", 3.0),
    ("W3", "scikit-learn", 2.2),
    ("W4", "PyTorch", 1.25),
    ("W4", "PyTorch fused", 1.0),
    ("W5", "PyTorch", 3.5),
    ("W6", "PyTorch", 12.0),
    ("W6", "PyTorch fused", 6.0),
    ("W6", "scikit-learn", 6.0),
    ("W6", "JAX step", 6.0),
    ("W6", "JAX scan", 6.0),
]
FLOORS = {"W1": 1.5, "W2": 1.3, "W3": 1.2, "W4": 1.1}
IMPORT_SHARE, MEMORY_MIB = 0.15, 64


@dataclass
class Results:
    """All that was measured."""

    races: list[Race]
    versions: dict[str, str]
    remarks: list[str]
    cold: dict[tuple[str, str], dict[str, Cold]] = field(default_factory=dict)
    imports: dict[str, tuple[float, float]] = field(default_factory=dict)
    memory: dict[str, float] | None = None
    seconds: float = 0.0

    def race(self, name: str, setting: str = "one", dtype: str = "float64") -> Race:
        """Return the race of that workload at that setting."""
        wanted = (name, setting, dtype)
        return next(r for r in self.races if (r.work.name, r.threads, r.dtype) == wanted)

    def ratio(self, name: str, contender: str) -> float | None:
        """Return how many times as long as nnlib it takes; None if left out. W6 by CPU time."""
        if name == "W6":
            cold = self.cold["one", "float64"]
            return min(cold[contender].cpu) / min(cold["nnlib"].cpu) if contender in cold else None
        race = self.race(name)
        return race.ratio(contender) if contender in race.lanes else None


def text(results: Results) -> str:
    """Return the generated part of README.md."""
    parts = [
        _machine(results),
        "### Goals\n\n" + _goals(results),
        "### One thread, float64\n\n" + _details(results),
        "### Other settings\n\n" + _others(results),
        "### W6: from a cold process to a trained network\n\n" + _cold(results),
        "### Import and memory\n\n" + _import_and_memory(results),
    ]
    return "\n\n".join(part for part in parts if not part.endswith("\n\n"))


def write(results: Results, folder: Path) -> None:
    """Write speed.png, and the generated part of README.md between its markers."""
    picture(results, folder / "speed.png")
    image = f"![{_alt_text(results)}](speed.png)"
    page.replace("speed", f"{image}\n\n{text(results)}", folder / "README.md")


def _machine(results: Results) -> str:
    versions = {
        "NumPy": results.versions.get("nnlib"),
        "scikit-learn": results.versions.get("scikit-learn"),
        "PyTorch": results.versions.get("PyTorch"),
        "JAX": results.versions.get("JAX step"),
    }
    have = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    lines = [
        f"{page.machine()}; "
        f"Python {platform.python_version()}, {have}. Took {results.seconds / 60:.1f} minutes."
    ]
    if hasattr(os, "getloadavg"):
        load = f"{os.getloadavg()[2]:.1f}"
        lines[0] += (
            f" Load average over the last 15 minutes: {load} (the benchmarks alone make 1 to 2)."
        )
    return "\n".join(lines + [f"- {remark}" for remark in results.remarks])


def _goals(results: Results) -> str:
    rows = []
    for name, contender, goal in GOALS:
        ratio = results.ratio(name, contender)
        if ratio is None:
            rows.append([name, f"against {contender}", f"{goal:g}×", "left out", ""])
            continue
        floor = results.ratio(name, "floor")
        most = "" if floor is None else f"{ratio / floor:.2f}×"
        rows.append(
            [name, f"against {contender}", f"{goal:g}×", f"{ratio:.2f}×", most, _met(ratio >= goal)]
        )
    for name, goal in FLOORS.items():
        above = 1 / results.ratio(name, "floor")
        rows.append(
            [
                name,
                "time over the floor's",
                f"≤ {goal:g}×",
                f"{above:.2f}×",
                "",
                _met(above <= goal),
            ]
        )
    share = results.imports["nnlib"][1] / results.imports["numpy"][1] - 1
    row = ["import", "CPU time on top of NumPy's", f"≤ {IMPORT_SHARE:.0%}", f"{share:.0%}", ""]
    rows.append([*row, _met(share <= IMPORT_SHARE)])
    if results.memory:
        over = results.memory["peak"] - results.memory["data"]
        row = ["W4", "peak memory beyond the data", f"≤ {MEMORY_MIB} MiB", f"{over:.0f} MiB", ""]
        rows.append([*row, _met(over <= MEMORY_MIB)])
    return page.table(["", "", "goal", "measured", "the floor's own", "met"], rows)


def _met(yes: bool) -> str:
    return "yes" if yes else "**no**"


def _details(results: Results) -> str:
    rows = []
    for race in results.races:
        if (race.threads, race.dtype) != ("one", "float64"):
            continue
        for name, lane in race.lanes.items():
            low, high = race.spread(name)
            ratio = "" if name == "nnlib" else f"{race.ratio(name):.2f}×"
            rows.append(
                [
                    f"{race.work.name} {name}",
                    _time(lane.low),
                    _time(lane.median),
                    ratio,
                    "" if name == "nnlib" else f"{low:.2f} to {high:.2f}",
                    _time(lane.cpu),
                    f"{lane.cpu_share:.2f}",
                    f"{lane.compile_seconds:.2f} s" if lane.compile_seconds else "",
                    "" if name == "nnlib" else f"{lane.difference:.0e}",
                ]
            )
    titles = "\n".join(f"- {race.work.name}: {race.work.title}" for race in _distinct(results))
    head = [
        "",
        "p5 of a step",
        "median",
        "ratio of p5",
        "ratio by rounds",
        "CPU a step",
        "CPU / wall",
    ]
    head += ["compile", "losses apart"]
    return titles + "\n\n" + page.table(head, rows)


def _distinct(results: Results) -> list[Race]:
    return [r for r in results.races if (r.threads, r.dtype) == ("one", "float64")]


def _time(microseconds: float) -> str:
    return f"{microseconds:.1f} µs" if microseconds < 1000 else f"{microseconds / 1000:.2f} ms"


def _others(results: Results) -> str:
    races = [race for race in results.races if (race.threads, race.dtype) != ("one", "float64")]
    names = [name for name in results.versions if name != "nnlib"]
    rows = []
    for race in races:
        ours = race.lanes["nnlib"]
        cells = [
            f"{race.work.name} {race.dtype}, {race.threads}",
            f"{_time(ours.low)}, {ours.cpu_share:.1f}",
        ]
        for name in names:
            if name not in race.lanes:
                cells.append("")
                continue
            (low, high), lane = race.spread(name), race.lanes[name]
            cells.append(f"{race.ratio(name):.2f}× ({low:.2f} to {high:.2f}), {lane.cpu_share:.1f}")
        rows.append(cells)
    return page.table(["", "nnlib", *names], rows) if rows else ""


def _cold(results: Results) -> str:
    rows = []
    for (setting, dtype), cold in results.cold.items():
        ours = cold["nnlib"]
        for name, run in cold.items():
            rows.append(
                [
                    f"{dtype}, {setting}: {name}",
                    f"{min(run.cpu):.2f} s",
                    f"{min(run.wall):.2f} s",
                    f"{min(run.cpu) / min(ours.cpu):.2f}×",
                    f"{np.median(np.array(run.cpu) / np.array(ours.cpu)):.2f}×",
                    f"{run.accuracy:.3f}",
                ]
            )
    head = ["", "CPU", "wall", "ratio of CPU", "median ratio by rounds", "accuracy"]
    return page.table(head, rows)


def _import_and_memory(results: Results) -> str:
    rows = [
        [f"import {name}", f"{wall:.1f} ms", f"{cpu:.1f} ms CPU"]
        for name, (wall, cpu) in results.imports.items()
    ]
    if results.memory:
        over = results.memory["peak"] - results.memory["data"]
        data, peak = results.memory["data"], results.memory["peak"]
        rows.append(
            ["W4, peak of the process", f"{peak:.0f} MiB", f"data {data:.0f} MiB + {over:.0f} MiB"]
        )
    return page.table(["", "", ""], rows)


def _alt_text(results: Results) -> str:
    parts = []
    for name in ("W1", "W2", "W3", "W4", "W5", "W6"):
        ratio = {
            other: results.ratio(name, other) for other in results.versions if other != "nnlib"
        }
        said = ", ".join(f"{other} {value:.1f}" for other, value in ratio.items() if value)
        parts.append(f"{name}: {said}")
    return "Time of a step as a multiple of nnlib's, one thread, float64. " + "; ".join(parts) + "."


def picture(results: Results, file: Path) -> None:
    """Draw the ratios at one thread in float64: a row a workload, a marker a contender."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    spines = {"axes.spines.top": False, "axes.spines.right": False, "font.size": 9}
    with plt.style.context(["petroff10", spines]):
        figure, ax = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
        works = ["W1", "W2", "W3", "W4", "W5", "W6"]
        others = [name for name in results.versions if name != "nnlib"]
        for marker, name in zip("|osDv^P", others, strict=False):
            ratios = [results.ratio(work, name) or np.nan for work in works]
            ax.plot(ratios, works, marker, markersize=12 if marker == "|" else 7, label=name)
        ax.axvline(1, color="0.4", linewidth=1)
        ax.set(xscale="log", xlabel="time as a multiple of nnlib's (1 = nnlib)")
        ticks = [0.5, 1, 2, 5, 10, 20]
        ax.set_xticks(ticks, [f"{tick:g}×" for tick in ticks])
        ax.xaxis.minorticks_off()
        ax.invert_yaxis()
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
        ax.set_title(
            "Right of the line nnlib is faster: one thread, float64", loc="left", fontsize=10
        )
        figure.savefig(file, dpi=100, metadata={"Software": None})
        plt.close(figure)
