"""The validation proves itself: a fault is planted in each cell of a notebook, each must be found.

One notebook has a cell for each case. As regenerated it must pass (so a mutation is the only fault
of its cell); then every cell is mutated, in what is stored or in its code, and must fail for the
reason given. Three kernels in all. What needs no kernel is tested by itself below.
"""

from __future__ import annotations

import base64
import copy
import dataclasses
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from jupyter_client import AsyncKernelClient
from nbformat import NotebookNode, v4
from PIL import Image

from nnlib.show.check import NOT_FILLED_IN
from nnlib.show.picture import pixels
from nnlib.show.style import new_figure, style
from tests.validation import live, outputs, pictures, plugin, regenerate, rules, widgets
from tests.validation.kernels import started

ROOT = Path(__file__).resolve().parents[1]

START = """
import numpy as np
from IPython.display import clear_output, display
from nnlib import show

x = np.linspace(-1, 1, 50)
moves = []
"""
PICTURE = """
figure = show.style.new_figure((3, 2))
figure.subplots().plot(x, x**2, label="p = 0.05")
figure.legend()
show.picture(figure, "A parabola.")
"""
FIGURE = """
def draw(figure):
    (line,) = figure.subplots().plot(x, x)
    def update(slope):
        line.set_ydata(slope * x)
        return f"A line of slope {slope:.1f}."
    return update

show.explore(draw, slope=(-2.0, TOP, 0.5, 1.0), size=(3, 2))
"""
EXERCISE = """
answer = ...
show.check("99-1", answer)
"""
# What stands beside a notebook with that exercise.
BESIDE = {
    "notebooks/checks/99_squares.py": """
from nnlib.show.check import exercise

@exercise("99-1")
def square(answer):
    return None if answer == 9 else f"{answer} is no square of 3."
""",
    "notebooks/solutions/99_squares.py": "# %% 99-1\nanswer = 3 * 3\n",
    "tests/wrong_answers/99_squares.py": "".join(
        f"# %% 99-1: {wrong} is no\nanswer = {wrong}\n" for wrong in (3, 6, 27)
    ),
}
TEXT = "# A notebook\nIt prints 0.57; the rest is in arXiv:1412.6980."

Mutation = Callable[[NotebookNode], None]


def edit_text(old: str, new: str) -> Mutation:
    """Replace ``old`` in all that the cell has stored."""

    def mutate(cell: NotebookNode) -> None:
        for output in cell.outputs:
            texts = output.data if "data" in output else output
            for kind in texts.keys() & {"text", "text/plain", "text/html"}:
                assert old in texts[kind]
                texts[kind] = texts[kind].replace(old, new)

    return mutate


def edit_source(new: str, old: str = "") -> Mutation:
    """Replace ``old`` in the cell's code, or put ``new`` before it; what is stored stays."""

    def mutate(cell: NotebookNode) -> None:
        assert old in cell.source
        cell.source = cell.source.replace(old, new) if old else f"{new}\n{cell.source}"

    return mutate


def edit_pixels(change: Callable[[np.ndarray], np.ndarray]) -> Mutation:
    """Store another picture of the same name: decoded, changed, encoded again."""

    def mutate(cell: NotebookNode) -> None:
        for output in cell.outputs:
            for picture in pictures.in_output(output):
                fresh = encode(change(decode(picture.png)))
                output.data["text/html"] = output.data["text/html"].replace(picture.png, fresh)

    return mutate


def decode(png: str) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"))


def encode(image: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(image.astype(np.uint8)).save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


def invert(count: int) -> Callable[[np.ndarray], np.ndarray]:
    """Change ``count`` pixels as far as they go."""

    def change(image: np.ndarray) -> np.ndarray:
        image.reshape(-1, 3)[:count] ^= 255
        return image

    return change


def move_the_curve(image: np.ndarray) -> np.ndarray:
    """Lift what is inside the axes by one pixel."""
    height, width, _ = image.shape
    inside = np.s_[height // 8 : -height // 4, width // 4 : -width // 8]
    image[inside] = np.roll(image[inside], -1, axis=0)
    return image


def append(output: NotebookNode) -> Mutation:
    return lambda cell: cell.outputs.append(copy.deepcopy(output))


def strip(cell: NotebookNode) -> None:
    cell.outputs, cell.execution_count = [], None


def swap(cell: NotebookNode) -> None:
    cell.outputs.reverse()


def move_a_line(cell: NotebookNode) -> None:
    """Text wanders over a display: for nbval, which joins all text of a cell, nothing changed."""
    before, _, after = cell.outputs
    before.text, after.text = "1\n2\n", "3\n"


def edit_html(old: str, new: str) -> Mutation:
    def mutate(cell: NotebookNode) -> None:
        data = cell.outputs[0].data
        assert old in data["text/html"]
        data["text/html"] = data["text/html"].replace(old, new)

    return mutate


def bare_alt_text(cell: NotebookNode) -> None:
    del cell.outputs[0].data["text/html"]


def count_of_result(number: int) -> Mutation:
    return lambda cell: cell.outputs[0].update(execution_count=number)


def tag(name: str) -> Mutation:
    return lambda cell: cell.metadata.update(tags=[name])


def count(number: int) -> Mutation:
    return lambda cell: cell.update(execution_count=number)


def picture_of(cell: NotebookNode) -> str:
    (picture,) = pictures.in_output(cell.outputs[0])
    return str(picture.png)


def bare_picture(cell: NotebookNode) -> None:
    cell.outputs[0].data["image/png"] = picture_of(cell)


def other_kind(cell: NotebookNode) -> None:
    cell.outputs[0].output_type = "display_data"
    del cell.outputs[0]["execution_count"]


@dataclass(frozen=True)
class Case:
    """A cell, what is done to it, the words in which it must fail (None: it must still pass)."""

    name: str
    source: str
    mutate: Mutation
    message: str | None


DISPLAY = v4.new_output("display_data", {"text/plain": "one more"})
STDERR = v4.new_output("stream", name="stderr", text="overflow\n")
ERROR = v4.new_output("error", ename="ValueError", evalue="bad", traceback=[])
AROUND = "print(1)\ndisplay('shown')\nprint(2)\nprint(3)"
UPDATED = "handle = display(1, display_id=True)\nhandle.update(2)"
REPLACED = "print(1)\nclear_output()\nprint(2)"
WARN = "import warnings; warnings.warn('overflow')"


def stored(kind: str, text: str) -> str:
    return f"output 1: {kind} is stored as {text!r}, the run gives"


CASES = [
    Case("nothing", "print(1)", lambda cell: None, None),
    Case("digit", "print(0.57)", edit_text("7", "8"), stored("stdout", "0.58\n")),
    Case("digit of a value", "0.57", edit_text("7", "8"), stored("text/plain", "0.58")),
    Case("missing output", "print(1)", lambda cell: cell.outputs.clear(), "stored: no output;"),
    Case("stripped", "print(1)", strip, "execution count None in code cell"),
    Case("stripped, silent", "y = 1", strip, "execution count None in code cell"),
    Case("extra line", "print(1)", edit_text("1\n", "1\n2\n"), stored("stdout", "1\n2\n")),
    Case("extra output", "print(1)", append(DISPLAY), "stored: stdout, display_data (text/plain);"),
    Case("output of a silent cell", "y = 1", append(DISPLAY), "the run gives: no output"),
    Case("kind of output", "1 + 1", other_kind, "the run gives: execute_result (text/plain)"),
    Case("order", "print(1)\ndisplay(2)", swap, "the run gives: stdout, display_data"),
    Case("order in a kind", "display('a')\ndisplay('b')", swap, stored("text/plain", "'b'")),
    Case("line moved over a display", AROUND, move_a_line, stored("stdout", "1\n2\n")),
    Case("warning", "print(1)", edit_source(WARN), "the run writes to stderr: "),
    Case("stored warning", "print(1)", append(STDERR), "a stored message on stderr: 'overflow'"),
    Case("stored error", "print(1)", append(ERROR), "a stored error, ValueError: bad"),
    Case("error", "print(1)", edit_source("1 / 0"), "ZeroDivisionError"),
    Case("moved curve", PICTURE, edit_pixels(move_the_curve), "the picture differs in"),
    Case("thirteen pixels", PICTURE, edit_pixels(invert(13)), "differs in 13 pixels"),
    Case("twelve pixels", PICTURE, edit_pixels(invert(12)), None),
    Case("two levels everywhere", PICTURE, edit_pixels(lambda p: p - 2 * (p > 1)), None),
    Case("size", PICTURE, edit_pixels(lambda p: p[:-1]), "the run gives 450 x 300"),
    Case("alt text", PICTURE, edit_text("A par", "A hyp"), stored("text/plain", "A hypabola.")),
    Case("no alt text", PICTURE, edit_text("A parabola.", ""), "a picture without alt text"),
    Case("width on the page", PICTURE, edit_html('"300"', '"301"'), "text/html is stored as"),
    Case("picture left out", PICTURE, bare_alt_text, "the run gives: display_data (text/html,"),
    Case("bare picture", PICTURE, bare_picture, "a bare image/png has no alt text"),
    Case("tag", "print(1)", tag("nbval-skip"), "the tag 'nbval-skip' opts out"),
    Case("tag for errors", "print(1)", tag("raises-exception"), "'raises-exception' opts out"),
    Case("comment", "print(1)", edit_source("# NBVAL_SKIP"), "the comment NBVAL_SKIP opts out"),
    Case("execution count", "print(1)", count(1), "not from one run from top to bottom"),
    Case("count of a result", "1 + 1", count_of_result(1), "not from one run from top to bottom"),
    Case("length", "print(1)", edit_source("\n" * 24), "26 lines are too long"),
    Case("magic", "print(1)", edit_source("%precision 3"), "a magic command or shell escape"),
    Case("display updated", UPDATED, edit_text("2", "1"), stored("text/plain", "1")),
    Case("display replaced", REPLACED, edit_text("2", "1"), stored("stdout", "1\n")),
    Case(
        "exercise filled in",
        EXERCISE,
        edit_source("answer = 9; rest = ...", "answer = ..."),
        stored("text/plain", NOT_FILLED_IN),
    ),
    Case("silenced value", "1 + 1;", append(DISPLAY), "the run gives: no output"),
]

# What stands or falls with the notebook as a whole: cells with live figures, whose outputs stay.
LIVE = [
    Case("as it was", FIGURE, lambda cell: None, None),
    Case(
        "does nothing",
        FIGURE,
        edit_source("1.0 * x", "slope * x"),
        "explorer 2, control 'slope': the picture stays the same",
    ),
    Case(
        "raises at its end",
        FIGURE,
        edit_source("slope * x if slope < 2 else 1 / 0", "slope * x"),
        "explorer 3, control 'slope': ZeroDivisionError: division by zero",
    ),
    Case(
        "warns at its end",
        FIGURE,
        edit_source("np.sqrt(slope) * x", "slope * x"),
        "while controls are moved: stderr",
    ),
    Case(
        "does not come back",
        FIGURE,
        edit_source("moves.append(slope) or slope * x + 0.2 * (min(moves) < 0)", "slope * x"),
        "a live figure is not back at its first picture",
    ),
    Case(
        "prints while it moves",
        FIGURE,
        edit_source("(print('moved') if slope < 0 else None) or slope * x", "slope * x"),
        "while controls are moved: prints 'moved'",
    ),
    Case(
        "shown nowhere",
        FIGURE,
        edit_source("hidden = show.explore(draw, slope=(0, 2, 1))\nshow.explore(", "show.explore("),
        "9 live figures driven, 7 pictures changed on the page",
    ),
    Case(
        "control of its own",
        FIGURE,
        edit_source("import ipywidgets; stray = ipywidgets.IntSlider(description='stray')"),
        "IntSlider 'stray' belongs to no explorer",
    ),
    Case(
        "output after the end",
        "y = 1",
        edit_source("import threading; threading.Timer(0.05, print, ['late']).start()"),
        "'late",  # in one of two sentences, depending on when the kernel sends it
    ),
]

# Each has its own range: an equal call would count as the same cell, run again.
LIVE = [
    dataclasses.replace(case, source=case.source.replace("TOP", f"{2 + number}.0"))
    for number, case in enumerate(LIVE)
]


def spoil_text(raw: dict[str, Any]) -> None:
    raw["cells"][0]["source"] += " Not printed: 0.61. ![](picture.png)"


def spoil_ids(raw: dict[str, Any]) -> None:
    del raw["cells"][2]["id"]
    raw["cells"][3]["id"] = raw["cells"][4]["id"]


def spoil_widgets(raw: dict[str, Any]) -> None:
    models = raw["metadata"]["widgets"][widgets.WIDGET_STATE]["state"].values()
    sliders = [model for model in models if model["model_name"] == "FloatSliderModel"]
    sliders[0]["state"]["value"] = 0.5
    sliders[1]["state"]["disabled"] = False


def spoil_form(raw: dict[str, Any]) -> None:
    raw["metadata"]["language_info"]["version"] = "3.9.1"


WHOLE = {
    "number in the text": (spoil_text, "the number 0.61 in the text is in no code and no output"),
    "picture in the text": (spoil_text, "a picture without alt text in the text cell"),
    "no id": (spoil_ids, "cell 3 of the notebook has no id"),
    "repeated id": (spoil_ids, "cell 5 of the notebook repeats the id 'cell-005'"),
    "value of a slider": (spoil_widgets, "value is stored as 0.5, the run gives 1.0"),
    "form of the file": (spoil_form, "the file is not as regenerating writes it"),
    "enabled slider": (spoil_widgets, "a FloatSliderModel is stored enabled"),
}


@dataclass
class Runs:
    """The regenerated notebook, and why which items of which notebook failed."""

    path: Path
    failures: dict[tuple[str, str], str | None]

    @property
    def notebook(self) -> NotebookNode:
        return nbformat.read(self.path, as_version=4)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Regenerate the notebook, mutate a copy, validate both in one run of pytest."""
    course = tmp_path_factory.mktemp("course")
    for name, text in BESIDE.items():
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text(text, encoding="utf-8")
    folder = course / "notebooks"
    path = folder / "pristine.ipynb"
    sources = [START, *(case.source.strip() for case in CASES + LIVE)]
    cells = [v4.new_markdown_cell(TEXT), *map(v4.new_code_cell, sources)]
    raw = json.loads(nbformat.writes(v4.new_notebook(cells=cells)))
    for cell in raw["cells"]:
        del cell["id"]
    path.write_text(json.dumps(raw), encoding="utf-8")
    regenerate.regenerate(path)
    write_mutated(path, folder / "mutated.ipynb")
    return Runs(path, validate(folder))


def write_mutated(path: Path, target: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell, case in zip(notebook.cells[2:], CASES + LIVE, strict=True):
        case.mutate(cell)
    raw = json.loads(nbformat.writes(notebook))
    raw["cells"][0]["source"] = TEXT
    for spoil in {spoil for spoil, _ in WHOLE.values()}:
        spoil(raw)
    target.write_text(json.dumps(raw), encoding="utf-8")


def validate(folder: Path) -> dict[tuple[str, str], str | None]:
    """Run pytest on the notebooks in ``folder``; return by (notebook, item) why it failed."""
    report = folder / "report.xml"
    options = ["-p", "tests.validation.plugin", "-p", "no:cacheprovider", "--color=no"]
    options += ["-c", os.devnull, "--rootdir", str(folder), f"--junit-xml={report}", "--nbval"]
    options += [f"--nbval-sanitize-with={ROOT / 'tests/validation/nbval_sanitize.cfg'}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    failures = {}
    for item in ElementTree.parse(report).iter("testcase"):
        failure = next((node.text for node in item if node.tag in ("failure", "error")), None)
        failures[Path(item.get("classname", "")).stem, item.get("name", "")] = failure
    return failures


def test_the_notebook_as_regenerated_passes(runs: Runs) -> None:
    found = {key: why for key, why in runs.failures.items() if key[0] == "pristine"}
    assert len(found) == 1 + len(CASES) + len(LIVE) + 2  # an exercise, and the whole
    assert not any(found.values()), found


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_a_mutated_cell_fails_for_the_right_reason(runs: Runs, number: int) -> None:
    failure = runs.failures["mutated", f"Cell {number + 1}"]
    message = CASES[number].message
    if message is None:
        assert failure is None, failure
    else:
        assert message in str(failure), failure


def test_an_exercise_whose_dots_are_filled_in_fails(runs: Runs) -> None:
    failure = str(runs.failures["mutated", "Exercise 99-1"])
    assert "to the dots the check says 'Correct.'" in failure, failure


@pytest.mark.parametrize(
    "message",
    [case.message for case in LIVE if case.message] + [message for _, message in WHOLE.values()],
    ids=[case.name for case in LIVE if case.message] + list(WHOLE),
)
def test_a_mutated_notebook_fails_as_a_whole_for_the_right_reason(runs: Runs, message: str) -> None:
    failure = str(runs.failures["mutated", "Whole notebook"])
    assert message in failure, failure


def test_faults_of_live_figures_are_seen_nowhere_else(runs: Runs) -> None:
    cells = range(1 + len(CASES), 1 + len(CASES) + len(LIVE))
    found = [runs.failures["mutated", f"Cell {number}"] for number in cells]
    assert not any(found), found


@pytest.mark.parametrize(
    ("error", "n_starts"),
    [(RuntimeError("Kernel died before replying to kernel_info"), 3), (RuntimeError("other"), 1)],
)
def test_a_kernel_whose_port_was_taken_is_started_again(error: Exception, n_starts: int) -> None:
    starts = []

    def start() -> str:
        starts.append(None)
        raise error

    with pytest.raises(RuntimeError, match=str(error)):
        started(start)
    assert len(starts) == n_starts


def test_regenerating_starts_again_where_a_port_was_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = tmp_path / "calm.ipynb"
    write_notebook(calm, "print('now')")
    regenerate.regenerate(calm)
    died = [RuntimeError("Kernel died before replying to kernel_info")]
    ready = AsyncKernelClient.wait_for_ready

    async def wait(client: AsyncKernelClient, timeout: float | None = None) -> None:
        await ready(client, timeout)
        if died:
            raise died.pop()

    monkeypatch.setattr(AsyncKernelClient, "wait_for_ready", wait)
    disturbed = tmp_path / "disturbed.ipynb"
    write_notebook(disturbed, "print('now')")
    regenerate.regenerate(disturbed)
    assert died == []
    assert nbformat.read(disturbed, as_version=4).cells[0].outputs[0].text == "now\n"
    assert disturbed.read_bytes() == calm.read_bytes()


def test_regenerating_gives_the_same_bytes_whatever_was_stored(runs: Runs) -> None:
    """Another digit, another id, times, a version: all leave; a picture that agrees stays."""
    text = runs.path.read_text(encoding="utf-8")
    png = picture_of(runs.notebook.cells[2 + [case.source for case in CASES].index(PICTURE)])
    text = text.replace(png, encode(decode(png)))
    view = widgets.views(runs.notebook)[0]["model_id"]
    other = text.replace("0.57\\n", "0.59\\n").replace(view, "f" * 32)
    raw = json.loads(other)
    raw["cells"][1]["metadata"]["execution"] = {"iopub.status.busy": "2001-01-01T00:00:00Z"}
    raw["metadata"]["language_info"]["version"] = "3.9.1"
    path = runs.path.with_name("other.ipynb")
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert encode(decode(png)) != png
    assert regenerate.regenerated(path) == text


# What needs no run of pytest, or no kernel at all.


def figure(label: str = "p = 0.01", lift: float = 0.0) -> str:
    """Draw a curve, lifted by so many pixels, with a label."""
    drawn = new_figure()
    with style():
        axes = drawn.subplots()
        axes.set_ylim(-2, 2)
        up = lift * 4 / axes.get_window_extent().height
        axes.plot(np.linspace(-1, 1, 200), np.sin(np.linspace(-3, 3, 200)) + up, label=label)
        axes.legend()
        drawn.canvas.draw()
    return encode(pixels(drawn))


@pytest.mark.parametrize(
    ("change", "least"),
    [({"label": "p = 0.07"}, 85), ({"lift": 0.1}, 1500)],
    ids=["digit", "curve"],
)
def test_changes_that_matter_are_far_beyond_the_tolerance(
    change: dict[str, Any], least: int
) -> None:
    before, after = (pictures.pixels(png) for png in (figure(), figure(**change)))
    count = int((np.abs(before - after).max(axis=2) > pictures.PIXEL_LEVEL).sum())
    assert count > least > 5 * pictures.PIXEL_COUNT


def test_last_bits_of_a_coordinate_are_within_the_tolerance() -> None:
    assert pictures.difference(figure(), figure(lift=1e-9)) is None


def test_a_picture_that_cannot_be_decoded_is_a_difference() -> None:
    cut = figure()[:400]
    assert "cannot be decoded" in str(pictures.difference(cut, figure()))


def test_transparent_pixels_are_compared_on_white() -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((20, 20, 4), dtype=np.uint8)).save(buffer, "png")
    clear = base64.b64encode(buffer.getvalue()).decode()
    assert pictures.difference(clear, encode(np.full((20, 20, 3), 255))) is None
    assert pictures.difference(clear, encode(np.zeros((20, 20, 3)))) is not None


@pytest.mark.parametrize("src", ["https://example.org/a.png", "a.png", "data:image/svg+xml,<svg/>"])
def test_pictures_outside_the_notebook_are_refused(src: str) -> None:
    output = v4.new_output("display_data", {"text/html": f'<img alt="A curve." src="{src}">'})
    (problem,) = pictures.problems(output)
    assert "not stored as a PNG in the notebook" in problem


def test_pictures_that_agree_keep_their_stored_bytes() -> None:
    before, same, other = figure(), figure(lift=1e-3), figure(lift=5)
    html = '<img alt="A curve." src="data:image/png;base64,{}">'
    cells = [v4.new_code_cell(), v4.new_code_cell()]
    for cell in cells:
        cell.outputs = [v4.new_output("display_data", {"text/html": html.format(before)})]
    stored = v4.new_notebook(cells=cells)
    fresh = copy.deepcopy(stored)
    fresh.cells[0].outputs[0].data["text/html"] = html.format(same)
    fresh.cells[1].outputs[0].data["text/html"] = html.format(other)
    assert same != before
    regenerate.keep_pictures(stored, fresh)
    assert fresh.cells[0] == stored.cells[0]
    assert fresh.cells[1].outputs[0].data["text/html"] == html.format(other)


def test_pieces_of_text_become_one_and_paths_of_cells_nameless() -> None:
    def said(text: str, name: str = "stdout") -> NotebookNode:
        return v4.new_output("stream", name=name, text=text)

    path = "/tmp/ipykernel_123/456.py"
    pieces = [said("a"), said(f"b {path}:1\n"), copy.deepcopy(DISPLAY), said("c")]
    settled = outputs.settle(pieces)
    assert settled == [said("ab <cell>:1\n"), DISPLAY, said("c")]
    assert pieces[0].text == "a"


@pytest.mark.parametrize(
    ("prose", "missing"),
    [
        ("It is 0.57, or $0.250$, or 1.5.", []),
        ("It is 0.58.", ["0.58"]),
        ("It is 0.5, 12.", []),
        ("Of 10.57 and 0.571.", ["10.57", "0.571"]),
        ("See [it](https://doi.org/10.1038/323533a0), arXiv:1412.6980, 1.25.3, Python 3.11.", []),
    ],
)
def test_numbers_in_the_text_must_be_computed(prose: str, missing: list[str]) -> None:
    code = v4.new_code_cell("rate = 0.25", outputs=[v4.new_output("stream", text="0.57\n")])
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(prose), code])
    found = rules.notebook_problems(notebook, notebook)
    assert [sentence.split()[2] for sentence in found] == missing


@pytest.mark.parametrize(
    ("texts", "faults"),
    [
        (["# Title\n## a\n### b", "## c", "```\n#### no heading\n```"], []),
        (["## a"], ["the heading 'a' is of level 2, after one of level 0"]),
        (["# Title", "### b"], ["the heading 'b' is of level 3, after one of level 1"]),
        (["# Title\n## a", "# b"], ["the heading 'b' is a second title: one # a notebook"]),
    ],
)
def test_headings_leave_no_level_out(texts: list[str], faults: list[str]) -> None:
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(text) for text in texts])
    assert rules.notebook_problems(notebook, notebook) == faults


@pytest.mark.parametrize(
    ("second", "level", "n_faults"),
    [("same words", 9, 1), ("same words", 0, 0), ("other words", 9, 0)],
)
def test_different_pictures_need_different_words(second: str, level: int, n_faults: int) -> None:
    html = '<img alt="{}" src="data:image/png;base64,{}">'
    shown = [
        ("same words", encode(np.zeros((4, 4, 3)))),
        (second, encode(np.full((4, 4, 3), level))),
    ]
    outputs = [v4.new_output("display_data", {"text/html": html.format(*pair)}) for pair in shown]
    notebook = v4.new_notebook(cells=[v4.new_code_cell("draw()", outputs=outputs)])
    found = rules.notebook_problems(notebook, notebook)
    assert len(found) == n_faults and all("have the same alt text" in fault for fault in found)


def test_an_empty_code_cell_is_refused() -> None:
    cell = v4.new_code_cell(" \n", execution_count=1)
    assert rules.cell_problems(cell, 1) == ["an empty code cell: delete it"]


def test_operators_at_the_start_of_a_line_are_no_magic() -> None:
    source = "same = (\n    1\n    != 2\n    % 3\n)"
    assert rules.cell_problems(v4.new_code_cell(source, execution_count=1), 1) == []


def shuffled(notebook: NotebookNode) -> NotebookNode:
    """The same notebook, its widgets in another order and with one that no view shows."""
    other = copy.deepcopy(notebook)
    state = other.metadata.widgets[widgets.WIDGET_STATE]
    state["state"] = dict(reversed(state["state"].items()))
    for model in state["state"].values():
        model["state"] = dict(reversed(model["state"].items()))
    state["state"]["0" * 31 + "f"] = {"model_name": "LayoutModel", "state": {}}
    return other


def test_widgets_are_stored_in_one_order_without_leftovers(runs: Runs) -> None:
    other = shuffled(runs.notebook)
    assert regenerate.as_text(other) != regenerate.as_text(runs.notebook)
    widgets.canonical(other)
    assert regenerate.as_text(other) == regenerate.as_text(runs.notebook)


def test_removed_widget_state_is_found(runs: Runs) -> None:
    without = runs.notebook
    del without.metadata["widgets"]
    (found,) = widgets.differences(without, runs.notebook)
    assert found.startswith("widget state: 0 models are stored, the run gives 64")


def test_two_views_swapped_are_found(runs: Runs) -> None:
    other = runs.notebook
    first, second, *_ = widgets.views(other)
    first["model_id"], second["model_id"] = second["model_id"], first["model_id"]
    assert widgets.differences(runs.notebook, other) == [
        "a widget on the page is not the one whose state is stored"
    ]


def test_a_drive_that_comes_to_no_end_is_found() -> None:
    error = {"ename": "KeyError", "evalue": "'x'", "traceback": []}
    found = live.problems([{"msg_type": "error", "content": error}], {}, 0)
    assert found[0] == "while controls are moved: KeyError: 'x'"
    assert "came to no end" in found[1]


def test_output_after_the_end_of_its_cell_is_kept_in_mind() -> None:
    notebook = SimpleNamespace(running="this cell", late=[])
    content = {"name": "stdout", "text": "late"}
    message = {"parent_header": {"msg_id": "before"}, "msg_type": "stream", "content": content}
    plugin.StrictNotebook.apply(notebook, message)  # type: ignore[arg-type]
    assert notebook.late == ["stream {'name': 'stdout', 'text': 'late'}"]


def write_notebook(path: Path, source: str) -> None:
    cell = v4.new_code_cell(source, id="first", outputs=[v4.new_output("stream", text="before\n")])
    nbformat.write(v4.new_notebook(cells=[cell]), path)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("print(1)\n1 / 0", "ZeroDivisionError"),
        ("import sys; print(1, file=sys.stderr)", "stderr: 1"),
    ],
    ids=["error", "stderr"],
)
def test_regenerating_refuses_faulty_runs_and_leaves_the_file(
    source: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faulty.ipynb"
    write_notebook(path, source)
    before = path.read_bytes()
    assert regenerate.main([str(path)]) == 1
    assert reason in capsys.readouterr().err
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_check_tells_what_would_change_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.ipynb"
    write_notebook(path, "print('now')")
    before = path.read_text(encoding="utf-8")
    monkeypatch.setattr(regenerate, "regenerated", lambda _: before.replace("before", "now"))
    assert regenerate.main(["--check", str(path)]) == 1
    assert path.read_text(encoding="utf-8") == before
    assert '-      "before\\n"\n+      "now\\n"' in capsys.readouterr().out
    assert regenerate.main([str(path)]) == 0
    assert path.read_text(encoding="utf-8") == before.replace("before", "now")
    assert regenerate.main(["--check", str(path)]) == 0


@pytest.mark.parametrize("text", [None, "", "{}", '{"cells": 1}', "[]"])
def test_what_is_no_notebook_is_refused(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.ipynb"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert regenerate.main([str(path)]) == 1
    wanted = "there is no such file" if text is None else "not a notebook of format 4"
    assert f"{path}: not stored: {wanted}" in capsys.readouterr().err


def test_cells_get_ids_that_stay(tmp_path: Path) -> None:
    path = tmp_path / "ids.ipynb"
    write_notebook(path, "1")
    raw = json.loads(path.read_text(encoding="utf-8"))
    cell = raw["cells"][0]
    without = {key: value for key, value in cell.items() if key != "id"}
    raw["cells"] = [without, cell, cell, {**cell, "id": "cell-002"}]
    path.write_text(json.dumps(raw), encoding="utf-8")
    ids = [cell.id for cell in regenerate.read(path).cells]
    assert ids == ["cell-001", "first", "cell-003", "cell-002"]


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("disk full")

    path = tmp_path / "notebook.ipynb"
    path.write_text("before", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        regenerate.write_atomically(path, "after")
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_regenerate_runs_by_its_path_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, regenerate.__file__, "missing.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "missing.ipynb: not stored: there is no such file\n"
