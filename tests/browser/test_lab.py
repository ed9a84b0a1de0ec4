"""Every notebook in a real JupyterLab and a real browser: it runs, and each control is alive."""

from __future__ import annotations

import functools
from typing import Any

import nbformat
import pytest
from axe import OURS, findings
from hands import faults
from lab import NAMES, NOTEBOOKS, Lab, Notebook

from tests.validation import rules
from tests.validation.outputs import settle, text_differences

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"

# Opened again after they were run and saved: sliders, a player, the playground.
REOPENED = ["05b_optimizers.ipynb", "07d_playground.ipynb"]


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


@functools.cache
def in_checkout(name: str) -> nbformat.NotebookNode:
    """A notebook as it stands in the checkout."""
    return nbformat.read(NOTEBOOKS / name, as_version=4)


def stored_outputs(name: str) -> list[tuple[int, dict[str, Any]]]:
    """Those of a notebook in the checkout."""
    return outputs(in_checkout(name))


def outputs(notebook: nbformat.NotebookNode) -> list[tuple[int, dict[str, Any]]]:
    """Cell number and bundle of each output that has one."""
    return [
        (number, output["data"])
        for number, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if "data" in output
    ]


def printed_differences(stored: nbformat.NotebookNode, fresh: nbformat.NotebookNode) -> list[str]:
    """Where the text of a cell differs, pictures aside."""
    cells = zip(rules.code_cells(stored), rules.code_cells(fresh), strict=True)
    return [
        f"code cell {number}: {difference}"
        for number, (old, new) in enumerate(cells, start=1)
        for difference in text_differences(settle(old.outputs), settle(new.outputs))
    ]


def test_there_are_notebooks_to_open() -> None:
    assert NAMES, f"no *.ipynb in {NOTEBOOKS}"


def test_jupyterlab_starts_without_an_error(lab: Lab) -> None:
    none(lab.page_errors[: lab.n_start_errors])


def test_fresh_clone_shows_every_stored_picture_with_its_words(ran: Notebook) -> None:
    assert [picture["alt"] for picture in ran.stored] == stored_alts(ran.name)
    assert all(picture["alt"].strip() and picture["shown"] for picture in ran.stored)


def test_notebook_runs_from_top_to_bottom_without_an_error(ran: Notebook) -> None:
    none(ran.unfinished() + ran.problems())


def test_what_it_prints_does_not_hang_on_last_bits(ran: Notebook) -> None:
    """Another processor or BLAS rounds the last bit of a sum differently; here the weights were
    moved by a few of these. A run at the edge of stability fails here."""
    stored = in_checkout(ran.name)
    if any("Sequential(" in cell.source for cell in rules.code_cells(stored)):
        assert ran.n_nudged() > 0
    none(printed_differences(stored, ran.fresh))


def test_every_control_moves_its_picture_by_keys_and_under_the_mouse(ran: Notebook) -> None:
    none(faults(ran) + ran.problems())


def test_axe_finds_nothing_serious_in_texts_and_outputs(ran: Notebook) -> None:
    assert findings(ran.page, {"include": [[selector] for selector in OURS]}) == []


def test_solutions_and_quizzes_open_by_keys_alone(ran: Notebook) -> None:
    """The first solution and an option of the quiz, which stands last: all are made alike."""
    cells = ran.page.query_selector_all(".jp-OutputArea:has(details)")
    assert len(cells) >= 4
    for cell in (cells[0], cells[-1]):
        cell.query_selector("details > summary").focus()
        ran.page.keyboard.press("Enter")
        told = cell.query_selector("details[open] > :not(summary)")
        assert told is not None
        assert told.inner_text().strip()


def test_saved_by_a_learner_the_file_holds_every_widget_that_it_shows(ran: Notebook) -> None:
    saved = ran.save()
    shown = [data[WIDGET_VIEW]["model_id"] for _, data in outputs(saved) if WIDGET_VIEW in data]
    state = saved.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    assert len(shown) == sum(WIDGET_VIEW in data for _, data in stored_outputs(ran.name))
    assert set(shown) <= set(state)


@pytest.mark.parametrize("ran", REOPENED, indirect=True)
def test_saved_by_a_learner_it_opens_again_with_its_controls_grey(ran: Notebook) -> None:
    """Grey until it is run. In a fresh clone, which is not trusted, JupyterLab shows none."""
    ran.save()
    ran.close()
    ran.load()
    controls = ran.controls()
    assert {control["cell"] for control in controls} == cells_with_widgets(ran.name)
    assert [control for control in controls if not control["disabled"]] == []
    none(ran.broken_widgets() + ran.problems())
