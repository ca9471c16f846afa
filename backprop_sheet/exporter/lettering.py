"""How wide texts are in Calibri, and how many lines they need in a cell. Knows no sheet."""

from math import ceil

EM = 11 * 96 / 72
"""The size of the standard font in pixels."""
WIDTHS = {
    "'il": 0.235,
    " ,.·:;|": 0.265,
    "fjrt()[]-!/I": 0.345,
    "csvxyzJLskaeg": 0.49,
    "0123456789+*=_−∂$?σ": 0.51,
    "bdhnopquηαβεγρψλ": 0.54,
    "ABCEFKPRSTXYZ": 0.58,
    "DGHNOQUV": 0.67,
    "mwMWΣ√←→½": 0.86,
}
"""The widths of characters in ems, rounded up: Carlito's, which are those of Calibri."""
OF = {character: width for group, width in WIDTHS.items() for character in group}
OTHER, BOLD = 0.65, 1.04
PADDING = 8
"""What a cell keeps free beside its text, in pixels."""


def text_width(text: str, *, bold: bool = False) -> float:
    """The width of a text in pixels, in the standard size."""
    width = EM * sum(OF.get(character, OTHER) for character in text)
    return BOLD * width if bold else width


def lines_in(text: str, width: float, *, bold: bool = False) -> int:
    """The lines that a text needs in a cell of a width in pixels.

    Lines break at spaces; a word that is longer than a line breaks anywhere.
    """
    room, used, lines = max(width - PADDING, EM), 0.0, 1
    for word in text.split(" "):
        wide, space = text_width(word, bold=bold), text_width(" ")
        if used and used + space + wide > room:
            lines, used = lines + 1, 0.0
        if wide > room:  # a last character of each line may not fit
            more = ceil(wide / (room - EM * OTHER))
            lines, used = lines + more - 1, room
        else:
            used += (space if used else 0) + wide
    return lines
