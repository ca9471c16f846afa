"""What a workbook looks like on paper: the faults that LibreOffice's PDF of it shows.

The words of the PDF are compared with the strings of the workbook. A text that a filled neighbour
cuts off on the screen is cut off in the PDF, too, and a number without room is ###.
"""

import io
import re
import subprocess
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from spreadsheets import convert_all

from backprop_sheet.ooxml import archive as office

CUT, SMALL, BLANK, OVERLAP = "cut off", "small letters", "blank page", "overlap"
LEAST = 6
"""The least size of letters, in points."""
ZOOM = 3
"""The most pixels that pdftohtml gives to a point. It rounds sizes down."""
HALF, SHARED = 0.25, 1.5
"""The part of a word's box above and below its letters, and the points that two words may share."""
INK = 20
"""The least difference of the darkest and lightest pixel of a word that is seen, of 255."""
WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
)
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
PARAGRAPH = TEXT[:-1] + "p"
TWO_NUMBERS = re.compile(r"\d\.\d+(\.\d|-\d+\.)")
PICTURE = re.compile(rb"P5\s(\d+) (\d+)\s255\s")
SHEET = re.compile(r"<sheet [^>]*>")
AREA = re.compile(r'(<definedName name="_xlnm.Print_\w+" localSheetId="(\d+)">)[^<]*')
Pages = dict[str, list["Page"]]
"""The pages of each tab."""


class Fault(NamedTuple):
    """A fault on paper.

    Attributes:
        kind: which fault it is.
        tab: the tab.
        page: the page of the tab, from 1 on; 0 where that is not known.
        text: what it is about.
    """

    kind: str
    tab: str
    page: int
    text: str


class Word(NamedTuple):
    """A word on a page, with its box in points from the top left."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class Page(NamedTuple):
    """A page of a PDF: its words, texts with the size of their letters, and the page in grey."""

    height: float
    words: list[Word]
    sizes: dict[str, int]
    gray: np.ndarray


def faults(
    workbooks: Sequence[Path], folder: Path, tabs: Sequence[str] = ()
) -> dict[Path, list[Fault]]:
    """The faults of each workbook on paper; LibreOffice starts once for all of them.

    Args:
        workbooks: the files, with names that differ.
        folder: where copies and PDFs are written.
        tabs: the tabs to look at; empty for all.
    """
    printed = print_all(workbooks, folder, tabs)
    return {book: list(_faults(book, pdf, tabs)) for book, pdf in printed.items()}


def print_all(
    workbooks: Sequence[Path], folder: Path, tabs: Sequence[str] = ()
) -> dict[Path, Path]:
    """The PDF of each workbook, or of some of its tabs."""
    folder.mkdir(parents=True, exist_ok=True)
    copies = [_with_tabs(book, tabs, folder / book.name) for book in workbooks]
    return dict(zip(workbooks, convert_all(copies, "pdf", folder / "pdf"), strict=True))


def _with_tabs(book: Path, tabs: Sequence[str], target: Path) -> Path:
    """A copy of a workbook of whose other tabs hardly anything is printed."""
    content = io.BytesIO()
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(content, "w") as copy:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/workbook.xml" and tabs:
                text = _only(text.decode(), tabs).encode()
            copy.writestr(name, text)
    target.write_bytes(content.getvalue())
    return target


def _only(book: str, tabs: Sequence[str]) -> str:
    """A workbook's list of sheets with the first of its tabs open, the others hidden.

    LibreOffice prints hidden tabs, too: of these a single cell.
    """
    names = [unescape(name) for name in re.findall(r'<sheet [^>]*?name="([^"]*)"', book)]
    first = next(place for place, name in enumerate(names) if name in tabs)
    book = re.sub(r' activeTab="\d+"', "", book)
    book = book.replace("<workbookView ", f'<workbookView activeTab="{first}" ')
    book = AREA.sub(lambda area: _printed(area, names[int(area[2])], tabs), book)
    return SHEET.sub(lambda found: _hidden(found[0], tabs), book)


def _printed(area: re.Match[str], tab: str, tabs: Sequence[str]) -> str:
    return area[0] if tab in tabs else f"{area[1]}'{tab}'!$A$1"


def _hidden(sheet: str, tabs: Sequence[str]) -> str:
    name = re.search(r' name="([^"]*)"', sheet)
    assert name
    if unescape(name[1]) in tabs:
        return sheet
    return re.sub(r' state="\w+"', "", sheet).replace("<sheet ", '<sheet state="hidden" ')


def _faults(book: Path, pdf: Path, tabs: Sequence[str]) -> Iterator[Fault]:
    pages = pages_of(pdf)
    file = openpyxl.load_workbook(book, data_only=True)
    for sheet in file.worksheets:
        if tabs and sheet.title not in tabs:
            continue
        found, margin = pages.get(sheet.title, []), 72 * sheet.page_margins.bottom
        shown = [[word for word in page.words if _is_inside(word, page, margin)] for page in found]
        strings = [*_strings(sheet), *_shapes(book, sheet.title)]
        yield from (Fault(CUT, sheet.title, 0, text) for text in _cut_off(strings, found, shown))
        for number, (page, words) in enumerate(zip(found, shown, strict=True), start=1):
            if not words:
                yield Fault(BLANK, sheet.title, number, "")
            for text, size in page.sizes.items():
                if size < LEAST * ZOOM:
                    yield Fault(SMALL, sheet.title, number, f"{text}: {size / ZOOM:.1f}")
            for one, other in _overlapping(words):
                yield Fault(OVERLAP, sheet.title, number, f"{one.text} / {other.text}")


def _is_inside(word: Word, page: Page, margin: float) -> bool:
    """Whether a word is above the page's footer, and can be seen.

    What a cell has no row for is in the PDF, but nothing of it is drawn.
    """
    if word.top > page.height - margin:
        return False
    left, top, right, bottom = (max(0, round(x)) for x in word[:4])
    box = page.gray[top : bottom + 1, left : right + 1]
    return bool(box.size) and int(box.max()) - int(box.min()) > INK


def _strings(sheet: Worksheet) -> Iterator[tuple[str, bool]]:
    """The texts of a tab that are printed, and whether each is broken into lines."""
    areas = [str(area) for area in (sheet.print_area or sheet.dimensions).split(",")]
    for area in areas:
        for row in sheet[area.split("!")[-1].replace("$", "")]:
            for cell in row if isinstance(row, tuple) else (row,):
                if isinstance(cell, Cell) and isinstance(cell.value, str) and cell.data_type != "e":
                    yield cell.value, bool(cell.alignment.wrap_text)


def _shapes(book: Path, tab: str) -> Iterator[tuple[str, bool]]:
    """The texts of a tab's shapes."""
    with office.opened(book) as archive:
        main = archive.linked("", "officeDocument") or ""
        links = archive.links(main)
        (sheet,) = (
            links[attributes[key]].part
            for name, attributes, _ in archive.elements(main)
            for key in attributes
            if name.endswith("sheet") and key.endswith("id") and attributes.get("name") == tab
        )
        drawing = archive.linked(sheet, "drawing")
        if drawing:
            for paragraph in ET.fromstring(archive.read(drawing)).iter(PARAGRAPH):
                yield "".join(run.text or "" for run in paragraph.iter(TEXT)), True


def _cut_off(
    strings: list[tuple[str, bool]], pages: list[Page], shown: list[list[Word]]
) -> list[str]:
    """The texts with words that are missing on paper, and numbers without room."""
    left = Counter(word.text for words in shown for word in words)
    wanted: Counter[str] = Counter()
    users: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for text, wrapped in strings:
        for word, count in Counter(text.split()).items():
            wanted[word] += count
            users[word].append((text, wrapped))
    hashes = [word for word in left if set(word) == {"#"} and word not in wanted]
    missing = wanted - left
    left -= wanted
    for word, count in list(missing.items()):
        pieces = any(wrapped for _, wrapped in users[word])
        missing[word] -= sum(_take(word, left, pieces=pieces) for _ in range(count))
    return hashes + list(dict.fromkeys(users[word][0][0] for word in +missing))


def _take(word: str, left: Counter[str], *, pieces: bool) -> bool:
    """Take a word out of those left: from within another, or in pieces on several lines."""
    for found in left:
        if left[found] > 0 and word in found:
            left[found] -= 1
            for rest in found.split(word, 1):
                left[rest] += bool(rest)
            return True
    if not pieces:
        return False
    taken, rest = [], word
    while rest:
        piece = next((rest[:k] for k in range(len(rest), 0, -1) if left[rest[:k]] > 0), "")
        if not piece:
            break
        left[piece] -= 1
        taken.append(piece)
        rest = rest[len(piece) :]
    if rest:
        left.update(taken)
    return not rest


def _overlapping(words: list[Word]) -> Iterator[tuple[Word, Word]]:
    """Pairs of words that are written over each other."""
    bodies = sorted({_body(word) for word in words}, key=lambda word: word.top)
    for number, one in enumerate(bodies):
        for other in bodies[number + 1 :]:
            if other.top >= one.bottom:
                break
            beside = min(one.right, other.right) - max(one.left, other.left)
            if beside > SHARED:
                yield one, other


def gaps(page: Page) -> Iterator[tuple[float, str]]:
    """The space between each two words of a line, in points, and what they are.

    Words that touch are one word in a PDF: two numbers then have two points.
    """
    lines: dict[float, list[Word]] = defaultdict(list)
    for word in page.words:
        lines[word.bottom].append(word)
    for words in lines.values():
        for one, other in pairwise(sorted(words)):
            yield other.left - one.right, f"{one.text} {other.text}"
        yield from ((0, word.text) for word in words if TWO_NUMBERS.search(word.text))


def _body(word: Word) -> Word:
    """A word with the box of its letters; that in the PDF has room above and below them."""
    room = HALF * (word.bottom - word.top)
    return word._replace(top=word.top + room, bottom=word.bottom - room)


# --- reading a PDF -----------------------------------------------------------------------------


def pages_of(pdf: Path) -> Pages:
    """The pages of each tab, by the bookmarks that LibreOffice sets."""
    html = _run("pdftohtml", "-xml", "-stdout", "-i", "-zoom", str(ZOOM), pdf)
    marks = re.findall(r'<item page="(\d+)">(.*?)</item>', html)
    sizes, heights, words = _sizes(html), [], []
    for page in _run("pdftotext", "-bbox", pdf, "-").split("<page ")[1:]:
        heights.append(float(re.findall(r'height="([\d.]+)"', page)[0]))
        words.append([Word(*map(float, w[:4]), unescape(w[4])) for w in WORD.findall(page)])
    gray = list(_gray(pdf))
    every = [Page(*page) for page in zip(heights, words, sizes, gray, strict=True)]
    ends = [*(int(first) - 1 for first, _ in marks), len(every)]
    spans = zip(marks, pairwise(ends), strict=True)
    return {unescape(tab): every[first:end] for (_, tab), (first, end) in spans}


def _sizes(html: str) -> list[dict[str, int]]:
    """The texts of each page, each with the size of its letters, `ZOOM` to the point."""
    found, of_font = [], {}
    for page in html.split("<page ")[1:]:
        of_font |= {
            number: int(size)
            for number, size in re.findall(r'fontspec id="(\d+)" size="(\d+)"', page)
        }
        texts = re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', page)
        plain = [(re.sub("<[^>]*>", "", text).strip(), font) for font, text in texts]
        found.append({text: of_font[font] for text, font in plain if text})
    return found


def _gray(pdf: Path) -> Iterator[np.ndarray]:
    """Each page in grey, a pixel to the point."""
    command = ["pdftoppm", "-gray", "-r", "72", str(pdf)]
    pixels = subprocess.run(command, check=True, capture_output=True).stdout
    at = 0
    while head := PICTURE.match(pixels, at):
        width, height = int(head[1]), int(head[2])
        at = head.end() + width * height
        yield np.frombuffer(pixels[head.end() : at], np.uint8).reshape(height, width)


def _run(*command: object) -> str:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout
