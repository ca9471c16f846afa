"""What the sheet says of a stage: the title of its section, and a line on what it does."""

from __future__ import annotations

from backprop_sheet.errors import counted
from backprop_sheet.mnist.stages import Convolution, Pooling, Stage

POOLS = {"max": "largest", "mean": "mean"}


def title(stage: Stage) -> str:
    """The names of its layers, as `mnist summary` has them."""
    return " · ".join(name for name in stage.layers if not name.startswith("Dropout"))


def formula(stage: Stage) -> str:
    """How a value follows from the maps before."""
    if isinstance(stage, Pooling):
        return f"the {POOLS[stage.kind]} of {stage.size} × {stage.size} values"
    assert isinstance(stage, Convolution), "there is no third kind"
    inner = "b + Σ w·x"
    if stage.rectified:
        inner = f"max(0, {inner})"
    if not stage.normalised:
        return f"a = {inner}"
    return f"a = s·{inner if stage.rectified else f'({inner})'} + t"


def maps(stage: Stage) -> str:
    """How many maps it gives, and how large they are: 8 maps of 28 × 28."""
    count, height, width = stage.shape
    return f"{counted(count, 'map')} of {height} × {width}"


def about(stage: Stage) -> str:
    """A line on a stage."""
    return f"{maps(stage)}: {formula(stage)}; field {stage.field}"
