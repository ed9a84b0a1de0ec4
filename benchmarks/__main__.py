"""python -m benchmarks [NAME] [options]: measure, and write a section of README.md.

speed        nnlib against other libraries; what runs without a name
browser      a live figure in a real browser, against ipywidgets.interact
playground   pictures a second and the answer to Pause while it trains
matrix       the notebooks under other Pythons, NumPys, threads and processors
validation   what checking the notebooks costs, beside running them
suite        how long all tests take
"""

import runpy
import sys

NAMES = ("speed", "browser", "playground", "matrix", "validation", "suite")

if __name__ == "__main__":
    if "--help" in sys.argv[1:2]:
        sys.exit(__doc__)
    named = sys.argv[1:2] and sys.argv[1] in NAMES
    name = sys.argv.pop(1) if named else "speed"
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
