"""The browser tests can fail: a notebook full of faults, each of which must be named."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest
from hands import faults
from lab import Lab, Notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

SETUP = """
import base64, io, sys
import ipywidgets
from IPython.display import display
from PIL import Image

def picture(alt, gray, width=200, height=100):
    file = io.BytesIO()
    Image.new("L", (width, height), gray).save(file, "png")
    source = base64.b64encode(file.getvalue()).decode()
    size = f'width="{width}" height="{height}"'
    html = f'<img alt="{alt}" {size} src="data:image/png;base64,{source}">'
    return {"text/html": html, "text/plain": alt}

def live(name, follow, slider=ipywidgets.IntSlider):
    control = slider(5, 0, 10, description=name)
    display(control)
    handle = display(picture("start", 100), raw=True, display_id=True)
    def move(change):
        handle.update(follow(change.new), raw=True)
    control.observe(move, "value")
"""
NETWORK = """
import numpy as np
import nnlib as nn
net = nn.Sequential(nn.Dense(2, 8), nn.Tanh(), nn.Dense(8, 1), rng=0)
value = float(net.forward(np.ones((1, 2)))[0, 0])
"""
CELLS = {
    "all digits": f"{NETWORK}print(repr(value))",
    "six digits": "print(f'{value:.6f}')",
    "sound": "live('sound', lambda value: picture(f'gray {value}', 20 * value))",
    "dead": "live('dead', lambda value: picture('start', 100))",
    "wordless": "live('wordless', lambda value: picture('', 20 * value))",
    "growing": "live('growing', lambda value: picture('x', 20 * value, 200 + value))",
    "jumping": "display(growing := ipywidgets.HTML('<p>0</p>'))\n"
    "def push(value):\n"
    "    growing.value = '<p>more</p>' * (value + 1)\n"
    "    return picture('x', 20 * value)\n"
    "live('jumping', push)",
    "failing": "live('failing', lambda value: picture('x', 1 / (10 - value)))",
    "alone": "ipywidgets.IntSlider(description='alone')",
    "noisy": "print('oh', file=sys.stderr)",
    "broken": "1 / 0",
    "never reached": "1",
}
EXPECTED = [
    "slider 'dead', {}: the picture stays the same",
    "slider 'wordless', {}: the picture has no alt text",
    "slider 'growing', {}: the picture's size changed",
    "slider 'jumping', {}: the page jumped by",
    "slider 'alone': no picture comes after it",
]


@pytest.fixture(scope="module")
def planted(lab: Lab) -> Iterator[Notebook]:
    cells = [new_code_cell(SETUP), *map(new_code_cell, CELLS.values())]
    cells.append(new_markdown_cell("\n\n".join(["Room to scroll."] * 40)))
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, lab.folder / "course/notebooks/planted.ipynb")
    with lab.open("planted.ipynb") as opened:
        opened.nudge()
        opened.run_all()
        yield opened


def places(*names: str) -> list[int]:
    """Where the cells of these names stand, after the one that sets up."""
    return [1 + list(CELLS).index(name) for name in names]


def test_failed_noisy_and_unreached_cells_are_named(planted: Notebook) -> None:
    noisy, broken, never = places("noisy", "broken", "never reached")
    assert planted.unfinished() == [
        f"cell {noisy} wrote to stderr: oh\n",
        f"cell {broken} raised ZeroDivisionError: division by zero",
        f"cell {never} was not run",
    ]


def test_every_fault_of_a_control_is_found_and_the_sound_one_passes(
    planted: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hands.CHANGE_MILLISECONDS", 500)
    found = faults(planted)
    for fault in EXPECTED:
        for action in ("ArrowRight", "drag"):
            assert any(fault.format(action) in line for line in found), "\n".join(found)
    assert [line for line in found if "'sound'" in line] == []


def test_nudged_weights_change_last_digits_and_no_others(planted: Notebook) -> None:
    namespace: dict[str, float] = {}
    exec(NETWORK, namespace)
    value = namespace["value"]
    cells = planted.save().cells
    all_digits, six_digits = (cells[i].outputs[0].text for i in places("all digits", "six digits"))
    assert 0 < abs(float(all_digits) - value) < 1e-12
    assert six_digits == f"{value:.6f}\n"
    assert planted.n_nudged() == 1


def test_error_in_a_callback_is_heard_though_it_belongs_to_no_cell(planted: Notebook) -> None:
    assert any("kernel: ZeroDivisionError" in problem for problem in planted.problems())
