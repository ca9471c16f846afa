"""Images per second of training the companion's network: our loop, or the usual one.

    python -m benchmarks.digits ours|usual [STEPS [THREADS]]

The usual loop is that of PyTorch's examples: torchvision's dataset, which makes a PIL picture of
each digit, ToTensor, Normalize, a DataLoader, contiguous memory and PyTorch's own layers. Without
torchvision, the same steps are taken from its source. Both loops train the same network by the
same recipe on the sample.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from os import cpu_count
from time import perf_counter
from typing import Any

from backprop_sheet.mnist.data import Digits, digits
from backprop_sheet.mnist.model import DEVIATION, MEAN
from benchmarks.measuring import Line, faster, in_turn, installed, output_of

FASTER = 2.0
BATCH, DROPOUT, RATE, MOMENTUM = 128, 0.05, 0.01, 0.9
WARM_UP = 10
"""Steps that are not counted."""


def ours(threads: int | None) -> Iterator[None]:
    """Steps of our training, without end."""
    import torch

    from backprop_sheet.mnist.evaluation import tensors
    from backprop_sheet.mnist.machine import has_fast_bfloat16
    from backprop_sheet.mnist.settings import settings
    from backprop_sheet.mnist.training import Training

    known, cpu = digits("sample"), torch.device("cpu")
    chosen = settings("original", dropout=DROPOUT, threads=threads, half=has_fast_bfloat16(cpu))
    training = Training(chosen, known, cpu)
    training.network.train()
    images, labels = tensors(known.train_images, known.train_labels, cpu)
    while True:
        for chosen in torch.split(torch.randperm(len(images)), BATCH):
            training.step(images[chosen], labels[chosen], 0.0)
            yield


def usual(threads: int | None) -> Iterator[None]:
    """Steps of the usual training, without end."""
    import torch
    from torch.nn import functional
    from torch.utils.data import DataLoader

    if threads:
        torch.set_num_threads(threads)
    network = usual_network()
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM)
    loader = DataLoader(_dataset(digits("sample")), batch_size=BATCH, shuffle=True)
    while True:
        for images, labels in loader:
            optimizer.zero_grad()
            loss = functional.nll_loss(network(images), labels)
            loss.backward()
            optimizer.step()
            yield


def usual_network() -> Any:
    """The companion's network, made of PyTorch's own layers only."""
    from torch import nn

    from backprop_sheet.mnist.model import Network, Structure

    network: Any = Network(Structure(without=("image-normalisation",), dropout=DROPOUT))
    for number, layer in enumerate(network.layers):
        if isinstance(layer, nn.Dropout):
            network.layers[number] = nn.Dropout(DROPOUT)
        if isinstance(layer, nn.ReLU):
            network.layers[number] = nn.ReLU()
    return network


def _dataset(known: Digits) -> Any:
    import torch
    from PIL import Image

    images, labels = torch.tensor(known.train_images), torch.tensor(known.train_labels).long()
    try:
        from torchvision.transforms import Compose, Normalize, ToTensor

        transform = Compose([ToTensor(), Normalize((MEAN,), (DEVIATION,))])
    except (ImportError, RuntimeError):
        transform = _to_normalised_tensor

    class Pictures(torch.utils.data.Dataset[Any]):
        """As torchvision.datasets.MNIST gives them."""

        def __len__(self) -> int:
            return len(images)

        def __getitem__(self, index: int) -> Any:
            return transform(Image.fromarray(images[index].numpy())), int(labels[index])

    return Pictures()


def _to_normalised_tensor(picture: Any) -> Any:
    """What torchvision's ToTensor and Normalize do."""
    import numpy as np
    import torch

    tensor = torch.from_numpy(np.array(picture, np.uint8, copy=True))
    tensor = tensor.view(picture.size[1], picture.size[0], 1).permute(2, 0, 1).contiguous()
    tensor = tensor.to(torch.get_default_dtype()).div(255).clone()
    mean, deviation = (torch.as_tensor((number,)).view(-1, 1, 1) for number in (MEAN, DEVIATION))
    return tensor.sub_(mean).div_(deviation)


def lines(runs: int) -> Iterator[Line]:
    """Our loop against the usual one, on so many threads each; as they come, ours takes one."""
    if not installed("torch"):
        return
    cores = str(cpu_count() or 1)
    for name, threads in (
        ("one thread each", ["1"]),
        (f"{cores} threads each", [cores]),
        ("threads as they come", []),
    ):
        ours, usual = (
            lambda loop=loop: 1 / float(output_of("digits", loop, "100", *threads))  # noqa: B023
            for loop in ("ours", "usual")
        )
        line = faster(f"mnist train, {name}", "the usual loop", in_turn(ours, usual, runs), FASTER)
        yield replace(line, ours=1 / line.ours, theirs=1 / (line.theirs or 1), unit="images/s")


def main() -> None:
    """Print images per second."""
    name, *numbers = sys.argv[1:]
    count, threads = [*map(int, numbers), *(60, None)[len(numbers) :]]
    steps = {"ours": ours, "usual": usual}[name](threads)
    for _ in range(WARM_UP):
        next(steps)
    begin = perf_counter()
    for _ in range(count):
        next(steps)
    print(count * BATCH / (perf_counter() - begin))


if __name__ == "__main__":
    main()
