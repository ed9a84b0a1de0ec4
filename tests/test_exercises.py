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
from tests.validation import exercises, rules

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))

# The package also has a function of this name, which hides the module as an attribute.
CHECK = import_module("nnlib.show.check")


def exercises_in(notebook: Path) -> list[str]:
    """Numbers of the exercises of a notebook."""
    cells = rules.code_cells(nbformat.read(notebook, as_version=4))
    return [number for cell in cells for number in exercises.numbers(cell.source)]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_there_is_nothing_to_an_exercise_that_is_not_in_the_notebook(notebook: Path) -> None:
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


ANSWERS = {"": NOT_FILLED_IN, "x = 4": CORRECT, "x = 5": "Not quite: too much."}
WRONG = {"x = 2": "Not quite: that is x itself.", "x = 8": "Not quite: 8 is x cubed."}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"": CORRECT}, "to the dots the check says 'Correct.'"),
        ({"x = 4": "Not quite: no."}, "to the solution the check says 'Not quite: no.'"),
        ({"x = 5": CORRECT}, "to a wrong answer the check says 'Correct.' without 'too much'"),
        ({"x = 5": "Not quite: too little."}, "says 'Not quite: too little.' without 'too much'"),
        ({"x = 5": "too much"}, "to a wrong answer the check says 'too much'"),
    ],
)
def test_what_a_check_should_not_say_is_found(change: dict[str, str], fault: str | None) -> None:
    words = [NOT_FILLED_IN, CORRECT, "too much", "itself", "cubed"]
    codes = ["", "x = 4", "x = 5", "x = 2", "x = 8"]
    tried = [exercises.Answer("99-1", *pair) for pair in zip(codes, words, strict=True)]
    verdicts_of = {**ANSWERS, **WRONG, **change}
    found = exercises.problems(tried, [verdicts_of[code] for code in codes])
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]


def test_few_or_equal_hints_are_found() -> None:
    tried = [exercises.Answer("99-1", "", words) for words in (NOT_FILLED_IN, CORRECT, "", "")]
    said = [NOT_FILLED_IN, CORRECT, "Not quite: no.", "Not quite: no."]
    equal, few = exercises.problems(tried, said)
    assert equal.startswith("two wrong answers get the same hint")
    assert few == "2 wrong answers are tried, 3 are needed"


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
