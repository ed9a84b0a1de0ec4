"""notebooks/COVERAGE.md says where each topic and each misprint stands: the headings must exist.

Also what all notebooks share: links that lead somewhere, how they open, close and end a section.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("[0-9]*.ipynb"))
ROW = re.compile(r"^\| ([RA]\d[\d-]*) \| (\w+) \| (.+) \|$", re.MULTILINE)


def prose(name: str) -> str:
    """Return the Markdown of a notebook, its cells one below the other."""
    cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def headings(name: str) -> set[str]:
    """Return the headings of a notebook, as they stand in its Markdown."""
    return set(re.findall(r"^#+ (.+?)\s*$", prose(name), re.MULTILINE))


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
    targets = set(re.findall(r"\]\((?!https?:)([^)#]+)", prose(name)))
    assert [target for target in sorted(targets) if not (FOLDER / target).is_file()] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_open_and_close_in_one_form_and_sections_end_with_a_sentence(name: str) -> None:
    opening, *sections = re.split(r"^## ", prose(name), flags=re.MULTILINE)
    for words in ("**You will**", "**You need**", " minutes."):
        assert words in opening
    titles = [section.partition("\n")[0] for section in sections]
    assert titles[-4:] == ["Summary", "Quick reference", "Quiz", "What comes next"]
    for title, section in zip(titles[:-4], sections, strict=False):
        if title != "Questions that people ask":
            assert section.count("**Remember:**") == 1, title
