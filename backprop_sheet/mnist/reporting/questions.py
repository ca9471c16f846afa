"""The exercise's questions in their order, each with what answers it and the published source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from backprop_sheet.document import Block
from backprop_sheet.mnist.reporting import learning, structure, values
from backprop_sheet.mnist.reporting.measured import Measure, of_depths, of_widths, without
from backprop_sheet.mnist.reporting.run import Run


class Question(NamedTuple):
    """A question of the exercise.

    Attributes:
        title: its heading.
        answer: gives what answers it.
        source: the published source: author, title, year.
        pictures: what the pictures that belong to it are about.
        measure: what a comparison has to vary to answer it as well; None if nothing does.
    """

    title: str
    answer: Callable[[Run], Iterator[Block]]
    source: str
    pictures: tuple[str, ...] = ()
    measure: Measure | None = None


LIN = "Lin, Chen and Yan, Network in network, 2014"
DUMOULIN = "Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016"
LUO = (
    "Luo, Li, Urtasun and Zemel, Understanding the effective receptive field in deep convolutional "
    "neural networks, 2016"
)
SIMONYAN = (
    "Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition, "
    "2015"
)
IOFFE = (
    "Ioffe and Szegedy, Batch normalization: accelerating deep network training by reducing "
    "internal covariate shift, 2015"
)
HUANG = "Huang, Liu, van der Maaten and Weinberger, Densely connected convolutional networks, 2017"
BENGIO = "Bengio, Practical recommendations for gradient-based training of deep architectures, 2012"

QUESTIONS = (
    Question(
        "How many layers, and why?",
        structure.layers,
        "LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document "
        "recognition, 1998",
        measure=Measure(
            "widths", "--widths 8 --widths 8,16 --widths 8,16,32", "outputs/depths", of_depths
        ),
    ),
    Question("The receptive field", structure.field, f"{DUMOULIN}; {LUO}", ("fields",)),
    Question(
        "Max pooling",
        structure.pooling,
        "Scherer, Müller and Behnke, Evaluation of pooling operations in convolutional "
        "architectures for object recognition, 2010",
        ("maps",),
        without("pooling"),
    ),
    Question(
        "How far max pooling stands from the prediction",
        structure.distance_of_pooling,
        "Springenberg, Dosovitskiy, Brox and Riedmiller, Striving for simplicity: the all "
        f"convolutional net, 2015; {LIN}",
        ("distances",),
    ),
    Question("1×1 convolutions", structure.single, LIN),
    Question("3×3 convolutions", structure.triple, SIMONYAN),
    Question(
        "Softmax",
        values.softmax,
        "Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990",
        ("answer",),
    ),
    Question(
        "The learning rate",
        learning.rate,
        f"{BENGIO}; Smith and Topin, Super-convergence: very fast training of neural networks "
        "using large learning rates, 2018",
        measure=Measure("rate", "--lr 0.01 --lr 0.03 --lr 0.1 --lr 0.3 --lr 1", "outputs/rates"),
    ),
    Question(
        "Kernels, and how many",
        values.kernels,
        "Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014",
        ("kernels",),
        Measure(
            "widths",
            "--widths 4,8,16 --widths 8,16,32 --widths 16,32,64",
            "outputs/widths",
            of_widths,
        ),
    ),
    Question("Batch normalisation", values.normalisation, IOFFE, measure=without("normalisation")),
    Question(
        "How far batch normalisation stands from the prediction",
        structure.distance_of_normalisation,
        IOFFE,
    ),
    Question(
        "Image normalisation",
        values.image_normalisation,
        "LeCun, Bottou, Orr and Müller, Efficient backprop, 1998",
        measure=without("image-normalisation"),
    ),
    Question("Transition layers", structure.transitions, HUANG),
    Question("Where transition layers stand", structure.places_of_transitions, HUANG),
    Question(
        "Dropout",
        learning.dropout,
        "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: a simple way to "
        "prevent neural networks from overfitting, 2014",
        measure=Measure(
            "dropout", "--dropout 0 --dropout 0.05 --dropout 0.1 --dropout 0.2", "outputs/dropouts"
        ),
    ),
    Question(
        "When to bring dropout in",
        learning.when_dropout,
        "Li, Chen, Hu and Yang, Understanding the disharmony between dropout and batch "
        "normalization by variance shift, 2019",
    ),
    Question(
        "Signs of overfitting", learning.overfitting, "Prechelt, Early stopping: but when?, 1998"
    ),
    Question("When to stop convolving", structure.end, LUO),
    Question("How to know early that it goes badly", learning.early, BENGIO),
    Question(
        "Batch size and its effects",
        learning.batch,
        "Keskar, Mudigere, Nocedal, Smelyanskiy and Tang, On large-batch training for deep "
        "learning, 2017; Masters and Luschi, Revisiting small batch training for deep neural "
        "networks, 2018",
        measure=Measure(
            "batch",
            "--batch-size 16 --batch-size 64 --batch-size 128 --batch-size 512 --batch-size 2048",
            "outputs/batches",
        ),
    ),
)
