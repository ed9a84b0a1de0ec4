"""Notebooks as web pages (``run.py pages``): axe-core finds nothing serious.

The texts and outputs of every notebook are looked at in JupyterLab (test_lab.py); what a web page
adds is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe import findings
from lab import NOTEBOOKS, Lab

from tests.validation import pages

# Sliders and a table; a player; the playground.
PAGES = ["02a_activations.ipynb", "05b_optimizers.ipynb", "07d_playground.ipynb"]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_in_a_web_page(lab: Lab, tmp_path: Path, name: str) -> None:
    with shown(lab, pages.page(NOTEBOOKS / name, code=False), tmp_path) as page:
        assert page.query_selector_all("img") != []
        assert findings(page) == []


def test_axe_finds_nothing_serious_in_a_web_page_with_its_code(lab: Lab, tmp_path: Path) -> None:
    """Once: code has the same few colours in every notebook, and axe looks at each word."""
    with shown(lab, pages.page(NOTEBOOKS / "04a_backprop.ipynb"), tmp_path) as page:
        assert len(page.query_selector_all(".highlight")) > 10
        assert findings(page) == []


@contextmanager
def shown(lab: Lab, html: str, folder: Path) -> Iterator[Any]:
    """The page that ``html`` makes."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    page = lab.context.new_page()
    try:
        page.goto(file.as_uri(), wait_until="domcontentloaded")
        yield page
    finally:
        page.close()


@pytest.fixture
def bare(lab: Lab) -> Iterator[Any]:
    page = lab.context.new_page()
    page.set_content('<html lang="en"><title>x</title><main><h1>x</h1></main></html>')
    yield page
    page.close()


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ('<img src="data:,">', "image-alt"),
        ('<p style="color: #bbb">pale</p>', "color-contrast"),
        ('<div role="slider" tabindex="0" aria-valuenow="1"></div>', "aria-input-field-name"),
    ],
)
def test_a_planted_fault_is_found(bare: Any, html: str, rule: str) -> None:
    bare.evaluate("html => { document.querySelector('main').innerHTML += html; }", html)
    assert [fault.split(":")[0] for fault in findings(bare)] == [rule]
