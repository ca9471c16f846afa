"""A script, a style and data → one HTML document that loads nothing and runs no script but its own.

It knows no network: the companion's page is made here, too.
"""

import base64
import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import NamedTuple

from backprop_sheet import arguments
from backprop_sheet.errors import InputError
from backprop_sheet.files import replacing
from backprop_sheet.page.data import Data

SUFFIXES = (".html", ".htm")


class Document(NamedTuple):
    """What a document consists of.

    Attributes:
        template: the HTML file with places for the rest.
        title: its title, as plain text.
        script, style: what it runs, and how it looks.
        content: the data that the script shows.
        fallback: what a reader sees where scripts are blocked, as HTML.
    """

    template: Path
    title: str
    script: str
    style: str
    content: Data
    fallback: str = ""

    def text(self) -> str:
        """The whole document."""
        content = json.dumps(self.content, separators=(",", ":"))
        parts = {
            "{{title}}": escape(self.title),
            "{{policy}}": _policy(self.script, self.style),
            "/* style */": self.style,
            "{{fallback}}": self.fallback,
            '"{{content}}"': content.replace("<", r"\u003c"),  # so that no name ends the element
            "/* script */": self.script,
        }
        text = self.template.read_text(encoding="utf-8")
        marks = re.compile("|".join(map(re.escape, parts)))
        return marks.sub(lambda mark: parts[mark[0]], text)  # all at once: a part may look like one


def html_path(path: Path | str) -> Path:
    """The path of a document that is to be written.

    Raises:
        InputError: it is none, or does not end in .html.
    """
    target = arguments.path("path", path)
    if target.suffix.lower() not in SUFFIXES:
        raise InputError(f"{target}: a page takes {' or '.join(SUFFIXES)}")
    return target


def write(text: str, target: Path) -> Path:
    """Write a document to a file, whole or not at all; gives the path back.

    Raises:
        WriteError: the file cannot be written.
    """
    with replacing(target) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
    return target


def _policy(script: str, style: str) -> str:
    """What the page may do: run its own script and use its own style, and connect to nothing."""
    own = {"script-src": script, "style-src": style}
    rules = ["default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"]
    for what, text in own.items():
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        rules.append(f"{what} 'sha256-{digest}'")
    return "; ".join(rules)
