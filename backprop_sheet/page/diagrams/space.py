"""Where labels and captions have room in a drawing, and how much they take."""

from collections.abc import Iterable

from backprop_sheet.diagram import Diagram, Rectangle, first_free, overlap
from backprop_sheet.page.diagrams.geometry import around_bow

CHARACTER, LINE = 0.62, 1.35
"""The width of a character and the height of a line for each pixel of a letter's height."""


class Space:
    """A drawing, and what of it is taken.

    Attributes:
        diagram: the drawing.
        letter: the height of its letters, in its own pixels.
        taken: what bows, captions and labels cover.
    """

    def __init__(self, diagram: Diagram, letter: float) -> None:
        self.diagram, self.letter = diagram, letter
        self.taken: list[Rectangle] = [around_bow(loop) for loop in diagram.loops]

    def width(self, characters: float) -> float:
        """How wide so many characters are."""
        return characters * CHARACTER * self.letter

    def height(self, lines: int = 1) -> float:
        """How high so many lines are."""
        return lines * LINE * self.letter

    def first_free(self, boxes: Iterable[Rectangle]) -> Rectangle | None:
        """The first of some rectangles that covers nothing; None if each does."""
        return first_free(self.diagram, boxes, self.taken)

    def first_apart(self, boxes: Iterable[Rectangle]) -> Rectangle | None:
        """The first of some rectangles that covers nothing that is taken; None if each does."""
        return next((box for box in boxes if not any(overlap(box, o) for o in self.taken)), None)
