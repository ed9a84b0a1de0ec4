"""A real JupyterLab in a real browser: start it, open a notebook, run it, touch its controls.

All of it happens beside the checkout: the notebooks are copied to a temporary folder (autosave
would change them), HOME and Jupyter's own folders are new ones in it, and leaving the ``with``
block ends the server, its kernels and the browser.

    with Lab() as lab, lab.open("01_neuron.ipynb") as notebook:
        notebook.run_all()
        print(notebook.problems())

What is looked up in the page itself stands in page.js.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import BrowserContext, ConsoleMessage, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
NAMES = sorted(file.name for file in NOTEBOOKS.glob("*.ipynb"))
PAGE_SCRIPT = Path(__file__).with_name("page.js")
START_SECONDS = 90
PAGE_SECONDS = 60
RUN_SECONDS = 300

# Chromium asks its makers' hosts for updates unless told not to. A test needs none of that, and on
# a closed network the refusals are many.
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The one question JupyterLab asks at its first start, and it reaches for the network.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}

# What JupyterLab writes in the place of a widget that it cannot show. In a notebook that the reader
# has not run yet, which is not trusted, that is the widget's text/plain: by default its repr.
BROKEN_WIDGET = ("Error displaying widget", "model not found", "VBox(", "Slider(")

# JupyterLab's own mistakes that are no fault of a notebook: what it says, where, and why it does.
NOISE = [
    # The widget extension asks a notebook without a session for its kernel, and goes on without.
    ("Cannot read properties of null (reading 'kernel')", "@jupyter-widgets/jupyterlab-manager"),
]


def find_browser() -> str | None:
    """Path of the Chromium or Chrome to drive, or None. NNLIB_BROWSER overrides the search."""
    chosen = os.environ.get("NNLIB_BROWSER")
    if chosen:
        if not shutil.which(chosen):
            raise FileNotFoundError(f"NNLIB_BROWSER={chosen!r} is not a program that can be run.")
        return shutil.which(chosen)
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


class Lab:
    """JupyterLab on a copy of ``notebooks``, and a browser. Use it in a ``with`` statement.

    Parameters
    ----------
    notebooks : Path, default the course's notebooks/
        Folder to copy and serve.
    settings : dict, optional
        JupyterLab settings, ``{"notebook-extension/tracker": {"windowingMode": "none"}}``.
    width, height : int, default 1280 and 900
        Size of the page in CSS pixels.
    scale : float, default 1
        Screenshot pixels to a CSS pixel.

    Raises
    ------
    RuntimeError
        No browser is found, or JupyterLab does not start; with the end of its log.
    """

    def __init__(
        self,
        notebooks: Path = NOTEBOOKS,
        settings: dict[str, dict[str, Any]] | None = None,
        width: int = 1280,
        height: int = 900,
        scale: float = 1.0,
    ) -> None:
        self.source, self.settings = Path(notebooks), {**SETTINGS, **(settings or {})}
        self.view = {"viewport": {"width": width, "height": height}, "device_scale_factor": scale}
        self.page_errors: list[str] = []
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Lab:
        executable = find_browser()
        if executable is None:
            raise RuntimeError("No Chromium or Chrome on PATH; set NNLIB_BROWSER to its program.")
        with contextlib.ExitStack() as stack:  # whatever was started ends if a later step fails
            self.folder = Path(stack.enter_context(_temporary_folder()))
            self._prepare()
            server = stack.enter_context(_running(self._command(), self.folder, self.environment))
            self.context = stack.enter_context(_browser(executable, self.view))
            self.url, self.token = self._address(server)
            self._load()
            self._open = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def _prepare(self) -> None:
        """Copy the notebooks; lay out an empty HOME that imports nnlib from this checkout."""
        shutil.copytree(
            self.source,
            self.folder / "course/notebooks",
            ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"),
        )
        for name, values in self.settings.items():
            file = self.folder / f"settings/@jupyterlab/{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        self.environment = _environment(self.folder)
        # The first import of matplotlib lists the machine's fonts, for seconds, and may say so on
        # stderr: done here once, not in some notebook's first cell.
        fonts = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(fonts, env=self.environment, timeout=START_SECONDS, check=True)

    @staticmethod
    def _command() -> list[str]:
        """What ``python run.py lab`` runs, on a free port, without a window, open to page.js."""
        command = [sys.executable, *runpy.run_path(str(ROOT / "run.py"))["COMMANDS"]["lab"]]
        command += ["--no-browser", "--port=0", "--LabApp.expose_app_in_browser=True"]
        return command + (["--allow-root"] if _is_root() else [])

    def _address(self, server: subprocess.Popen[bytes]) -> tuple[str, str]:
        """URL and token, from the file that ``jupyter server list`` reads too."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and server.poll() is None:
            for file in (self.folder / "runtime").glob("jpserver-*.json"):
                with contextlib.suppress(ValueError):  # still being written
                    information = json.loads(file.read_text())
                    return information["url"], information["token"]
            time.sleep(0.05)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log()[-2000:]}")

    def _load(self) -> None:
        """Load JupyterLab, once: starting its program costs more than most notebooks do."""
        self.page = page = self.context.new_page()
        page.on("pageerror", lambda error: self._heard("page", error.message, error.stack or ""))
        page.on("console", self._console)
        page.goto(f"{self.url}lab?reset&token={self.token}")
        page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
        self.n_start_errors = len(self.page_errors)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._heard("console", message.text, message.location["url"])

    def _heard(self, where: str, text: str, source: str) -> None:
        if not any(known in text and place in source for known, place in NOISE):
            self.page_errors.append(f"{where}: {text.splitlines()[0]}")

    def log(self) -> str:
        """What the server and its kernels wrote so far."""
        return (self.folder / "server.log").read_text(errors="replace")

    @contextlib.contextmanager
    def open(self, name: str, kernel: bool = True) -> Iterator[Notebook]:
        """The notebook ``name``, shown and idle; without a kernel as it is stored."""
        notebook = Notebook(self, f"notebooks/{name}")
        try:
            notebook.load(kernel)
            yield notebook
        finally:
            with contextlib.suppress(PlaywrightError):  # it may not have come so far
                notebook.close()


class Notebook:
    """An open notebook: run it, ask what went wrong, move its controls."""

    stored: list[dict[str, Any]]  # the pictures before the notebook was run (conftest.py)
    fresh: nbformat.NotebookNode  # what its file held just after

    def __init__(self, lab: Lab, path: str) -> None:
        self.lab, self.page = lab, lab.page
        self.path, self.name = path, Path(path).name
        self.file = lab.folder / "course" / path
        self.heard_before = 0

    def load(self, kernel: bool = True, loads: int = 4) -> None:
        """Open it as a double click in the file browser does; again where JupyterLab lost a race.

        Its widget manager restores twice when a kernel connects: once from the kernel, once from
        the kernel and the file (jupyterlab_widgets 3.0.17, ``restoreWidgets``). When the first is
        done before the second, it calls all widgets of the file missing, for good. That happens in
        about one load of ten here, whatever the notebook; a widget that is really missing stays so.
        """
        for _ in range(loads):
            self.heard_before = len(self.lab.page_errors)
            self._load(kernel)
            if not kernel or not self.broken_widgets():
                return
            self.close()

    def _load(self, kernel: bool) -> None:
        """Open it; wait until it stands in the page and its kernel (if any) is idle."""
        self.page.evaluate("([path, kernel]) => lab.open(path, kernel)", [self.path, kernel])
        self.page.wait_for_function("path => lab.isShown(path)", arg=self.path, polling=50)
        self.steady()
        if kernel:
            self.page.wait_for_function("lab.isIdle()")
            # JupyterLab has asked the new kernel for its widgets, and the kernel, which has not
            # imported ipywidgets yet, says on stderr that it knows none. Now it has said so.
            self.execute("")
        self.page.evaluate("() => lab.listen()")

    def close(self) -> None:
        """Shut its kernel down and close its tab, unsaved."""
        self.page.evaluate("path => lab.close(path)", self.path)

    def steady(self) -> None:
        """Wait until nothing in the notebook has moved or grown for a moment."""
        self.page.evaluate("() => lab.steady()")

    def run_all(self, seconds: float = RUN_SECONDS) -> None:
        """The menu's Run All Cells; it stops at the first error. TimeoutError after ``seconds``."""
        self.page.evaluate("() => lab.runAll()")
        self.page.wait_for_function("lab.hasRun()", timeout=1000 * seconds, polling=50)
        self.page.wait_for_function("lab.isIdle()")
        self.steady()

    def nudge(self) -> None:
        """Move the weights of every network that is made from now on in their last bits."""
        self.execute("from tests.inside import nudge as _nudge; _nudged = _nudge(0)")

    def n_nudged(self) -> int:
        """Number of networks that were made since."""
        return int(self.execute("print(len(_nudged))"))

    def execute(self, code: str) -> str:
        """Run ``code`` in the kernel, beside the cells; return what it printed."""
        return self.page.evaluate("code => lab.execute(code)", code)

    def resend(self) -> None:
        """Let the kernel send its live pictures once more, unmoved.

        A picture that moves is compressed in another way than a stored one. After this, one that
        stays the same has the same source.
        """
        self.execute("from nnlib.show.explore import explorers\nfor _e in explorers: _e._send()")

    def save(self) -> nbformat.NotebookNode:
        """The menu's Save Notebook; return what the file holds then."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        return nbformat.read(self.file, as_version=4)

    def problems(self) -> list[str]:
        """Whatever went wrong so far in page, console, kernel and cells, a sentence each."""
        heard = self.lab.page_errors[self.heard_before :]
        return [*heard, *self.page.evaluate("() => lab.kernelProblems()")]

    def unfinished(self) -> list[str]:
        """Code cells that did not run, or failed, or wrote to stderr."""
        return self.page.evaluate("() => lab.cellProblems()")

    def controls(self) -> list[dict[str, Any]]:
        """Every control: id, kind, label, cell, row, down, disabled, picture (whether it has one).

        Toggles side by side are of the same row; down are those that are pressed. The picture of a
        control is the first <img> after it in the outputs of the same cell.
        """
        return self.page.evaluate("() => lab.controls()")

    def pictures(self) -> list[dict[str, Any]]:
        """Every picture in the outputs: cell, alt, width, height, shown (decoded, not empty)."""
        return self.page.evaluate("() => lab.pictures()")

    def text(self) -> str:
        """The text of all outputs as it is shown."""
        return self.page.evaluate("() => lab.outputText()")

    def broken_widgets(self) -> list[str]:
        """Outputs in which a widget is missing."""
        lines = self.text().splitlines()
        return [line for line in lines if any(words in line for words in BROKEN_WIDGET)]


@contextlib.contextmanager
def _temporary_folder() -> Iterator[str]:
    # ignore_cleanup_errors: a kernel that is just ending may still write its history.
    with tempfile.TemporaryDirectory(prefix="nnlib-lab-", ignore_cleanup_errors=True) as folder:
        yield folder


def _environment(folder: Path) -> dict[str, str]:
    """The caller's environment with HOME and Jupyter's and matplotlib's folders in ``folder``."""
    names = {
        "HOME": "home",
        "USERPROFILE": "home",
        "IPYTHONDIR": "home/ipython",
        "MPLCONFIGDIR": "home/matplotlib",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    for name in set(names.values()):
        (folder / name).mkdir(parents=True, exist_ok=True)
    search = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    places = {variable: str(folder / name) for variable, name in names.items()}
    return {**os.environ, **places, "PYTHONPATH": search}


@contextlib.contextmanager
def _running(
    command: list[str], folder: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """The server, in a session of its own so that Ctrl-C ends it through here, kernels first."""
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            cwd=folder / "course",
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield server
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()  # kernels watch their parent and end with it
                server.wait(20)


@contextlib.contextmanager
def _browser(executable: str, view: dict[str, Any]) -> Iterator[BrowserContext]:
    # Root (containers, CI) has no user namespace for Chromium's sandbox; the pages are our own.
    flags = CHROMIUM_FLAGS + (["--no-sandbox"] if _is_root() else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            context = browser.new_context(**view)
            context.set_default_timeout(1000 * PAGE_SECONDS)
            context.add_init_script(path=PAGE_SCRIPT)
            yield context
        finally:
            browser.close()


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
