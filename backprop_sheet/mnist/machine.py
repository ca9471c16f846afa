"""The device that a training runs on, and how many threads it takes."""

from __future__ import annotations

import os

import torch

from backprop_sheet.errors import InputError

DEVICES = ("auto", "cpu", "cuda", "mps")


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


def _here() -> list[str]:
    """The kinds of devices that this machine has, the fastest first."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return [name for name, is_there in there.items() if is_there] + ["cpu"]


def free_threads() -> int:
    """How many threads a training takes when nobody says: one for each core that it may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
