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
COLUMNS = (("section", 130), ("layers", 270), ("what it gives", 150), ("a value is", 230),
           ("cells", 110), ("jump", 50), ("field", 50))  # fmt: skip
TEXTS = {
    "Paint": [
        "The grid at the top left of tab Digit is the picture: 28 × 28 grey values, from 0 for "
        "paper to 255 for ink. Empty cells count as 0.",
        "To paint, select the cells of a stroke (hold Ctrl, or Cmd on a Mac, to add more), type "
        "255 and press Ctrl+Enter. In LibreOffice, press Alt+Enter.",
        "To erase, select cells and press Delete. The answer, the chart and all maps follow.",
        "Paint as the digits were that the network learnt from: 20 pixels tall, in the middle, "
        "with strokes 2 or 3 pixels wide.",
    ],
    "Look": [
        "The panel with the picture stays in sight. Scroll to the right to follow the picture "
        "through the network, or click a name below the chart.",
        "Each map is a picture of its values, from pale for its smallest to dark for its largest. "
        "Its kernels stand to its right: blue weights are above 0, red ones below.",
        "Kernels stand in the order of the maps that they take, row by row. The cells above them, "
        "below small letters, hold the bias b and, after BatchNorm, its factor s and its shift t.",
        "Cells are too small for numbers. Select one, and its formula says where it comes from. "
        "Type its address at the foot of the panel to read its value.",
    ],
    "Try": [
        "Erase a part of the digit. Which maps change, and when does the answer?",
        "Move the digit by a few pixels: copy its cells, paste them elsewhere and erase the rest. "
        "How far may it go?",
        "Set the weights of a kernel to 0. Which digits does the network still read?",
        "Change one pixel, and compare an early map with a late one: the part that changes grows "
        "with the receptive field.",
    ],
}


def write(sheet: Worksheet, stages: Sequence[Stage], sections: Sequence[Section]) -> int:
    """Write the tab.

    Args:
        sheet: the sheet to fill.
        stages: the stages of the network.
        sections: where the normalised image, each stage and softmax stand.

    Returns:
        Its last row.
    """
    page.set_up(sheet, [width for _, width in COLUMNS], 0)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToHeight = 1
    sheet.cell(1, 1, "How to read this sheet").style = "digit title"
    top = 3
    for heading, lines in {**TEXTS, "Words": list(_words(stages))}.items():
        sheet.cell(top, 1, heading).style = "step caption"
        for row, line in enumerate(lines, start=top + 1):
            sheet.cell(row, 1, line).style = "step label"
        top += len(lines) + 2
    _write_table(sheet, top, stages, sections)
    return top + len(sections)


def _words(stages: Sequence[Stage]) -> Iterator[str]:
    """What the signs mean, of which the network has only some."""
    convolutions = [stage for stage in stages if isinstance(stage, Convolution)]
    yield (
        "A convolution lays a kernel of weights w over each place of a map, multiplies and sums, "
        "over all maps before it: b + Σ w·x. Beyond the edge, values are 0."
    )
    if any(stage.rectified for stage in convolutions):
        yield "ReLU replaces what is below 0 by 0: max(0, …)."
    if any(stage.normalised for stage in convolutions):
        yield (
            "BatchNorm subtracts a map's mean and divides by its deviation, both as they were in "
            "training. It scales by γ and adds β, which the network has learnt."
        )
        yield (
            "All of that is one factor and one shift for each map: s = γ/√(variance + ε) and "
            "t = β − s·mean."
        )
    if any(isinstance(stage, Pooling) and stage.kind == "max" for stage in stages):
        yield "Max pooling keeps the largest value of each window, so maps become smaller."
    yield (
        "The last convolution has kernels of 1 × 1. It mixes the maps place by place into one map "
        "for each digit, and the mean of that map is the digit's score."
    )
    yield "Softmax makes the ten scores ten probabilities. The digit with the largest is read."
    yield (
        "The receptive field is how many pixels of the picture, in each direction, a value depends "
        "on. The jump is the distance between two neighbours, in pixels."
    )


def _write_table(
    sheet: Worksheet, top: int, stages: Sequence[Stage], sections: Sequence[Section]
) -> None:
    """Write a line for each section, with a link to it."""
    for column, (name, _) in enumerate(COLUMNS, start=1):
        style = "compare header" if name in {"jump", "field"} else "step header"
        sheet.cell(top, column, name).style = style
    first, *others, last = sections
    lines: list[tuple[Section, tuple[float | str, ...]]] = [
        (first, ("image", "", "1 map of 28 × 28", "what the network takes")),
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
