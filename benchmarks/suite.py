"""python -m benchmarks.suite: how long does the README's test command take, and what in it?"""

from __future__ import annotations

import argparse
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from benchmarks import page
from tests.validation import ROOT

GOAL = 10  # minutes, on two cores
PARTS = {
    "tests.browser.": "every notebook in JupyterLab, and web pages, in a browser",
    "notebooks.": "every notebook executed, its outputs compared, its controls moved",
    "": "all else: nnlib, figures, exercises, files",
}


def run(report: Path) -> tuple[float, str]:
    """Minutes that all tests take, and pytest's last words, "3000 passed, 74 skipped"."""
    begin = time.perf_counter()
    words = [sys.executable, str(ROOT / "run.py"), "test", "-q", f"--junit-xml={report}"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    minutes = (time.perf_counter() - begin) / 60
    said = re.search(r"^(\d+ passed.*) in [\d.]+s", done.stdout, re.MULTILINE)
    if done.returncode or not said:
        raise RuntimeError(f"the tests did not pass:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return minutes, said[1]


def shares(report: Path) -> list[list[str]]:
    """Of each part: its name, its number of tests, the seconds that workers spent on it."""
    numbers: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for test in ElementTree.parse(report).iter("testcase"):
        place = test.get("classname")
        name = next(part for start, part in PARTS.items() if place.startswith(start))
        numbers[name] += 1
        seconds[name] += float(test.get("time"))
    return [[name, f"{numbers[name]:,}", f"{seconds[name]:.0f}"] for name in PARTS.values()]


def main() -> None:
    """Run all tests and write the section."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    before = page.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        minutes, said = run(report)
        rows = shares(report)
    met = "met" if minutes <= GOAL else "**not met**"
    text = f"{minutes:.1f} minutes (goal on two cores: {GOAL}; {met}): {said}."
    table = page.table(["part", "tests", "seconds, all workers"], rows)
    machine = f"{page.machine()}, Python {platform.python_version()}{before}"
    page.replace("suite", f"{machine}.\n\n{text}\n\n{table}")
    print(text)


if __name__ == "__main__":
    main()
