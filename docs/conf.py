"""The manual as a site: how Sphinx builds it from the Markdown files beside this one.

The files are written for GitHub, where their links and pictures work as they stand. What only a
site needs is made here: the trees of the sidebar from the lists of `index.md`, the pages of the
project's own files from those files, and the descriptions of `api.md` from the docstrings.
"""

import re
from pathlib import Path
from typing import Any

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import backprop_sheet
from backprop_sheet import __version__
from backprop_sheet.palette import ABOVE, POSITIVE

HERE = Path(__file__).parent
OF_THE_PROJECT = {"contributing": "CONTRIBUTING.md", "changelog": "CHANGELOG.md"}
"""Pages whose text is that of a file in the project's folder."""
INSTEAD = {file: f"{page}.md" for page, file in OF_THE_PROJECT.items()} | {"README.md": "index.md"}
"""The page that stands for a file of the project's folder, by the file's name."""
INTERFACE = "api"
"""The page that lists the public names."""
MEMBERS = {
    "Network": ":members: layers, columns, labels, eta, error, given, trained, with_numbers, "
    "with_columns",
    "Judgement": ":members:",
    "Asked": ":members: of",
}
"""What is described of a class, besides what it is."""
MADE_BY_THE_READER = {"Asked"}
"""Classes that are called, so that their arguments are shown."""

project = "backprop-sheet"
author = "the backprop-sheet contributors"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"
exclude_patterns = ["pictures"]
nitpicky = False

myst_heading_anchors = 4  # GitHub's, to which the pages link
myst_enable_extensions = ["html_image"]  # <img width=…>, as GitHub takes it

default_role = "code"  # docstrings have single backticks around names
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # the docstrings say what is meant; signatures stay readable
autodoc_member_order = "bysource"
napoleon_use_ivar = True
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"backprop-sheet {version}"
html_static_path = ["site"]
html_css_files = ["manual.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # it would fetch pages, which a browser refuses to files
html_theme_options = {
    f"{scheme}_css_variables": {f"color-brand-{use}": f"#{color}" for use in ("primary", "content")}
    for scheme, color in {"light": POSITIVE, "dark": ABOVE}.items()
}


def setup(app: Sphinx) -> None:
    """Have Sphinx ask this file about each page that it reads."""
    app.add_lexer("csv", TextLexer)  # GitHub colours CSV; Pygments does not know it
    app.connect("source-read", _read)
    app.connect("html-page-context", _accessible, priority=900)  # after the theme's own


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    """The text of a page as the site has it."""
    if page in OF_THE_PROJECT:
        file = HERE.parent / OF_THE_PROJECT[page]
        app.env.note_dependency(str(file))
        source[0] = moved(file.read_text(encoding="utf-8"))
    for file, instead in INSTEAD.items():
        source[0] = source[0].replace(f"](../{file}", f"]({instead}")
    if page == INTERFACE:
        source[0] = re.sub(r"(?m)^- `(\w+)`: .*$", _described, source[0])
    if page == root_doc:
        source[0] += trees(source[0])


def _accessible(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: Any
) -> None:
    """Let keys reach what scrolls by itself, and give the sidebar's captions their rank."""
    body = context.get("body", "").replace("<pre>", '<pre tabindex="0">')
    context["body"] = body.replace(
        '<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'
    )
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def _described(line: re.Match[str]) -> str:
    """A public name with its docstring, in place of the line that lists it."""
    name = line[1]
    what = getattr(backprop_sheet, name)
    kind = "function"
    if isinstance(what, type):
        kind = "exception" if issubclass(what, Exception) else "class"
    called = "" if kind == "function" or name in MADE_BY_THE_READER else "()"
    made = ["```{eval-rst}", ".. currentmodule:: backprop_sheet", f".. auto{kind}:: {name}{called}"]
    made += [f"   {MEMBERS[name]}"] if name in MEMBERS else []
    return "\n".join([*made, "```", ""])


def moved(text: str) -> str:
    """The text of a file in the project's folder, with its links as from the folder of the docs.

    A folder, or a text that is no page of the site, is named there and not linked.
    """
    return re.sub(r"\[([^]\n]+)\]\(([^)\s]+)\)", _moved, text)


def _moved(link: re.Match[str]) -> str:
    words, target = link.groups()
    file, hash_, place = target.partition("#")
    if not file or ":" in file:
        return link[0]
    if file.startswith("docs/") and file.endswith(".md"):
        return f"[{words}]({file.removeprefix('docs/')}{hash_}{place})"
    if file in INSTEAD:
        return f"[{words}]({INSTEAD[file]}{hash_}{place})"
    is_download = (HERE.parent / file).is_file() and not file.endswith(".md")
    return f"[{words}](../{file})" if is_download else words


def trees(index: str) -> str:
    """The sidebar's trees: the pages that each list of the index leads to, under its heading."""
    _, *parts = re.split(r"(?m)^## (.+)$", index)
    made = []
    for caption, text in zip(parts[::2], parts[1::2], strict=True):
        pages = re.findall(r"(?m)^- \[.+?\]\(([\w-]+)\.md\)", text)
        made += ["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"]
    return "\n".join(made) + "\n"
