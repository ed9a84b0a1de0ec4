"""For all tests: one thread, no progress bars, the strict validation of notebooks, workers."""

from __future__ import annotations

import os
import re

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# As run.py sets them, for those who call pytest themselves; before NumPy is loaded.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "TQDM_DISABLE"):
    os.environ.setdefault(name, "1")

pytest_plugins = ["tests.validation.plugin"]


def pytest_xdist_auto_num_workers() -> int:
    """One worker a core, four at most, for each starts kernels and a browser; and a spare one."""
    n_workers = min(4, os.cpu_count() or 1)
    return n_workers + 1 if n_workers > 1 else 1


def is_spare(worker: str, n_workers: int) -> bool:
    """Whether it is the last of three workers or more, for what time the others leave.

    They often wait, for a page to be still or for a kernel to start. The spare one has low priority
    and no browser: pages that are slowed down draw more frames.
    """
    return n_workers > 2 and worker == f"gw{n_workers - 1}"


def pytest_configure(config: pytest.Config) -> None:
    """Give way, in the spare worker and in all that it starts."""
    mine = getattr(config, "workerinput", {"workerid": "", "workercount": 0})
    if is_spare(mine["workerid"], mine["workercount"]) and hasattr(os, "nice"):
        os.nice(10)


class Together(LoadScopeScheduling):
    """Keep on one worker, in order, what shares a kernel or a page of the browser.

    The largest groups go first. xdist's own way, marks and ``--dist=loadgroup``, does nothing with
    xdist 3.8 under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return shared(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if is_spare(node.gateway.id, self.numnodes):
            unit = next((unit for unit in self.workqueue if "/browser/" not in unit), None)
            if unit is None:
                node.shutdown()  # once it has done what it was given
                return
            self.workqueue.move_to_end(unit, last=False)  # where the next is taken from
        super()._assign_work_unit(node)


def shared(nodeid: str) -> str:
    """Name what a test shares with others: its notebook, its page, or nothing but itself."""
    file, _, test = nodeid.partition("::")
    if file.endswith((".ipynb", "test_validation.py")):  # the latter's notebook of faults
        return file
    if "/browser/" not in file:
        return nodeid
    notebook = re.search(r"\[(.+?\.ipynb)", test)
    return f"{file}::{notebook[1]}" if notebook else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the ``long`` tests to the front: of the groups of one, these are shared out first."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Let xdist share the tests out in this way."""
    return Together(config, log)
