"""One JupyterLab and one browser for all tests here; no browser is a failure where CI is set."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from lab import NAMES, Lab, Notebook, find_browser


# Package, not session: while Playwright runs, an event loop runs in this thread, and tests that
# come later start kernels in loops of their own.
@pytest.fixture(scope="package")
def lab() -> Iterator[Lab]:
    """The running JupyterLab."""
    if find_browser() is None:
        missing = "no Chromium or Chrome on PATH (NNLIB_BROWSER can name one)"
        if os.environ.get("CI"):
            pytest.fail(f"{missing}, and CI must not skip the browser tests")
        pytest.skip(missing)
    with Lab() as running:
        yield running
        lines = running.log().splitlines()
        assert [line for line in lines if line.startswith(("[E ", "Traceback"))] == []


@pytest.fixture(scope="module", params=NAMES)
def ran(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Notebook]:
    """Each notebook in turn, opened as in a fresh clone and run from top to bottom.

    Its ``stored`` are the pictures as they stood before that, ``fresh`` is the file after it. The
    weights of its networks are nudged: what it prints must not hang on last bits, nor what it does.
    """
    with lab.open(request.param) as notebook:
        notebook.stored = notebook.pictures()
        assert notebook.broken_widgets() == []
        notebook.nudge()
        notebook.run_all()
        notebook.fresh = notebook.save()
        yield notebook
