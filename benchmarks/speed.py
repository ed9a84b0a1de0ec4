"""python -m benchmarks speed [--quick]: nnlib against other libraries."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Run the benchmarks and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="one thread and float64 only, few rounds; the report goes to the terminal alone",
    )
    quick = parser.parse_args().quick

    from benchmarks import cold, race, report, workloads
    from benchmarks.peers import CONTENDERS
    from benchmarks.workers import threads

    begin = time.perf_counter()
    works = list(workloads.WORKS.values())
    if quick:
        works = [workloads.shortened(work) for work in works]
    settings = ["one"] if quick else ["one", "default"]
    dtypes = ["float64"] if quick else ["float64", "float32"]
    results = report.Results(*race.run(works, dtypes, settings, list(CONTENDERS)))
    present = [name for name in CONTENDERS if name in results.versions]
    for setting in settings:
        for dtype in dtypes:
            first = (setting, dtype) == ("one", "float64")
            rounds, warm_up = (4, 1) if first and not quick else (1, int(first))
            with threads(setting):
                results.cold[setting, dtype] = cold.race(present, dtype, rounds, warm_up)
            print(f"W6 {dtype} {setting}: done", flush=True)
    with threads("one"):
        results.imports, results.memory = cold.imports(10 if quick else 40), cold.memory()
    results.seconds = time.perf_counter() - begin
    if quick:
        print("\n" + report.text(results))
    else:
        report.write(results, HERE)


if __name__ == "__main__":
    main()
