"""Write the files of this folder again, byte for byte:  python data/make.py [folder]"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from nnlib.datasets import make_cmu_spirals, make_spirals

HERE = Path(__file__).resolve().parent
SEED = 1988  # of the noisy spiral


def logic_gates() -> str:
    """The truth table: each row one input, one column a gate."""
    rows = ["x1,x2,and,or,nand,nor,xor"]
    for a in (0, 1):
        for b in (0, 1):
            gates = (a & b, a | b, 1 - (a & b), 1 - (a | b), a ^ b)
            rows.append(",".join(map(str, (a, b, *gates))))
    return "\n".join(rows) + "\n"


def points(x: np.ndarray, y: np.ndarray) -> str:
    """Two coordinates with six decimals and a label."""
    return "x1,x2,label\n" + "".join(
        f"{a + 0:.6f},{b + 0:.6f},{c}\n" for (a, b), c in zip(x, y, strict=True)
    )


def main(folder: Path) -> None:
    """Write all files into ``folder``, each under a temporary name first."""
    files = {
        "logic_gates.csv": logic_gates(),
        "spirals.csv": points(*make_spirals(1000, noise=0.03, turns=2, rng=SEED)),
        "cmu_two_spirals.csv": points(*make_cmu_spirals()),
    }
    for name, text in files.items():
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
