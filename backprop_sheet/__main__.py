"""The command `backprop-sheet`, and `python -m backprop_sheet`."""

import _thread
import atexit
import gc
import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any

INTERRUPTED = 130
"""The exit code after Ctrl-C."""
GARBAGE = 100_000
"""New objects after which garbage is looked for."""
PRESSED: list[int] = []
"""A signal for each time that Ctrl-C was pressed."""
SOON = 0.01
"""Seconds until an interrupt that went missing comes again."""


def main() -> None:
    """Run the command line."""
    sys.excepthook, sys.unraisablehook = _shown, _dropped
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is to be ignored
        signal.signal(signal.SIGINT, _pressed)
    # Importing click, pandas and matplotlib makes hundreds of thousands of objects, none of them
    # garbage. Looking through them as often as by default takes a seventh of the time of it.
    gc.set_threshold(GARBAGE)
    try:
        from backprop_sheet.cli import main as run

        run()
    except (KeyboardInterrupt, Exception) as error:  # where click does not look after it
        if not _is_interrupt(error):
            raise
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if sys.stderr:
            sys.stderr.write("Error: interrupted\n")
        _leave(INTERRUPTED)
    except SystemExit as end:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is done stays done
        if _is_watched():
            raise
        _leave(end.code if isinstance(end.code, int) else 0)


def _is_watched() -> bool:
    """Whether a profiler, a debugger or a person at a prompt has something to say in the end."""
    monitoring: Any = getattr(sys, "monitoring", None)  # since Python 3.12
    tools = monitoring and any(map(monitoring.get_tool, range(6)))
    return bool(sys.getprofile() or sys.gettrace() or sys.flags.interactive or tools)


def _leave(code: int) -> None:
    """End at once, as all that was to be written is.

    Python would put every object away first. That takes a fifth of the time of importing them, dies
    of a Ctrl-C, and may crash in a library that was broken off while it loaded.
    """
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # nobody is there to read it
            stream.flush()
    os._exit(code)


def _pressed(number: int, frame: FrameType | None) -> None:
    """Remember that Ctrl-C was pressed, whatever becomes of the exception."""
    PRESSED.append(number)
    signal.default_int_handler(number, frame)


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether an error is a Ctrl-C, or what a library has made of one."""
    while error:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return bool(PRESSED)


# Python drops exceptions in some places, as where it takes an object away, and some libraries turn
# them into others while they load. A Ctrl-C that gets lost there is repeated a moment later.


def _shown(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show an exception that nobody has caught."""
    if issubclass(kind, KeyboardInterrupt):
        _repeat()
    else:
        sys.__excepthook__(kind, error, trace)


def _dropped(unraisable: Any) -> None:
    """Show an exception that nobody can catch."""
    if unraisable.exc_type is KeyboardInterrupt:
        _repeat()
    else:
        sys.__unraisablehook__(unraisable)


def _repeat() -> None:
    _thread.start_new_thread(_interrupt_soon, ())


def _interrupt_soon() -> None:
    time.sleep(SOON)
    _thread.interrupt_main()


if __name__ == "__main__":
    main()
