"""notebooks/COVERAGE.md says where each topic and each misprint stands: the headings must exist."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("[0-9]*.ipynb"))
ROW = re.compile(r"^\| ([RA]\d[\d-]*) \| (\w+) \| (.+) \|$", re.MULTILINE)


def headings(name: str) -> set[str]:
    """Return the headings of a notebook, as they stand in its Markdown."""
    cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return set(re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE))


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall((FOLDER / "COVERAGE.md").read_text(encoding="utf-8"))


def test_every_line_of_the_table_is_a_row_of_the_right_form() -> None:
    text = (FOLDER / "COVERAGE.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    titles = [line for line in lines if line.startswith("| row ")]
    assert len(rows()) == len(lines) - len(titles)
    assert len(set(rows())) == len(rows()), "a row stands twice"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_headings_named_for_a_notebook_exist_in_it(name: str) -> None:
    named = {heading for _, notebook, heading in rows() if notebook == name}
    assert named, f"COVERAGE.md names nothing in {name}"
    assert named - headings(name) == set()


def test_every_notebook_named_exists() -> None:
    assert {notebook for _, notebook, _ in rows()} == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_to_notebooks_lead_somewhere(name: str) -> None:
    cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    targets = set(re.findall(r"\]\((?!https?:)([^)#]+)", text))
    assert [target for target in sorted(targets) if not (FOLDER / target).is_file()] == []
