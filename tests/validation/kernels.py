"""Where kernels start: without the settings of the user who happens to run them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from unittest import mock

T = TypeVar("T")


@contextmanager
def own_environment(directory: str) -> Iterator[None]:
    """Let kernels that start inside the block use ``directory`` for all their own files.

    Start-up scripts and kernels that the user has installed then change no output, and nothing is
    written to the user's folders. ``PYTEST_CURRENT_TEST`` is hidden, because ipykernel would stop
    showing what compiled code writes to stderr.
    """
    import matplotlib.font_manager  # noqa: F401  its first import on a machine warns on stderr

    with mock.patch.dict(os.environ, IPYTHONDIR=directory, JUPYTER_DATA_DIR=directory):
        os.environ.pop("JUPYTER_RUNTIME_DIR", None)
        os.environ.pop("PYTEST_CURRENT_TEST", None)
        yield


def started(start: Callable[[], T], tries: int = 3) -> T:
    """Return ``start()``, which starts a kernel; again where another program took one of its ports.

    Jupyter looks for free ports and tells the kernel, which binds them half a second later: once in
    a while too late, where other kernels and a browser start at the same time.
    """
    for _ in range(tries - 1):
        try:
            return start()
        except RuntimeError as error:
            if "Kernel died before replying" not in str(error):
                raise
    return start()
