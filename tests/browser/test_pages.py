"""The notebooks as web pages (``run.py pages``): axe-core finds nothing serious, words are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import findings
from lab import NAMES, NOTEBOOKS, Lab

from tests.validation import pages, pictures


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious_in_the_web_page_and_it_keeps_the_words(
    lab: Lab, tmp_path: Path, name: str
) -> None:
    html = pages.page(NOTEBOOKS / name)
    stored = pictures.in_html((NOTEBOOKS / name).read_text(encoding="utf-8").replace('\\"', '"'))
    kept = [picture.alt for picture in pictures.in_html(html) if picture.png]
    assert kept == [picture.alt for picture in stored if picture.png] != []
    file = tmp_path / "page.html"
    file.write_text(html, encoding="utf-8")
    page = lab.context.new_page()
    try:
        page.goto(file.as_uri(), wait_until="domcontentloaded")
        assert findings(page) == []
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
