"""Every exercise: unsolved it runs, the solution passes, each wrong answer gets its own hint."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from nnlib.show.check import CORRECT, NOT_FILLED_IN, judge
from nnlib.show.quiz import read_quiz
from tests.inside import verdicts
from tests.second_run import (
    NOTEBOOKS,
    ROOT,
    exercise_cells,
    second_run,
    solutions,
    wrong_answers,
)

# The package also has a function of this name, which hides the module as an attribute.
CHECK = import_module("nnlib.show.check")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_solutions_pass_and_wrong_answers_get_their_own_hint(notebook: Path) -> None:
    cells = exercise_cells(nbformat.read(notebook, as_version=4))
    wrong = wrong_answers(notebook)
    assert set(solutions(notebook)) == set(cells) == {answer.number for answer in wrong}
    verdicts_of = second_run(notebook).verdicts
    assert set(verdicts_of) == set(cells)
    for number, (unsolved, solved, *hints) in verdicts_of.items():
        assert unsolved == NOT_FILLED_IN, number
        assert solved == CORRECT, number
        asked = [answer for answer in wrong if answer.number == number]
        for answer, hint in zip(asked, hints, strict=True):
            assert hint.startswith("Not quite: "), (answer, hint)
            assert answer.words in hint, (answer, hint)
        assert len(set(hints)) == len(hints) >= 3, f"{number}: {hints}"


def test_answers_stand_in_the_exercises_cell_and_change_no_names() -> None:
    cell = 'z = ...\nshow.check("01-1", z, z)'
    seen = {"z": 1}
    said = verdicts("01-1", cell, ["", "z = 0.123"], seen)
    assert said[0] == NOT_FILLED_IN
    assert said[1].startswith("Not quite: ")
    assert seen == {"z": 1}


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
    notebooks = [nbformat.read(path, as_version=4) for path in NOTEBOOKS]
    assert all(len(exercise_cells(notebook)) >= 3 for notebook in notebooks)


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
