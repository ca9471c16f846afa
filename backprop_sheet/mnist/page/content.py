"""What the page knows of its network, as data: all that its modules show follows from this.

`web/network/content.js` says what the parts mean.
"""

from base64 import b64encode

import numpy as np

from backprop_sheet.mnist.data import SAMPLE
from backprop_sheet.mnist.model import DEVIATION, MEAN, count, table
from backprop_sheet.mnist.saved import Model
from backprop_sheet.mnist.stages import Convolution, Numbers, Pooling, Stage, stages
from backprop_sheet.page.data import Data
from backprop_sheet.palette import ABOVE, BELOW

NAMES = {"mnist": "MNIST", SAMPLE: "a sample of MNIST"}
"""What the page calls the digits that a network learnt from; a folder by its own name."""


def content_of(model: Model) -> Data:
    """The content of a trained network's page."""
    normalised = model.network.structure.has("image-normalisation")
    return {
        "parameters": count(table(model.network)),
        "training": {
            "recipe": model.settings.recipe,
            "epochs": len(model.history),
            "digits": NAMES.get(model.digits, model.digits),
            "accuracy": model.history[-1].test_accuracy,
        },
        "mean": MEAN if normalised else 0.0,
        "deviation": DEVIATION if normalised else 1.0,
        "stages": [_stage(stage) for stage in stages(model.network)],
        "examples": {
            str(digit): _base64(image.tobytes()) for digit, image in sorted(model.examples.items())
        },
        "tints": {"above": ABOVE, "below": BELOW},
    }


def _stage(stage: Stage) -> Data:
    found: Data = {
        "layers": list(stage.layers),
        "shape": list(stage.shape),
        "field": stage.field,
        "jump": stage.jump,
    }
    if isinstance(stage, Pooling):
        return {**found, "kind": stage.kind, "size": stage.size}
    assert isinstance(stage, Convolution), "there are two kinds of stages"
    return {
        **found,
        "kind": "convolution",
        "size": stage.weights.shape[-1],
        "padding": stage.padding,
        "rectified": stage.rectified,
        "normalised": stage.normalised,
        "weights": _float32(stage.weights),
        "biases": _float32(stage.biases),
        "scales": _float32(stage.scales),
        "shifts": _float32(stage.shifts),
    }


def _float32(numbers: Numbers) -> str:
    """Numbers as base64, in the order of bytes that browsers have on any machine of today."""
    return _base64(np.asarray(numbers, "<f4").tobytes())


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
