"""python -m benchmarks.matrix [ROW ...]: do the notebooks give the same on other machines?

Each row of the matrix is the validation of all notebooks in another setting: another Python, the
oldest NumPy, two threads, older kernels of OpenBLAS, a processor without AVX2. A row with a Python
(which must be on PATH) or a NumPy of its own gets an environment in .venv/matrix. The result
is written into benchmarks/README.md; rows that are not run keep their last result.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from benchmarks import page

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".venv" / "matrix"

FEATURES = (
    "import numpy as np; from numpy._core import _multiarray_umath as m; "
    "print(np.__version__, *(f for f in m.__cpu_dispatch__ if m.__cpu_features__[f]))"
)


@dataclass(frozen=True)
class Row:
    """One setting: what is set around the tests, and the Python and NumPy that run them."""

    name: str
    variables: dict[str, str] = field(default_factory=dict)
    python: str = ""  # "3.13": an environment of its own, made with that Python
    numpy: str = ""  # "2.0.0": as well
    no_features: bool = False  # switch off every set of instructions that NumPy would choose

    @property
    def needs_environment(self) -> bool:
        return bool(self.python or self.numpy)


ROWS = [
    Row("as locked, one thread"),
    Row("two threads", {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}),
    Row("OpenBLAS for Prescott (2004)", {"OPENBLAS_CORETYPE": "Prescott"}),
    Row("OpenBLAS for Sandybridge (2011)", {"OPENBLAS_CORETYPE": "Sandybridge"}),
    Row("OpenBLAS for Haswell (2013)", {"OPENBLAS_CORETYPE": "Haswell"}),
    Row("NumPy without AVX2 and AVX512", no_features=True),
    Row("oldest NumPy, 2.0.0", numpy="2.0.0"),
    Row("Python 3.13", python="3.13"),
]


def environment(row: Row) -> str:
    """Return the Python that runs ``row``; make its environment if it has none yet."""
    if not row.needs_environment:
        return sys.executable
    folder = PLACE / re.sub(r"\W+", "-", row.name)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        uv = [sys.executable, "-m", "uv"]
        version = row.python or "{}.{}".format(*sys.version_info)
        run([*uv, "venv", "--no-python-downloads", "--python", version, str(folder)])
        install = [*uv, "pip", "install", "--quiet", "--python", str(python)]
        run([*install, "--require-hashes", "-r", "requirements.lock"])
        run([*install, "--no-deps", "--no-build-isolation", "--editable", "."])
        if row.numpy:
            run([*install, f"numpy=={row.numpy}"])
    return str(python)


def run(words: list[str]) -> None:
    """Run a command in the checkout; CalledProcessError if it fails."""
    subprocess.run(words, cwd=ROOT, check=True)


def setting(row: Row, python: str) -> tuple[str, dict[str, str]]:
    """Return NumPy's version and the environment variables of a row."""
    told = subprocess.run([python, "-c", FEATURES], capture_output=True, text=True, check=True)
    numpy, *features = told.stdout.split()
    off = {"NPY_DISABLE_CPU_FEATURES": " ".join(features)} if row.no_features else {}
    return numpy, {**os.environ, **row.variables, **off}


def validate(row: Row, words: list[str]) -> tuple[list[str], str]:
    """Run pytest with ``words``; return the row of the table and what was printed."""
    python = environment(row)
    numpy, variables = setting(row, python)
    version = subprocess.run([python, "-V"], capture_output=True, text=True, check=True).stdout
    begin = time.perf_counter()
    command = [python, "-m", "pytest", "-q", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    minutes = f"{(time.perf_counter() - begin) / 60:.1f}"
    counts = re.findall(r"\d+ (?:passed|failed|errors?|skipped)(?=.* in )", done.stdout)
    verdict = ", ".join(counts) or f"exit code {done.returncode}"
    return [row.name, version.split()[1], numpy, verdict, minutes, f"{date.today()}"], done.stdout


def main() -> int:
    """Run the rows that are asked for and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", help="words in the names of rows; all by default")
    parser.add_argument("--notebooks", nargs="+", default=["notebooks"], metavar="PATH")
    wanted = parser.parse_args()
    chosen = [
        row
        for row in ROWS
        if not wanted.rows or any(word.lower() in row.name.lower() for word in wanted.rows)
    ]
    results = {}
    for row in chosen:
        results[row.name], printed = validate(row, ["--numprocesses=auto", *wanted.notebooks])
        print(*results[row.name], flush=True)
        if not sound(results[row.name]):
            print(printed[-6000:], flush=True)
    if wanted.notebooks == ["notebooks"]:
        write(results)
    return int(not all(map(sound, results.values())))


def sound(result: list[str]) -> bool:
    """Whether all tests of a row have passed."""
    return re.fullmatch(r"\d+ passed", result[3]) is not None


def write(results: dict[str, list[str]]) -> None:
    """Write the table; rows that were not run keep what they had."""
    old = {
        cells[0]: cells
        for line in page.README.read_text(encoding="utf-8").splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 6
    }
    lines = [results.get(row.name) or old.get(row.name) for row in ROWS]
    head = ["setting", "Python", "NumPy", "tests of the notebooks", "minutes", "run on"]
    page.replace("matrix", page.table(head, [line for line in lines if line]))


if __name__ == "__main__":
    sys.exit(main())
