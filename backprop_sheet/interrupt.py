"""Ctrl-C: a flag that long work looks at, so that nothing is broken off where it must not be.

An exception at any moment may leave half a file. It also gets lost where Python drops exceptions,
and in a library that is just loading. So Ctrl-C only sets a flag, and work ends where it looks:

- loops look before each item (`interruptible`);
- within `at_once`, Ctrl-C ends the work at any moment: long calls into libraries never look;
- within `deferred`, it waits: files take their places there.

Only the command line asks for this, by `listen`. In anybody else's program the flag is never set,
and Ctrl-C does what it always does there. Pressed a second time before anything has looked, it ends
the work wherever it is, unless it is deferred.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from threading import local
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
_IMPORTING = "<frozen importlib"
"""How the file names of Python's own import machinery begin."""


class _Mode(Enum):
    """When Ctrl-C ends the work."""

    WHEN_LOOKED_AT = "where the flag is looked at"
    AT_ONCE = "at any moment"
    DEFERRED = "not now"


class _State(local):
    """The flag, and when Ctrl-C ends the work. Only the main thread ever hears of Ctrl-C."""

    pressed = False
    mode = _Mode.WHEN_LOOKED_AT


_state = _State()


def listen() -> None:
    """Have Ctrl-C set the flag, unless whoever started the program has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _press)


def _press(_: int, frame: FrameType | None) -> None:
    again, _state.pressed = _state.pressed, True
    now = again or (_state.mode is _Mode.AT_ONCE and not _is_importing(frame))
    if now and _state.mode is not _Mode.DEFERRED:
        raise KeyboardInterrupt


def _is_importing(frame: FrameType | None) -> bool:
    while frame and not frame.f_code.co_filename.startswith(_IMPORTING):
        frame = frame.f_back
    return frame is not None


def is_pressed() -> bool:
    """Whether Ctrl-C was pressed and nothing has ended by it yet."""
    return _state.pressed


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
    """Work that Ctrl-C may end at any moment, such as computing, drawing, waiting.

    A library that loads meanwhile is left alone: the flag is looked at when the work is done.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed, before or meanwhile.
    """
    raise_if_pressed()
    try:
        with _mode(_Mode.AT_ONCE):
            yield
    except KeyboardInterrupt:
        _state.pressed = False
        raise
    raise_if_pressed()


@contextmanager
def deferred() -> Iterator[None]:
    """Work that Ctrl-C does not end; the flag is to be looked at afterwards."""
    with _mode(_Mode.DEFERRED):
        yield


@contextmanager
def _mode(mode: _Mode) -> Iterator[None]:
    before, _state.mode = _state.mode, mode
    try:
        yield
    finally:
        _state.mode = before
