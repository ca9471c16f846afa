"""The tab that says how to read the sheet: how to paint, what each stage is, what to try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.mnist.sheet import layout, text
from backprop_sheet.mnist.sheet.layout import Section
from backprop_sheet.mnist.stages import Convolution, Pooling, Stage
from backprop_sheet.ooxml.addresses import address

TAB = "How to read it"
COLUMNS = (("section", 130), ("layers", 270), ("what it gives", 150),
           ("how a value comes about", 230), ("cells", 110), ("jump", 50), ("field", 50))  # fmt: skip
TEXTS = {
    "Paint": [
        "The grid at the top left of tab Digit is the picture: 28 × 28 grey values, 0 for paper "
        "and 255 for ink. Empty cells count as 0.",
        "To paint, select the cells of a stroke (hold Ctrl, or Cmd on a Mac, and drag), type 255 "
        "and press Ctrl+Enter; in LibreOffice, Alt+Enter.",
        "To erase, select cells and press Delete. Strokes are about 3 pixels wide, and the digit "
        "is 20 pixels tall and in the middle, as those that the network learnt from.",
        "The answer, the chart and all maps follow at once.",
    ],
    "Look": [
        "The panel with the picture stays in sight. Scroll to the right to follow the picture "
        "through the network, or click a name below the chart.",
        "Each map is a picture of its values, the smallest white and the largest dark. Kernels "
        "stand to the right of their map: blue weights are above 0, red ones below.",
        "The kernels of a map stand in the order of the maps that they take, row by row. Above "
        "them are b, s and t.",
        "Cells are too small for numbers. Select one and its formula says where it comes from; "
        "type its address at the foot of the panel, and its value appears beside it.",
    ],
    "Try": [
        "Erase the middle of an 8: which maps change, and from which stage on does the answer?",
        "Move the digit a few pixels (cut and paste its numbers as values): max pooling forgives "
        "a little of it.",
        "Set one kernel to 0, cell by cell, and see which digits the network no longer reads.",
        "Change one pixel and compare a map early and late: the changed part grows as the "
        "receptive field does.",
    ],
}


def write(sheet: Worksheet, stages: Sequence[Stage], sections: Sequence[Section]) -> None:
    """Write the tab.

    Args:
        sheet: the sheet to fill.
        stages: the stages of the network.
        sections: where the normalised image, each stage and softmax stand.
    """
    page.set_up(sheet, [width for _, width in COLUMNS], 0)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToHeight = 1
    sheet.cell(1, 1, "How to read this sheet").style = "digit title"
    row = 3
    for heading, lines in {**TEXTS, "Words": list(_words(stages))}.items():
        sheet.cell(row, 1, heading).style = "step caption"
        for row, line in enumerate(lines, start=row + 1):
            sheet.cell(row, 1, line).style = "step label"
        row += 2
    _write_table(sheet, row, stages, sections)


def _words(stages: Sequence[Stage]) -> Iterator[str]:
    """What the signs mean, of which the network has only some."""
    convolutions = [stage for stage in stages if isinstance(stage, Convolution)]
    yield ("A convolution lays a kernel w over each place of the maps before, multiplies, and sums "
           "over all of these maps: b + Σ w·x. Beyond the edge all values are 0.")  # fmt: skip
    if any(stage.rectified for stage in convolutions):
        yield "ReLU makes what is below 0 to 0: max(0, …)."
    if any(stage.normalised for stage in convolutions):
        yield ("BatchNorm subtracts the mean of a map's values in training and divides by their "
               "deviation. Once the network has learnt, these are fixed,")  # fmt: skip
        yield ("so each map has one factor s = γ/√(variance + ε) and one shift t = β − s·mean: "
               "a = s·max(0, …) + t.")  # fmt: skip
    if any(isinstance(stage, Pooling) and stage.kind == "max" for stage in stages):
        yield "Max pooling keeps the largest value of each window, so maps become smaller."
    yield ("The last convolution has 1 × 1 kernels: it mixes maps place by place, and gives one map "
           "for each digit. Its mean is the digit's score; softmax makes the scores probabilities.")  # fmt: skip
    yield ("The receptive field is how many pixels of the picture, in each direction, one value "
           "depends on; the jump is how far apart two neighbours look.")  # fmt: skip


def _write_table(
    sheet: Worksheet, top: int, stages: Sequence[Stage], sections: Sequence[Section]
) -> None:
    """Write a line for each section, with a link to it."""
    for column, (name, _) in enumerate(COLUMNS, start=1):
        style = "compare header" if name in {"jump", "field"} else "step header"
        sheet.cell(top, column, name).style = style
    first, *others, last = sections
    lines: list[tuple[Section, tuple[float | str, ...]]] = [
        (first, ("image", "", "1 map of 28 × 28", "grey values as the network takes them")),
        *((section, (stage.name, text.title(stage), text.maps(stage), text.formula(stage)))
          for stage, section in zip(stages, others, strict=True)),
        (last, ("softmax", "", "10 probabilities", "p = e^score / Σ e^score")),
    ]  # fmt: skip
    fields = [(1, 1), *((stage.jump, stage.field) for stage in stages), None]
    for row, ((section, texts), field) in enumerate(zip(lines, fields, strict=True), start=top + 1):
        begin, end = address(layout.TITLE, section.left), address(layout.BOTTOM, section.right)
        for column, value in enumerate((*texts, f"{begin}:{end}", *(field or ())), start=1):
            cell = sheet.cell(row, column, value)
            cell.style = "compare epoch" if isinstance(value, int) else "step label"
        name = sheet.cell(row, 1)
        name.style = "digit link"
        name.hyperlink = Hyperlink(ref=name.coordinate, location=f"Digit!{begin}:{end}")
