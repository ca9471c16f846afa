"""What every page without a script has: its head, its policy, and the style that pages share."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from pathlib import Path

from backprop_sheet.errors import plain

STYLE = Path(__file__).parent / "page.css"
"""Colours, letters and tables of every page, on screens, projectors and paper."""
NO_BREAK = "\N{NO-BREAK SPACE}"


def page_of(title: str, style: str, body: Iterable[str]) -> str:
    """A whole HTML document that loads nothing and runs nothing.

    Args:
        title: its title, as text.
        style: what its style adds to `STYLE`.
        body: the lines of its body, as HTML.
    """
    whole = STYLE.read_text(encoding="utf-8") + style
    digest = base64.b64encode(hashlib.sha256(whole.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )
    lines = (
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{inert(title)}</title>",
        f"<style>{whole}</style>",
        "</head>",
        "<body>",
        *body,
        "</body>",
        "</html>",
    )
    return "".join(f"{line}\n" for line in lines)


def inert(text: str) -> str:
    """A text of which nothing is markup; a no-break space is kept, other control is escaped."""
    return escape(NO_BREAK.join(map(plain, text.split(NO_BREAK))))
