"""A pytest plugin around nbval: what ``pytest --nbval`` leaves unchecked, in the same run.

nbval 0.11 executes the cells of a notebook and compares their text. It compares no pictures and no
widgets, looks at each kind of output by itself (so it misses their order), passes cells that were
never run or opt out, and drops updates of displays. Here its two classes are subclassed:

* ``StrictNotebook`` keeps what the messages of the kernel do to a notebook, with nbclient's own
  code, so that this run and ``regenerate`` cannot disagree on what a cell's outputs are;
* ``StrictCell`` compares those outputs with the stored ones, after the rules for stored cells;
* ``Exercise``, after the cell of an exercise, tries its solution and its wrong answers;
* ``WholeNotebook``, the last item, checks what belongs to no single cell and moves every slider in
  the kernel that ran the cells.
"""

from __future__ import annotations

import copy
import json
import tempfile
from collections import defaultdict
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbval.kernel
import pytest
from nbclient import NotebookClient
from nbclient.client import CellExecutionComplete
from nbformat import NotebookNode
from nbval.plugin import IPyNbCell, IPyNbFile, coalesce_streams

from tests.validation import exercises, live, outputs, regenerate, rules, widgets
from tests.validation.kernels import own_environment, started

MESSAGE_SECONDS = 60  # to wait for the next message of a kernel that has something to say
OUTPUT_MESSAGES = ("stream", "display_data", "execute_result", "error")

# For its log, nbval lays out every message, 100 kB of picture too, whether or not anyone keeps it:
# a quarter of this process's time. Passed on as it is, it is turned into text only if it is kept.
nbval.kernel.pformat = lambda message: message


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[Any], list[Any]]:
    """Put a strict notebook in the place of each that nbval collects."""
    nodes = yield
    return [
        StrictNotebook.from_parent(parent, path=file_path) if isinstance(node, IPyNbFile) else node
        for node in nodes
    ]


class StrictNotebook(IPyNbFile):
    """A notebook file: ``stored`` as it is in the file, ``fresh`` as this run makes it."""

    stored: NotebookNode
    fresh: NotebookNode

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a ``StrictCell`` for each code cell, its ``Exercise``, a ``WholeNotebook``."""
        cells = list(super().collect())
        self.stored = copy.deepcopy(self.nb)
        self.fresh = copy.deepcopy(self.nb)
        self.fresh.metadata.pop("widgets", None)
        for cell in cells:
            # No option opts out, and a cell without execution count is compared like any other.
            cell.cell.execution_count = cell.cell_num + 1
            options = defaultdict(bool, check=True)
            yield StrictCell.from_parent(
                self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=options
            )
            for number in exercises.numbers(cell.cell.source):
                yield Exercise.from_parent(
                    self,
                    name=f"Exercise {number}",
                    number=number,
                    cell=cell.cell.source,
                    n_cells=cell.cell_num + 1,
                )
        yield WholeNotebook.from_parent(self, name="Whole notebook", n_cells=len(cells))

    def setup(self) -> None:
        """Start the kernel, and the nbclient that follows its messages."""
        self.own_files = tempfile.TemporaryDirectory()
        with own_environment(self.own_files.name):
            started(super().setup)
        # nbval sends cells without history: a semicolon would not silence a value, Out were empty.
        self.kernel.execute_cell_input = self.execute
        self.client = NotebookClient(self.fresh, record_timing=False)
        self.client.kc = self.kernel.kc
        self.running: str | None = None  # id of the request that runs the current cell
        self.shown: dict[str, NotebookNode] = {}  # by display id: outputs that can be updated
        self.late: list[str] = []
        self.executed: set[int] = set()

    def teardown(self) -> None:
        super().teardown()
        self.own_files.cleanup()

    def start(self, cell: StrictCell) -> None:
        """Let the messages that follow belong to ``cell``."""
        code = [i for i, other in enumerate(self.fresh.cells) if other.cell_type == "code"]
        self.position = code[cell.cell_num]
        self.fresh.cells[self.position].outputs = []
        self.client.clear_before_next_output = False
        self.executed.add(cell.cell_num)

    def execute(
        self, source: str, allow_stdin: bool | None = None, store_history: bool = True
    ) -> str:
        """Send ``source`` to the kernel as JupyterLab would; return the id of the request."""
        self.running = self.kernel.kc.execute(
            source, store_history=store_history, allow_stdin=allow_stdin, stop_on_error=False
        )
        return self.running

    def get_kernel_message(
        self, timeout: float | None = None, stream: str = "iopub"
    ) -> dict[str, Any]:
        """Return the next message to nbval, which drops some of them; apply each to ``fresh``."""
        message = super().get_kernel_message(timeout, stream)
        self.apply(message)
        return message

    def apply(self, message: dict[str, Any]) -> None:
        """Do to ``fresh`` what a frontend does to its notebook on receiving ``message``."""
        if message["parent_header"].get("msg_id") != self.running:
            if message["msg_type"] in OUTPUT_MESSAGES:
                self.late.append(f"{message['msg_type']} {str(message['content'])[:200]}")
            return
        cell = self.fresh.cells[self.position]
        with suppress(CellExecutionComplete):
            output = self.client.process_message(message, cell, self.position)
            display_id = (message["content"].get("transient") or {}).get("display_id")
            if output and display_id:
                self.shown[display_id] = output

    def run(self, source: str) -> list[dict[str, Any]]:
        """Run ``source`` beside the cells; return the messages that the kernel sends for it."""
        if not self.kernel.is_alive():
            raise NotebookProblems("* the kernel has ended before the notebook did")
        request = self.execute(source, store_history=False)
        self.kernel.await_reply(request, self.config.option.nbval_cell_timeout)
        messages = []
        while True:
            message = self.kernel.get_message("iopub", MESSAGE_SECONDS)
            if message["parent_header"].get("msg_id") != request:
                self.apply(message)
            elif message["content"].get("execution_state") == "idle":
                return messages
            else:
                messages.append(message)


class StrictCell(IPyNbCell):
    """A code cell: nbval executes it and compares the text, this compares everything else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.output_timeout = MESSAGE_SECONDS  # nbval's 5 seconds are short for a busy machine

    def runtest(self) -> None:
        self.parent.start(self)
        super().runtest()

    def compare_outputs(self, test: Any, ref: Any, skip_compare: Any = None) -> bool:
        """Compare what nbval asks for and all that it does not; called once the cell has run."""
        stored = self.parent.stored.cells[self.parent.position]
        fresh = outputs.settle(self.parent.fresh.cells[self.parent.position].outputs)
        found = rules.cell_problems(stored, self.cell_num + 1)
        found += [
            f"the run writes to stderr: {output.text.strip()!r}"
            for output in fresh
            if output.get("name") == "stderr"
        ]
        found += outputs.differences(outputs.settle(stored.outputs), fresh)
        same_text = super().compare_outputs(coalesce_streams(fresh), ref, skip_compare)
        self.comparison_traceback[:0] = [f"* {sentence}" for sentence in found]
        return same_text and not found


class NotebookProblems(Exception):
    """What is wrong with a notebook, one sentence each."""


class BesideCells(pytest.Item):
    """An item that is no cell, and looks at what the ``n_cells`` before it left in the kernel."""

    def __init__(self, *, n_cells: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_cells = n_cells

    def runtest(self) -> None:
        if len(self.parent.executed) < self.n_cells:
            pytest.skip("needs a run of the cells before it")
        found = self.problems()
        if found:
            raise NotebookProblems("\n".join(f"* {sentence}" for sentence in found))

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        raise NotImplementedError

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        if isinstance(excinfo.value, NotebookProblems):
            return f"{self.parent.path.name}, {self.name.lower()}\n{excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.parent.name}::{self.name}"


class Exercise(BesideCells):
    """The check of an exercise, after its cell: what it says to right and wrong answers."""

    def __init__(self, *, number: str, cell: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.number, self.cell = number, cell

    def problems(self) -> list[str]:
        notebook = self.parent
        try:
            tried = exercises.answers(self.number, notebook.path.parent)
            messages = notebook.run(exercises.source(self.number, self.cell, tried))
            return exercises.problems(tried, exercises.said(messages))
        except ValueError as error:
            return [str(error)]


class WholeNotebook(BesideCells):
    """The last item of a notebook: widgets, prose, ids, and every live figure driven."""

    def problems(self) -> list[str]:
        notebook = self.parent
        text = notebook.path.read_text(encoding="utf-8")
        found = rules.notebook_problems(notebook.stored, json.loads(text))
        found += form_problems(notebook.stored, text)
        found += widget_problems(notebook)
        messages = notebook.run(live.SOURCE)
        found += live.problems(messages, notebook.shown, len(widgets.views(notebook.stored)))
        return found + [f"output after the end of its cell: {late}" for late in notebook.late]


def form_problems(stored: NotebookNode, text: str) -> list[str]:
    """Check that regenerating, which gives the outputs just compared, would give this very file."""
    tidy = copy.deepcopy(stored)
    regenerate.tidy(tidy)
    wanted = regenerate.as_text(tidy)
    if wanted == text:
        return []
    return [f"the file is not as regenerating writes it:\n{regenerate.summary(text, wanted)}"]


def widget_problems(notebook: StrictNotebook) -> list[str]:
    """Compare the stored widgets with those of the run."""
    notebook.client.set_widgets_metadata()
    stored, fresh = copy.deepcopy(notebook.stored), copy.deepcopy(notebook.fresh)
    widgets.canonical(stored)
    widgets.canonical(fresh)
    return widgets.differences(stored, fresh)
