"""Write the notebooks as web pages, to read where no Jupyter is: folder build/pages.

    python run.py pages

The pages keep every picture with its words. Links between notebooks become links between pages. The
colours of nbconvert's page that are too pale to read (2.2 to 1 on white) are made darker, and links
are underlined: tests/browser/test_pages.py holds the pages to axe-core's rules.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from traitlets.config import Config

from tests.validation import NOTEBOOKS, ROOT

STYLE = """
:root {
  --jp-cell-inprompt-font-color: #24527a;
  --jp-cell-outprompt-font-color: #8a2d0c;
  --jp-cell-prompt-not-active-font-color: #595959;
  --jp-mirror-editor-comment-color: #2f5d5d;
  --jp-mirror-editor-keyword-color: #00600f;
  --jp-mirror-editor-operator-color: #7a1fa2;
  --jp-mirror-editor-string-color: #9c1c1c;
  --jp-mirror-editor-number-color: #00600f;
  --jp-mirror-editor-builtin-color: #00600f;
}
.jp-InputPrompt, .jp-OutputPrompt { opacity: 1 !important; }
.jp-RenderedHTMLCommon a { text-decoration: underline !important; }
"""


@cache
def exporter() -> HTMLExporter:
    """The same for all pages: it compiles its templates once."""
    settings = Config()
    settings.HTMLExporter.exclude_anchor_links = True  # a sign beside each heading, read aloud
    return HTMLExporter(config=settings)


def page(notebook: Path, code: bool = True) -> str:
    """Return the notebook as one HTML page; without its code if ``code`` is False."""
    exporter().exclude_input = not code
    text, _ = exporter().from_notebook_node(
        nbformat.read(notebook, as_version=4),
        resources={"metadata": {"name": notebook.stem, "language_code": "en"}},
    )
    text = re.sub(r'href="(\d\w+)\.ipynb', r'href="\1.html', text)
    return text.replace("</head>", f"<style>{STYLE}</style>\n</head>", 1)


def main(names: list[str]) -> int:
    """Write the pages of ``names``, or of all notebooks."""
    folder = ROOT / "build" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    for path in map(Path, names or NOTEBOOKS):
        target = folder / f"{path.stem}.html"
        target.write_text(page(path), encoding="utf-8")
        print(target.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
