"""The device that a training runs on, and how many threads it takes."""

from __future__ import annotations

import torch

from backprop_sheet.errors import InputError


def device(name: str = "auto") -> torch.device:
    """A device by its name; the fastest one that is here for `auto`.

    Raises:
        InputError: there is no such device here.
    """
    here = _here()
    if name == "auto":
        return torch.device(here[0])
    if name not in here:
        raise InputError(f"there is no {name} here; there is {', '.join(reversed(here))}")
    return torch.device(name)


def halves(place: torch.device) -> bool:
    """Whether a device computes with numbers of half the length, bfloat16, faster than with whole.

    They have eight digits of a weight's twenty-four in binary, and its range. Processors without
    them imitate them, slowly.
    """
    if place.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    if place.type == "cpu" and hasattr(torch.cpu, "get_capabilities"):
        return any(there for name, there in torch.cpu.get_capabilities().items() if "bf16" in name)
    return False


def _here() -> list[str]:
    """The kinds of devices that this machine has, the fastest first."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return [name for name, is_there in there.items() if is_there] + ["cpu"]
