"""A figure that shows itself in a notebook, and figures as files."""

from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

from backprop_sheet.errors import InputError
from backprop_sheet.files import replacing

GREY = "#404040"
"""The colour of texts."""
RESOLUTION = 150
"""Dots to the inch of a picture file."""
PNG_OPTIONS: dict[str, Any] = {"pil_kwargs": {"compress_level": 3}}
"""A quarter larger than at the default level, in half the time."""

Stamp = Callable[[Iterable[Artist], Path], Path]


class Picture(Figure):
    """A figure with a canvas of its own, which a notebook shows as it is."""

    def __init__(self, width: float, height: float) -> None:
        """An empty figure; its size in inches."""
        super().__init__(figsize=(width, height))
        self._agg: Any = FigureCanvasAgg(self)  # half of it has no types

    def stamp(self) -> Stamp:
        """What there is, drawn once for several pictures; each gets its own artists on top of it.

        Returns:
            A function that takes these artists and a path, writes a PNG file there, whole or not
            at all, and returns the path.
        """
        self.set_dpi(RESOLUTION)
        self._agg.draw()
        ground = self._agg.copy_from_bbox(self.bbox)

        def write(artists: Iterable[Artist], path: Path) -> Path:
            self._agg.restore_region(ground)
            for artist in artists:
                self.draw_artist(artist)
            with replacing(path) as draft:
                picture = np.asarray(self._agg.buffer_rgba())
                imsave(draft, picture, format="png", dpi=RESOLUTION, **PNG_OPTIONS)
            return path

        return write

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png")
        return file.getvalue()


def save_figure(figure: Figure, path: Path | str) -> Path:
    """Write a figure, whole or not at all, in the format of the file's suffix, such as PNG or SVG.

    Raises:
        InputError: the suffix names no format of pictures.
        WriteError: the file cannot be written.
    """
    target = Path(path)
    form = target.suffix.lstrip(".").lower()
    if form not in (known := figure.canvas.get_supported_filetypes()):
        raise InputError(f"{target}: the suffix names no picture; there are {', '.join(known)}")
    options: dict[str, Any] = PNG_OPTIONS if form == "png" else {}
    # Texts of an SVG stay texts: to be searched, and to be changed.
    with replacing(target) as draft, rc_context({"svg.fonttype": "none"}):
        figure.savefig(draft, format=form, dpi=RESOLUTION, **options)
    return target
