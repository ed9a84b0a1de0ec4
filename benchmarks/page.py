"""The generated parts of README.md: each stands between two markers and is written by itself."""

from __future__ import annotations

import os
import platform
from pathlib import Path

README = Path(__file__).resolve().parent / "README.md"


def replace(section: str, text: str, page: Path = README) -> None:
    """Put ``text`` in the place of what stands between the markers of ``section``.

    Raises
    ------
    ValueError
        If the page has no such markers; nothing is written then.
    """
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    old = page.read_text(encoding="utf-8")
    if old.count(begin) != 1 or old.count(end) != 1:
        raise ValueError(f"{page} must have {begin} and {end} once each, to write between them.")
    before, rest = old.split(begin)
    after = rest.split(end)[1]
    temporary = page.with_suffix(".tmp")
    temporary.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
    temporary.replace(page)


def table(head: list[str], rows: list[list[str]]) -> str:
    """Markdown: the first column flush left, the others flush right."""
    right = ["---"] + ["--:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, right, *rows])


def machine() -> str:
    """Name the machine, in the words of a sentence's beginning."""
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()}"


def load() -> str:
    """Say, where the system tells, how busy the machine was before: asked for at the start."""
    return f"; load average before it {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""


def processor() -> str:
    """The processor's name where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
