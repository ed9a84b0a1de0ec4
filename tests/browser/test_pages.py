"""The notebooks as web pages (``run.py pages``): axe-core finds nothing serious, words are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe import findings
from lab import NAMES, NOTEBOOKS, Lab

from tests.validation import pages, pictures

CODE = ".highlight"


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious_in_the_web_page_and_it_keeps_the_words(
    lab: Lab, tmp_path: Path, name: str
) -> None:
    html = pages.page(NOTEBOOKS / name)
    stored = pictures.in_html((NOTEBOOKS / name).read_text(encoding="utf-8").replace('\\"', '"'))
    kept = [picture.alt for picture in pictures.in_html(html) if picture.png]
    assert kept == [picture.alt for picture in stored if picture.png] != []
    with shown(lab, html, tmp_path) as page:
        assert findings(page, {"exclude": [[CODE]]}) == []


def test_axe_finds_nothing_serious_in_the_colours_of_code(lab: Lab, tmp_path: Path) -> None:
    """Once: code has the same few colours in every notebook, and axe looks at each word."""
    with shown(lab, pages.page(NOTEBOOKS / "01_neuron.ipynb"), tmp_path) as page:
        assert len(page.query_selector_all(CODE)) > 10
        assert findings(page, {"include": [[CODE]]}) == []


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
