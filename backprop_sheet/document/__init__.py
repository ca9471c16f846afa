"""A document as data → Markdown with pictures beside it, and one page that needs nothing else.

It knows no network. Texts may come from files: both renderings escape them.

blocks      what a document consists of
markdown    a document as Markdown
html        a document as one page of HTML
pages       what every page without a script has: its head, its policy, its style
writing     a document as files
"""

from backprop_sheet.document.blocks import (
    Block,
    Code,
    Document,
    Equation,
    Formulas,
    Heading,
    Paragraph,
    Picture,
    Points,
    Table,
    Text,
    side_by_side,
)
from backprop_sheet.document.html import as_html
from backprop_sheet.document.markdown import as_markdown
from backprop_sheet.document.writing import check_files, is_page, write_document

__all__ = [
    "Block",
    "Code",
    "Document",
    "Equation",
    "Formulas",
    "Heading",
    "Paragraph",
    "Picture",
    "Points",
    "Table",
    "Text",
    "as_html",
    "as_markdown",
    "check_files",
    "is_page",
    "side_by_side",
    "write_document",
]
