"""The network's drawing as data: where everything stands, for a wide and for a narrow page.

`web/network/content.js` says what the parts mean.

sizes      which drawings there are, for how much room
layout     one of them, as data
labels     numbers beside circles, pictures, arrows
among      labels of weights where arrows cross
dots       what stands for labels without room
captions   what pictures and layers are called
space      where labels and captions have room
geometry   rectangles around parts and beside them
"""

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import is_picture
from backprop_sheet.network import PREDICTION, TOTAL, Kind, Network
from backprop_sheet.page.data import Data
from backprop_sheet.page.diagrams.layout import layout_of
from backprop_sheet.page.diagrams.sizes import circle_drawings, picture_drawings
from backprop_sheet.palette import LEGEND, NEGATIVE, NODES, OF_PICTURES, PALE, POSITIVE

OF_VERDICTS = "A ring marks the output that wins."


def drawing_of(network: Network) -> Data:
    """The drawings of a network, the narrowest first, and what they share."""
    has_pictures = any(map(is_picture, network.groups))
    drawings = list(picture_drawings(network) if has_pictures else circle_drawings(network))
    drawn = {name for drawing in drawings for name in drawing.diagram.nodes}
    apart = network.named(Kind.ERROR, Kind.PENALTY)
    verdicts = _verdicts(network)
    said = [LEGEND, has_pictures and OF_PICTURES, verdicts and OF_VERDICTS]
    return {
        "layouts": [layout_of(network, drawing) for drawing in drawings],
        "within": {name: TOTAL for name in apart if name not in drawn},
        "constants": {
            name: int(name.removeprefix(gradient_name("")) in network.reaching)
            for name in sorted(drawn - network.quantities.keys())
        },
        "roles": NODES,
        "arrows": {"pale": PALE, "above": POSITIVE, "below": NEGATIVE},
        "verdicts": verdicts,
        "legend": list(filter(None, [*said, network.design.endings])),
    }


def _verdicts(network: Network) -> dict[str, list[str]]:
    """The outputs, of which the largest wins, by the quantity that has the number of that."""
    names = network.design.of_each_sample([PREDICTION])
    predictions = [name for name in names if name in network.quantities]
    outputs = [one.output for one in network.compared]
    size = len(outputs) // (len(predictions) or 1)
    return {
        name: outputs[place * size : (place + 1) * size]
        for place, name in enumerate(predictions)
        if size > 1
    }
