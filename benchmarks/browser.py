"""One live figure in a real JupyterLab, made by nnlib.show.explore and by ipywidgets.interact.

    python -m benchmarks browser

Both are drawn by the same function and are measured in turns, in the same page; the table gives
medians over the turns, and the largest jump and the number of blank frames over all of them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from benchmarks import page as report

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))

from hands import drag_path, where
from lab import Lab, Notebook

SETUP = """
import time
import ipywidgets, numpy as np, matplotlib.pyplot as plt
from nnlib.show.explore import explore
from nnlib.show.style import SIZE

def draw(figure):
    axes, z = figure.subplots(), np.linspace(-5, 5, 400)
    axes.set(ylim=(-1.1, 1.1), xlabel="z", ylabel="a")
    line, = axes.plot(z, z)
    def update(weight):
        line.set_ydata(np.tanh(weight * z))
        return f"tanh of {weight:.2f} z"
    return update

def draw_again(weight):
    figure = plt.figure(figsize=SIZE)
    draw(figure)(weight)
    plt.show()

def time_moves(slider):
    for value in np.linspace(-5, 5, 21):
        start = time.perf_counter()
        slider.value = value
        print(1000 * (time.perf_counter() - start))
"""
OURS = "ours = explore(draw, weight=(-5.0, 5.0, 0.05))\nours"
THEIRS = (
    "theirs = ipywidgets.interactive(draw_again, weight=(-5.0, 5.0, 0.05))\n"
    "theirs.children[0].layout.width = '30em'\ntheirs"
)
SLIDERS = {"explore": "ours.controls['weight']", "interact": "theirs.children[0]"}
KEYS = 10
ROWS = {
    "kernel": "kernel time a move, ms",
    "latency": "from key to new pixels, ms",
    "rate": "pictures a second while dragging",
    "lag": "last picture after the drag's end, ms",
    "jump": "largest jump of picture or page, px",
    "blank": "frames without a picture",
}
WORST = ("jump", "blank")
# For explore: at most this share of interact's value, or at most this value.
SHARES = {"kernel": 1 / 8, "latency": 1 / 3}
MOST = {"lag": 150, "jump": 0, "blank": 0}


def write_notebook(folder: Path) -> str:
    """Both figures in one notebook, with room above and below; returns its name."""
    room = "\n\n".join(["Text above and below."] * 15)
    code = [SETUP, OURS, THEIRS]
    cells = [cell for text in code for cell in (new_code_cell(text), new_markdown_cell(room))]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "figure.ipynb")
    return "figure.ipynb"


def measure(notebook: Notebook, name: str, control: dict[str, Any], seconds: float) -> dict:
    """All rows of the table for one figure, once."""
    page, id_ = notebook.page, control["id"]
    printed = notebook.execute(f"time_moves({SLIDERS[name]})")
    page.evaluate("id => lab.bringIntoView(id)", id_)
    result = {"kernel": statistics.median(map(float, printed.split()))}
    result["latency"] = statistics.median(key_times(notebook, control))
    page.evaluate("id => lab.settled(id)", id_)
    page.evaluate("id => lab.watch(id)", id_)
    start = page.evaluate("performance.now()")
    drag_for(notebook, control, seconds)
    end = page.evaluate("performance.now()")
    page.evaluate("id => lab.settled(id, 1000)", id_)
    seen = page.evaluate("lab.watched()")
    pictures = [at for at in seen["pictures"] if at > start]
    result["rate"] = 1000 * sum(at <= end for at in pictures) / (end - start)
    result["lag"] = max(0.0, max(pictures, default=end) - end)
    return result | {"jump": seen["jump"], "blank": seen["blank"]}


def key_times(notebook: Notebook, control: dict[str, Any]) -> list[float]:
    """Milliseconds from a press of an arrow key to the frame with the new picture, KEYS times."""
    page, times = notebook.page, []
    where(notebook, control).focus()
    page.keyboard.press("Home")
    for _ in range(KEYS):
        page.evaluate("id => lab.settled(id)", control["id"])
        page.evaluate("id => lab.timeNextKey(id)", control["id"])
        page.keyboard.press("ArrowRight")
        times.append(page.evaluate("() => lab.keyTime()"))
    return times


def drag_for(notebook: Notebook, control: dict[str, Any], seconds: float) -> None:
    """Pull the handle to and fro, a new position every 1/60 s."""
    mouse = notebook.page.mouse
    (x, y), left, right = drag_path(notebook, control)
    mouse.move(x, y)
    mouse.down()
    start = time.monotonic()
    while (passed := time.monotonic() - start) < seconds:
        way = abs((passed / 2.5) % 2 - 1)  # 1, 0, 1: there and back in five seconds
        mouse.move(right + (left - right) * way, y)
        time.sleep(max(0.0, 1 / 60 - (time.monotonic() - start - passed)))
    mouse.up()


def table(results: dict[str, list[dict[str, float]]]) -> str:
    """Markdown: a row a quantity, a column a figure, and whether the goal is reached."""
    rows = []
    for key, words in ROWS.items():
        pick = max if key in WORST else statistics.median
        ours, theirs = (pick(turn[key] for turn in results[name]) for name in SLIDERS)
        goal, met = "", ""
        if key in SHARES:
            goal, met = f"1/{1 / SHARES[key]:.0f} of interact", ours <= SHARES[key] * theirs
        elif key in MOST:
            goal, met = f"at most {MOST[key]}", ours <= MOST[key]
        verdict = {True: "yes", False: "**no**"}.get(met, "")
        rows.append([words, f"{ours:.1f}", f"{theirs:.1f}", goal, verdict])
    return report.table(["", *SLIDERS, "goal for explore", "met"], rows)


def main() -> int:
    """Measure in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=3, help="measurements of each (default 3)")
    parser.add_argument("--seconds", type=float, default=5, help="length of a drag (default 5)")
    parser.add_argument("--json", action="store_true", help="print every turn, write nothing")
    wanted = parser.parse_args()
    results: dict[str, list[dict[str, float]]] = {name: [] for name in SLIDERS}
    with tempfile.TemporaryDirectory() as folder:
        name = write_notebook(Path(folder))
        with Lab(Path(folder)) as lab, lab.open(name) as notebook:
            notebook.run_all()
            if wrong := notebook.unfinished():
                sys.exit("\n".join(wrong))
            controls = dict(zip(SLIDERS, notebook.controls(), strict=True))
            for _ in range(wanted.turns):
                for figure, control in controls.items():
                    results[figure].append(measure(notebook, figure, control, wanted.seconds))
    if wanted.json:
        print(json.dumps(results, indent=1))
    else:
        text = f"{report.machine()}, {wanted.turns} turns.\n\n{table(results)}"
        print(text)
        report.replace("browser", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
