"""What a stored notebook must look like; nothing is executed here. One sentence a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbval.plugin import comment_markers, metadata_tags

from tests.validation import pictures, widgets

MAX_LINES = 25  # of a code cell: what fits on a screen beside its output

# Tags and comments by which nbval, nbclient or IPython leave a cell unchecked or hide its output.
_OPT_OUT_TAGS = {*metadata_tags, "raises-exception", "skip-execution"}
_OPT_OUT_COMMENT = re.compile(rf"^\s*#+\s*({'|'.join(comment_markers)})\s*$", re.MULTILINE)
_MAGIC = re.compile(r"^\s*[!%][^\s=].*", re.MULTILINE)

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_MARKDOWN_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
_REFERENCE = re.compile(r"https?://\S+|\b(?:doi|arxiv):\s*\S+|\bpython [\d.]+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_CLAIM = re.compile(r"(?<![\w.])\d+\.\d{2,}(?!\w|\.\d)")


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def cell_problems(cell: NotebookNode, number: int) -> list[str]:
    """Check the ``number``-th code cell (from 1) as it is stored."""
    return [*_source_problems(cell), *_count_problems(cell, number), *_output_problems(cell)]


def _source_problems(cell: NotebookNode) -> Iterator[str]:
    lines = len(cell.source.splitlines())
    if not cell.source.strip():
        yield "an empty code cell: delete it"
    if lines > MAX_LINES:
        yield f"{lines} lines are too long for a cell (allowed: {MAX_LINES}): move code to nnlib"
    for tag in sorted(_OPT_OUT_TAGS & set(cell.metadata.get("tags", []))):
        yield f"the tag {tag!r} opts out of validation: every output is checked"
    for marker in _OPT_OUT_COMMENT.findall(cell.source):
        yield f"the comment {marker} opts out of validation: every output is checked"
    for line in _MAGIC.findall(cell.source):
        yield f"a magic command or shell escape ({line.strip()!r}): plain Python only"


def _count_problems(cell: NotebookNode, number: int) -> Iterator[str]:
    counts = {cell.execution_count}
    counts |= {output.execution_count for output in cell.outputs if "execution_count" in output}
    if counts != {number}:
        shown = ", ".join(sorted(map(str, counts)))
        yield (
            f"execution count {shown} in code cell {number}: "
            "not from one run from top to bottom; regenerate the outputs"
        )


def _output_problems(cell: NotebookNode) -> Iterator[str]:
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"a stored error, {output.ename}: {output.evalue}"
        elif output.get("name") == "stderr":
            yield f"a stored message on stderr: {output.text.strip()!r}"
        yield from pictures.problems(output)


def notebook_problems(notebook: NotebookNode, raw: dict[str, Any]) -> list[str]:
    """Check what belongs to no single code cell.

    ``raw`` is the JSON of the file: nbformat mends what it reads, missing cell ids for instance.
    """
    return [
        *_format_problems(raw),
        *_markdown_problems(notebook),
        *_heading_problems(notebook),
        *_alt_problems(notebook),
        *_widget_problems(notebook),
        *_prose_problems(notebook),
    ]


def _format_problems(raw: dict[str, Any]) -> Iterator[str]:
    ids = [cell.get("id") for cell in raw["cells"]]
    for position, cell_id in enumerate(ids, start=1):
        if not cell_id:
            yield f"cell {position} of the notebook has no id: regenerate the outputs"
        elif cell_id in ids[: position - 1]:
            yield f"cell {position} of the notebook repeats the id {cell_id!r}: delete one of them"
    if all(ids) and len(set(ids)) == len(ids):
        try:
            nbformat.validate(raw)
        except nbformat.ValidationError as error:
            yield f"not a valid notebook: {str(error).splitlines()[0]}"


def _markdown_problems(notebook: NotebookNode) -> Iterator[str]:
    for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
        alts = [found["alt"] for found in _MARKDOWN_PICTURE.finditer(cell.source)]
        alts += [picture.alt or "" for picture in pictures.in_html(cell.source)]
        if not all(alt.strip() for alt in alts):
            yield f"a picture without alt text in the text cell {cell.get('id')!r}"


def _heading_problems(notebook: NotebookNode) -> Iterator[str]:
    """Check the outline: one title, first, and no level left out on the way down.

    Who listens to the page instead of seeing it moves through it by these levels.
    """
    above = 0
    for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
        for marks, text in _HEADING.findall(_FENCED.sub("", cell.source)):
            level = len(marks)
            if level > above + 1:
                yield f"the heading {text!r} is of level {level}, after one of level {above}"
            if level == 1 and above:
                yield f"the heading {text!r} is a second title: one # a notebook"
            above = level


def _alt_problems(notebook: NotebookNode) -> Iterator[str]:
    """Find pictures that differ and are described by the same words."""
    seen: dict[str, str] = {}
    for output in (output for cell in code_cells(notebook) for output in cell.outputs):
        for picture in pictures.in_output(output):
            alt, png = picture.alt or "", picture.png or ""
            if alt and seen.setdefault(alt, png) != png:
                yield f"two different pictures have the same alt text, {alt[:60]!r}"


def _widget_problems(notebook: NotebookNode) -> Iterator[str]:
    for model in widgets.state(notebook).values():
        if not model["state"].get("disabled", True):
            yield (
                f"a {model['model_name']} is stored enabled, so it looks alive where no kernel "
                "answers: regenerate the outputs"
            )


def _prose_problems(notebook: NotebookNode) -> Iterator[str]:
    """Find numbers with two or more decimals in the text that no code and no output contains.

    Such a number is a claim that somebody computed once; it has to be computed here. References
    (links, DOI and arXiv numbers, versions of Python) are left out.
    """
    computed = {Decimal(number) for number in _NUMBER.findall(_code_and_outputs(notebook))}
    for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
        for claim in _CLAIM.findall(_REFERENCE.sub("", cell.source)):
            if Decimal(claim) not in computed:
                yield f"the number {claim} in the text is in no code and no output of the notebook"


def _code_and_outputs(notebook: NotebookNode) -> str:
    texts = []
    for cell in code_cells(notebook):
        texts.append(cell.source)
        for output in cell.outputs:
            texts.append(output.get("text", ""))
            texts += [value for value in output.get("data", {}).values() if isinstance(value, str)]
    return "\n".join(pictures.mask(text) for text in texts)
