"""Writes a document: a folder with Markdown, pictures and a page, or the page alone."""

from collections.abc import Iterable
from pathlib import Path

from backprop_sheet.document.blocks import Document
from backprop_sheet.document.html import as_html
from backprop_sheet.document.markdown import PICTURES, as_markdown
from backprop_sheet.files import check_target, replacing

SUFFIXES = (".html", ".htm")
"""The suffixes of a page that stands alone."""
NAME = "report"


def is_page(path: Path) -> bool:
    """Whether a path is that of a page alone, not of a folder."""
    return path.suffix.lower() in SUFFIXES and not path.is_dir()


def files_of(path: Path, pictures: Iterable[str]) -> list[Path]:
    """The files that a document is written to: the page first, then Markdown and pictures.

    Args:
        path: a page, or a folder.
        pictures: the names of the document's pictures.
    """
    if is_page(path):
        return [path]
    drawn = (path / PICTURES / f"{name}.png" for name in pictures)
    return [path / f"{NAME}.html", path / f"{NAME}.md", *drawn]


def check_files(path: Path, pictures: Iterable[str], *, force: bool = False) -> None:
    """Refuse a place where a document could not be written, before it is made.

    Raises:
        WriteError: a file cannot be written, or should not be replaced.
    """
    for file in files_of(path, pictures):
        check_target(file, force=force)


def write_document(document: Document, path: Path) -> list[Path]:
    """Write a document, each file whole or not at all.

    Args:
        document: the document.
        path: the page, if it ends in .html; otherwise a folder for the page, the same as Markdown,
            and its pictures.

    Returns:
        The files written.

    Raises:
        WriteError: a file cannot be written.
    """
    page, *others = files_of(path, [picture.name for picture in document.pictures])
    contents = [as_html(document).encode()]
    if others:
        contents.append(as_markdown(document).encode())
        contents += [picture.png for picture in document.pictures]
    for file, content in zip([page, *others], contents, strict=True):
        with replacing(file) as draft:
            draft.write_bytes(content)
    return [page, *others]
