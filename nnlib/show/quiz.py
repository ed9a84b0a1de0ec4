"""Quizzes: questions whose options unfold their feedback. Plain HTML: keyboard and paper work."""

from __future__ import annotations

import html
import tomllib
from typing import Any

from IPython.display import display

from nnlib.show.check import beside_notebooks


def quiz(number: str) -> None:
    """Show the quiz of notebook ``number``, from ``quizzes/NN_*.toml`` beside the notebooks."""
    questions = read_quiz(number)
    page = "".join(_question(i, question) for i, question in enumerate(questions, start=1))
    plain = "\n".join(f"{i}. {question['text']}" for i, question in enumerate(questions, start=1))
    display({"text/html": page, "text/plain": plain}, raw=True)


def read_quiz(number: str) -> list[dict[str, Any]]:
    """Return the questions: ``text`` and a list ``option`` of ``text``, ``feedback``, ``right``."""
    file = beside_notebooks("quizzes", number, ".toml")
    if file is None:
        raise ValueError(f"there is no quiz for notebook {number!r}.")
    questions: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["question"]
    for question in questions:
        if sum(bool(option.get("right")) for option in question["option"]) != 1:
            raise ValueError(
                f"{file.name}: exactly one option must be right in {question['text']!r}."
            )
    return questions


def _question(number: int, question: dict[str, Any]) -> str:
    options = "".join(
        f"<details><summary>{html.escape(option['text'])}</summary>"
        f"<p><b>{'Right.' if option.get('right') else 'No.'}</b> "
        f"{html.escape(option['feedback'])}</p></details>"
        for option in question["option"]
    )
    return (
        f'<p style="margin-top: 1em"><b>{number}.</b> {html.escape(question["text"])}</p>{options}'
    )
