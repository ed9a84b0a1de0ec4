"""Pictures of a notebook as a reader sees it in JupyterLab, from top to bottom.

    python tests/browser/screenshot.py notebooks/01_neuron.ipynb --out /tmp/pictures

writes 01.png, 02.png ... and lists what went wrong while it ran.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lab import Lab, Notebook

OVERLAP = 40  # px of the piece before repeated, so that no line is cut in both
WHOLE = {"notebook-extension/tracker": {"windowingMode": "none"}}  # heights known before scrolling


def write_pieces(notebook: Notebook, out: Path) -> list[Path]:
    """Screenshots of the notebook, a window's height each, numbered in reading order."""
    page = notebook.page
    page.evaluate("() => { jupyterapp.shell.collapseLeft(); lab.panel().content.activate(); }")
    page.evaluate("async () => { lab.scroller().scrollTop = 0; await lab.steady(); }")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("[0-9][0-9].png"):
        old.unlink()
    files: list[Path] = []
    seen, bottom = 0.0, 1.0
    while seen < bottom:
        files.append(out / f"{len(files) + 1:02d}.png")
        page.locator(".jp-WindowedPanel-outer").first.screenshot(path=files[-1])
        seen, bottom = page.evaluate("overlap => lab.scrollOn(overlap)", OVERLAP)
    return files


def arguments() -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path, help="an .ipynb file")
    parser.add_argument("--out", type=Path, help="folder for the pictures (default: NAME-pictures)")
    parser.add_argument("--no-kernel", action="store_true", help="as stored, nothing is run")
    parser.add_argument("--width", type=int, default=1280, help="window, px (default 1280)")
    parser.add_argument("--height", type=int, default=1200, help="window, px (default 1200)")
    parser.add_argument("--scale", type=float, default=1.0, help="0.5: half size (default 1)")
    chosen = parser.parse_args()
    if chosen.notebook.suffix != ".ipynb" or not chosen.notebook.is_file():
        parser.error(f"notebook: expected an .ipynb file, got {chosen.notebook}")
    return chosen


def main() -> int:
    """Run, photograph, report; 1 if anything went wrong in the notebook."""
    wanted = arguments()
    out = wanted.out or Path(f"{wanted.notebook.stem}-pictures")
    size = {"width": wanted.width, "height": wanted.height, "scale": wanted.scale}
    folder = wanted.notebook.resolve().parent
    kernel = not wanted.no_kernel
    with (
        Lab(folder, settings=WHOLE, **size) as lab,
        lab.open(wanted.notebook.name, kernel) as notebook,
    ):
        if kernel:
            notebook.run_all()
        files = write_pieces(notebook, out)
        wrong = notebook.problems() + (notebook.unfinished() if kernel else [])
    print("\n".join([*map(str, files), *wrong]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
