"""Exercises and quizzes: none is left out, and the check explains whatever a learner answers.

What the check says to each solution and each wrong answer is tested with its notebook, in the
kernel that ran its cells (tests/validation/exercises.py).
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from nnlib.show.check import CORRECT, NOT_FILLED_IN, judge, read_blocks
from nnlib.show.quiz import read_quiz
from tests.inside import verdicts
from tests.validation import NOTEBOOKS, ROOT, exercises, rules
from tests.validation.exercises import Answer

# The package also has a function of this name, which hides the module as an attribute.
CHECK = import_module("nnlib.show.check")


def exercises_in(notebook: Path) -> list[str]:
    """Numbers of the exercises of a notebook."""
    cells = rules.code_cells(nbformat.read(notebook, as_version=4))
    return [number for cell in cells for number in exercises.numbers(cell.source)]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_rules_solutions_and_wrong_answers_are_those_of_the_exercises(
    notebook: Path,
) -> None:
    numbers = exercises_in(notebook)
    assert len(numbers) >= 3
    assert len(set(numbers)) == len(numbers)
    file = f"{notebook.stem}.py"
    assert set(read_blocks(ROOT / "notebooks/solutions" / file)) == set(numbers)
    titles = read_blocks(ROOT / "tests/wrong_answers" / file)
    assert {title.split(":")[0] for title in titles} == set(numbers)
    rules_of = (ROOT / "notebooks/checks" / file).read_text(encoding="utf-8")
    assert sorted(re.findall(r'@exercise\("(.+?)"\)', rules_of)) == sorted(numbers)


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


# Answers to "what is the square of 2?", and what a sound check says to them.
TRIED = {
    Answer("", NOT_FILLED_IN): NOT_FILLED_IN,
    Answer("x = 4", CORRECT): CORRECT,
    Answer("x = 5", "too much"): "Not quite: too much.",
    Answer("x = 2", "itself"): "Not quite: that is 2 itself.",
    Answer("x = 8", "cubed"): "Not quite: 8 is 2 cubed.",
}


@pytest.mark.parametrize(
    ("code", "verdict", "faults"),
    [
        ("", NOT_FILLED_IN, []),
        ("", CORRECT, ["to the dots the check says 'Correct.'"]),
        ("x = 4", "Not quite: no.", ["to the solution the check says 'Not quite: no.'"]),
        ("x = 5", CORRECT, ["says 'Correct.' without 'too much':\nx = 5"]),
        ("x = 5", "Not quite: no.", ["says 'Not quite: no.' without 'too much':\nx = 5"]),
        ("x = 5", "too much", ["says 'too much' without 'too much':\nx = 5"]),
        ("x = 8", TRIED[Answer("x = 2", "itself")], ["without 'cubed'", "get the same hint"]),
    ],
)
def test_what_a_check_should_not_say_is_found(code: str, verdict: str, faults: list[str]) -> None:
    said = [verdict if answer.code == code else usual for answer, usual in TRIED.items()]
    found = exercises.problems(list(TRIED), said)
    assert len(found) == len(faults)
    assert all(fault in sentence for fault, sentence in zip(faults, found, strict=True))


def test_few_wrong_answers_are_found() -> None:
    (found,) = exercises.problems(list(TRIED)[:4], list(TRIED.values())[:4])
    assert found == "2 wrong answers are tried, 3 are needed"


def test_an_exercise_without_a_solution_and_an_answer_that_stops_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no solution of 99-1"):
        exercises.answers("99-1", tmp_path)
    error = {"msg_type": "error", "content": {"ename": "NameError", "evalue": "no y"}}
    with pytest.raises(ValueError, match="an answer stopped with NameError: no y"):
        exercises.said([error])


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
