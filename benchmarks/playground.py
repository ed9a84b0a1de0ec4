"""The playground's speed: pictures a second while it trains, and how fast Pause is answered.

    python -m benchmarks.playground            in the kernel's process, without a browser
    python -m benchmarks.playground --browser  in JupyterLab and Chromium as well

[2, 8, 8, 1] on 300 points, one epoch of 8 updates a picture, as Play does it. Goals (two cores):
10 pictures a second, Pause within 250 ms. Wall time counts the machine's other work, CPU time does
not; the load average says how much of that there was.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SETTING = "data=spirals points=300 hidden=8,8"
FRAMES = 100
ROOT = Path(__file__).resolve().parents[1]


def kernel_side() -> dict[str, tuple[float, float]]:
    """Return medians in ms, (wall, CPU), of training an epoch, drawing and encoding a frame."""
    from nnlib import show
    from nnlib.show.player import encode_jpeg

    player = show.playground(SETTING)
    parts: dict[str, Callable[[], Any]] = {
        "train": player.session.epoch,
        "draw": lambda: player.scene.show(player.values),
        "encode": lambda: encode_jpeg(player.scene.pixels),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in parts}
    for _ in range(FRAMES):
        for name, part in parts.items():
            wall, cpu = time.perf_counter(), time.process_time()
            part()
            spent = time.perf_counter() - wall, time.process_time() - cpu
            times[name].append(spent)
    player.close()
    return {
        name: (
            1e3 * statistics.median(w for w, _ in all_),
            1e3 * statistics.median(c for _, c in all_),
        )
        for name, all_ in times.items()
    }


def browser_side(seconds: float = 5.0, tries: int = 10) -> tuple[list[float], list[float]]:
    """Return pictures a second (three windows), and ms from a click on Pause to standstill."""
    sys.path.insert(0, str(ROOT / "tests/browser"))
    import nbformat
    from lab import Lab  # type: ignore[import-not-found]
    from nbformat import v4
    from test_playground_page import (  # type: ignore[import-not-found]
        COUNT_PICTURES,
        TIME_PAUSE,
    )

    source = f"from nnlib import show\np = show.playground({SETTING!r})\np"
    cells: Any = [v4.new_code_cell(source)]  # type: ignore[no-untyped-call]
    made: Any = v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    with tempfile.TemporaryDirectory() as folder:
        nbformat.write(made, Path(folder) / "playground.ipynb")  # type: ignore[no-untyped-call]
        with Lab(Path(folder)) as lab, lab.open("playground.ipynb") as notebook:
            notebook.run_all()
            press = notebook.page.locator(".nnlib-play").click
            press()
            rates = [notebook.page.evaluate(COUNT_PICTURES, seconds) for _ in range(3)]
            press()
            delays = []
            for _ in range(tries):
                press()
                notebook.page.wait_for_timeout(1000)
                seen = notebook.page.evaluate(TIME_PAUSE)
                delays.append(max(seen["label"], seen["picture"]))
    return rates, delays


def main() -> int:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--browser", action="store_true", help="measure in JupyterLab too")
    wanted = parser.parse_args()
    parts = kernel_side()
    print("| a frame | wall, ms | CPU, ms |\n|---|---:|---:|")
    for name, (wall, cpu) in parts.items():
        print(f"| {name} | {wall:.1f} | {cpu:.1f} |")
    wall, cpu = (sum(part[i] for part in parts.values()) for i in (0, 1))
    print(f"| all | {wall:.1f} | {cpu:.1f} |")
    print(f"\nAt most {1e3 / wall:.0f} pictures a second by the wall, {1e3 / cpu:.0f} by the CPU.")
    if wanted.browser:
        rates, delays = browser_side()
        print(f"In the browser: {', '.join(f'{rate:.1f}' for rate in rates)} pictures a second;")
        print(
            f"Pause to standstill: median {statistics.median(delays):.0f} ms, "
            f"{min(delays):.0f} to {max(delays):.0f}."
        )
    print(f"Load average: {os.getloadavg()[0]:.1f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
