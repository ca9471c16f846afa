"""Ctrl-C: a flag that long work looks at, so that nothing is broken off where it must not be.

An exception at any moment may leave a half file, and gets lost where Python drops exceptions, or in
a library that is just loading. So Ctrl-C only sets a flag, and work ends where it looks at it:

- in loops, by `interruptible` or `raise_if_pressed`;
- within `at_once`, at any moment: while the program waits or computes something in one long call.

Only the command line asks for this, by `listen`. In anybody else's program Ctrl-C does what it
always does there, as the flag is never set. A second Ctrl-C before the flag was looked at ends the
work wherever it is.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType, SimpleNamespace
from typing import TypeVar

T = TypeVar("T")

_state = SimpleNamespace(pressed=False, at_once=False)
_IMPORTING = "<frozen importlib"
"""How the file names of Python's own import machinery begin."""


def listen() -> None:
    """Have Ctrl-C set the flag, unless whoever started the program has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _press)


def _press(_: int, frame: FrameType | None) -> None:
    again, _state.pressed = _state.pressed, True
    if again or (_state.at_once and not _is_importing(frame)):
        raise KeyboardInterrupt


def _is_importing(frame: FrameType | None) -> bool:
    while frame and not frame.f_code.co_filename.startswith(_IMPORTING):
        frame = frame.f_back
    return frame is not None


def is_pressed() -> bool:
    """Whether Ctrl-C was pressed and nothing has ended by it yet."""
    return bool(_state.pressed)


def raise_if_pressed() -> None:
    """End here if Ctrl-C was pressed.

    Raises:
        KeyboardInterrupt: it was.
    """
    if _state.pressed:
        _state.pressed = False
        raise KeyboardInterrupt


def interruptible(items: Iterable[T]) -> Iterator[T]:
    """Pass items on, and look at the flag before each."""
    for item in items:
        raise_if_pressed()
        yield item


@contextmanager
def at_once() -> Iterator[None]:
    """Work that Ctrl-C may end at any moment, because it writes nothing.

    Libraries that load meanwhile are left alone: the flag is looked at when the work is done.
    """
    raise_if_pressed()
    before, _state.at_once = _state.at_once, True
    try:
        yield
    except KeyboardInterrupt:
        _state.pressed = False
        raise
    finally:
        _state.at_once = before
    raise_if_pressed()
