"""How a network shows itself in a notebook: its page in a frame, and a picture where frames end.

| where | what shows |
|---|---|
| a trusted notebook, VS Code, Colab, nbviewer, a web page of it | the frame, over the picture |
| JupyterLab before the notebook is trusted, GitHub, mail: they drop frames | the picture |
| a web page whose reader has scripts switched off | the picture, as a style hides the frame |
| what shows no HTML: a notebook as PDF, Emacs, VS Code in restricted mode | the picture as PNG |

The frame is a sandbox: its scripts reach neither the notebook nor the reader's files.
"""

import html
from base64 import b64encode
from contextlib import suppress

from backprop_sheet.errors import BackpropSheetError
from backprop_sheet.network import Network
from backprop_sheet.plotter.drawing import network_drawing
from backprop_sheet.plotter.picture import small_png

HEIGHT = 720
"""The height of the frame in pixels; the page inside scrolls."""
PIXELS_PER_INCH, WIDEST = 80, 1600
"""The size of the picture, and its greatest width in pixels."""
LARGEST = 2_000_000
"""The most characters of a page in a notebook, which saves each page that it shows."""
HIDDEN = "<style>@media (scripting: none) { .backprop-sheet > iframe { display: none } }</style>"
HINT = (
    "To change its numbers and to see how each is computed, trust this notebook: "
    "then a page stands here in place of the picture."
)


def shown(network: Network) -> dict[str, str]:
    """What a notebook shows of a network, by its MIME type.

    A page that is too large is left out, and what cannot be made, such as the picture of a network
    that has no numbers in its first epoch. Without page and picture, a notebook shows the text.
    """
    from backprop_sheet.page import page

    found: dict[str, str] = {}
    with suppress(BackpropSheetError):
        found["image/png"] = _picture(network)
    with suppress(BackpropSheetError):
        text = page(network)
        if len(text) <= LARGEST:
            found["text/html"] = _framed(network.name, text, found.get("image/png", ""))
    return found


def _picture(network: Network) -> str:
    """The network in its first epoch, as a PNG in base64."""
    figure = network_drawing(network)
    width = min(WIDEST, round(PIXELS_PER_INCH * figure.get_figwidth()))
    return b64encode(small_png(figure, width)).decode()


def _framed(name: str, page: str, picture: str) -> str:
    """A page in a frame, and the picture at the same place, below it.

    Both are in the one cell of a grid, so they stand one above the other only if the frame is there
    and styles are not.
    """
    called, source = html.escape(name), html.escape(page)
    image = ""
    if picture:
        image = (
            f'<img src="data:image/png;base64,{picture}" alt="The network {called} in epoch 0"'
            f' style="max-width: 100%; max-height: {HEIGHT - 60}px">'
        )
    return (
        f'{HIDDEN}<div class="backprop-sheet" style="display: grid">'
        f'<div style="grid-area: 1 / 1">{image}<p>{HINT}</p></div>'
        f'<iframe srcdoc="{source}" title="The page of the network {called}"'
        ' sandbox="allow-scripts allow-downloads" width="100%"'
        f' height="{HEIGHT}" frameborder="0" style="grid-area: 1 / 1; background: white"></iframe>'
        "</div>"
    )
