"""python -m benchmarks.validation: what does checking the notebooks cost beside running them?

The floor starts a kernel for each notebook and executes its cells, nothing else. The validation
does that and compares every output and picture, and moves every control. Both run one notebook
after the other, in one process, in turns.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import start_new_kernel

from benchmarks import page
from tests.validation import NOTEBOOKS, ROOT, rules
from tests.validation.kernels import own_environment

# The most memory that the kernel has held, where the system tells it.
PEAK = r"""
import re, pathlib
_status = pathlib.Path("/proc/self/status")
_peak = re.search(r"VmHWM:\s+(\d+)", _status.read_text()) if _status.exists() else None
print(int(_peak[1]) // 1024 if _peak else "")
"""


def floor(path: Path) -> tuple[float, str]:
    """Seconds to start a kernel and execute the cells of a notebook; the kernel's peak in MiB."""
    cells = rules.code_cells(nbformat.read(path, as_version=4))
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, own_environment(folder):
        manager, client = start_new_kernel(
            kernel_name="python3", cwd=str(path.parent), extra_arguments=["--log-level=ERROR"]
        )
        try:
            for cell in cells:
                reply = client.execute_interactive(cell.source, output_hook=lambda _: None)
                if reply["content"]["status"] != "ok":
                    raise RuntimeError(f"{path.name}: {reply['content']['evalue']}")
            seconds = time.perf_counter() - begin
            said: list[str] = []
            client.execute_interactive(
                PEAK, output_hook=lambda message: said.append(message["content"].get("text", ""))
            )
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return seconds, "".join(said).strip()


def validation(path: Path) -> float:
    """Seconds that pytest says it takes to validate a notebook: its own start is not counted."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    said = re.search(r"passed in ([\d.]+)s", done.stdout)
    if done.returncode or not said:
        raise RuntimeError(f"{path.name} is not valid:\n{done.stdout[-3000:]}")
    return float(said[1])


def main() -> None:
    """Measure all notebooks and write the table."""
    rows, sums = [], [0.0, 0.0]
    for path in NOTEBOOKS:
        bare, memory = floor(path)
        checked = validation(path)
        sums = [sums[0] + bare, sums[1] + checked]
        rows.append([path.stem, f"{bare:.1f}", f"{checked:.1f}", ratio(bare, checked), memory])
        print(*rows[-1], flush=True)
    rows.append(["all", *(f"{value:.1f}" for value in sums), ratio(*sums), ""])
    head = ["notebook", "floor, s", "validation, s", "ratio (goal: 1.5)", "kernel's peak, MiB"]
    load = f"load average {os.getloadavg()[1]:.1f}, of which this makes 1"
    page.replace("validation", f"{page.machine()}; {load}.\n\n{page.table(head, rows)}")


def ratio(floor_seconds: float, seconds: float) -> str:
    """The quotient, with two decimals."""
    return f"{seconds / floor_seconds:.2f}"


if __name__ == "__main__":
    main()
