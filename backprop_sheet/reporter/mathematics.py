"""The derivation of all gradients in symbols, and an epoch with its numbers put in."""

from collections.abc import Iterator

from backprop_sheet.derivation import AS_LATEX, AS_MATHML, AS_TEXT, boxes
from backprop_sheet.document import Block, Code, Equation, Formulas, Heading, Paragraph
from backprop_sheet.errors import counted
from backprop_sheet.explainer import explain
from backprop_sheet.explainer.steps import Explanation, Section, first_equations
from backprop_sheet.explainer.styles import MARKUP, TEX, TEXT, Line, Style
from backprop_sheet.reporter.training import DIGITS, Training

MOST_LINES, MOST_EQUATIONS = 12, 80
"""The most lines of a part of the derivation, and the most equations of the epoch."""


def derivation(training: Training) -> Iterator[Block]:
    """The section with all gradients in symbols."""
    yield Heading("The derivation")
    yield Paragraph(
        "Backpropagation follows the chain rule from the error back to each weight (Rumelhart, "
        "Hinton and Williams, Learning representations by back-propagating errors, Nature 323, "
        "1986). A weight's gradient is the product of the partials on its way to the error; where "
        "there are several ways, their products add up."
    )
    written = [
        boxes(training.network, hand=hand, most=MOST_LINES)
        for hand in (AS_TEXT, AS_LATEX, AS_MATHML)
    ]
    for box, *others in zip(*written, strict=True):
        yield Heading(f"{box.number} · {box.title}", 3)
        sides = zip(box.sides, *(other.sides for other in others), strict=True)
        yield Formulas([Equation(*notations) for notations in sides])


def worked_epoch(training: Training) -> Iterator[Block]:
    """The section with the numbers of an epoch."""
    whole = explain(training.network, training.epoch, sample=training.sample)
    kept = first_equations(whole, MOST_EQUATIONS)
    yield Heading(f"{TEXT.title(whole)}, worked")
    yield Paragraph(
        "Each line has a quantity in symbols, then the numbers put in, then the result. Results "
        f"have {DIGITS} significant digits; what is put in has as many as the result needs. An "
        "arrow leads to the number of the next step."
    )
    styles = (TEXT, TEX, MARKUP)
    written = (style.lines(kept, DIGITS) for style in styles)
    for parts in zip(*written, strict=True):
        section, _ = parts[0]
        yield Heading(_title(section), 3)
        lines = zip(*(lines for _, lines in parts), strict=True)
        yield Formulas([Equation(*map(_sides, styles, line)) for line in lines])
    if (left := _count(whole) - _count(kept)) > 0:
        yield Paragraph(f"{counted(left, 'more equation')} of this epoch are left out. All are in")
        yield Code(training.commands.explain)


def _title(section: Section) -> str:
    title = f"{section.title}: its gradient and its step" if section.of else section.title
    return f"{title}, {section.note}" if section.note else title


def _sides(style: Style, line: Line) -> tuple[str, ...]:
    """The sides of an equation, each but the first after its sign."""
    equals = style.equals.lstrip()
    first = style.becomes if line.becomes else equals
    return (line.left, f"{first}{line.symbols}", *(f"{equals}{right}" for right in line.right))


def _count(explanation: Explanation) -> int:
    return sum(len(section.equations) for section in explanation.sections)
