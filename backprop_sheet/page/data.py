"""What the page gets from Python: data that becomes JSON."""

from typing import Any

Data = dict[str, Any]


def rounded(*numbers: float) -> list[float]:
    """Coordinates of a drawing, to a tenth of its pixels."""
    return [round(number, 1) for number in numbers]
