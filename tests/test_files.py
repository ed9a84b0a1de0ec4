"""The quick checks of files: they pass on this repository, and they can fail."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib import show
from tests.validation import check_files

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.long
def test_all_hooks_of_pre_commit_pass(tmp_path: Path) -> None:
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"],
        cwd=ROOT,
        env={**os.environ, "PATH": tools, "PRE_COMMIT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("Passed") == 4, result.stdout


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("# Title\n[a](other.md) [b](other.md#a-part) [c](#title) [d](https://x.y/z)", 0),
        ("`[a](nowhere.md)`\n```\n[a](nowhere.md)\n```", 0),
        ("[a](nowhere.md)", 1),
        ("[a](other.md#no-part) [b](#nothing)", 2),
    ],
)
def test_a_link_leads_somewhere(tmp_path: Path, text: str, faults: int) -> None:
    (tmp_path / "other.md").write_text("# Other\n\n## A part\n")
    page = tmp_path / "page.md"
    page.write_text(text)
    assert len(check_files.problems(page)) == faults


def test_a_notebook_edited_by_hand_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    copy = tmp_path / "notebooks/01_neuron.ipynb"
    assert check_files.problems(copy) == []
    notebook = json.loads(copy.read_text())
    next(cell for cell in notebook["cells"] if cell.get("outputs"))["outputs"] = []
    notebook["cells"][0]["source"] = ["# A title\n", "\n", "[gone](99_gone.ipynb) and 0.987654"]
    copy.write_text(json.dumps(notebook, indent=1))
    assert check_files.main([str(copy)]) == 1
    said = capsys.readouterr().out
    assert "99_gone.ipynb leads nowhere" in said
    assert "the number 0.987654 in the text is in no code" in said
    assert "the file is not as regenerating writes it" in said


@pytest.fixture(scope="module")
def contributing() -> dict[str, Any]:
    """The names that the listings of CONTRIBUTING.md define, run as they are printed."""
    names: dict[str, Any] = {}
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for indent, listing in re.findall(r"(?ms)^( *)```python\n(.*?)^ *```$", text):
        exec(textwrap.dedent(listing) if indent else listing, names)
    return names


def test_the_live_figure_of_contributing_works(contributing: dict[str, Any]) -> None:
    explorer = show.explore(contributing["parabola"], steepness=(0.5, 2.0, 0.1))
    assert import_module("nnlib.show.explore").drive(explorer) == []
    explorer.close()


def test_the_rule_of_contributing_works(contributing: dict[str, Any]) -> None:
    rule = contributing["slope_of_the_square"]
    assert rule.exercise == "99-1"
    assert (rule(6), rule(9)) == (None, "this is the value, not the slope.")


def test_the_layer_of_contributing_has_the_right_gradient(contributing: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 2)), rng.standard_normal((5, 1))
    net = nn.Sequential(nn.Dense(2, 3), contributing["Square"](), nn.Dense(3, 1), rng=0)
    assert nn.check_gradients(net, nn.MSE(), x, y) < 1e-6
