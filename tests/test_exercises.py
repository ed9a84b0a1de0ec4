"""Every exercise: unsolved it runs, the solution passes, each wrong answer gets its own hint."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nnlib.show.check import CORRECT, NOT_FILLED_IN, judge, read_blocks
from nnlib.show.quiz import read_quiz

# The package also has functions of these names, which hide the modules as attributes.
CHECK = import_module("nnlib.show.check")
ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
CHECK_CALL = re.compile(r'check\(\s*"(\d\d\w?-\d+)"')


def code_cells(notebook: Path) -> list[str]:
    """Return the sources of the code cells."""
    return [c.source for c in nbformat.read(notebook, as_version=4).cells if c.cell_type == "code"]


def exercise_cells(notebook: Path) -> dict[str, int]:
    """Return the exercises of a notebook: number and position among the code cells."""
    found = {}
    for position, source in enumerate(code_cells(notebook)):
        for number in CHECK_CALL.findall(source):
            found[number] = position
    return found


def wrong_answers(notebook: Path) -> list[tuple[str, str, str]]:
    """Return (exercise, words of the expected hint, code) from tests/wrong_answers."""
    file = ROOT / "tests" / "wrong_answers" / f"{notebook.stem}.py"
    parts = re.split(r"(?m)^# %% (\S+): (.+)$", file.read_text(encoding="utf-8"))[1:]
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


class Classroom:
    """Runs the cells before an exercise once, then tries answers in copies of that namespace."""

    def __init__(self, notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(notebook.parent)
        self.cells, self.places = code_cells(notebook), exercise_cells(notebook)
        self.verdicts: list[str] = []
        for module in (
            CHECK,
            import_module("nnlib.show.picture"),
            import_module("nnlib.show.quiz"),
        ):
            monkeypatch.setattr(module, "display", lambda *args, **options: None)
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self.done = 0

    def run_up_to(self, number: str) -> None:
        while self.done < self.places[number]:
            exec(compile(self.cells[self.done], f"cell {self.done}", "exec"), self.namespace)
            self.done += 1

    def unsolved(self, number: str) -> str:
        """Return the exercise's cell without its check."""
        return self.cells[self.places[number]].split("show.check")[0]

    def answer(self, number: str, code: str) -> str:
        """Return the verdict when ``code`` stands in the exercise's cell in place of the dots."""
        self.run_up_to(number)
        namespace = dict(self.namespace)
        exec(compile(self.unsolved(number), f"exercise {number}", "exec"), namespace)
        exec(compile(code, f"answer to {number}", "exec"), namespace)
        return judge(number, *self._arguments(number, namespace))

    def _arguments(self, number: str, namespace: dict[str, Any]) -> list[Any]:
        tree = ast.parse(self.cells[self.places[number]])
        call = next(
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and node.args[0].value == number
        )
        return [eval(ast.unparse(argument), namespace) for argument in call.args[1:]]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_solutions_pass_and_wrong_answers_get_their_own_hint(
    notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classroom = Classroom(notebook, monkeypatch)
    solutions = read_blocks(ROOT / "notebooks" / "solutions" / f"{notebook.stem}.py")
    wrong = wrong_answers(notebook)
    assert set(solutions) == set(classroom.places) == {number for number, _, _ in wrong}
    for number in sorted(classroom.places, key=lambda n: classroom.places[n]):
        assert classroom.answer(number, "") == NOT_FILLED_IN, number
        assert classroom.answer(number, solutions[number]) == CORRECT, number
        verdicts = []
        for _, words, code in (case for case in wrong if case[0] == number):
            verdict = classroom.answer(number, code)
            assert verdict.startswith("Not quite: "), (number, code, verdict)
            assert words in verdict, (number, code, verdict)
            verdicts.append(verdict)
        assert len(set(verdicts)) == len(verdicts) >= 3, f"{number}: {verdicts}"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_quiz_option_has_feedback_and_one_is_right(notebook: Path) -> None:
    questions = read_quiz(notebook.stem.split("_")[0])
    assert 4 <= len(questions) <= 8
    for question in questions:
        assert len(question["option"]) >= 3
        assert all(len(option["feedback"]) > 15 for option in question["option"])
        feedback = [option["feedback"] for option in question["option"]]
        assert len(set(feedback)) == len(feedback)


def test_there_are_exercises_to_check() -> None:
    assert NOTEBOOKS
    assert all(len(exercise_cells(notebook)) >= 3 for notebook in NOTEBOOKS)


def test_an_error_in_the_learners_function_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "99_demo.py").write_text(
        "from nnlib.show.check import exercise\n"
        "@exercise('99-1')\n"
        "def rule(function):\n"
        "    return None if function(2) == 4 else 'square it'\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    assert judge("99-1", lambda x: x**2) == CORRECT
    assert judge("99-1", lambda x: x) == "Not quite: square it"
    assert (
        judge("99-1", lambda x: x / 0)
        == "Not quite: your answer stopped with ZeroDivisionError: division by zero"
    )
    assert judge("99-1", ...) == NOT_FILLED_IN


def test_a_split_notebook_has_its_own_files() -> None:
    for part in ("04a", "04b"):
        file = CHECK.beside_notebooks("checks", f"{part}-1", ".py")
        assert file is not None and file.name.startswith(f"{part}_")
        assert CHECK.beside_notebooks("quizzes", part, ".toml").stem == file.stem


def test_without_the_solutions_folder_nothing_is_revealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnlib.show import check as check_function

    shown: list[dict[str, str]] = []
    monkeypatch.setattr(CHECK, "display", lambda data, raw: shown.append(data))
    monkeypatch.chdir(ROOT / "notebooks")
    check_function("01-1", ..., ...)
    assert "Show solution" in shown[-1]["text/html"]
    assert "0.5 * 0.6" in shown[-1]["text/html"]
    monkeypatch.setattr(CHECK, "find_solution", lambda number: "")
    check_function("01-1", ..., ...)
    assert "details" not in shown[-1]["text/html"]
