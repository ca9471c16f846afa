"""Makes the pictures of the documentation by running the program.

    python -m tools.pictures

Needs LibreOffice, pdftoppm, Chromium with Playwright, and the extra `torch`. MNIST is read from the
folder in `BACKPROP_SHEET_MNIST`, otherwise downloaded. Install the font Carlito, which has
Calibri's metrics, so that sheets look as in Excel.
"""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import copy, which
from tempfile import TemporaryDirectory

import openpyxl

from tools import course

PICTURES = Path("docs") / "pictures"
HEADINGS = b'<printOptions headings="1"/>'
PROGRAM = (sys.executable, "-m", "backprop_sheet")
DRAWN = (
    ("convolution", "39", "1"),
    ("autoencoder", "99", "4"),
    ("attention", "59", "1"),
    ("growth", "59", "1"),
    ("batchnorm", "59", "1"),
)
"""Templates that are drawn, each at an epoch and a sample."""
PAGES = (
    ("page", (), "epoch=30&ask=dE_dw1", 1280, 1),
    ("page_phone", (), "epoch=30&ask=dE_dw1", 360, 2),
    ("page_convolution", ("--network", "convolution"), "epoch=39&ask=dE_dw2", 1280, 1),
)
"""Pictures of pages: their names, the options of `page`, the state, the width and the detail."""
LOOKED_AT = (
    "kernels_Conv2d-4.png",
    "maps_digit7.png",
    "fields.png",
    "distances.png",
    "answer_digit9.png",
    "near_misses.png",
)
"""Pictures of the trained network."""
DIGIT_PAGES = (
    ("mnist_page", 1440, 1, "null"),
    ("mnist_page_value", 1440, 1, "digits.ask(4, 2, 5, 6)"),
    ("mnist_page_phone", 360, 2, "null"),
)
"""Pictures of the page of a trained network: their names, the width, the detail, and a script."""
COMPARED = {
    "--batch-size": ("128", "16", "32", "64", "256"),
    "--lr": ("0.1", "0.01", "0.03", "0.3", "1"),
    "--dropout": ("0", "0.05", "0.1", "0.2"),
}
"""What trainings on the sample of digits are compared in."""
HEIGHT = 940
"""The height of a page's picture."""
DETAIL, DETAIL_OF_A3 = 180, 127
"""Dots per inch; the original's workbooks print on A3, and are to be as large in the picture."""


def main() -> None:
    """Write the pictures to docs/pictures/."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for command in ("run", "compare"):
            subprocess.run([*PROGRAM, command, "--output", name], check=True)
        drawing = PICTURES / "network_epoch0.png"
        subprocess.run([*PROGRAM, "draw", "-o", drawing], check=True)
        for template, epoch, sample in DRAWN:
            draw = [*PROGRAM, "draw", "--network", template, "--epoch", epoch, "--sample", sample]
            subprocess.run([*draw, "-o", PICTURES / f"{template}.png"], check=True)
        sheet = [*PROGRAM, "run", "--network", "convolution", "--output", name, "--no-plot"]
        subprocess.run(sheet, check=True)
        book = only(folder / "convolution_lr0.5.xlsx", "Step")
        render_page(book, PICTURES / "step_convolution.png", 1, (60, 100, 2450, 1640), detail=220)
        book, comparison = folder / "backprop_lr1.0.xlsx", folder / "backprop_compare.xlsx"
        render_page(book, PICTURES / "sheet.png", 1, (16, 50, 1980, 840), DETAIL_OF_A3)
        render_page(book, PICTURES / "step.png", 3, (42, 50, 2016, 1120), DETAIL_OF_A3)
        render_page(book, PICTURES / "check.png", 4, (42, 50, 2016, 860), DETAIL_OF_A3)
        render_page(comparison, PICTURES / "compare.png", 1, (42, 50, 1800, 1150), DETAIL_OF_A3)
        xor = [*PROGRAM, "run", "--network", "xor", "--output", name, "--no-plot"]
        subprocess.run(xor, check=True)
        render_page(folder / "xor_lr2.0.xlsx", PICTURES / "xor.png", 1, (60, 70, 1980, 1000))
        marked = marked_homework(book, folder)
        render_page(marked, PICTURES / "marked.png", 1, (2156, 1068, 1240, 560), detail=212)
        copy(folder / "error_compare.png", PICTURES)
        subprocess.run([*PROGRAM, "run", "--output", name], check=True)
        copy(folder / "error_lr1.0.png", PICTURES)
        show_pages(folder)
        show_course(folder / "teaching")
        show_companion(folder / "digits")
        show_comparison(folder / "comparison")


def show_companion(folder: Path) -> None:
    """Write the pictures of the network that reads digits, trained on all of MNIST."""
    digits = os.environ.get("BACKPROP_SHEET_MNIST", "mnist")
    train = [*PROGRAM, "mnist", "train", "--data", digits, "--output", folder]
    subprocess.run(train, check=True)
    for picture in ("curves.png", "mistakes.png"):
        copy(folder / picture, PICTURES / f"mnist_{picture}")
    look = [*PROGRAM, "mnist", "look", folder / "model.pt", "--data", digits, "--output", folder]
    subprocess.run(look, check=True)
    for picture in LOOKED_AT:
        copy(folder / picture, PICTURES / f"mnist_{picture}")
    show_digit(folder / "model.pt", folder)
    show_digit_pages(folder / "model.pt")


def show_digit(model: Path, folder: Path) -> None:
    """Write the picture of the companion's network as a sheet."""
    book = folder / "digit.xlsx"
    subprocess.run([*PROGRAM, "mnist", "sheet", model, "-o", book], check=True)
    frame = (110, 120, 3310, 1140)
    render_page(book, PICTURES / "mnist_sheet.png", 1, frame, detail=300, headings=False)


def show_comparison(folder: Path) -> None:
    """Write the picture of trainings on the sample of digits that are compared."""
    options = [word for name, values in COMPARED.items() for one in values for word in (name, one)]
    compare = [*PROGRAM, "mnist", "compare", "--data", "sample", *options, "--output", folder]
    subprocess.run(compare, check=True)
    copy(folder / "comparison.png", PICTURES / "mnist_compare.png")


def show_pages(folder: Path) -> None:
    """Write the pictures of pages."""
    for name, options, state, width, detail in PAGES:
        path = folder / f"{name}.html"
        subprocess.run([*PROGRAM, "page", *options, "-o", path], check=True)
        photograph(f"{path.as_uri()}#{state}", PICTURES / f"{name}.png", width, detail)


def show_digit_pages(model: Path) -> None:
    """Write the pictures of a trained network's page."""
    path = model.with_suffix(".html")
    subprocess.run([*PROGRAM, "mnist", "page", model, "-o", path], check=True)
    for name, width, detail, script in DIGIT_PAGES:
        photograph(path.as_uri(), PICTURES / f"{name}.png", width, detail, script)


def show_course(folder: Path) -> None:
    """Write the pictures of an exercise that was set, worked on and marked."""
    folder.mkdir()
    marks = course.set_and_marked(folder)
    sheets, keys = (folder / "course" / name / "student_a.xlsx" for name in ("sheets", "key"))
    begun = course.begun(sheets, keys)
    render_page(begun, PICTURES / "exercise.png", 1, (16, 50, 1980, 840), DETAIL_OF_A3)
    copied = marks / "feedback" / "student_b_marked.xlsx"
    render_page(copied, PICTURES / "feedback.png", 1, (2057, 1040, 1330, 420), detail=212)
    photograph((marks / "overview.html").as_uri(), PICTURES / "overview.png", 1280, 1)


def photograph(address: str, picture: Path, width: int, detail: int, script: str = "null") -> None:
    """Write the picture of a page, as a browser shows it after a script."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"))
        size = {"width": width, "height": HEIGHT}
        page = browser.new_page(viewport=size, device_scale_factor=detail, color_scheme="light")
        page.goto(address)
        page.evaluate(script)
        page.screenshot(path=picture)
        browser.close()


def marked_homework(book: Path, folder: Path) -> Path:
    """The marked copy of a workbook with the most frequent mistake."""
    workbook = openpyxl.load_workbook(book)
    for title in workbook.sheetnames[1:]:
        del workbook[title]
    for row in workbook.worksheets[0].iter_rows(min_row=36, min_col=26, max_col=27):
        for cell in row:  # a_h1 for a_h2 in ∂E/∂w3 and ∂E/∂w4
            cell.value = str(cell.value).replace("L", "J")
    workbook.save(folder / "homework.xlsx")
    check = [*PROGRAM, "check", folder / "homework.xlsx", "--annotate", folder / "marked"]
    subprocess.run(check, check=False)  # exit code 1: something is wrong
    return folder / "marked" / "homework.xlsx"


def only(book: Path, title: str) -> Path:
    """A copy of a workbook whose other tabs are hidden, so that this one is the first page."""
    workbook = openpyxl.load_workbook(book)
    for sheet in workbook.worksheets:
        sheet.sheet_state = "visible" if sheet.title == title else "hidden"
        if sheet.title != title:
            sheet.print_area = None  # LibreOffice prints those of hidden tabs, too
    workbook.active = workbook[title]
    copied = book.with_stem(f"{book.stem} {title}")
    workbook.save(copied)
    return copied


def render_page(
    book: Path,
    picture: Path,
    page: int,
    frame: tuple[int, int, int, int],
    detail: int = DETAIL,
    *,
    headings: bool = True,
) -> None:
    """Render a page of a workbook.

    Args:
        book: the workbook.
        picture: the PNG file to write.
        page: the number of the page, from 1.
        frame: the part of the page to keep: left, top, width and height in dots.
        detail: dots per inch.
        headings: whether to show the headings of its columns and rows.
    """
    headed = book.with_stem("headed")
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(headed, "w") as target:
        for part in source.namelist():
            text = source.read(part)
            if headings and part.startswith("xl/worksheets/sheet"):
                text = re.sub(rb"(<pageMargins)", HEADINGS + rb"\1", text, count=1)
            target.writestr(part, text)
    office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", book.parent, headed]
    subprocess.run(office, check=True, capture_output=True)
    crop = [
        word
        for pair in zip(("-x", "-y", "-W", "-H"), map(str, frame), strict=True)
        for word in pair
    ]
    render = ["pdftoppm", "-png", "-r", str(detail), "-f", str(page), "-singlefile", *crop]
    subprocess.run([*render, headed.with_suffix(".pdf"), picture.with_suffix("")], check=True)


if __name__ == "__main__":
    main()
