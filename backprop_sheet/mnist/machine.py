"""The devices of this machine, and what they are good at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from backprop_sheet.errors import InputError


def device(name: str = "auto") -> torch.device:
    """The device of that name; for `auto`, the fastest one.

    Raises:
        InputError: this machine has no such device.
    """
    available = _available()
    if name == "auto":
        return torch.device(available[0])
    if name not in available:
        raise InputError(f"this machine has no {name}; it has {', '.join(reversed(available))}")
    return torch.device(name)


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether a device computes faster in bfloat16 than in float32.

    A bfloat16 has 8 binary digits where a float32 has 24, and the same range. Processors without
    bfloat16 emulate it, which is slow.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    if device.type == "cpu" and hasattr(torch.cpu, "get_capabilities"):
        return any(has for name, has in torch.cpu.get_capabilities().items() if "bf16" in name)
    return False


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Compute on one thread for a while: for many small calls, threads cost more than they give."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _available() -> list[str]:
    """The names of this machine's devices, the fastest first."""
    accelerators = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return [name for name, available in accelerators.items() if available] + ["cpu"]
