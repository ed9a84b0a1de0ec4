"""The playground in a real JupyterLab: it plays, and answers while it trains."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import Lab, Notebook
from nbformat.v4 import new_code_cell, new_notebook

CELLS = [
    "from nnlib import show",
    "p = show.playground('data=spirals points=300 hidden=8,8')\np",
]

# The epochs in the words of so many new pictures, one after another.
FOLLOW = """async count => {
  const epochs = () => Number(
    document.querySelector('.jp-OutputArea-output img')?.alt.match(/After (\\d+) epochs/)?.[1]);
  const seen = [epochs()];
  while (seen.length <= count) {
    await new Promise(requestAnimationFrame);
    if (epochs() !== seen.at(-1)) seen.push(epochs());
  }
  return seen;
}"""


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Iterator[Notebook]:
    """The playground alone in a notebook, run, its controls in view."""
    folder = lab.folder / "course/notebooks"
    with tempfile.NamedTemporaryFile(suffix=".ipynb", dir=folder) as file:
        made = new_notebook(cells=[new_code_cell(source) for source in CELLS])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(made, file.name)
        with lab.open(Path(file.name).name) as opened:
            opened.run_all()
            assert opened.unfinished() == []
            yield opened


@pytest.fixture(autouse=True)
def paused(notebook: Notebook) -> Iterator[None]:
    notebook.execute("p.restore('data=spirals points=300 hidden=8,8'); p.reset(); p.forget()")
    yield
    notebook.execute("p.pause()")
    assert notebook.execute("print(p.errors)") == "[]\n"
    assert notebook.problems() == []


def button(notebook: Notebook, label: str) -> Any:
    return notebook.page.get_by_role("button", name=label, exact=True).first


def press(notebook: Notebook, label: str) -> None:
    button(notebook, label).click()


def alt(notebook: Notebook) -> str:
    (picture,) = notebook.pictures()
    assert picture["shown"]
    return str(picture["alt"])


def wait_for(notebook: Notebook, words: str) -> None:
    """Wait until the picture's words hold ``words``."""
    asked = "w => document.querySelector('.jp-OutputArea-output img')?.alt.includes(w)"
    notebook.page.wait_for_function(asked, arg=words)


def pause(notebook: Notebook) -> int:
    """Press Pause; return the number of updates at which it stands, in kernel and page."""
    press(notebook, "Pause")
    button(notebook, "Play").wait_for()
    updates = int(notebook.execute("print(p.session.updates)"))
    wait_for(notebook, f"({updates} updates)")
    return updates


def test_play_pause_step_epoch_and_reset(notebook: Notebook) -> None:
    press(notebook, "Play")
    wait_for(notebook, "After 5 epochs")
    updates = pause(notebook)
    press(notebook, "Step")
    wait_for(notebook, f"({updates + 1} updates)")
    n_epochs = int(notebook.execute("print(p.session.epochs)"))
    press(notebook, "Epoch")
    wait_for(notebook, f"After {n_epochs + 1} epochs")
    press(notebook, "Reset")
    wait_for(notebook, "After 0 epochs (0 updates)")


def test_reset_leads_to_the_same_picture(notebook: Notebook) -> None:
    first = notebook.page.locator(".jp-OutputArea-output img").get_attribute("src")
    press(notebook, "Epoch")
    wait_for(notebook, "After 1 epochs")
    one = alt(notebook)
    press(notebook, "Reset")
    wait_for(notebook, "After 0 epochs")
    press(notebook, "Epoch")
    wait_for(notebook, "After 1 epochs")
    assert alt(notebook) == one
    press(notebook, "Reset")
    wait_for(notebook, "After 0 epochs")
    press(notebook, "Forget runs")
    notebook.page.wait_for_function(
        "src => document.querySelector('.jp-OutputArea-output img')?.src === src", arg=first
    )


def test_layers_and_rate_are_changed_while_it_trains(notebook: Notebook) -> None:
    press(notebook, "Play")
    wait_for(notebook, "After 3 epochs")
    press(notebook, "+ layer")
    wait_for(notebook, "Hidden units: 8-8-8.")
    notebook.page.get_by_role("button", name="−", exact=True).first.click()
    wait_for(notebook, "Hidden units: 7-8-8.")
    rate = notebook.page.locator(".widget-slider, .widget-inline-hbox").filter(has_text="rate")
    rate.locator(".noUi-handle").first.focus()
    notebook.page.keyboard.press("ArrowRight")
    wait_for(notebook, "rate=0.1")
    increasing(notebook.page.evaluate(FOLLOW, 2))  # it trains on with the new rate
    assert button(notebook, "Pause").is_visible()
    press(notebook, "− layer")
    wait_for(notebook, "Hidden units: 7-8.")


def test_pause_is_heard_while_it_trains_and_nothing_comes_after_it(notebook: Notebook) -> None:
    """How soon is measured by benchmarks/playground.py: a busy machine is no fault of ours."""
    for _ in range(3):
        press(notebook, "Play")
        increasing(notebook.page.evaluate(FOLLOW, 3))
        updates = pause(notebook)
        stopped = alt(notebook)
        notebook.page.wait_for_timeout(500)  # for many frames, were it still playing
        assert int(notebook.execute("print(p.session.updates)")) == updates
        assert alt(notebook) == stopped


def test_picture_after_picture_comes_while_it_trains(notebook: Notebook) -> None:
    press(notebook, "Play")
    increasing(notebook.page.evaluate(FOLLOW, 20))


def increasing(counts: list[int]) -> None:
    """Assert that each is larger than the one before: no picture is stale, none comes twice."""
    assert all(before < after for before, after in itertools.pairwise(counts)), counts


def test_a_setting_is_pasted_and_a_bad_one_explained(notebook: Notebook) -> None:
    field = notebook.page.locator(".widget-text input")
    field.fill("data=xor hidden=3 seed=2")
    field.press("Enter")
    wait_for(notebook, "data=xor hidden=3 seed=2")
    field.fill("data=donut")
    field.press("Enter")
    notebook.page.get_by_text("data must be one of").wait_for()
