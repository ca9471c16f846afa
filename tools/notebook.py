"""Makes docs/notebook.ipynb from tools/notebook.md: runs its code and stores what comes back.

    python -m tools.notebook [FILE]

Needs the extra `test`. Blocks of Python are cells of code, the text between them cells of Markdown.
"""

import re
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from backprop_sheet.plotter.picture import of_few_colors

SOURCE = Path(__file__).with_suffix(".md")
NOTEBOOK = Path(__file__).parent.parent / "docs" / "notebook.ipynb"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
PNG = "image/png"
SECONDS = 120
"""The longest that a cell may run."""


def main() -> None:
    """Write the notebook, to its place or to the file that is named."""
    nbformat.write(made(), sys.argv[1] if sys.argv[1:] else NOTEBOOK)


def made() -> NotebookNode:
    """The notebook, run in an empty folder, with what its cells gave back."""
    notebook = v4.new_notebook(cells=cells(SOURCE.read_text("utf-8")))
    notebook.metadata = {"kernelspec": KERNEL}
    with TemporaryDirectory() as folder:
        run = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", record_timing=False)
        run.execute(cwd=folder)
    notebook.metadata = {"kernelspec": KERNEL}  # without the version of this Python
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = lightened(output.data)
    return notebook


def cells(text: str) -> list[NotebookNode]:
    """The cells that a text in Markdown stands for."""
    parts = re.split(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    kinds = (v4.new_markdown_cell, v4.new_code_cell)
    texts = [(kinds[place % 2], part.strip()) for place, part in enumerate(parts)]
    filled = [(new, part) for new, part in texts if part]
    return [new(part, id=f"cell-{number}") for number, (new, part) in enumerate(filled)]


def lightened(data: dict[str, str]) -> dict[str, str]:
    """What a cell gave back, by MIME type, in fewer bytes.

    Of a network the picture is left, not the page, which is large, and which sites drop.
    """
    light = {kind: text for kind, text in data.items() if "<iframe" not in text}
    if PNG in light:
        light[PNG] = b64encode(of_few_colors(b64decode(light[PNG]))).decode()
    return light


if __name__ == "__main__":
    main()
