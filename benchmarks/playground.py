"""The playground's speed: pictures a second while it trains, and how fast Pause is answered.

    python -m benchmarks playground

A frame in the kernel's process, then JupyterLab and Chromium.

[2, 8, 8, 1] on 300 points, one epoch of 8 updates a picture, as Play does it. Goals (two cores):
10 pictures a second, Pause within 250 ms. Wall time counts the machine's other work, CPU time does
not; the load average says how much of that there was.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import page

SETTING = "data=spirals points=300 hidden=8,8"
FRAMES = 100
ROOT = Path(__file__).resolve().parents[1]

# In the page, so that neither Playwright nor its connection is measured: the time from a click on
# Pause to the frame with the last new picture, or with the button's new label if that is later.
TIME_PAUSE = """async () => {
  const button = document.querySelector('.nnlib-play');
  const picture = () => document.querySelector('.jp-OutputArea-output img')?.src;
  const start = performance.now();
  let last = start, seen = picture(), label = null;
  button.click();
  while (performance.now() - start < 1200) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    if (picture() !== seen) { seen = picture(); last = now; }
    if (label === null && button.textContent.trim() === 'Play') label = now;
  }
  return {picture: last - start, label: label === null ? null : label - start};
}"""
COUNT_PICTURES = """async seconds => {
  const picture = () => document.querySelector('.jp-OutputArea-output img')?.src;
  let seen = picture(), count = 0;
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) {
    await new Promise(requestAnimationFrame);
    if (picture() !== seen) { seen = picture(); count += 1; }
  }
  return count / seconds;
}"""


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
    """Measure, print, and write the section of README.md."""
    parts = kernel_side()
    rows = [[name, f"{wall:.1f}", f"{cpu:.1f}"] for name, (wall, cpu) in parts.items()]
    wall, cpu = (sum(part[i] for part in parts.values()) for i in (0, 1))
    rows.append(["all", f"{wall:.1f}", f"{cpu:.1f}"])
    rates, delays = browser_side()
    text = "\n".join(
        [
            f"{page.machine()}; load average {os.getloadavg()[0]:.1f}.",
            "",
            page.table(["a frame", "wall, ms", "CPU, ms"], rows),
            "",
            "In the browser, pictures a second (goal: 10): "
            + ", ".join(f"{rate:.1f}" for rate in rates)
            + f". From Pause to standstill (goal: 250 ms): median {statistics.median(delays):.0f} "
            f"ms, {min(delays):.0f} to {max(delays):.0f} in {len(delays)} tries.",
        ]
    )
    print(text)
    page.replace("playground", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
