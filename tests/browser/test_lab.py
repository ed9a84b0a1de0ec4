"""Every notebook in a real JupyterLab and a real browser: it runs, and each control is alive."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from hands import faults, with_keys, with_mouse
from lab import NAMES, NOTEBOOKS, Lab, Notebook

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

# What JupyterLab writes in the place of a widget that it cannot show. In a notebook that the reader
# has not run yet, which is not trusted, that is the widget's text/plain: by default its repr.
BROKEN_WIDGET = ("Error displaying widget", "model not found", "VBox(", "Slider(")


def broken_widgets(notebook: Notebook) -> list[str]:
    """Outputs in which a widget is missing."""
    lines = notebook.text().splitlines()
    return [line for line in lines if any(words in line for words in BROKEN_WIDGET)]


def settle(notebook: Notebook, loads: int = 4) -> None:
    """Load the page again where JupyterLab has lost the race against itself.

    Its widget manager restores twice when a kernel connects: once from the kernel, once from the
    kernel and the file (jupyterlab_widgets 3.0.17, ``restoreWidgets``). When the first is done
    before the second, it calls all widgets of the file missing, for good. That happens in about
    one load of ten here, whatever the notebook; a widget that is really missing stays so.
    """
    for _ in range(loads - 1):
        if not broken_widgets(notebook):
            return
        notebook.page_errors.clear()
        notebook.load()


def none(problems: list[str]) -> None:
    """Fail with all of ``problems``, a line each."""
    assert not problems, "\n" + "\n".join(problems)


def stored_alts(name: str) -> list[str]:
    """The alt text of each stored picture: the text/plain beside an <img>."""
    bundles = [data for _, data in stored_outputs(name)]
    pictures = [data for data in bundles if "<img" in "".join(data.get("text/html", ""))]
    return ["".join(data.get("text/plain", "")) for data in pictures]


def cells_with_widgets(name: str) -> set[int]:
    """Numbers of the cells whose stored outputs hold a widget view."""
    return {cell for cell, data in stored_outputs(name) if WIDGET_VIEW in data}


def stored_outputs(name: str) -> list[tuple[int, dict[str, Any]]]:
    """Cell number and bundle of each stored output that has one."""
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    return [
        (number, output["data"])
        for number, cell in enumerate(cells)
        for output in cell.get("outputs", [])
        if "data" in output
    ]


def test_there_are_notebooks_to_open() -> None:
    assert NAMES, f"no *.ipynb in {NOTEBOOKS}"


@pytest.mark.parametrize("name", NAMES)
def test_fresh_clone_without_a_kernel_shows_every_picture_with_its_words(
    lab: Lab, name: str
) -> None:
    with lab.open(name, kernel=False) as notebook:
        shown = notebook.pictures()
        assert [picture["alt"] for picture in shown] == stored_alts(name)
        assert all(picture["alt"].strip() and picture["shown"] for picture in shown)
        none(broken_widgets(notebook) + notebook.problems())


@pytest.mark.parametrize("name", NAMES)
def test_stored_controls_are_grey_until_the_notebook_is_run(lab: Lab, name: str) -> None:
    lab.trust(name)  # JupyterLab shows stored widgets only in notebooks that the reader trusts
    with lab.open(name) as notebook:
        settle(notebook)
        controls = notebook.controls()
        assert {control["cell"] for control in controls} == cells_with_widgets(name)
        assert [control for control in controls if not control["disabled"]] == []
        none(broken_widgets(notebook) + notebook.problems())


def test_notebook_runs_from_top_to_bottom_without_an_error(ran: Notebook) -> None:
    none(ran.unfinished() + ran.problems())


def test_every_control_moves_its_picture_from_the_keyboard(ran: Notebook) -> None:
    none(faults(ran, with_keys) + ran.problems())


def test_every_control_moves_its_picture_under_the_mouse(ran: Notebook) -> None:
    none(faults(ran, with_mouse) + ran.problems())


def test_notebook_that_a_learner_saved_opens_again_without_broken_widgets(ran: Notebook) -> None:
    ran.save()
    ran.end_kernel()
    ran.load()
    settle(ran)
    none(broken_widgets(ran) + ran.problems())


def test_server_and_kernels_logged_no_error(lab: Lab) -> None:
    lines = lab.log().splitlines()
    assert [line for line in lines if line.startswith(("[E ", "Traceback"))] == []
