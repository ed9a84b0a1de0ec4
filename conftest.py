"""For all tests: one thread, no progress bars, and the strict validation of notebooks."""

import os

# As run.py sets them, for those who call pytest themselves; before NumPy is loaded.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "TQDM_DISABLE"):
    os.environ.setdefault(name, "1")

pytest_plugins = ["tests.validation.plugin"]
