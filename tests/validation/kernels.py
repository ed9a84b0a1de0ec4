"""Where kernels start: without the settings of the user who happens to run them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock


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
