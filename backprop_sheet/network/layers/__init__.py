"""The kinds of layers. Each takes the signals of the layer before, and says what it makes of them.

A layer gives units: neurons, the places of a feature map, the fields of a pooling. What a unit is
made of is all that the declaration and the views need to know; none of them asks for a kind.

base         what all layers have, and the signals between them
dense        each neuron takes every signal
convolution  each place takes the signals under a kernel, whose weights are the same everywhere
pooling      each place takes the largest or the mean of the signals under it
attention    each step takes what the others say, the more the better they fit
embedding    each symbol has numbers of its own
normalisation  signals are moved and stretched to mean 0 and variance 1
dropout      signals are set to 0 by chance
recurrent    the same neurons at each step, which also take what they gave the step before
steps        the place of each step, and the last one alone
"""

from backprop_sheet.network.layers.attention import Attention
from backprop_sheet.network.layers.base import Layer, Numbering, Signals
from backprop_sheet.network.layers.convolution import Convolution
from backprop_sheet.network.layers.dense import Dense
from backprop_sheet.network.layers.dropout import Dropout
from backprop_sheet.network.layers.embedding import Embedding
from backprop_sheet.network.layers.normalisation import BatchNormalisation, LayerNormalisation
from backprop_sheet.network.layers.pooling import (
    AveragePooling,
    Flatten,
    GlobalAveragePooling,
    MaxPooling,
)
from backprop_sheet.network.layers.recurrent import GRU, LSTM, Recurrent
from backprop_sheet.network.layers.steps import LastStep, Position

KINDS: dict[str, type[Layer]] = {
    kind.kind: kind
    for kind in (
        *(Dense, Convolution, MaxPooling, AveragePooling, GlobalAveragePooling, Flatten),
        *(Recurrent, LSTM, GRU, Attention, Embedding),
        *(LayerNormalisation, BatchNormalisation, Dropout, Position, LastStep),
    )
}
"""The kinds of layers by the name that a network file has for them."""

__all__ = [
    "GRU",
    "KINDS",
    "LSTM",
    "Attention",
    "AveragePooling",
    "BatchNormalisation",
    "Convolution",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling",
    "LastStep",
    "Layer",
    "LayerNormalisation",
    "MaxPooling",
    "Numbering",
    "Position",
    "Recurrent",
    "Signals",
]
