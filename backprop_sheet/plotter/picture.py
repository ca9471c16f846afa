"""A figure that a notebook displays, and saving figures to files."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context, rcParamsDefault
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave
from PIL import Image

from backprop_sheet import arguments
from backprop_sheet.errors import InputError, shown
from backprop_sheet.files import replacing

GREY = "#404040"
"""The colour of text."""
RESOLUTION = 150
"""The resolution of picture files, in dots per inch."""
ON_PAGES = 110
"""The resolution of pictures that stand in pages: about as wide as a page on a screen."""
PNG_OPTIONS: dict[str, Any] = {"pil_kwargs": {"compress_level": 3}}
"""Files are a quarter larger than at the default level, and take half the time."""

FEW_COLORS = 64
"""The colours of a small picture: enough for smooth letters, and for the shades of arrows."""

OPTIONS: dict[str, dict[str, Any]] = {
    "png": PNG_OPTIONS,
    "svg": {"metadata": {"Date": None}},
    "pdf": {"metadata": {"CreationDate": None}},
}
"""How formats are saved: without the time of day, so that the same figure gives the same bytes.
PostScript and `.svgz` hold it all the same."""
SVG: Any = {"svg.fonttype": "none", "svg.hashsalt": "backprop-sheet"}
"""Text in an SVG stays text, so that it can be searched and edited; its marks have the same names
each time."""
STYLE: Any = {key: rcParamsDefault[key] for key in rcParamsDefault if "backend" not in key}
STYLE |= SVG
"""matplotlib's own settings, with which our pictures are drawn. What a user's matplotlibrc or
notebook sets would change them, and might start LaTeX."""

OverlayWriter = Callable[[Iterable[Artist], Path], Path]


@contextmanager
def in_our_style() -> Iterator[None]:
    """Set the user's settings of matplotlib aside for a while."""
    with rc_context(STYLE):
        yield


class Picture(Figure):
    """A figure with a canvas of its own, which a notebook displays."""

    @in_our_style()
    def __init__(self, width: float, height: float) -> None:
        """Make an empty figure of a size in inches."""
        super().__init__(figsize=(width, height))
        self._agg: Any = FigureCanvasAgg(self)  # partly untyped

    @in_our_style()
    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure; ticks are made only now."""
        super().draw(renderer)

    @in_our_style()
    def savefig(self, *args: Any, **options: Any) -> None:
        """Save the figure, as matplotlib does."""
        super().savefig(*args, **options)

    def overlay_writer(self) -> OverlayWriter:
        """Draw the figure once, as the background of several pictures.

        Returns:
            A function that takes artists and a path. It draws the artists on top of the background,
            writes a PNG file, whole or not at all, and returns the path.
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


def as_png(figure: Figure, detail: float = ON_PAGES) -> bytes:
    """A figure as a PNG of so many dots per inch."""
    drawn = BytesIO()
    figure.savefig(drawn, format="png", dpi=detail)
    return drawn.getvalue()


def small_png(figure: Figure, width: int) -> bytes:
    """A figure as a PNG of so many pixels across, and of few colours."""
    return of_few_colors(as_png(figure, width / figure.get_figwidth()))


def of_few_colors(png: bytes) -> bytes:
    """A picture with a palette of few colours, which takes about a quarter of the bytes."""
    small = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(FEW_COLORS, dither=Image.Dither.NONE)
    few.save(small, format="png", optimize=True)
    return small.getvalue()


def save_figure(figure: Figure, path: Path | str) -> Path:
    """Write a figure to a file, whole or not at all.

    Args:
        figure: the figure.
        path: the file to write; its suffix gives the format, such as ``.png`` or ``.svg``.

    Returns:
        The path.

    Raises:
        InputError: the suffix does not name a picture format, or an argument is not of its kind.
        WriteError: the file cannot be written.
    """
    if not isinstance(figure, Figure):
        raise InputError(f"figure: got {shown(figure)}, takes a figure of matplotlib")
    target = arguments.path("path", path)
    form = target.suffix.lstrip(".").lower()
    if form not in (known := figure.canvas.get_supported_filetypes()):
        raise InputError(
            f"{target}: the suffix is not that of a picture; use one of {', '.join(known)}"
        )
    with replacing(target) as draft, rc_context(SVG):
        figure.savefig(draft, format=form, dpi=RESOLUTION, **OPTIONS.get(form, {}))
    return target
