"""The commands that the documentation shows, wherever they stand in it."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```")
PLACEHOLDER = re.compile(r"\[(OPTIONS|COMMAND)\]|\b(COMMAND|NAME|MODEL)\b|…")
"""What stands for something else: such a line is a form, not a command."""


def with_output(text):
    """The commands of a console or a transcript, each with what it prints."""
    for shown in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, output = shown.partition("\n")
        yield line, output


def commands():
    """Every command line once, without what it prints: of all blocks, and between the lines.

    Those of a block `console` are left out: other tests compare what they print.
    """
    return list(dict.fromkeys(line for line in _lines() if not PLACEHOLDER.search(line)))


def _lines():
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for language, block in BLOCK.findall(text):
            if language == "sh":
                for line in block.replace("\\\n", " ").splitlines():
                    yield from (" ".join(part.split()) for part in line.split(" && "))
            elif language == "text":
                yield from (line for line, _ in with_output(block))
        for code in re.findall(r"`([^`]+)`", BLOCK.sub("", text)):
            if code.startswith("backprop-sheet "):
                yield " ".join(code.split())
