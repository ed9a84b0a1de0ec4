"""The code keeps its style and its types: ruff and pyrefly, as pyproject.toml sets them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "words",
    [
        ["ruff", "check", "--output-format=concise", "."],
        ["ruff", "format", "--check", "."],
        ["pyrefly", "check", "--output-format=min-text"],
    ],
    ids=["ruff check", "ruff format", "pyrefly"],
)
def test_style(words: list[str]) -> None:
    command = [sys.executable, "-m", *words]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        pytest.fail(f"{' '.join(words)}\n{result.stdout}{result.stderr}", pytrace=False)
